//! Connections that end without a close_notify: neither side may take that for the end of the data.

use std::io::{ErrorKind as IoErrorKind, Read, Write};
use std::thread;

use gnutls::ErrorKind;

use crate::common::HOST;
use crate::files::Files;
use crate::ours::{Port, Tls, VERSIONS, client, connect, inner, read_line, server, talk};
use crate::proxy::cut_after;
use crate::servers::{PEERS, Peer, Server};

fn assert_truncated(session: &mut Tls) {
    for _ in 0..2 {
        let error = session.read(&mut [0; 10]).expect_err("the end is not the peer's");
        assert_eq!((error.kind(), inner(&error).kind()), (IoErrorKind::UnexpectedEof, ErrorKind::Truncated));
        assert!(error.to_string().contains("close_notify"), "{error}");
    }
}

#[test]
fn a_server_that_dies_is_no_end() {
    let files = Files::new();
    let pem = files.server();
    for peer in PEERS {
        for (_, priority) in VERSIONS {
            let mut server = Server::answering(peer, &pem, &[]);
            let mut session = connect(&client(priority).build().expect("a client"), server.tcp());
            talk(&session, peer);
            server.tool.kill();
            assert_truncated(&mut session);
        }
    }
}

#[test]
fn a_client_that_dies_is_no_end() {
    let files = Files::new();
    let ca = files.ca();
    for peer in PEERS {
        for (_, priority) in VERSIONS {
            let port = Port::new();
            let mut tool = port.client_of(peer, &ca, &[]);
            let mut session = port.accept(&server(priority).build().expect("a server"));
            session.write_all(b"hello\n").expect("writing");
            // It has read everything before this, so that its death is not a reset.
            tool.stdout.wait_for("hello\n");
            tool.say("hello\n");
            assert_eq!(read_line(&session).expect("a line"), "hello\n");
            tool.kill();
            assert_truncated(&mut session);
        }
    }
}

#[test]
fn a_wire_that_is_cut_in_the_middle_of_the_data_is_no_end() {
    const LIMIT: usize = 100_000;
    let files = Files::new();
    let pem = files.server();
    for (_, priority) in VERSIONS {
        let server = Server::answering(Peer::GnuTls, &pem, &[]);
        let session = connect(&client(priority).build().expect("a client"), cut_after(LIMIT, server.tcp()));
        let (mut reader, mut writer) = session.into_split();
        thread::scope(|scope| {
            scope.spawn(move || {
                // It fails at some point, when the server's end of the wire has noticed.
                let line = [b'x'; 99];
                for _ in 0..5000 {
                    if writer.write_all(&line).and_then(|()| writer.write_all(b"\n")).is_err() {
                        break;
                    }
                }
            });
            let mut got = Vec::new();
            let error = reader.read_to_end(&mut got).expect_err("the end is not the peer's");
            assert_eq!((error.kind(), inner(&error).kind()), (IoErrorKind::UnexpectedEof, ErrorKind::Truncated));
            assert!(got.len() > LIMIT / 2 && got.len() < LIMIT, "{} bytes of {LIMIT} were data", got.len());
        });
    }
}

#[test]
fn a_wire_that_is_cut_in_the_handshake_is_an_error() {
    let files = Files::new();
    let pem = files.server();
    for peer in PEERS {
        let server = Server::answering(peer, &pem, &[]);
        for (_, priority) in VERSIONS {
            let config = client(priority).build().expect("a client");
            let error = config.connect(HOST, cut_after(50, server.tcp())).expect_err("cut");
            assert_eq!(error.kind(), ErrorKind::Truncated, "{error}");
            assert!(error.to_string().contains(HOST), "{error}");
        }
    }
}

#[test]
fn a_session_of_ours_that_is_dropped_is_no_end_for_the_server() {
    let files = Files::new();
    let pem = files.server();
    for (_, priority) in VERSIONS {
        let config = client(priority).build().expect("a client");
        let gnutls = Server::answering(Peer::GnuTls, &pem, &[]);
        let session = connect(&config, gnutls.tcp());
        talk(&session, Peer::GnuTls);
        drop(session);
        gnutls.tool.stderr.wait_for(complaint(Peer::GnuTls));
        // (With -rev it does not complain.)
        let openssl = Server::openssl(&pem, &[]);
        let session = connect(&config, openssl.tcp());
        openssl.tool.say("hello\n");
        // After this nothing unread is left, so that the end is not a reset.
        assert_eq!(read_line(&session).expect("a line"), "hello\n");
        drop(session);
        if !Peer::OpenSsl.is_lax() {
            openssl.tool.stderr.wait_for(complaint(Peer::OpenSsl));
        }
    }
}

#[test]
fn a_session_of_ours_that_is_dropped_is_no_end_for_the_client() {
    let files = Files::new();
    let ca = files.ca();
    for peer in PEERS {
        for (_, priority) in VERSIONS {
            let port = Port::new();
            let tool = port.client_of(peer, &ca, &[]);
            let session = port.accept(&server(priority).build().expect("a server"));
            tool.say("hello\n");
            assert_eq!(read_line(&session).expect("a line"), "hello\n");
            drop(session);
            let end = tool.ended();
            assert!(peer.is_lax() || !end.success && end.stderr.contains(complaint(peer)), "{end:?}");
        }
    }
}

/// What a tool says when the connection ends without our close_notify.
fn complaint(peer: Peer) -> &'static str {
    match peer {
        Peer::GnuTls => "The TLS connection was non-properly terminated.",
        Peer::OpenSsl => "unexpected eof while reading",
    }
}
