//! Sessions resumed: by tickets in both versions, by session id in TLS 1.2.

use std::io::{Read, Write};
use std::sync::Arc;

use gnutls::{ClientConfig, MemoryStore, Protocol, SessionData};

use crate::common::HOST;
use crate::files::Files;
use crate::ours::{Port, TLS12, VERSIONS, client, connect, patient, read_line, server, talk};
use crate::servers::{PEERS, Peer, Server};

/// A whole session, talked in and closed: what resumes it.
fn session_to_resume(config: &ClientConfig, server: &Server, peer: Peer) -> SessionData {
    let session = connect(config, server.tcp());
    assert!(!session.is_resumed());
    talk(&session, peer);
    session.close().expect("closing");
    session.session_data().expect("it can be packed").expect("the server gives something")
}

fn assert_resumes(config: &ClientConfig, server: &Server, peer: Peer, data: &SessionData) {
    let again = config.to(HOST).expect("a name").resume(data).connect(server.tcp());
    let session = patient(again.expect("our handshake"));
    assert!(session.is_resumed(), "{peer:?}, {session:?}");
    talk(&session, peer);
}

#[test]
fn our_client_resumes_with_a_ticket() {
    let files = Files::new();
    let pem = files.server();
    for peer in PEERS {
        let server = Server::answering(peer, &pem, &[]);
        for (_, priority) in VERSIONS {
            let config = client(priority).build().expect("a client");
            let data = session_to_resume(&config, &server, peer);
            // SAFETY: as they came from `as_bytes`.
            let data = unsafe { SessionData::from_bytes(data.as_bytes()) };
            assert_resumes(&config, &server, peer, &data);
        }
    }
}

#[test]
fn our_client_resumes_by_session_id() {
    let files = Files::new();
    let pem = files.server();
    for peer in PEERS {
        let server =
            Server::answering(peer, &pem, if peer == Peer::GnuTls { &["--noticket"] } else { &["-no_ticket"] });
        let config = client(TLS12).build().expect("a client");
        let data = session_to_resume(&config, &server, peer);
        assert_resumes(&config, &server, peer, &data);
    }
}

#[test]
fn a_server_that_has_forgotten_starts_anew() {
    let files = Files::new();
    let pem = files.server();
    for peer in PEERS {
        for (_, priority) in VERSIONS {
            let config = client(priority).build().expect("a client");
            let data = session_to_resume(&config, &Server::answering(peer, &pem, &[]), peer);
            let other = Server::answering(peer, &pem, &[]);
            let again = config.to(HOST).expect("a name").resume(&data).connect(other.tcp());
            let session = patient(again.expect("a full handshake"));
            assert!(!session.is_resumed());
            talk(&session, peer);
        }
    }
}

#[test]
fn gnutls_cli_resumes_with_our_server() {
    let files = Files::new();
    let ca = files.ca();
    let without_tickets = server(TLS12).tickets(false).session_store(Arc::new(MemoryStore::new(10)));
    let with_tickets = VERSIONS.map(|(version, priority)| (version, server(priority)));
    let cases = with_tickets.into_iter().chain([(Protocol::TLS1_2, without_tickets)]);
    for (version, config) in cases {
        let (port, config) = (Port::new(), config.build().expect("a server"));
        let tool = port.gnutls_cli(&ca, &["--resume", "--waitresumption"]);
        let first = port.accept(&config);
        assert!(!first.is_resumed());
        assert_eq!((&first).read(&mut [0; 10]).expect("its close_notify"), 0);
        let second = port.accept(&config);
        assert_eq!((second.is_resumed(), second.protocol()), (true, version));
        tool.stdout.wait_for("*** This is a resumed session\n");
        tool.say("hello\n");
        assert_eq!(read_line(&second).expect("a line"), "hello\n");
    }
}

#[test]
fn openssl_client_resumes_with_our_server() {
    let files = Files::new();
    let (ca, saved) = (files.ca(), files.path("session"));
    for (_, priority) in VERSIONS {
        let (port, config) = (Port::new(), server(priority).build().expect("a server"));
        let visit = |option: &str, resumed: bool, says: &str| {
            let tool = port.openssl_client(&ca, &[option, &saved]);
            let session = port.accept(&config);
            assert_eq!(session.is_resumed(), resumed);
            writeln!(&session, "welcome").expect("writing");
            // The ticket came before this.
            tool.stdout.wait_for("welcome\n");
            let end = tool.finish();
            assert!(end.success && end.stdout.contains(says), "{end:?}");
        };
        visit("-sess_out", false, "\nNew, TLSv1.");
        visit("-sess_in", true, "\nReused, TLSv1.");
    }
}
