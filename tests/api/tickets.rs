//! Tickets on demand and as they come, ids, and sessions whose secret is known otherwise.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use gnutls::transport::memory;
use gnutls::{
    Cipher, ClientConfig, ClientConfigBuilder, Connect, ErrorKind, KeyExchange, Mac, MemoryStore, Priority, Protocol,
    ServerConfig, ServerConfigBuilder, Session, SessionData, SharedSession,
};

use crate::common::{HOST, TLS12, TLS13, pki, within};
use crate::is;

type End = Session<memory::End>;

fn client_builder(priority: &str) -> ClientConfigBuilder {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.priority(Priority::new(priority).expect("priorities"))
}

fn server_builder(priority: &str) -> ServerConfigBuilder {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    builder.priority(Priority::new(priority).expect("priorities"))
}

fn server(priority: &str) -> ServerConfig {
    server_builder(priority).build().expect("a server")
}

fn meet(connect: Connect, server: &ServerConfig) -> (End, End) {
    let server = server.clone();
    within("two handshakes", move || {
        let (near, far) = memory::pair(1 << 16);
        let accepting = thread::spawn(move || server.accept(far));
        let client = connect.connect(near).expect("the client's handshake");
        (client, accepting.join().expect("no panic").expect("the server's handshake"))
    })
}

fn to(config: &ClientConfig) -> Connect {
    config.to(HOST).expect("a name")
}

/// A client that puts its tickets on a shelf.
fn collecting(priority: &str) -> (ClientConfig, Receiver<SessionData>) {
    let (tickets, shelf) = mpsc::channel();
    let builder = client_builder(priority).on_ticket(move |ticket| drop(tickets.send(ticket)));
    (builder.build().expect("a client"), shelf)
}

/// The client takes what the server has sent so far.
fn talk(client: &End, server: &End) {
    (&*server).write_all(b"hello").expect("writing");
    (&*client).read_exact(&mut [0; 5]).expect("reading");
}

#[test]
fn every_ticket_is_told_and_each_resumes() {
    let (config, shelf) = collecting(TLS13);
    let server = server(TLS13);
    let (client, far) = meet(to(&config), &server);
    talk(&client, &far);
    let first: Vec<_> = shelf.try_iter().collect();
    assert!(!first.is_empty(), "the handshake sends some");
    far.send_tickets(3).expect("tickets");
    talk(&client, &far);
    let more: Vec<_> = shelf.try_iter().collect();
    assert_eq!(more.len(), 3);
    for ticket in first.iter().chain(&more) {
        let (client, far) = meet(to(&config).resume(ticket), &server);
        assert!(client.is_resumed() && far.is_resumption_requested());
    }
}

#[test]
fn tickets_are_sent_while_both_directions_are_in_use() {
    const BYTES: usize = 1 << 20;
    let (config, shelf) = collecting(TLS13);
    let (client, far) = meet(to(&config), &server(TLS13));
    talk(&client, &far);
    shelf.try_iter().for_each(drop);
    let (client, far) = (Arc::new(client), Arc::new(far));
    within("both directions with tickets between", move || {
        let write = |session: &Arc<End>| {
            let session = Arc::clone(session);
            thread::spawn(move || (&*session).write_all(&vec![7; BYTES]).expect("writing"))
        };
        let read = |session: &Arc<End>| {
            let session = Arc::clone(session);
            thread::spawn(move || (&*session).read_exact(&mut vec![0; BYTES]).expect("reading"))
        };
        let all = [write(&client), write(&far), read(&client), read(&far)];
        for _ in 0..50 {
            far.send_tickets(1).expect("a ticket");
        }
        all.into_iter().for_each(|one| one.join().expect("no panic"));
        talk(&client, &far);
    });
    assert_eq!(shelf.try_iter().count(), 50);
}

