//! Handshakes whose signatures are made elsewhere.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use gnutls::key::{Cause, KeyType, Pcert, PrivateKey, SignFlags, SigningKey};
use gnutls::transport::memory;
use gnutls::x509::{CertificateBuilder, KeyUsage};
use gnutls::{ErrorKind, Priority, PublicKeyAlgorithm, ServerConfig, SignatureScheme, x509};

use super::common::{HOST, TLS12, TLS13, client, connect, pki};

/// A key that counts its signatures, and may refuse to make any but the first, which sees whether the key fits.
struct Counting {
    key: PrivateKey,
    signatures: AtomicU32,
    refuses: bool,
}

impl Counting {
    fn count(&self) -> Result<(), Cause> {
        match self.signatures.fetch_add(1, Ordering::Relaxed) {
            0 => Ok(()),
            _ if self.refuses => panic!("the agent is gone"),
            _ => Ok(()),
        }
    }
}

impl SigningKey for Counting {
    fn algorithm(&self) -> PublicKeyAlgorithm {
        self.key.algorithm().expect("known").0
    }

    fn bits(&self) -> u32 {
        self.key.algorithm().expect("known").1
    }

    fn sign_hash(&self, scheme: SignatureScheme, hash: &[u8]) -> Result<Vec<u8>, Cause> {
        self.count()?;
        Ok(match scheme {
            SignatureScheme::RSA_RAW => self.key.sign_raw(hash)?,
            scheme => self.key.sign_hash(scheme, SignFlags::default(), hash)?,
        })
    }

    fn sign_data(&self, scheme: SignatureScheme, data: &[u8]) -> Result<Vec<u8>, Cause> {
        self.count()?;
        Ok(self.key.sign(scheme, data)?)
    }
}

/// A key of a kind, and a server that shows a certificate for it and signs with it in code.
fn server(key_type: KeyType, priority: &str, refuses: bool) -> (Arc<Counting>, ServerConfig) {
    let key = x509::PrivateKey::generate(key_type).expect("a key");
    let certificate = CertificateBuilder::new()
        .subject("CN=external")
        .dns_name(HOST)
        .key_usage(KeyUsage::DIGITAL_SIGNATURE)
        .signed_by(&key, &pki().ca, &pki().ca_key)
        .expect("a certificate");
    let key = PrivateKey::try_from(&key).expect("a key");
    let counting = Arc::new(Counting { key, signatures: AtomicU32::new(0), refuses });
    let external = PrivateKey::external(counting.clone()).expect("a key");
    let shown = vec![Pcert::from_certificate(&certificate).expect("a certificate")];
    let builder = ServerConfig::builder().with_key(shown, &external).expect("they fit");
    (counting, builder.priority(Priority::new(priority).expect("priority")).build().expect("a server"))
}

#[test]
fn a_key_in_code_signs_handshakes() {
    for priority in [TLS12, TLS13] {
        for key_type in [KeyType::Rsa { bits: 2048 }, KeyType::EcdsaP256, KeyType::Ed25519] {
            let (key, config) = server(key_type, priority, false);
            let before = key.signatures.load(Ordering::Relaxed);
            assert!(before <= 1, "one, to see whether it fits");
            let (mut near, mut far) = connect(&client(priority), &config, memory::pair(1 << 16));
            assert_eq!(key.signatures.load(Ordering::Relaxed), before + 1, "{key_type:?}, {priority}");
            near.write_all(b"hello").expect("sent");
            let mut text = [0; 5];
            far.read_exact(&mut text).expect("received");
            assert_eq!(&text, b"hello");
            drop((near, far, config));
            assert_eq!(Arc::strong_count(&key), 1, "the configuration has let go of it");
        }
    }
}

#[test]
fn a_key_that_panics_fails_the_handshake_and_nothing_else() {
    let (key, config) = server(KeyType::EcdsaP256, TLS13, true);
    let (near, far) = memory::pair(1 << 16);
    let accepting = thread::spawn(move || config.accept(far).map(drop));
    client(TLS13).connect(HOST, near).map(drop).expect_err("no handshake");
    accepting.join().expect("no panic crosses a session").expect_err("no handshake");
    assert_eq!(key.signatures.load(Ordering::Relaxed), 2);
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let shown = vec![Pcert::from_certificate(&pki().ca).expect("a certificate")];
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let error = ServerConfig::builder().with_key(shown, &key).map(drop).expect_err("another key");
    assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
    let error = ServerConfig::builder().with_key(Vec::new(), &key).map(drop).expect_err("nothing to show");
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
}
