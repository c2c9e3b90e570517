//! Peers whose certificates have numbers with which GnuTLS would compute for hours: their handshakes end at once.

use std::sync::Arc;

use gnutls::key::{Cause, Pcert, PrivateKey, PublicKey, RsaPublicNumbers, SigningKey};
use gnutls::transport::memory;
use gnutls::x509::CertificateBuilder;
use gnutls::{ClientAuth, ClientConfig, Error, ErrorKind, Priority, PublicKeyAlgorithm, ServerConfig, SignatureScheme};

use crate::common::{HOST, TLS12, TLS13, pki};

/// The private half of a key that has none: its signatures are as long as the modulus, as those of a key are.
struct Forger {
    bytes: usize,
}

impl SigningKey for Forger {
    fn algorithm(&self) -> PublicKeyAlgorithm {
        PublicKeyAlgorithm::RSA
    }

    fn bits(&self) -> u32 {
        u32::try_from(self.bytes * 8).expect("short")
    }

    fn sign_hash(&self, _: SignatureScheme, _: &[u8]) -> Result<Vec<u8>, Cause> {
        Ok(vec![0x11; self.bytes])
    }
}

fn key(bytes: usize) -> PrivateKey {
    PrivateKey::external(Arc::new(Forger { bytes })).expect("a key")
}

fn shown(modulus: usize, exponent: usize) -> Vec<Pcert> {
    let numbers = RsaPublicNumbers { modulus: vec![0xff; modulus], public_exponent: vec![0x7f; exponent] };
    let public = PublicKey::from_rsa(&numbers).expect("a key");
    let builder = CertificateBuilder::new().subject("CN=large").dns_name(HOST);
    let certificate = builder.signed_by(&public, &pki().ca, &pki().ca_key).expect("a certificate");
    vec![Pcert::from_certificate(&certificate).expect("a certificate")]
}

fn priority(version: &str) -> Priority {
    Priority::new(version).expect("priorities")
}

/// The numbers and GnuTLS's name of the error: the signature is looked at where the numbers are not too large.
const CASES: [(usize, usize, &str); 4] = [
    (2048, 64, "GNUTLS_E_PK_SIG_VERIFY_FAILED"),
    (1024, 1000, "GNUTLS_E_PK_SIG_VERIFY_FAILED"),
    (3000, 3, "GNUTLS_E_PK_INVALID_PUBKEY"),
    (2048, 1200, "GNUTLS_E_PK_INVALID_PUBKEY"),
];

/// What the honest side says, the server if `server`, when the other has such a key.
fn error(server: bool, version: &str, modulus: usize, exponent: usize) -> Error {
    let trust = std::slice::from_ref(&pki().ca);
    let client = || ClientConfig::builder().with_trust(trust).expect("trust").priority(priority(version));
    let (shown, key) = (shown(modulus, exponent), key(modulus));
    let (client, server_of_it) = if server {
        let client = client().skip_key_check().with_key(shown, &key).expect("nobody looks");
        let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        (client, server.with_trust(trust).expect("trust").client_auth(ClientAuth::Require))
    } else {
        (client(), ServerConfig::builder().skip_key_check().with_key(shown, &key).expect("nobody looks"))
    };
    let client = client.build().expect("a client");
    let config = server_of_it.priority(priority(version)).build().expect("a server");
    let (near, far) = memory::pair(1 << 20);
    let accepting = std::thread::spawn(move || config.accept(far).map(drop));
    // With TLS 1.3 a client is done before the server has looked at it.
    let connected = client.connect(HOST, near).map(drop);
    let accepted = accepting.join().expect("no panic");
    (if server { accepted } else { connected }).expect_err("a forger")
}

#[test]
fn signatures_are_not_computed_with_numbers_that_take_hours() {
    for version in [TLS12, TLS13] {
        for server in [false, true] {
            for (modulus, exponent, name) in CASES {
                let error = error(server, version, modulus, exponent);
                assert_eq!(error.code().and_then(|code| code.name()), Some(name), "{version} {server}: {error}");
                assert_eq!(error.kind(), ErrorKind::Protocol, "{version} {server}: {error}");
            }
        }
    }
}

#[test]
fn a_secret_is_not_encrypted_with_numbers_that_take_hours() {
    let error = error(false, &format!("{TLS12}:-KX-ALL:+RSA"), 3000, 3);
    assert_eq!(error.code().and_then(|code| code.name()), Some("GNUTLS_E_PK_INVALID_PUBKEY"), "{error}");
}
