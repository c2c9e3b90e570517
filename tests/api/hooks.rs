//! Code of the program's that a handshake asks.

use std::error::Error as _;
use std::os::unix::net::UnixStream;
use std::thread;

use gnutls::{Alert, ClientConfig, Error, ErrorKind, HandshakeView, Protocol, Refusal, ServerConfig};

use crate::common::{HOST, pki, within};
use crate::is;

/// A handshake with a server that asks `hook`: what the client and the server say of it.
fn asked(
    hook: impl Fn(&HandshakeView<'_>) -> Result<(), Refusal> + Send + Sync + 'static,
) -> (Option<Error>, Option<Error>) {
    let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let server = server.on_client_hello(hook).build().expect("a server");
    let client =
        ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust").build().expect("a client");
    within("the handshake", move || {
        let (near, far) = UnixStream::pair().expect("a pair");
        let accepting = thread::spawn(move || server.accept(far).err());
        let ours = client.connect(HOST, near).err();
        (ours, accepting.join().expect("no panic"))
    })
}

#[test]
fn a_server_is_asked_once_it_knows_what_the_client_wants() {
    let (client, server) = asked(|view| {
        assert!(view.is_server());
        assert_eq!(view.server_name().as_deref(), Some(HOST));
        assert_eq!(view.protocol(), Protocol::TLS1_3);
        Ok(())
    });
    assert!(client.is_none() && server.is_none(), "{client:?} {server:?}");
}

#[test]
fn a_refusal_tells_the_peer_its_alert_and_us_its_reason() {
    let (client, server) = asked(|_| Err(Refusal::new("no such house").alert(Alert::UNRECOGNIZED_NAME)));
    let (client, server) = (client.expect("refused"), server.expect("refused"));
    assert_eq!(client.alert_received(), Some(Alert::UNRECOGNIZED_NAME), "{client:?}");
    is(&server, ErrorKind::Callback, &["on_client_hello", "no such house"]);
    assert_eq!(server.alert_sent(), Some(Alert::UNRECOGNIZED_NAME));
}

#[test]
fn an_error_of_a_hook_stays_whole_behind_ours() {
    let (_, server) = asked(|_| Err(std::fmt::Error.into()));
    let server = server.expect("refused");
    assert!(server.source().is_some_and(|source| source.is::<std::fmt::Error>()), "{server:?}");
}

#[test]
fn a_hook_that_panics_fails_its_handshake_alone() {
    let (client, server) = asked(|_| panic!("out of paper"));
    is(&server.expect("failed"), ErrorKind::Callback, &["panicked", "out of paper"]);
    assert_eq!(client.expect("failed").alert_received(), Some(Alert::INTERNAL_ERROR));
}
