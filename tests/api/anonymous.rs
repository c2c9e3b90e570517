//! Sessions between strangers: only where both sides say so, and nobody else gets in by that.

use std::os::unix::net::UnixStream;
use std::thread;

use gnutls::{ClientAuth, ClientConfig, CredentialsType, Error, ErrorKind, Priority, Protocol, ServerConfig, Session};

use crate::common::{HOST, pki, within};
use crate::is;

const EITHER: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2:+ANON-ECDH:+ANON-DH";

fn client() -> ClientConfig {
    ClientConfig::builder().dangerous().with_anonymous().expect("credentials").build().expect("a client")
}

fn server() -> ServerConfig {
    ServerConfig::builder().dangerous().with_anonymous().expect("credentials").build().expect("a server")
}

type Ended = Result<Session<UnixStream>, Error>;

fn meet(client: &ClientConfig, server: &ServerConfig) -> (Ended, Ended) {
    let (client, server) = (client.clone(), server.clone());
    within("the handshake", move || {
        let (near, far) = UnixStream::pair().expect("a pair");
        let accepting = thread::spawn(move || server.accept(far));
        (client.connect(HOST, near), accepting.join().expect("no panic"))
    })
}

#[test]
fn two_strangers_talk_and_neither_is_said_to_be_known() {
    let (near, far) = meet(&client(), &server());
    for session in [near.expect("the client's handshake"), far.expect("the server's handshake")] {
        assert_eq!(session.protocol(), Protocol::TLS1_2);
        assert_eq!(session.server_credentials(), CredentialsType::ANONYMOUS);
        assert_eq!(session.peer_authentication(), None);
        assert!(!format!("{session:?}").contains(HOST), "{session:?}");
        assert!(session.group().name().is_some());
    }
}

#[test]
fn who_does_not_ask_for_strangers_meets_none() {
    let ordinary = crate::common::client("NORMAL");
    let willing = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    let willing = willing.priority(Priority::new(EITHER).expect("priorities")).build().expect("a client");
    for client in [ordinary, willing] {
        assert!(meet(&client, &server()).0.is_err());
    }
    assert!(meet(&client(), &crate::common::server(EITHER)).0.is_err());
}

#[test]
fn certificates_are_verified_all_the_same() {
    let priority = || Priority::new(EITHER).expect("priorities");
    let only_anonymous_too = client();
    let certified = crate::common::server("NORMAL");
    assert!(meet(&only_anonymous_too, &certified).0.is_err());
    let trusting = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    let trusting = trusting.priority(priority()).dangerous().with_anonymous().expect("credentials");
    let trusting = trusting.build().expect("a client");
    let near = meet(&trusting, &certified).0.expect("the certificate is good");
    assert_eq!(near.peer_authentication(), Some(CredentialsType::CERTIFICATE));
    assert_eq!(meet(&trusting, &server()).0.expect("anybody").peer_authentication(), None);
    let elsewhere = ClientConfig::builder().dangerous().with_anonymous().expect("credentials").priority(priority());
    let error = meet(&elsewhere.build().expect("a client"), &certified).0.expect_err("nobody is trusted");
    assert_eq!(error.kind(), ErrorKind::Verification);
}

#[test]
fn strangers_do_not_get_in_where_certificates_are_required() {
    let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let server = server.with_trust(std::slice::from_ref(&pki().ca)).expect("trust").client_auth(ClientAuth::Require);
    let server = server.dangerous().with_anonymous().expect("credentials").build().expect("a server");
    let error = meet(&client(), &server).1.expect_err("a stranger");
    assert_eq!(error.kind(), ErrorKind::Verification);
}

#[test]
fn priorities_without_anonymous_key_exchanges_are_refused() {
    let normal = Priority::new("NORMAL").expect("priorities");
    let client = ClientConfig::builder().priority(normal.clone()).dangerous().with_anonymous().expect("credentials");
    is(&client.build().expect_err("no way in"), ErrorKind::Priority, &["+ANON-ECDH"]);
    let server = ServerConfig::builder().priority(normal).dangerous().with_anonymous().expect("credentials");
    is(&server.build().expect_err("no way in"), ErrorKind::Priority, &["+ANON-ECDH"]);
}
