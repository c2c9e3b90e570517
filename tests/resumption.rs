//! Sessions resumed: quickly where it is right, never past a verification.

mod common;

use std::io::{Read, Write};
use std::sync::Arc;

use common::{HOST, pki};
use gnutls::transport::memory;
use gnutls::{ClientConfig, Connect, ErrorKind, MemoryCache, Priority, ServerConfig, Session, SessionData};

const VERSIONS: [&str; 2] = ["NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.3"];

/// Connects and exchanges a byte each way, so that the client has seen what the server sends after the handshake.
fn exchange(connect: Connect, server: &ServerConfig) -> gnutls::Result<Session<memory::End>> {
    let (near, far) = memory::pair(64 * 1024);
    let server = server.clone();
    let peer = std::thread::spawn(move || -> std::io::Result<()> {
        let mut session = server.accept(far)?;
        session.read_exact(&mut [0])?;
        session.write_all(b"y")
    });
    let result = connect.connect(near).map(|mut session| {
        session.write_all(b"x").expect("writing");
        session.read_exact(&mut [0]).expect("reading");
        session
    });
    let peer = peer.join().expect("no panic");
    assert_eq!(peer.is_ok(), result.is_ok());
    result
}

fn saved(session: &Session<memory::End>) -> SessionData {
    session.session_data().expect("packing").expect("the server gives tickets or ids")
}

#[test]
fn a_ticket_resumes_and_the_certificates_are_still_there() {
    for version in VERSIONS {
        let (client, server) = (common::client(version), common::server(version));
        let first = exchange(client.to(HOST).expect("a name"), &server).expect("the first");
        assert!(!first.is_resumed());
        let data = SessionData::from_bytes(saved(&first).as_bytes());
        let second = exchange(client.to(HOST).expect("a name").resume(&data), &server).expect("the second");
        assert!(second.is_resumed(), "{version}");
        assert_eq!(second.peer_certificates().expect("readable").first(), pki().server.chain().first());
    }
}

#[test]
fn a_session_id_resumes_from_the_servers_cache() {
    let client = common::client("NORMAL:-VERS-ALL:+VERS-TLS1.2:%NO_TICKETS");
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("identity");
    let server = builder.tickets(false).session_cache(Arc::new(MemoryCache::new(8))).build().expect("a server");
    let first = exchange(client.to(HOST).expect("a name"), &server).expect("the first");
    let second = exchange(client.to(HOST).expect("a name").resume(&saved(&first)), &server).expect("the second");
    assert!(second.is_resumed());
}

#[test]
fn a_session_that_nobody_verified_does_not_resume_as_a_verified_one() {
    for version in VERSIONS {
        let priority = Priority::new(version).expect("priority");
        let careless = ClientConfig::builder().dangerous().accept_any_certificate();
        let careless = careless.priority(priority).build().expect("a client");
        let (careful, server) = (common::client(version), common::server(version));
        // A server resumes only under the server name of the first session, so none is sent.
        let to = |config: &ClientConfig, host| config.to(host).expect("a name").without_server_name();
        let first = exchange(to(&careless, "elsewhere.example"), &server).expect("anything goes");
        let data = saved(&first);
        let error = exchange(to(&careful, "elsewhere.example").resume(&data), &server).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{version}: {error}");
        // The name is right, the authority is trusted: the same data is good here.
        let second = exchange(to(&careful, HOST).resume(&data), &server).expect("the right name");
        assert!(second.is_resumed(), "{version}");
    }
}

#[test]
fn what_is_no_session_data_is_an_error_of_the_caller() {
    let connect = common::client(VERSIONS[1]).to(HOST).expect("a name");
    for bytes in [&b""[..], b"nonsense", &[0; 500]] {
        let (near, _far) = memory::pair(1);
        let error = connect.clone().resume(&SessionData::from_bytes(bytes)).start(near).unwrap_err();
        assert!(error.to_string().contains("resume"), "{error}");
    }
}
