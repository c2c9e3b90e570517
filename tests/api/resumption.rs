//! Coming back: session ids and tickets of TLS 1.2, tickets of TLS 1.3.

use std::io::{Read, Write};
use std::sync::Arc;
use std::thread;

use gnutls::transport::memory;
use gnutls::{
    ErrorKind, KeyUpdateRequest, MemoryCache, Priority, ServerConfig, ServerConfigBuilder, Session, SessionCache,
    SessionData,
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
fn session_ids_resume_in_tls12_through_a_cache() {
    let cache = Arc::new(MemoryCache::new(10));
    let server = builder(TLS12).tickets(false).session_cache(cache).build().expect("a server");
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
struct Damaged(MemoryCache, usize);

impl SessionCache for Damaged {
    fn store(&self, id: &[u8], data: &[u8]) {
        self.0.store(id, data);
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
        let cache = Arc::new(Damaged(MemoryCache::new(10), place));
        let server = builder(TLS12).tickets(false).session_cache(cache).build().expect("a server");
        assert!(!resumes(TLS12, &server));
    }
}
