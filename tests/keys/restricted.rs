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
    let generator = KeyGenerator::new(KeyType::RsaPss { bits: 2048 }).parameters(spki);
    for key in
        [generator.generate().expect("a key"), generator.generate_x509().expect("a key").try_into().expect("a key")]
    {
        let found = key.spki().expect("readable").expect("parameters");
        assert_eq!(found.rsa_pss_parameters().expect("readable"), Some((Digest::SHA256, 32)));
    }
    let key = KeyGenerator::new(KeyType::RsaPss { bits: 2048 }).for_authority().generate().expect("a key");
    let found = key.spki().expect("readable").expect("parameters");
    assert_eq!(found.rsa_pss_parameters().expect("readable").expect("RSA-PSS").0, Digest::SHA256);
}
