//! Forms of private keys that are asked for by name, passwords that are asked for, and stores that are not there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gnutls::ErrorKind::{Credentials, InvalidInput};
use gnutls::crypto::SecretBytes;
use gnutls::key::{Cause, KeyGenerator, KeyType, PinRequest, system, tpm};
use gnutls::x509::{Format, Pkcs8Cipher, Pkcs8Info, PrivateKey};
use gnutls::{Cipher, Digest, SecurityParameter, SignatureScheme, key};

use super::tools::{Chain, ask, assert_error, new_key, run};

const PASSWORD: &str = "correct horse";

#[test]
fn pkcs8_takes_every_cipher() {
    let key = new_key();
    let id = key.key_id().expect("an identifier");
    for cipher in [
        Pkcs8Cipher::Aes128,
        Pkcs8Cipher::Aes192,
        Pkcs8Cipher::Aes256,
        Pkcs8Cipher::TripleDes,
        Pkcs8Cipher::Pkcs12TripleDes,
        Pkcs8Cipher::GostTc26Z,
    ] {
        for format in [Format::Pem, Format::Der] {
            let locked = key.to_pkcs8_encrypted(format, PASSWORD, cipher).expect("PKCS#8");
            let opened = PrivateKey::from_pkcs8(&locked, format, Some(PASSWORD)).expect("opened");
            assert_eq!(opened.key_id().expect("an identifier"), id, "{cipher:?}");
            let wrong = PrivateKey::from_pkcs8(&locked, format, Some("battery staple"));
            assert_error(wrong, Credentials, &["no password that opens it"]);
            PrivateKey::from_pkcs8(&locked, format, None).expect_err("locked");
        }
    }
    let plain = key.to_pkcs8_der().expect("PKCS#8");
    let read = PrivateKey::from_pkcs8(&plain, Format::Der, None).expect("a key");
    assert_eq!(read.key_id().expect("an identifier"), id);
    let locked = key.to_pkcs8_encrypted(Format::Pem, PASSWORD, Pkcs8Cipher::Aes128).expect("PKCS#8");
    let public = run("openssl", &["pkey", "-pubout", "-outform", "DER", "-passin", "pass:correct horse"], &locked);
    assert_eq!(run("openssl", &["dgst", "-sha256", "-binary"], &public), id);
}

#[test]
fn encryption_is_told_without_the_password() {
    let key = new_key();
    let pem = key.to_pem().expect("SEC 1");
    let locked =
        run("openssl", &["pkcs8", "-topk8", "-v2", "aes-128-cbc", "-iter", "1234", "-passout", "pass:x"], &pem);
    let info = Pkcs8Info::of(&locked, Format::Pem).expect("encrypted");
    assert_eq!((info.cipher, info.iterations), (Cipher::AES_128_CBC, 1234));
    assert!((8..=16).contains(&info.salt.len()), "{info:?}");
    assert_eq!(info.oid.as_ref().map(AsRef::as_ref), Some("1.2.840.113549.1.5.13"));
    assert_eq!(info.scheme_name(), Some("PBES2-AES128-CBC"));
    assert!(
        info.scheme_oid()
            .is_some_and(|oid| oid.as_str().starts_with("1.2.840.113549.1.5") || oid.as_str().starts_with("2.16.840"))
    );
    Pkcs8Info::of(key.to_pkcs8_der().expect("plain"), Format::Der).expect_err("not encrypted");
    Pkcs8Info::of("hello", Format::Pem).expect_err("no key");
}

#[test]
fn other_forms_are_read_by_name() {
    let key = new_key();
    let id = key.key_id().expect("an identifier");
    let pem = key.to_pem().expect("SEC 1");
    assert_eq!(PrivateKey::from_plain(&pem, Format::Pem).expect("a key").key_id().expect("an identifier"), id);
    let der = key.to_der().expect("SEC 1");
    assert_eq!(PrivateKey::from_plain(&der, Format::Der).expect("a key").key_id().expect("an identifier"), id);
    let locked = run("openssl", &["ec", "-aes128", "-passout", "pass:correct horse"], &pem);
    let opened = PrivateKey::from_openssl_pem(&locked, Some(PASSWORD)).expect("opened");
    assert_eq!(opened.key_id().expect("an identifier"), id);
    assert_error(PrivateKey::from_openssl_pem(&locked, None), Credentials, &["encrypted"]);
    assert!(PrivateKey::from_plain("hello", Format::Pem).is_err());
}

#[test]
fn a_key_goes_into_memory_of_the_callers() {
    for key_type in [KeyType::EcdsaP256, KeyType::Ed25519] {
        let key = PrivateKey::generate(key_type).expect("a key");
        let mut output = [0; 2000];
        for (format, form) in [(Format::Pem, key.to_pem()), (Format::Der, key.to_der())] {
            let form = form.expect("written");
            let size = key.export_into(format, &mut output).expect("room enough");
            assert_eq!(output[..size], *form, "{key_type:?}");
            assert_error(key.export_into(format, &mut output[..5]), InvalidInput, &["not one of 5"]);
        }
    }
}

