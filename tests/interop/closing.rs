//! Who closes first, and what the other can still do.

use std::io::{ErrorKind as IoErrorKind, Read, Write};

use gnutls::ErrorKind;

use crate::files::Files;
use crate::ours::{Port, VERSIONS, assert_end, client, connect, inner, read_line, server, talk};
use crate::servers::{PEERS, Peer, Server};

#[test]
fn we_close_first_and_the_server_answers() {
    let files = Files::new();
    let pem = files.server();
    for peer in PEERS {
        let server = Server::answering(peer, &pem, &[]);
        for (_, priority) in VERSIONS {
            let mut session = connect(&client(priority).build().expect("a client"), server.tcp());
            talk(&session, peer);
            session.close().expect("closing");
            session.close().expect("closing twice is once");
            let refused = session.write(b"more").expect_err("closed");
            assert_eq!((refused.kind(), inner(&refused).kind()), (IoErrorKind::BrokenPipe, ErrorKind::Closed));
            for _ in 0..2 {
                assert_end(peer, session.read(&mut [0; 10]));
            }
        }
    }
}

#[test]
fn the_server_closes_first() {
    let files = Files::new();
    let pem = files.server();
    for peer in PEERS {
        let server = match peer {
            Peer::GnuTls => Server::gnutls(&pem, &["--http"]),
            Peer::OpenSsl => Server::openssl(&pem, &["-www"]),
        };
        for (_, priority) in VERSIONS {
            let mut session = connect(&client(priority).build().expect("a client"), server.tcp());
            session.write_all(b"GET / HTTP/1.0\r\n\r\n").expect("asking");
            let mut page = Vec::new();
            assert_end(peer, session.read_to_end(&mut page).map(|_| 0));
            let page = String::from_utf8_lossy(&page);
            assert!(page.starts_with("HTTP/1.0 200") && page.contains("TLS"), "{page}");
            assert_end(peer, session.read(&mut [0; 10]));
        }
    }
}

#[test]
fn the_client_closes_first_and_still_listens() {
    let files = Files::new();
    let ca = files.ca();
    for (_, priority) in VERSIONS {
        let port = Port::new();
        let mut tool = port.gnutls_cli(&ca, &[]);
        let mut session = port.accept(&server(priority).build().expect("a server"));
        tool.say("hello\n");
        assert_eq!(read_line(&session).expect("a line"), "hello\n");
        tool.hang_up();
        assert_eq!(session.read(&mut [0; 10]).expect("its close_notify"), 0);
        session.write_all(b"still there?\n").expect("our direction is open");
        tool.stdout.wait_for("still there?\n");
        session.close().expect("closing");
        assert!(tool.ended().success);
    }
}

#[test]
fn the_client_closes_first_and_goes() {
    let files = Files::new();
    let ca = files.ca();
    for (_, priority) in VERSIONS {
        let port = Port::new();
        let mut tool = port.openssl_client(&ca, &[]);
        let mut session = port.accept(&server(priority).build().expect("a server"));
        tool.say("hello\n");
        assert_eq!(read_line(&session).expect("a line"), "hello\n");
        tool.hang_up();
        assert_eq!(session.read(&mut [0; 10]).expect("its close_notify"), 0);
        assert!(tool.ended().success);
    }
}

#[test]
fn we_close_first_and_the_client_knows_that_nothing_is_missing() {
    let files = Files::new();
    let ca = files.ca();
    for peer in PEERS {
        for (_, priority) in VERSIONS {
            let port = Port::new();
            let tool = port.client_of(peer, &ca, &[]);
            let mut session = port.accept(&server(priority).build().expect("a server"));
            tool.say("hello\n");
            assert_eq!(read_line(&session).expect("a line"), "hello\n");
            session.write_all(b"goodbye\n").expect("writing");
            session.close().expect("closing");
            let end = tool.ended();
            assert!(end.success && end.stdout.contains("goodbye\n"), "{end:?}");
            assert!(!end.stderr.contains("unexpected eof"), "{end:?}");
        }
    }
}
