//! Clients that are asked for a certificate after the handshake (TLS 1.3): the tools as either side.

use std::io::{Read, Write};

use gnutls::{Alert, ClientAuth, ErrorKind, ServerConfig, ServerConfigBuilder};

use crate::common::pki;
use crate::files::{Files, client_identity};
use crate::ours::{Port, TLS13, client, connect, read_line, server};
use crate::servers::{PEERS, Peer, Server};

fn asking() -> ServerConfigBuilder {
    server(TLS13).with_trust(std::slice::from_ref(&pki().ca)).expect("trust").post_handshake_auth(true)
}

fn built() -> ServerConfig {
    asking().build().expect("a server")
}

/// The argument with which a client bears to be asked.
fn bearing(peer: Peer) -> &'static [&'static str] {
    match peer {
        Peer::GnuTls => &["--post-handshake-auth"],
        Peer::OpenSsl => &["-enable_pha", "-quiet"],
    }
}

/// The arguments that make a client show a certificate.
fn showing<'a>(peer: Peer, chain: &'a str, key: &'a str) -> Vec<&'a str> {
    match peer {
        Peer::GnuTls => vec!["--x509certfile", chain, "--x509keyfile", key],
        Peer::OpenSsl => vec!["-cert", chain, "-key", key],
    }
}

#[test]
fn our_server_asks_a_client_and_gets_its_certificate_among_its_lines() {
    let (files, identity) = (Files::new(), client_identity());
    let (pem, ca) = (files.identity("client", &identity), files.ca());
    for peer in PEERS {
        let port = Port::new();
        let args = [bearing(peer), &showing(peer, &pem.chain, &pem.key)].concat();
        let tool = port.client_of(peer, &ca, &args);
        let session = port.accept(&built());
        assert!(session.can_reauthenticate() && session.peer_certificates().expect("none").is_empty());
        for round in 0..2 {
            // A line on its way, and one that comes later.
            tool.say("hello\n");
            assert!(session.reauthenticate(ClientAuth::Require).expect("an answer"), "{peer:?}, {round}");
            assert_eq!(session.peer_certificates().expect("a chain").first(), identity.chain().first());
            assert_eq!(read_line(&session).expect("a line"), "hello\n");
            tool.say("again\n");
            assert_eq!(read_line(&session).expect("a line"), "again\n");
            writeln!(&session, "welcome {round}").expect("writing");
            tool.stdout.wait_for(&format!("welcome {round}\n"));
        }
    }
}

#[test]
fn our_server_hears_that_a_client_has_none() {
    let ca = Files::new();
    let ca_file = ca.ca();
    for peer in PEERS {
        let port = Port::new();
        let tool = port.client_of(peer, &ca_file, bearing(peer));
        let session = port.accept(&built());
        assert!(!session.reauthenticate(ClientAuth::Request).expect("an answer"), "{peer:?}");
        tool.say("hello\n");
        assert_eq!(read_line(&session).expect("a line"), "hello\n");
        let error = session.reauthenticate(ClientAuth::Require).expect_err("it has none");
        assert_eq!(error.kind(), ErrorKind::Verification, "{peer:?}: {error:?}");
        assert_eq!(error.alert_sent(), Some(Alert::CERTIFICATE_REQUIRED), "{peer:?}");
    }
}

#[test]
fn our_server_knows_which_clients_bear_to_be_asked() {
    let files = Files::new();
    let ca = files.ca();
    for peer in PEERS {
        let port = Port::new();
        let tool = port.client_of(peer, &ca, &[]);
        let session = port.accept(&built());
        assert!(!session.can_reauthenticate(), "{peer:?}");
        let error = session.reauthenticate(ClientAuth::Request).expect_err("it does not bear it");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{peer:?}");
        tool.say("hello\n");
        assert_eq!(read_line(&session).expect("a line"), "hello\n");
    }
}

/// `openssl s_server` asks when it is told to (`c`), also in the middle of our data.
#[test]
fn our_client_answers_openssl_and_goes_on() {
    let (files, identity) = (Files::new(), client_identity());
    let (pem, ca) = (files.server(), files.ca());
    for shows in [true, false] {
        let server = Server::openssl(&pem, &["-CAfile", &ca]);
        let mut config = client(TLS13).post_handshake_auth(true);
        if shows {
            config = config.with_identity(identity.clone()).expect("an identity");
        }
        let session = connect(&config.build().expect("a client"), server.tcp());
        writeln!(&session, "before").expect("writing");
        server.tool.stdout.wait_for("before\n");
        server.tool.say("c\n");
        server.tool.say("line of the server\n");
        assert_eq!(read_line(&session).expect("a line"), "line of the server\n");
        assert_eq!(session.counters().reauthentications, 1);
        writeln!(&session, "after").expect("writing");
        server.tool.stdout.wait_for("after\n");
        session.close().expect("closing");
    }
}

/// `openssl s_server` does not ask a client that has not offered it.
#[test]
fn our_client_that_did_not_offer_it_is_not_asked() {
    let files = Files::new();
    let (pem, ca) = (files.server(), files.ca());
    let server = Server::openssl(&pem, &["-CAfile", &ca]);
    let session = connect(&client(TLS13).build().expect("a client"), server.tcp());
    server.tool.say("c\n");
    server.tool.say("line of the server\n");
    let mut line = [0; 19];
    (&session).read_exact(&mut line).expect("a line");
    assert_eq!(session.counters().reauthentications, 0);
}

/// `gnutls-serv` asks when the client tells it to.
#[test]
fn our_client_answers_gnutls_serv_and_goes_on() {
    let (files, identity) = (Files::new(), client_identity());
    let (pem, ca) = (files.server(), files.ca());
    let server = Server::answering(Peer::GnuTls, &pem, &["--x509cafile", &ca, "--disable-client-cert"]);
    let config = client(TLS13).post_handshake_auth(true).with_identity(identity).expect("an identity");
    let session = connect(&config.build().expect("a client"), server.tcp());
    for round in 1..=2 {
        writeln!(&session, "**REAUTH**").expect("writing");
        assert_eq!(read_line(&session).expect("a line"), "Successfully executed command\n");
        assert_eq!(session.counters().reauthentications, round);
        writeln!(&session, "line {round}").expect("writing");
        assert_eq!(read_line(&session).expect("a line"), format!("line {round}\n"));
    }
    session.close().expect("closing");
}