#[test]
fn only_servers_of_tls13_send_tickets() {
    for (priority, clients) in [(TLS13, true), (TLS12, false)] {
        let (client, far) = meet(to(&client_builder(priority).build().expect("a client")), &server(priority));
        let error = if clients { client.send_tickets(1) } else { far.send_tickets(1) };
        is(&error.expect_err("refused"), ErrorKind::Unsupported, &["sending tickets"]);
        talk(&client, &far);
    }
}

#[test]
fn a_hook_for_tickets_that_panics_ends_its_session_alone() {
    let config = client_builder(TLS13).on_ticket(|_| panic!("no shelf")).build().expect("a client");
    let (client, far) = meet(to(&config), &server(TLS13));
    (&far).write_all(b"hello").expect("writing");
    let error = client.recv(&mut [0; 5]).expect_err("the hook panicked");
    is(&error, ErrorKind::Callback, &["on_ticket", "no shelf"]);
}

#[test]
fn a_client_without_tickets_gets_none() {
    let (tickets, shelf) = mpsc::channel();
    let builder = client_builder(TLS13).tickets(false).on_ticket(move |ticket| drop(tickets.send(ticket)));
    let (client, far) = meet(to(&builder.build().expect("a client")), &server(TLS13));
    far.send_tickets(2).expect("nothing is sent, and nothing fails");
    talk(&client, &far);
    assert_eq!(shelf.try_iter().count(), 0);
    // Nor does it use one that it has.
    let (taking, shelf) = collecting(TLS13);
    let server = server(TLS13);
    let (client, far) = meet(to(&taking), &server);
    talk(&client, &far);
    let ticket = shelf.recv().expect("a ticket");
    let config = client_builder(TLS13).tickets(false).build().expect("a client");
    assert!(!meet(to(&config).resume(&ticket), &server).0.is_resumed());
}

#[test]
fn a_session_that_was_forgotten_is_not_resumed_by_its_id() {
    let store = Arc::new(MemoryStore::new(10));
    let server = server_builder(TLS12).tickets(false).session_store(store).build().expect("a server");
    let config = client_builder(TLS12).build().expect("a client");
    let (client, far) = meet(to(&config), &server);
    assert_eq!(client.session_id(), far.session_id());
    let data = client.session_data().expect("no error").expect("an id");
    let (again, far) = meet(to(&config).resume(&data), &server);
    assert!(again.is_resumed());
    assert_eq!(again.session_id(), client.session_id());
    far.forget().expect("it forgets");
    let (third, far) = meet(to(&config).resume(&data), &server);
    assert!(!third.is_resumed() && !far.is_resumed());
    // There is no store here, and nothing to forget.
    far.forget().expect("nothing");
}

#[test]
fn both_sides_have_one_master_secret_in_tls12_and_none_in_tls13() {
    let (client, far) = meet(to(&client_builder(TLS12).build().expect("a client")), &server(TLS12));
    let (ours, theirs) = (client.master_secret().expect("a secret"), far.master_secret().expect("a secret"));
    assert!(ours.len() == 48 && *ours == *theirs);
    let (client, _far) = meet(to(&client_builder(TLS13).build().expect("a client")), &server(TLS13));
    assert!(client.master_secret().is_none());
}

/// One ciphersuite, and a master secret that a later session need not have a transcript for.
const ONE_SUITE: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:-CIPHER-ALL:+AES-128-GCM:%NO_SESSION_HASH";

