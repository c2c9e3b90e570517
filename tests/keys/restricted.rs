//! Keys for RSA-PSS only.

use gnutls::key::{KeyGenerator, KeyType, PrivateKey, Spki};
use gnutls::{Digest, PublicKeyAlgorithm, SignatureScheme};

#[test]
fn a_restriction_is_told_and_kept() {
    let spki = Spki::rsa_pss(Digest::SHA384, 48).expect("parameters");
    assert_eq!(spki.rsa_pss_parameters().expect("readable"), Some((Digest::SHA384, 48)));
    let plain = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    assert!(plain.spki().expect("readable").is_none());
    let key = plain.with_spki(&spki).expect("a copy");
    let found = key.spki().expect("readable").expect("parameters");
    assert_eq!(found.rsa_pss_parameters().expect("readable"), Some((Digest::SHA384, 48)));
    assert!(plain.spki().expect("readable").is_none(), "the key itself did not change");

    let signature = key.sign(SignatureScheme::RSA_PSS_SHA384, "a message").expect("a signature");
    let public = plain.public_key().expect("its public half").with_spki(&spki).expect("a copy");
    assert_eq!(public.algorithm().expect("known").0, PublicKeyAlgorithm::RSA_PSS);
    assert!(public.spki().expect("readable").is_some());
    public.verify(SignatureScheme::RSA_PSS_SHA384, "a message", signature).expect("its signature");
    key.sign(SignatureScheme::RSA_PSS_SHA256, "a message").expect_err("another digest");

    let x509 = plain.to_x509().expect("a copy");
    assert!(x509.spki().expect("readable").is_none());
    assert!(x509.with_spki(&spki).expect("a copy").spki().expect("readable").is_some());
    PrivateKey::generate(KeyType::Ed25519).expect("a key").with_spki(&spki).map(drop).expect_err("no RSA key");
}

#[test]
fn a_generator_restricts_at_once() {
    let spki = Spki::rsa_pss(Digest::SHA256, 32).expect("parameters");
    let generator = KeyGenerator::new(KeyType::RsaPss { bits: 2048 }).spki(spki);
    let spki = Spki::rsa_pss(Digest::SHA256, 32).expect("parameters");
    assert_eq!(generator.generate().expect("a key").spki().expect("readable").as_ref(), Some(&spki));
    assert_eq!(generator.generate_x509().expect("a key").spki().expect("readable"), Some(spki));
    let key = KeyGenerator::new(KeyType::RsaPss { bits: 2048 }).for_authority().generate().expect("a key");
    let found = key.spki().expect("readable").expect("parameters");
    assert_eq!(found.rsa_pss_parameters().expect("readable").expect("RSA-PSS").0, Digest::SHA256);
}

#[test]
fn parameters_are_equal_where_they_say_the_same() {
    let pss = |digest, salt| Spki::rsa_pss(digest, salt).expect("parameters");
    assert_eq!(pss(Digest::SHA256, 32), pss(Digest::SHA256, 32));
    assert_ne!(pss(Digest::SHA256, 32), pss(Digest::SHA384, 32));
    assert_ne!(pss(Digest::SHA256, 32), pss(Digest::SHA256, 20));
    let shown = format!("{:?}", pss(Digest::SHA256, 32));
    assert!(shown.contains("SHA256") && shown.contains("salt_size: 32"), "{shown}");
}

#[cfg(gnutls_3_8_4)]
#[test]
fn parameters_for_one_padding_say_nothing_of_another() {
    let oaep = Spki::rsa_oaep(Digest::SHA256, "label").expect("parameters");
    assert_eq!(oaep.rsa_oaep_parameters().expect("readable"), Some((Digest::SHA256, b"label".to_vec())));
    assert_eq!(oaep.rsa_pss_parameters().expect("readable"), None);
    let pss = Spki::rsa_pss(Digest::SHA256, 32).expect("parameters");
    assert_eq!(pss.rsa_oaep_parameters().expect("readable"), None);
    assert_ne!(oaep, pss);
}
