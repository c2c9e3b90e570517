//! What the tests share: fresh certificates, connected pairs, checked data.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod early;
pub(crate) mod lane;
pub(crate) mod polled;
pub(crate) mod raw;
pub(crate) mod reauth;
pub(crate) mod renegotiation;
pub(crate) mod restarts;

use std::fmt::Display;
use std::net::{TcpListener, TcpStream};
use std::sync::OnceLock;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use gnutls::transport::Wait;
use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey, Purpose};
use gnutls::{ClientConfig, Identity, Priority, ServerConfig, Session};

/// The name in the server's certificate.
pub(crate) const HOST: &str = "localhost";

/// An authority, and a server's identity that it issued.
pub(crate) struct Pki {
    pub(crate) ca: Certificate,
    pub(crate) ca_key: PrivateKey,
    pub(crate) server: Identity,
}

/// One for all tests of a process.
pub(crate) fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| {
        let ca_key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
        let ca = authority("CN=test authority").self_signed(&ca_key).expect("a ca");
        let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
        let certificate = CertificateBuilder::new()
            .subject("CN=test server")
            .dns_name(HOST)
            .signed_by(&key, &ca, &ca_key)
            .expect("a certificate");
        let server = Identity::new(vec![certificate], key).expect("they fit");
        Pki { ca, ca_key, server }
    })
}

/// An authority that answers (OCSP) by itself. GnuTLS before 3.7.3 takes answers only of those that say they may.
pub(crate) fn authority(subject: &str) -> CertificateBuilder {
    let builder = CertificateBuilder::new().subject(subject).ca(None);
    if gnutls::is_at_least(c"3.7.3") {
        return builder;
    }
    builder.purpose(Purpose::OCSP_SIGNING).purpose(Purpose::SERVER_AUTH).purpose(Purpose::CLIENT_AUTH)
}

pub(crate) fn client(priority: &str) -> ClientConfig {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.priority(Priority::new(priority).expect("priority")).build().expect("a client")
}

pub(crate) fn server(priority: &str) -> ServerConfig {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("identity");
    builder.priority(Priority::new(priority).expect("priority")).build().expect("a server")
}

/// A client and a server session, connected.
pub(crate) fn connect<C: Wait + 'static, S: Wait + 'static>(
    client: &ClientConfig,
    server: &ServerConfig,
    (near, far): (C, S),
) -> (Session<C>, Session<S>) {
    let server = server.clone();
    let accepting = thread::spawn(move || server.accept(far));
    let client = client.connect(HOST, near).expect("the client's handshake");
    (client, accepting.join().expect("no panic").expect("the server's handshake"))
}

/// Bytes that differ from place to place: what stream `seed` has at position `at`.
pub(crate) fn fill(seed: u64, at: u64, buf: &mut [u8]) {
    for (i, byte) in buf.iter_mut().enumerate() {
        *byte = expected(seed, at + i as u64);
    }
}

pub(crate) fn expected(seed: u64, at: u64) -> u8 {
    let mixed = (at / 8 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(seed).rotate_left(23);
    mixed.to_le_bytes()[(at % 8) as usize]
}

/// Panics at the first wrong byte.
pub(crate) fn check(seed: u64, at: u64, buf: &[u8]) {
    for (i, byte) in buf.iter().enumerate() {
        let place = at + i as u64;
        assert_eq!(*byte, expected(seed, place), "byte {place} of stream {seed}");
    }
}

/// Runs `body` in a thread; a hang becomes a failure that says what did not end.
pub(crate) fn within<R: Send + 'static>(what: &str, body: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, finished) = mpsc::channel();
    let runner = thread::spawn(move || {
        let result = body();
        // Nobody listens after the deadline.
        let _ = done.send(result);
    });
    match finished.recv_timeout(DEADLINE) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => panic!("{what}: nothing after {DEADLINE:?}"),
        Err(RecvTimeoutError::Disconnected) => match runner.join() {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(()) => unreachable!("it sends before it ends"),
        },
    }
}

/// Prints lines for `docs/reliability.md`: `figure: TOPIC: WHAT: VALUE`, where TOPIC is the name of a job of `ci/check.sh`
/// and what it ran.
pub(crate) fn figures(topic: &str, values: &[(&str, &dyn Display)]) {
    // libtest has begun a line of its own.
    println!();
    for (what, value) in values {
        println!("figure: {topic}: {what}: {value}");
    }
}

/// Long enough for any test here on a busy machine, under a sanitizer.
const DEADLINE: Duration = Duration::from_secs(600);

/// Only TLS 1.3.
pub(crate) const TLS13: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
/// Only TLS 1.2.
pub(crate) const TLS12: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2";

/// A connection over the loopback interface.
pub(crate) fn tcp() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let near = TcpStream::connect(listener.local_addr().expect("an address")).expect("connecting");
    (near, listener.accept().expect("accepting").0)
}
