//! Renegotiation (TLS 1.2), which is refused.

use std::io::Read;

use gnutls::{Alert, Error, ErrorKind};

use crate::files::Files;
use crate::ours::{Port, TLS12, server};

#[test]
fn a_client_that_renegotiates_is_refused_and_its_data_before_that_are_kept() {
    let (files, port) = (Files::new(), Port::new());
    let tool = port.openssl_client(&files.ca(), &[]);
    let session = port.accept(&server(TLS12).build().expect("a server"));
    assert!(session.has_safe_renegotiation());
    tool.say("before\n");
    let mut before = [0; 7];
    (&session).read_exact(&mut before).expect("what was sent before");
    assert_eq!(&before, b"before\n");
    tool.say("R\n");
    for _ in 0..2 {
        let error = (&session).read(&mut [0; 16]).expect_err("refused");
        let error = error.get_ref().and_then(|error| error.downcast_ref::<Error>()).expect("ours inside");
        assert_eq!((error.kind(), error.alert_sent()), (ErrorKind::Renegotiation, Some(Alert::NO_RENEGOTIATION)));
    }
    // The connection stays until the client has read what it is told.
    let end = tool.ended();
    drop(session);
    assert!(end.stderr.contains("RENEGOTIATING") && end.stderr.contains("no renegotiation"), "{}", end.stderr);
}
