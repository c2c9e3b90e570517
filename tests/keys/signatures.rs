//! Signatures and encryption: RFC 8032, and `openssl` on the other side.

use std::thread;

use gnutls::ErrorKind::{InvalidInput, Verification};
use gnutls::crypto::{Hash, digest_info};
use gnutls::key::{EccPrivateNumbers, EccPublicNumbers, KeyType, PrivateKey, PublicKey, SignFlags, VerifyFlags};
use gnutls::{Digest, EccCurve, SignatureScheme};

use super::hex;
use super::tools::{Directory, assert_error, run, text};

#[test]
fn ed25519_is_that_of_rfc_8032() {
    // Section 7.1, test 2.
    let numbers = EccPrivateNumbers {
        public: EccPublicNumbers {
            curve: EccCurve::ED25519,
            x: hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
            y: Vec::new(),
        },
        k: hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").into(),
    };
    let key = PrivateKey::from_ecc(&numbers).expect("a key");
    let signature = key.sign(SignatureScheme::EDDSA_ED25519, [0x72]).expect("a signature");
    assert_eq!(
        signature,
        hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    );
    let public = PublicKey::from_ecc(&numbers.public).expect("a key");
    public.verify(SignatureScheme::EDDSA_ED25519, [0x72], &signature).expect("its signature");
    assert_error(public.verify(SignatureScheme::EDDSA_ED25519, [0x73], &signature), Verification, &["not a signature"]);
}

#[test]
fn openssl_takes_our_signatures_and_we_take_its() {
    let directory = Directory::new();
    let (message, digest) = ("a message", Hash::of(Digest::SHA256, "a message").expect("a digest"));
    let message_file = directory.file("message", message);
    for (key_type, scheme) in [
        (KeyType::Rsa { bits: 2048 }, SignatureScheme::RSA_SHA256),
        (KeyType::EcdsaP256, SignatureScheme::ECDSA_SHA256),
        (KeyType::Dsa { bits: 2048 }, SignatureScheme::DSA_SHA256),
    ] {
        let key = PrivateKey::generate(key_type).expect("a key");
        let public = key.public_key().expect("its public half");
        let public_file = directory.file("public.pem", public.to_pem().expect("PEM"));
        let memory = key.to_x509().expect("a key in memory");
        let key_file = directory.file("key.pem", memory.to_pkcs8_pem(None).expect("PKCS#8"));
        let none = SignFlags::default();
        for signature in [
            key.sign(scheme, message),
            key.sign_hash(scheme, none, &digest),
            key.sign_with_digest(Digest::SHA256, none, message),
            key.sign_digest(Digest::SHA256, none, &digest),
        ] {
            let signature_file = directory.file("signature", signature.expect("a signature"));
            let arguments = ["dgst", "-sha256", "-verify", text(&public_file), "-signature", text(&signature_file)];
            run("openssl", &[&arguments[..], &[text(&message_file)]].concat(), b"");
        }
        let theirs = run("openssl", &["dgst", "-sha256", "-sign", text(&key_file), text(&message_file)], b"");
        public.verify(scheme, message, &theirs).expect("openssl's signature");
        public.verify_hash(scheme, VerifyFlags::default(), &digest, &theirs).expect("openssl's signature");
        assert_error(public.verify(scheme, "another", &theirs), Verification, &["verifying a signature"]);
        for size in [0, 20, 31, 33] {
            let hash = vec![0; size];
            let words = ["SHA256 has 32 bytes", &size.to_string()];
            assert_error(key.sign_hash(scheme, none, &hash), InvalidInput, &words);
            assert_error(key.sign_digest(Digest::SHA256, none, &hash), InvalidInput, &words);
            assert_error(public.verify_hash(scheme, VerifyFlags::default(), &hash, &theirs), InvalidInput, &words);
        }
    }
}

#[test]
fn rsa_signs_with_pss_and_raw() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let public = key.public_key().expect("its public half");
    let scheme = SignatureScheme::RSA_PSS_RSAE_SHA256;
    let pss = key.sign(scheme, "a message").expect("a signature");
    public.verify(scheme, "a message", &pss).expect("its signature");
    let by_digest = key.sign_with_digest(Digest::SHA256, SignFlags::RSA_PSS, "a message").expect("a signature");
    public.verify(scheme, "a message", &by_digest).expect("its signature");

    let digest = Hash::of(Digest::SHA256, "a message").expect("a digest");
    let info = digest_info::encode(Digest::SHA256, &digest).expect("a DigestInfo");
    let raw = key.sign_raw(&info).expect("a signature");
    public.verify(SignatureScheme::RSA_SHA256, "a message", &raw).expect("what RSA with SHA-256 is");
    public.verify_hash(SignatureScheme::RSA_RAW, VerifyFlags::USE_TLS1_RSA, &info, &raw).expect("raw");
}

