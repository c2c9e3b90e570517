//! Keys in code of the older kind: what is ready to be signed is signed, or only ciphertexts are opened.

use std::error::Error as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use gnutls::crypto::SecretBytes;
use gnutls::key::{Cause, KeyPlace, KeyType, PrivateKey, RawKey, SignFlags};
use gnutls::{ErrorKind, PublicKeyAlgorithm, SignatureScheme};

/// A card with a key.
struct Card(PrivateKey);

impl RawKey for Card {
    fn algorithm(&self) -> PublicKeyAlgorithm {
        self.0.algorithm().expect("known").0
    }

    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, Cause> {
        Ok(match self.algorithm() {
            PublicKeyAlgorithm::RSA => self.0.sign_raw(input)?,
            _ => self.0.sign_hash(SignatureScheme::ECDSA_SHA256, SignFlags::default(), input)?,
        })
    }

    fn decrypt(&self, ciphertext: &[u8]) -> Result<SecretBytes, Cause> {
        Ok(self.0.decrypt(ciphertext)?)
    }
}

const RSA: KeyType = KeyType::Rsa { bits: 2048 };

#[test]
fn a_raw_key_signs_and_decrypts_what_the_card_can() {
    for (key_type, scheme) in [(RSA, SignatureScheme::RSA_SHA256), (KeyType::EcdsaP256, SignatureScheme::ECDSA_SHA256)]
    {
        let inside = PrivateKey::generate(key_type).expect("a key");
        let public = inside.public_key().expect("its public half");
        let card = Arc::new(Card(inside));
        let key = PrivateKey::external_raw(card.clone()).expect("a key");
        assert_eq!((key.place(), key.algorithm().expect("known").0), (KeyPlace::External, card.algorithm()));
        let signature = key.sign(scheme, "a message").expect("a signature");
        public.verify(scheme, "a message", signature).expect("its signature");
        assert!(key.fits(&public).expect("asking"));
        let other = PrivateKey::generate(key_type).expect("a key").public_key().expect("a public half");
        assert!(!key.fits(&other).expect("asking"));
        if key_type == RSA {
            let sealed = public.encrypt("short").expect("sealed");
            assert_eq!(&*key.decrypt(sealed).expect("opened"), b"short");
            key.sign(SignatureScheme::RSA_PSS_RSAE_SHA256, "x").expect_err("it has no PSS");
        }
        drop(key);
        assert_eq!(Arc::strong_count(&card), 1);
    }
    let edwards = Card(PrivateKey::generate(KeyType::Ed25519).expect("a key"));
    let error = PrivateKey::external_raw(Arc::new(edwards)).expect_err("no such keys");
    assert_eq!(error.kind(), ErrorKind::Misuse, "{error}");
}

#[test]
fn closures_are_keys_that_do_one_thing_and_are_let_go() {
    let inside = Arc::new(PrivateKey::generate(RSA).expect("a key"));
    let public = inside.public_key().expect("its public half");
    let signer = Arc::clone(&inside);
    let sign = move |input: &[u8]| Ok(signer.sign_raw(input)?);
    let key = PrivateKey::from_sign_fn(PublicKeyAlgorithm::RSA, sign).expect("a key");
    let signature = key.sign(SignatureScheme::RSA_SHA256, "x").expect("a signature");
    public.verify(SignatureScheme::RSA_SHA256, "x", signature).expect("its signature");
    key.decrypt([0; 256]).map(drop).expect_err("it only signs");
    drop(key);
    assert_eq!(Arc::strong_count(&inside), 1);

    let opener = Arc::clone(&inside);
    let key = PrivateKey::from_decrypt_fn(move |sealed| Ok(opener.decrypt(sealed)?)).expect("a key");
    let sealed = public.encrypt("short").expect("sealed");
    assert_eq!(&*key.decrypt(&sealed).expect("opened"), b"short");
    key.sign(SignatureScheme::RSA_SHA256, "x").expect_err("it only decrypts");
    drop(key);
    assert_eq!(Arc::strong_count(&inside), 1);

    let unused = Arc::clone(&inside);
    let sign = move |input: &[u8]| Ok(unused.sign_raw(input)?);
    PrivateKey::from_sign_fn(PublicKeyAlgorithm::X25519, sign).expect_err("no such keys");
    assert_eq!(Arc::strong_count(&inside), 1, "let go after an error, too");
}

#[test]
fn errors_and_panics_of_a_closure_come_out() {
    let sign = |_: &[u8]| Err("the card is locked".into());
    let key = PrivateKey::from_sign_fn(PublicKeyAlgorithm::ECDSA, sign).expect("a key");
    let error = key.sign(SignatureScheme::ECDSA_SHA256, "x").expect_err("locked");
    assert_eq!(error.source().expect("a cause").to_string(), "the card is locked");
    let decrypt = |_: &[u8]| -> Result<SecretBytes, Cause> { panic!("the card is gone") };
    let key = PrivateKey::from_decrypt_fn(decrypt).expect("a key");
    for exact in [false, true] {
        let panic = catch_unwind(AssertUnwindSafe(|| match exact {
            true => key.decrypt_exact([0; 256], &mut [0; 5]).expect_err("panics"),
            false => key.decrypt([0; 256]).map(drop).expect_err("panics"),
        }));
        assert_eq!(panic.expect_err("goes on").downcast_ref::<&str>(), Some(&"the card is gone"));
    }
}
