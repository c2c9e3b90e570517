//! Where a handshake stands, and where it stood when it failed.

use std::sync::{Arc, Mutex};

use gnutls::transport::memory;
use gnutls::{ErrorKind, HandshakeMessage, Priority, Progress, ServerConfig};

use crate::common::{HOST, TLS12, TLS13, client, connect, pki, server};

#[test]
fn messages_have_names_and_unknown_ones_survive() {
    assert_eq!(HandshakeMessage::FINISHED.name(), Some("FINISHED"));
    assert_eq!(HandshakeMessage::CLIENT_HELLO.raw(), 1);
    assert_eq!(HandshakeMessage::from_raw(77).raw(), 77);
}

#[test]
fn a_handshake_says_which_messages_were_the_last() {
    let (near, far) = memory::pair(1 << 16);
    let Progress::Pending(near) =
        client(TLS12).to(HOST).expect("a name").start(near).expect("a client").advance().expect("no error")
    else {
        panic!("nobody has answered");
    };
    assert_eq!((near.last_sent(), near.last_received()), (Some(HandshakeMessage::CLIENT_HELLO), None));
    let far = server(TLS12).start(far).expect("a server");
    assert_eq!((far.last_sent(), far.last_received()), (None, None));
    let Progress::Pending(far) = far.advance().expect("no error") else { panic!("the client has not finished") };
    let last = (far.last_sent(), far.last_received());
    assert_eq!(last, (Some(HandshakeMessage::SERVER_HELLO_DONE), Some(HandshakeMessage::CLIENT_HELLO)));
}

#[test]
fn the_error_of_a_handshake_says_how_far_it_came() {
    let (near, far) = memory::pair(1 << 16);
    let accepting = std::thread::spawn(move || server(TLS12).accept(far).expect_err("refused"));
    let error = client(TLS12).connect("other.example", near).expect_err("another name");
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
    assert_eq!(error.handshake_sent(), Some(HandshakeMessage::CLIENT_HELLO));
    assert!(error.handshake_received().is_some_and(|last| last != HandshakeMessage::SERVER_HELLO), "{error:?}");
    let refused = accepting.join().expect("no panic");
    assert_eq!(refused.handshake_sent(), Some(HandshakeMessage::SERVER_HELLO_DONE));
    assert_eq!(refused.handshake_received(), Some(HandshakeMessage::CLIENT_HELLO));
}

#[test]
fn a_peer_that_goes_away_leaves_the_last_messages_in_the_error() {
    let (near, far) = memory::pair(1 << 16);
    drop(far);
    let error = client(TLS13).connect(HOST, near).expect_err("nobody there");
    assert_eq!(error.handshake_received(), None);
    let later = Priority::new("NOTHING").expect_err("no priority");
    assert_eq!((later.handshake_received(), later.handshake_sent()), (None, None));
}

#[test]
fn a_callback_sees_where_its_handshake_stands() {
    let seen = Arc::new(Mutex::new(None));
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("identity");
    let sees = seen.clone();
    let server = builder.on_client_hello(move |view| {
        *sees.lock().expect("no panic") = Some((view.last_received(), view.last_sent()));
        Ok(())
    });
    connect(&client(TLS13), &server.build().expect("a server"), memory::pair(1 << 16));
    assert_eq!(*seen.lock().expect("no panic"), Some((Some(HandshakeMessage::CLIENT_HELLO), None)));
}