#[test]
fn reproducible_signatures_are_those_of_rfc_6979() {
    // Appendix A.2.5, P-256 with SHA-256, "sample".
    let numbers = EccPrivateNumbers {
        public: EccPublicNumbers {
            curve: EccCurve::SECP256R1,
            x: hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"),
            y: hex("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"),
        },
        k: hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721").into(),
    };
    let key = PrivateKey::from_ecc(&numbers).expect("a key");
    key.verify_parameters().expect("numbers that fit");
    let signature = key.sign_with(SignatureScheme::ECDSA_SHA256, SignFlags::REPRODUCIBLE, "sample");
    let (r, s) = gnutls::crypto::signature_value::decode(signature.expect("a signature")).expect("two numbers");
    assert_eq!(r[1..], hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"));
    assert_eq!(s[1..], hex("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"));
}

#[test]
fn rsa_encrypts_for_openssl_and_decrypts_for_it() {
    let directory = Directory::new();
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let public = key.public_key().expect("its public half");
    let sealed = public.encrypt("short").expect("sealed");
    assert_eq!(&*key.decrypt(&sealed).expect("opened"), b"short");
    let mut exact = [0; 5];
    key.decrypt_exact(&sealed, &mut exact).expect("opened");
    assert_eq!(&exact, b"short");
    let mut wrong = [7; 6];
    key.decrypt_exact(&sealed, &mut wrong).expect_err("another length");
    assert_eq!(wrong, [7; 6]);
    key.decrypt([0; 256]).expect_err("not sealed");
    assert_error(public.encrypt([0; 300]), InvalidInput, &["300 bytes is too long"]);

    let memory = key.to_x509().expect("a key in memory").to_pkcs8_pem(None).expect("PKCS#8");
    let key_file = directory.file("key.pem", memory);
    let opened = run("openssl", &["pkeyutl", "-decrypt", "-inkey", text(&key_file)], &sealed);
    assert_eq!(opened, b"short");
    let public_file = directory.file("public.pem", public.to_pem().expect("PEM"));
    let arguments = ["pkeyutl", "-encrypt", "-pubin", "-inkey", text(&public_file)];
    let theirs = run("openssl", &arguments, b"from openssl");
    assert_eq!(&*key.decrypt(theirs).expect("opened"), b"from openssl");
}

#[test]
fn threads_sign_with_one_key() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let public = key.public_key().expect("its public half");
    thread::scope(|scope| {
        for number in 0..4_u8 {
            let (key, public) = (key.clone(), public.clone());
            scope.spawn(move || {
                for round in 0..10_u8 {
                    let message = [number, round];
                    let signature = key.sign(SignatureScheme::RSA_SHA256, message).expect("a signature");
                    public.verify(SignatureScheme::RSA_SHA256, message, signature).expect("its signature");
                }
            });
        }
    });
}

#[cfg(gnutls_3_8_2)]
#[test]
fn two_keys_share_a_secret_that_openssl_finds_as_well() {
    let directory = Directory::new();
    for curve in [EccCurve::X25519, EccCurve::SECP256R1] {
        let [ours, theirs] = [(); 2].map(|()| PrivateKey::generate(KeyType::Curve(curve)).expect("a key"));
        let secret = ours.derive_secret(&theirs.public_key().expect("its public half")).expect("a secret");
        let same = theirs.derive_secret(&ours.public_key().expect("its public half")).expect("a secret");
        assert_eq!(*secret, *same);
        let memory = ours.to_x509().expect("a copy").to_pkcs8_pem(None).expect("PKCS#8");
        let key = directory.file("key.pem", memory);
        let peer = directory.file("peer.pem", theirs.public_key().expect("its public half").to_pem().expect("PEM"));
        let found = run("openssl", &["pkeyutl", "-derive", "-inkey", text(&key), "-peerkey", text(&peer)], b"");
        assert_eq!(*secret, found, "{curve}");
    }
    let other = PrivateKey::generate(KeyType::Ed25519).expect("a key").public_key().expect("its public half");
    let key = PrivateKey::generate(KeyType::Curve(EccCurve::X25519)).expect("a key");
    key.derive_secret(&other).map(drop).expect_err("another kind");
}