#[test]
fn a_password_is_asked_for_only_if_there_is_one() {
    let key = new_key();
    let id = key.key_id().expect("an identifier");
    let locked = key.to_pkcs8_pem(Some(PASSWORD)).expect("PKCS#8");
    let plain = key.to_pkcs8_pem(None).expect("PKCS#8");
    let asked = Arc::new(AtomicU32::new(0));
    let count = asked.clone();
    let right = Arc::new(move |request: &PinRequest<'_>| -> Result<SecretBytes, Cause> {
        count.fetch_add(1, Ordering::Relaxed);
        assert_eq!((request.attempt(), request.was_wrong(), request.is_final_try()), (0, false, false));
        Ok(PASSWORD.as_bytes().to_vec().into())
    });
    for (text, times) in [(&plain, 0), (&locked, 2)] {
        let one = PrivateKey::from_bytes_asking(text, Format::Pem, right.clone()).expect("opened");
        let other = key::PrivateKey::from_bytes_asking(text, Format::Pem, right.clone()).expect("opened");
        assert_eq!(one.key_id().expect("an identifier"), id);
        assert_eq!(other.to_x509().expect("a copy").key_id().expect("an identifier"), id);
        assert_eq!(asked.load(Ordering::Relaxed), times);
    }
    let none = Arc::new(|_: &PinRequest<'_>| -> Result<SecretBytes, Cause> { Err("nobody knows".into()) });
    PrivateKey::from_bytes_asking(&locked, Format::Pem, none.clone()).expect_err("locked");
    key::PrivateKey::from_bytes_asking(&locked, Format::Pem, none).expect_err("locked");
    let long = Arc::new(|_: &PinRequest<'_>| -> Result<SecretBytes, Cause> { Ok(vec![b'x'; 100_000].into()) });
    PrivateKey::from_bytes_asking(&locked, Format::Pem, long).expect_err("longer than C has room for");
}

#[test]
fn keys_say_what_they_are_worth() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    assert_eq!(key.security_parameter(), SecurityParameter::MEDIUM);
    key.verify_parameters().expect("numbers that fit");
    let fixed = key.fixed().expect("a copy");
    assert_eq!(*fixed.to_der().expect("DER"), *key.to_der().expect("DER"));
    let signature = key.sign(Digest::SHA256, "a message").expect("a signature");
    let public = key::PrivateKey::try_from(&key).expect("a key").public_key().expect("its public half");
    public.verify(SignatureScheme::RSA_SHA256, "a message", signature).expect("its signature");
}

#[test]
fn a_provable_key_can_be_written_for_others() {
    let key = KeyGenerator::new(KeyType::Rsa { bits: 2048 }).provable().generate_x509().expect("a key");
    let pem = key.to_pem_without_seed().expect("PEM");
    assert!(pem.starts_with(b"-----BEGIN RSA PRIVATE KEY-----"));
    ask("openssl", &["rsa", "-check", "-noout"], &*pem);
    let read = PrivateKey::from_pem(&pem, None).expect("a key");
    assert_eq!(read.key_id().expect("an identifier"), key.key_id().expect("the same"));
    read.seed().map(drop).expect_err("no seed");
    key.seed().expect("the key itself did not change");
    let pem = key::PrivateKey::try_from(&key).expect("a key").to_pem_without_seed().expect("PEM");
    PrivateKey::from_pem(&*pem, None).expect("a key").seed().map(drop).expect_err("no seed");
    key.seed().expect("the key itself did not change");
}

#[test]
fn stores_that_are_not_there_are_told_so() {
    let chain = Chain::new();
    // Debian's GnuTLS has neither: the calls are made, and answer.
    for error in [
        system::entries().map(drop).expect_err("no store"),
        system::add(&chain.server, &chain.server_key, "label").map(drop).expect_err("no store"),
        system::remove("system:a", "system:b").expect_err("no store"),
        tpm::registered().map(drop).expect_err("no TPM"),
        tpm::remove("tpmkey:file=/x", tpm::Passwords::default()).expect_err("no TPM"),
        key::PrivateKey::from_tpm_url("tpmkey:file=/x", tpm::Passwords::default()).map(drop).expect_err("no TPM"),
        key::PublicKey::from_tpm_url("tpmkey:file=/x", tpm::Passwords::default()).map(drop).expect_err("no TPM"),
        key::PrivateKey::from_tpm_blob("x", tpm::BlobFormat::Raw, tpm::Passwords::default())
            .map(drop)
            .expect_err("no TPM"),
        key::PublicKey::from_tpm_blob("x", tpm::BlobFormat::Raw, tpm::Passwords::default())
            .map(drop)
            .expect_err("no TPM"),
        tpm::generate(
            gnutls::PublicKeyAlgorithm::RSA,
            2048,
            tpm::Passwords { root: Some("a"), key: Some("b") },
            tpm::BlobFormat::CtkPem,
            Format::Pem,
        )
        .map(drop)
        .expect_err("no TPM"),
    ] {
        assert!(error.code().is_some(), "{error}");
    }
}
