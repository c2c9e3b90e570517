//! Coming back: session ids and tickets of TLS 1.2, tickets of TLS 1.3.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use gnutls::transport::memory;
use gnutls::{
    ErrorKind, KeyUpdateRequest, MemoryStore, Priority, ServerConfig, ServerConfigBuilder, Session, SessionData,
    SessionStore, TicketKey,
};

use crate::common::{HOST, TLS12, TLS13, client, pki, within};
use crate::is;

type Ends = (Session<memory::End>, Session<memory::End>);

fn builder(priority: &str) -> ServerConfigBuilder {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    builder.priority(Priority::new(priority).expect("priority"))
}

fn meet(priority: &'static str, server: &ServerConfig, resume: Option<SessionData>) -> Ends {
    let server = server.clone();
    within("two handshakes", move || {
        let (near, far) = memory::pair(1 << 16);
        let accepting = thread::spawn(move || server.accept(far));
        let connecting = client(priority).to(HOST).expect("a name");
        let connecting = resume.iter().fold(connecting, |connecting, data| connecting.resume(data));
        let client = connecting.connect(near).expect("the client's handshake");
        (client, accepting.join().expect("no panic").expect("the server's handshake"))
    })
}

/// What a first session leaves for a second, once something has been received.
fn first(priority: &'static str, server: &ServerConfig) -> Option<SessionData> {
    let (client, server) = meet(priority, server, None);
    (&server).write_all(b"hello").expect("writing");
    (&client).read_exact(&mut [0; 5]).expect("reading");
    client.session_data().expect("no error")
}

fn resumes(priority: &'static str, server: &ServerConfig) -> bool {
    let data = first(priority, server).expect("something to resume with");
    let (client, server) = meet(priority, server, Some(data.clone()));
    assert_eq!(client.is_resumed(), server.is_resumed());
    let (again, _) = meet(priority, &builder(priority).build().expect("another server"), Some(data));
    assert!(!again.is_resumed(), "a server with other keys cannot know it");
    client.is_resumed()
}

#[test]
fn tickets_resume_in_tls12_and_tls13() {
    for priority in [TLS12, TLS13] {
        assert!(resumes(priority, &builder(priority).build().expect("a server")), "{priority}");
    }
}

#[test]
fn a_session_resumes_after_key_updates_of_either_side() {
    let server = builder(TLS13).build().expect("a server");
    for ours in [true, false] {
        let (client, far) = meet(TLS13, &server, None);
        (&far).write_all(b"hello").expect("writing");
        (&client).read_exact(&mut [0; 5]).expect("reading");
        let updater = if ours { &client } else { &far };
        updater.update_keys(KeyUpdateRequest::NotRequested).expect("a key update");
        (&far).write_all(b"again").expect("writing");
        (&client).read_exact(&mut [0; 5]).expect("reading");
        let data = client.session_data().expect("no error").expect("the ticket from before");
        assert!(meet(TLS13, &server, Some(data)).0.is_resumed(), "ours: {ours}");
    }
}

#[test]
fn session_ids_resume_in_tls12_through_a_store() {
    let cache = Arc::new(MemoryStore::new(10));
    let server = builder(TLS12).tickets(false).session_store(cache).build().expect("a server");
    assert!(resumes(TLS12, &server));
    let server = builder(TLS12).tickets(false).build().expect("a server without any memory");
    assert!(!resumes(TLS12, &server));
}

#[test]
fn a_server_without_tickets_leaves_nothing_in_tls13() {
    let server = builder(TLS13).tickets(false).build().expect("a server");
    assert!(first(TLS13, &server).is_none());
}

#[test]
fn a_resumed_session_still_knows_its_peer() {
    for priority in [TLS12, TLS13] {
        let server = builder(priority).build().expect("a server");
        let data = first(priority, &server);
        let (client, _) = meet(priority, &server, data);
        assert!(client.is_resumed());
        let chain = client.peer_certificates().expect("certificates");
        assert_eq!(chain[0].to_der(), pki().server.chain()[0].to_der(), "{priority}");
    }
}

#[test]
fn saved_data_comes_back_from_its_bytes_and_rubbish_is_refused() {
    let server = builder(TLS13).build().expect("a server");
    let data = first(TLS13, &server).expect("a ticket");
    // SAFETY: as they came from `as_bytes`.
    let again = unsafe { SessionData::from_bytes(data.as_bytes()) };
    let (client, _) = meet(TLS13, &server, Some(again));
    assert!(client.is_resumed());
    for rubbish in [&b""[..], b"rubbish", &data.as_bytes()[..data.as_bytes().len() / 2]] {
        let (near, _far) = memory::pair(1 << 16);
        let connecting = crate::common::client(TLS13).to(HOST).expect("a name");
        // SAFETY: nobody forged a checksum.
        let rubbish = unsafe { SessionData::from_bytes(rubbish) };
        let error = connecting.resume(&rubbish).start(near).expect_err("rubbish");
        is(&error, ErrorKind::InvalidInput, &["the session to resume"]);
    }
}

