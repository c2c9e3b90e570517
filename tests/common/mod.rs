//! What the tests share: fresh certificates, connected pairs, checked data.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::sync::OnceLock;
use std::thread;

use gnutls::transport::Wait;
use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey};
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
        let ca = CertificateBuilder::new().subject("CN=test authority").ca(None).self_signed(&ca_key).expect("a ca");
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
