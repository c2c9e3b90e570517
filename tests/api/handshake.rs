//! Handshakes that fail: garbage, nothing in common, and what each side says about it.

use std::io::{Read, Write};
use std::thread;

use gnutls::transport::{Transport, memory};
use gnutls::{Alert, ClientConfig, Error, ErrorKind, Priority, ServerConfig};

use crate::common::{HOST, TLS12, TLS13, client, fill, pki, server, within};
use crate::is;

/// The errors of a client and a server that cannot come together.
fn both_fail(client: &ClientConfig, server: &ServerConfig) -> (Error, Error) {
    let (client, server) = (client.clone(), server.clone());
    within("two handshakes", move || {
        let (near, far) = memory::pair(1 << 16);
        let accepting = thread::spawn(move || server.accept(far).expect_err("nothing in common"));
        let error = client.connect(HOST, near).expect_err("nothing in common");
        (error, accepting.join().expect("no panic"))
    })
}

#[test]
fn garbage_fails_both_roles_and_is_answered_with_an_alert() {
    for garbage in [&b"GET / HTTP/1.0\r\n\r\n"[..], &[0; 64], &[0xFF; 64], b"\x16\x03\x03\x00\x04\x01\x00\x00\x00"] {
        for priority in [TLS12, TLS13] {
            within("a handshake", move || {
                let (near, far) = memory::pair(1 << 16);
                assert_eq!(near.try_write(garbage).expect("room"), garbage.len());
                let error = server(priority).accept(far).expect_err("no TLS");
                assert!(matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Negotiation), "{error:?}");
                assert!(error.to_string().contains("the handshake with a client"), "{error}");
                assert!(error.alert_sent().is_some(), "{error:?}");

                let (near, far) = memory::pair(1 << 16);
                assert_eq!(near.try_write(garbage).expect("room"), garbage.len());
                let error = client(priority).connect(HOST, far).expect_err("no TLS");
                assert!(matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Negotiation), "{error:?}");
                assert!(error.to_string().contains("the handshake with localhost"), "{error}");
            });
        }
    }
}

#[test]
fn a_peer_that_goes_away_in_the_handshake_is_truncation() {
    let (near, far) = memory::pair(1 << 16);
    drop(far);
    let error = client(TLS13).connect(HOST, near).expect_err("nobody there");
    assert!(matches!(error.kind(), ErrorKind::Truncated | ErrorKind::Transport), "{error:?}");
    let (near, far) = memory::pair(1 << 16);
    drop(near);
    is(&server(TLS13).accept(far).expect_err("nobody there"), ErrorKind::Truncated, &["the handshake with a client"]);
}

#[test]
fn a_server_does_not_wait_for_a_client_that_talks_before_it_reads() {
    let (sent, received) = within("a client that writes first", || {
        // Less than the tickets take.
        let (near, far) = memory::pair(100);
        let accepting = thread::spawn(move || {
            let mut session = server(TLS13).accept(far).expect("the server's handshake");
            let mut received = vec![0; 100_000];
            session.read_exact(&mut received).expect("what the client sends");
            received
        });
        let mut session = client(TLS13).connect(HOST, near).expect("the client's handshake");
        let mut sent = vec![0; 100_000];
        fill(7, 0, &mut sent);
        session.write_all(&sent).expect("a server that reads");
        (sent, accepting.join().expect("no panic"))
    });
    assert!(sent == received);
}

#[test]
fn no_common_version_is_negotiation_here_and_an_alert_there() {
    let (at_client, at_server) = both_fail(&client(TLS12), &server(TLS13));
    is(&at_server, ErrorKind::Negotiation, &["the handshake with a client"]);
    let alert = at_server.alert_sent().expect("an alert");
    is(&at_client, ErrorKind::Alert, &["the handshake with localhost", alert.name().expect("a name")]);
    assert_eq!(at_client.alert_received(), Some(alert));
}

#[test]
fn application_protocols_are_agreed_on_or_required() {
    let trust = std::slice::from_ref(&pki().ca);
    let client = |names: &[&str]| {
        let builder = ClientConfig::builder().with_trust(trust).expect("trust");
        builder.alpn(names).expect("names").build().expect("a client")
    };
    let server = |required: bool| {
        let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let builder = builder.alpn(["h2", "http/1.1"]).expect("names");
        let builder = if required { builder.alpn_required() } else { builder };
        builder.build().expect("a server")
    };
    let (one, other) = crate::common::connect(&client(&["http/1.1", "h2"]), &server(true), memory::pair(1 << 16));
    assert_eq!(one.alpn(), other.alpn());
    assert!(one.alpn().is_some());
    let (one, other) = crate::common::connect(&client(&["spdy"]), &server(false), memory::pair(1 << 16));
    assert_eq!((one.alpn(), other.alpn()), (None, None));
    let (at_client, at_server) = both_fail(&client(&["spdy"]), &server(true));
    assert_eq!((at_server.kind(), at_client.kind()), (ErrorKind::Negotiation, ErrorKind::Alert));
    assert_eq!(at_client.alert_received(), Some(Alert::NO_APPLICATION_PROTOCOL));
}

#[test]
fn whose_order_of_application_protocols_counts_is_for_the_server_to_say() {
    let trust = std::slice::from_ref(&pki().ca);
    let client = ClientConfig::builder().with_trust(trust).expect("trust").alpn(["c", "b", "a"]).expect("names");
    let client = client.build().expect("a client");
    for (own, expected) in [(false, "b"), (true, "a")] {
        let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let builder = builder.alpn(["x", "a", "b"]).expect("names");
        let builder = if own { builder.prefer_own_alpn() } else { builder };
        let server = builder.build().expect("a server");
        let (one, other) = crate::common::connect(&client, &server, memory::pair(1 << 16));
        assert_eq!((one.alpn(), other.alpn()), (Some(expected.as_bytes()), Some(expected.as_bytes())));
    }
}

#[test]
fn a_server_without_an_identity_shares_nothing_with_anybody() {
    let server = ServerConfig::builder().priority(Priority::new(TLS13).expect("priority")).build();
    let (at_client, at_server) = both_fail(&client(TLS13), &server.expect("a server without identity"));
    assert_eq!(at_client.kind(), ErrorKind::Alert, "{at_client:?}");
    assert!(matches!(at_server.kind(), ErrorKind::Negotiation | ErrorKind::Credentials), "{at_server:?}");
}