#[test]
fn saved_data_with_a_damaged_byte_are_refused_before_gnutls_believes_them() {
    for priority in [TLS12, TLS13] {
        let data = first(priority, &builder(priority).build().expect("a server")).expect("session data");
        for place in 0..data.as_bytes().len() {
            let mut damaged = data.as_bytes().to_vec();
            damaged[place] ^= 0x41;
            let (near, _far) = memory::pair(1 << 16);
            let connecting = crate::common::client(priority).to(HOST).expect("a name");
            // SAFETY: as above.
            let damaged = unsafe { SessionData::from_bytes(&damaged) };
            let error = connecting.resume(&damaged).start(near).expect_err("damaged");
            is(&error, ErrorKind::InvalidInput, &["the session to resume"]);
        }
    }
}

/// A cache with one byte that lies.
struct Damaged(MemoryStore, usize);

impl SessionStore for Damaged {
    fn store(&self, id: &[u8], data: &[u8], lifetime: Duration) {
        self.0.store(id, data, lifetime);
    }

    fn retrieve(&self, id: &[u8]) -> Option<Vec<u8>> {
        let mut data = self.0.retrieve(id)?;
        let place = self.1 % data.len();
        data[place] ^= 0x41;
        Some(data)
    }

    fn remove(&self, id: &[u8]) {
        self.0.remove(id);
    }
}

#[test]
fn a_cache_that_damages_sessions_resumes_none_and_does_no_harm() {
    for place in [0, 40, 100, 400, 1000] {
        let cache = Arc::new(Damaged(MemoryStore::new(10), place));
        let server = builder(TLS12).tickets(false).session_store(cache).build().expect("a server");
        assert!(!resumes(TLS12, &server));
    }
}

/// Whether a session that began at one server is resumed at another.
fn moves(priority: &'static str, from: &ServerConfig, to: &ServerConfig) -> bool {
    let data = first(priority, from).expect("something to resume with");
    let (client, server) = meet(priority, to, Some(data));
    assert_eq!(client.is_resumed(), server.is_resumed());
    client.is_resumed()
}

#[test]
fn servers_with_one_ticket_key_resume_each_others_sessions() {
    let key = TicketKey::generate().expect("a key");
    for priority in [TLS12, TLS13] {
        let with = |key: &TicketKey| builder(priority).ticket_key(key.clone()).build().expect("a server");
        let copy = TicketKey::from_bytes(key.as_bytes()).expect("a key");
        assert!(moves(priority, &with(&key), &with(&copy)), "{priority}");
        let other = TicketKey::generate().expect("another key");
        assert!(!moves(priority, &with(&key), &with(&other)), "{priority}: nobody reads tickets of another key");
    }
}

#[test]
fn servers_whose_sessions_live_differently_have_different_keys_in_the_end() {
    let key = TicketKey::generate().expect("a key");
    let hour = Duration::from_secs(3600);
    let with = |lifetime| {
        let server = builder(TLS13).ticket_key(key.clone()).session_lifetime(lifetime);
        server.build().expect("a server")
    };
    assert!(moves(TLS13, &with(hour), &with(hour)));
    assert!(!moves(TLS13, &with(hour), &with(2 * hour)), "the keys are of different hours");
}

#[test]
fn a_store_serves_several_servers_and_is_told_how_long() {
    type Entry = (Vec<u8>, Vec<u8>, Duration);
    #[derive(Default)]
    struct Told {
        sessions: Mutex<Option<Entry>>,
    }
    impl SessionStore for Told {
        fn store(&self, id: &[u8], data: &[u8], lifetime: Duration) {
            *self.sessions.lock().expect("no panic") = Some((id.to_vec(), data.to_vec(), lifetime));
        }

        fn retrieve(&self, id: &[u8]) -> Option<Vec<u8>> {
            let sessions = self.sessions.lock().expect("no panic");
            sessions.as_ref().filter(|(kept, ..)| kept == id).map(|(_, data, _)| data.clone())
        }

        fn remove(&self, _: &[u8]) {
            *self.sessions.lock().expect("no panic") = None;
        }
    }
    let store = Arc::new(Told::default());
    let key = TicketKey::generate().expect("a key");
    let with = || {
        let server = builder(TLS12).ticket_key(key.clone()).tickets(false).session_store(store.clone());
        server.session_lifetime(Duration::from_secs(1000)).build().expect("a server")
    };
    assert!(moves(TLS12, &with(), &with()));
    let lifetime = store.sessions.lock().expect("no panic").as_ref().expect("a session").2.as_secs();
    assert!((900..=1000).contains(&lifetime), "{lifetime} s");
    let stranger = builder(TLS12).tickets(false).session_store(store.clone()).build().expect("a server");
    assert!(!moves(TLS12, &with(), &stranger), "what another has sealed is not believed");
}

#[test]
fn a_store_that_panics_costs_a_full_handshake() {
    struct Broken;
    impl SessionStore for Broken {
        fn store(&self, _: &[u8], _: &[u8], _: Duration) {
            panic!("no store");
        }

        fn retrieve(&self, _: &[u8]) -> Option<Vec<u8>> {
            panic!("no store");
        }

        fn remove(&self, _: &[u8]) {
            panic!("no store");
        }
    }
    let server = builder(TLS12).tickets(false).session_store(Arc::new(Broken)).build().expect("a server");
    assert!(!moves(TLS12, &server, &server));
}