#[test]
fn a_session_resumes_from_its_secret_alone() {
    let store = Arc::new(MemoryStore::new(10));
    let server = server_builder(ONE_SUITE).tickets(false).session_store(store).build().expect("a server");
    let config = client_builder(ONE_SUITE).build().expect("a client");
    let (client, _far) = meet(to(&config), &server);
    let shared = |secret: Vec<u8>| SharedSession {
        id: client.session_id(),
        protocol: Protocol::TLS1_2,
        exchange: KeyExchange::ECDHE_ECDSA,
        cipher: Cipher::AES_128_GCM,
        mac: Mac::AEAD,
        secret: secret.into(),
    };
    let secret = client.master_secret().expect("a secret").to_vec();
    // Another configuration: it has verified nobody, and needs not.
    let other = client_builder(ONE_SUITE).build().expect("a client");
    let resuming = to(&other).resume_secret(shared(secret.clone())).expect("a session");
    let (again, far) = meet(resuming, &server);
    assert!(again.is_resumed() && far.is_resumed());
    talk(&again, &far);

    let error = to(&other).resume_secret(shared(vec![7; 47])).expect_err("refused");
    is(&error, ErrorKind::InvalidInput, &["48 bytes"]);
    let tls13 = SharedSession { protocol: Protocol::TLS1_3, ..shared(secret.clone()) };
    is(&to(&other).resume_secret(tls13).expect_err("refused"), ErrorKind::InvalidInput, &["TLS 1.3"]);
    let no_id = SharedSession { id: Vec::new(), ..shared(secret) };
    is(&to(&other).resume_secret(no_id).expect_err("refused"), ErrorKind::InvalidInput, &["1 to 32"]);
}

#[test]
fn a_server_without_the_secret_cannot_pretend_to_resume() {
    let store = Arc::new(MemoryStore::new(10));
    let server = server_builder(ONE_SUITE).tickets(false).session_store(store).build().expect("a server");
    let config = client_builder(ONE_SUITE).build().expect("a client");
    let (client, _far) = meet(to(&config), &server);
    let shared = SharedSession {
        id: client.session_id(),
        protocol: Protocol::TLS1_2,
        exchange: KeyExchange::ECDHE_ECDSA,
        cipher: Cipher::AES_128_GCM,
        mac: Mac::AEAD,
        secret: vec![9; 48].into(),
    };
    assert_eq!(format!("{shared:?}").find('9'), None, "no secret is shown");
    let connect = to(&config).resume_secret(shared).expect("a session");
    let (near, far) = memory::pair(1 << 16);
    let accepting = thread::spawn(move || server.accept(far).err());
    assert!(within("a handshake", move || connect.connect(near).err()).is_some());
    assert!(accepting.join().expect("no panic").is_some());
}

#[test]
fn session_data_go_to_programs_in_c_and_come_back() {
    for priority in [TLS12, TLS13] {
        let server = server(priority);
        let config = client_builder(priority).build().expect("a client");
        let (client, far) = meet(to(&config), &server);
        if priority == TLS13 {
            assert!(client.gnutls_session_data().expect("no error").is_none(), "no ticket has been received");
        }
        talk(&client, &far);
        let packed = client.gnutls_session_data().expect("no error").expect("a session");
        // SAFETY: as GnuTLS packed it.
        let data = unsafe { SessionData::from_gnutls(&packed) };
        assert_eq!(data.max_early_data(), 0);
        assert!(meet(to(&config).resume(&data), &server).0.is_resumed(), "{priority}");
    }
}

#[test]
fn a_servers_hook_knows_the_id_of_the_session_that_is_resumed() {
    let (ids, told) = mpsc::channel();
    let builder = server_builder(TLS12).tickets(false).session_store(Arc::new(MemoryStore::new(10)));
    let builder = builder.on_client_hello(move |view| {
        ids.send(view.session_id())?;
        Ok(())
    });
    let (server, config) = (builder.build().expect("a server"), client_builder(TLS12).build().expect("a client"));
    let (client, _far) = meet(to(&config), &server);
    let data = client.session_data().expect("no error").expect("an id");
    assert!(meet(to(&config).resume(&data), &server).0.is_resumed());
    let told: Vec<_> = told.try_iter().collect();
    assert_eq!(told.last(), Some(&client.session_id()));
}

#[test]
fn sessions_live_six_hours_unless_said_otherwise() {
    assert_eq!(ServerConfig::default_session_lifetime(), Duration::from_secs(6 * 3600));
}
