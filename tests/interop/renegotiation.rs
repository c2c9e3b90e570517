//! Renegotiation (TLS 1.2): the tools as either side.

use std::io::{Read, Write};

use gnutls::{Alert, ClientAuth, CredentialsType, Error, ErrorKind};

use crate::common::pki;
use crate::files::{Files, client_identity};
use crate::ours::{Port, TLS12, Tls, client, connect, inner, read_line, server};
use crate::servers::{Peer, Server};

/// What the next read says of a peer that wants to renegotiate.
fn wish(session: &Tls) -> Error {
    let error = inner(&{ session }.read(&mut [0; 16]).expect_err("no data"));
    assert_eq!(error.kind(), ErrorKind::Renegotiation, "{error:?}");
    error
}

/// Renegotiates, and says whether the keys are others.
fn renegotiated(session: Tls) -> Tls {
    let key = |session: &Tls| session.sending_state().expect("a state").cipher_key.to_vec();
    let before = key(&session);
    let session = session.renegotiate().expect("it may").complete().expect("our second handshake");
    assert!(key(&session) != before);
    session
}

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
        let error = wish(&session);
        assert_eq!(error.alert_sent(), Some(Alert::NO_RENEGOTIATION));
    }
    // The connection stays until the client has read what it is told.
    let end = tool.ended();
    drop(session);
    assert!(end.stderr.contains("RENEGOTIATING") && end.stderr.contains("no renegotiation"), "{}", end.stderr);
}

#[test]
fn openssl_s_client_renegotiates_with_our_server() {
    let (files, port) = (Files::new(), Port::new());
    let tool = port.openssl_client(&files.ca(), &[]);
    let mut session = port.accept(&server(TLS12).allow_renegotiation(true).build().expect("a server"));
    for round in 1..=3 {
        tool.say("before\n");
        assert_eq!(read_line(&session).expect("a line"), "before\n");
        tool.say("R\n");
        assert_eq!(wish(&session).alert_sent(), None);
        session = renegotiated(session);
        assert_eq!(session.counters().renegotiations, round);
        writeln!(&session, "welcome {round}").expect("writing");
        tool.stdout.wait_for(&format!("welcome {round}\n"));
        tool.say("after\n");
        assert_eq!(read_line(&session).expect("a line"), "after\n");
    }
}

/// As real servers do: the client is nobody until it asks for something secret.
#[test]
fn our_server_asks_openssl_s_client_and_gets_its_certificate_in_the_second_handshake() {
    let (files, identity) = (Files::new(), client_identity());
    let (pem, ca) = (files.identity("client", &identity), files.ca());
    let port = Port::new();
    let tool = port.openssl_client(&ca, &["-cert", &pem.chain, "-key", &pem.key]);
    let config = server(TLS12).with_trust(std::slice::from_ref(&pki().ca)).expect("trust").allow_renegotiation(true);
    let session = port.accept(&config.build().expect("a server"));
    assert_eq!(session.peer_authentication(), None);
    session.ask_renegotiation().expect("asking");
    writeln!(&session, "on its way").expect("writing");
    wish(&session);
    let again = session.renegotiate_asking(ClientAuth::Require).expect("it may");
    let session = again.complete().expect("our second handshake");
    assert_eq!(session.peer_authentication(), Some(CredentialsType::CERTIFICATE));
    assert_eq!(session.peer_certificates().expect("a chain").first(), identity.chain().first());
    tool.stdout.wait_for("on its way\n");
    // It looks at what is typed again once something comes.
    writeln!(&session, "welcome").expect("writing");
    tool.stdout.wait_for("welcome\n");
    tool.say("after\n");
    assert_eq!(read_line(&session).expect("a line"), "after\n");
}

#[test]
fn gnutls_cli_renegotiates_with_our_server() {
    let (files, port) = (Files::new(), Port::new());
    let tool = port.gnutls_cli(&files.ca(), &["--rehandshake"]);
    let session = port.accept(&server(TLS12).allow_renegotiation(true).build().expect("a server"));
    wish(&session);
    let session = renegotiated(session);
    tool.stdout.wait_for("ReHandshake was completed");
    tool.say("hello\n");
    assert_eq!(read_line(&session).expect("a line"), "hello\n");
    writeln!(&session, "welcome").expect("writing");
    tool.stdout.wait_for("welcome\n");
}

#[test]
fn our_client_renegotiates_with_either_server() {
    let files = Files::new();
    let config = client(TLS12).allow_renegotiation(true).build().expect("a client");
    for peer in [Peer::GnuTls, Peer::OpenSsl] {
        // OpenSSL from 3.0 on follows a client only where it is told to.
        let told = peer == Peer::OpenSsl && !peer.is_lax();
        let args: &[&str] = if told { &["-client_renegotiation"] } else { &[] };
        let server = Server::answering(peer, &files.server(), args);
        let mut session = connect(&config, server.tcp());
        for round in 1..=3 {
            crate::ours::talk(&session, peer);
            session = renegotiated(session);
            assert_eq!(session.counters().renegotiations, round, "{peer:?}");
        }
        crate::ours::talk(&session, peer);
        session.close().expect("closing");
    }
}

/// `openssl s_server` asks for a renegotiation (`r`), and for one with a certificate (`R`), amid its lines.
#[test]
fn our_client_does_what_openssl_s_server_asks_for_and_loses_no_line() {
    let (files, identity) = (Files::new(), client_identity());
    let (pem, ca) = (files.server(), files.ca());
    let server = Server::openssl(&pem, &["-CAfile", &ca]);
    let config = client(TLS12).allow_renegotiation(true).with_identity(identity).expect("an identity");
    let mut session = connect(&config.build().expect("a client"), server.tcp());
    for (round, command) in ["r\n", "R\n", "r\n"].into_iter().enumerate() {
        server.tool.say("before\n");
        assert_eq!(read_line(&session).expect("a line"), "before\n");
        server.tool.say(command);
        wish(&session);
        session = renegotiated(session);
        writeln!(&session, "after {round}").expect("writing");
        server.tool.stdout.wait_for(&format!("after {round}\n"));
    }
    server.tool.say("last\n");
    assert_eq!(read_line(&session).expect("a line"), "last\n");
    session.close().expect("closing");
}

/// It does not bear that; others do.
#[test]
fn our_client_refuses_what_openssl_s_server_asks_for() {
    let files = Files::new();
    let server = Server::openssl(&files.server(), &[]);
    let config = client(TLS12).allow_renegotiation(true).build().expect("a client");
    let session = connect(&config, server.tcp());
    server.tool.say("r\n");
    wish(&session);
    session.refuse_renegotiation().expect("refusing");
    server.tool.stderr.wait_for("no renegotiation");
}

/// `gnutls-serv` asks when the client tells it to.
#[test]
fn our_client_does_what_gnutls_serv_asks_for() {
    let files = Files::new();
    let server = Server::answering(Peer::GnuTls, &files.server(), &[]);
    let config = client(TLS12).allow_renegotiation(true).build().expect("a client");
    let mut session = connect(&config, server.tcp());
    for round in 1..=2 {
        writeln!(&session, "**REHANDSHAKE**").expect("writing");
        wish(&session);
        session = renegotiated(session);
        // What it sent at once is kept.
        assert_eq!(read_line(&session).expect("a line"), "Successfully executed command\n");
        writeln!(&session, "line {round}").expect("writing");
        assert_eq!(read_line(&session).expect("a line"), format!("line {round}\n"));
    }
    session.close().expect("closing");
}
