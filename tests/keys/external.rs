//! Keys in code of the program's own.

use std::error::Error as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gnutls::crypto::SecretBytes;
use gnutls::key::{Cause, KeyPlace, KeyType, PrivateKey, SignFlags, SigningKey};
use gnutls::{PublicKeyAlgorithm, SignatureScheme};

/// A key that passes on to another one, as an agent would.
struct Agent {
    key: PrivateKey,
    calls: AtomicU32,
}

impl Agent {
    fn new(key_type: KeyType) -> Arc<Agent> {
        Arc::new(Agent { key: PrivateKey::generate(key_type).expect("a key"), calls: AtomicU32::new(0) })
    }
}

impl SigningKey for Agent {
    fn algorithm(&self) -> PublicKeyAlgorithm {
        self.key.algorithm().expect("known").0
    }

    fn bits(&self) -> u32 {
        self.key.algorithm().expect("known").1
    }

    fn sign_hash(&self, scheme: SignatureScheme, hash: &[u8]) -> Result<Vec<u8>, Cause> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(match scheme {
            SignatureScheme::RSA_RAW => self.key.sign_raw(hash)?,
            scheme => self.key.sign_hash(scheme, SignFlags::default(), hash)?,
        })
    }

    fn sign_data(&self, scheme: SignatureScheme, data: &[u8]) -> Result<Vec<u8>, Cause> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(self.key.sign(scheme, data)?)
    }

    fn decrypt(&self, ciphertext: &[u8]) -> Result<SecretBytes, Cause> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(self.key.decrypt(ciphertext)?)
    }
}

#[test]
fn an_external_key_does_what_the_key_behind_it_does() {
    for (key_type, scheme) in [
        (KeyType::Rsa { bits: 2048 }, SignatureScheme::RSA_SHA256),
        (KeyType::EcdsaP256, SignatureScheme::ECDSA_SHA256),
        (KeyType::Ed25519, SignatureScheme::EDDSA_ED25519),
    ] {
        let agent = Agent::new(key_type);
        let key = PrivateKey::external(agent.clone()).expect("a key");
        assert_eq!(key.place(), KeyPlace::External);
        assert_eq!(key.algorithm().expect("known"), agent.key.algorithm().expect("known"));
        let public = agent.key.public_key().expect("its public half");
        let signature = key.sign(scheme, "a message").expect("a signature");
        public.verify(scheme, "a message", signature).expect("its signature");
        assert_eq!(agent.calls.load(Ordering::Relaxed), 1, "{key_type:?}");
        key.to_x509().map(drop).expect_err("not in memory");
        key.public_key().expect_err("GnuTLS cannot ask for it");
        drop(key);
        assert_eq!(Arc::strong_count(&agent), 1);
    }
}

#[test]
fn an_external_key_decrypts() {
    let agent = Agent::new(KeyType::Rsa { bits: 2048 });
    let key = PrivateKey::external(agent.clone()).expect("a key");
    let sealed = agent.key.public_key().expect("its public half").encrypt("short").expect("sealed");
    assert_eq!(&*key.decrypt(&sealed).expect("opened"), b"short");
    let mut exact = [0; 5];
    key.decrypt_exact(&sealed, &mut exact).expect("opened");
    assert_eq!(&exact, b"short");
    key.decrypt_exact(&sealed, &mut [0; 4]).expect_err("another length");
    let error = key.decrypt([0; 256]).expect_err("not sealed");
    assert!(error.source().is_some_and(|cause| cause.to_string().contains("decrypting")), "{error}");
    key.decrypt_exact([0; 256], &mut exact).expect_err("not sealed");
}

/// A key that fails in every way.
struct Broken(&'static str);

impl SigningKey for Broken {
    fn algorithm(&self) -> PublicKeyAlgorithm {
        PublicKeyAlgorithm::RSA
    }

    fn bits(&self) -> u32 {
        2048
    }

    fn sign_hash(&self, _: SignatureScheme, _: &[u8]) -> Result<Vec<u8>, Cause> {
        match self.0 {
            "panic" => panic!("the agent is gone"),
            why => Err(why.into()),
        }
    }
}

#[test]
fn an_error_of_the_code_is_the_source_and_a_panic_goes_on() {
    let key = PrivateKey::external(Arc::new(Broken("the card is locked"))).expect("a key");
    for _ in 0..2 {
        let error = key.sign(SignatureScheme::RSA_SHA256, "x").expect_err("locked");
        assert!(error.to_string().contains("signing: the card is locked"), "{error}");
        assert_eq!(error.source().expect("a cause").to_string(), "the card is locked");
    }
    let error = key.decrypt("x").expect_err("does not decrypt");
    assert!(error.to_string().contains("does not decrypt"), "{error}");

    let key = PrivateKey::external(Arc::new(Broken("panic"))).expect("a key");
    for _ in 0..2 {
        let panic = catch_unwind(AssertUnwindSafe(|| key.sign(SignatureScheme::RSA_SHA256, "x"))).expect_err("goes on");
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"the agent is gone"));
    }
    // Nothing of it is left for the next call.
    let error = key.decrypt("x").expect_err("does not decrypt");
    assert!(error.to_string().contains("does not decrypt"), "{error}");
}
