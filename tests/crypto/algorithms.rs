//! The vocabulary: lists, names, object identifiers, sizes.

use std::collections::HashSet;

use gnutls::{
    CertificateType, Cipher, CipherSuite, Digest, EccCurve, GostParamset, Group, KeyExchange, Mac, Protocol,
    PublicKeyAlgorithm, SecurityParameter, SignatureScheme,
};

/// Each value of a list has a name that leads back to it.
macro_rules! names_lead_back {
    ($($type:ident)*) => {$(
        assert!(!$type::list().is_empty());
        for value in $type::list() {
            if value.name() == Some("RSA-EXPORT") {
                continue; // Listed under a name that GnuTLS itself no longer takes.
            }
            let name = value.name().unwrap_or_else(|| panic!("{} {} has no name", stringify!($type), value.raw()));
            assert_eq!($type::from_name(name), Some(*value), "{name}");
            assert_eq!(name.parse::<$type>().ok(), Some(*value), "{name}");
            assert_eq!($type::from_raw(value.raw()), *value);
        }
        assert_eq!($type::from_name("no such thing"), None);
        assert!("no such thing".parse::<$type>().is_err_and(|error| error.kind() == gnutls::ErrorKind::InvalidInput));
        assert_eq!($type::from_name("a\0b"), None);
    )*};
}

#[test]
fn every_name_leads_back_to_its_value() {
    names_lead_back!(Cipher Mac KeyExchange EccCurve Group Protocol SignatureScheme);
    assert_eq!(CertificateType::list().len(), 2);
    assert_eq!(CertificateType::from_name("X.509"), Some(CertificateType::X509));
    assert!(Digest::list().contains(&Digest::SHA256) && PublicKeyAlgorithm::list().contains(&PublicKeyAlgorithm::RSA));
    assert_eq!(Digest::from_name("sha256"), Some(Digest::SHA256));
    assert_eq!(PublicKeyAlgorithm::from_name("RSA"), Some(PublicKeyAlgorithm::RSA));
    assert_eq!(Digest::from_name("none"), None);
    assert_eq!(PublicKeyAlgorithm::from_name("none"), None);
}

#[test]
fn object_identifiers_are_those_of_the_standards() {
    assert_eq!(Digest::SHA256.oid(), Some("2.16.840.1.101.3.4.2.1"));
    assert_eq!(Digest::from_oid("1.3.14.3.2.26"), Some(Digest::SHA1));
    assert_eq!(Mac::from_oid("1.2.840.113549.2.9"), Some(Mac::SHA256));
    assert_eq!(PublicKeyAlgorithm::RSA.oid(), Some("1.2.840.113549.1.1.1"));
    assert_eq!(PublicKeyAlgorithm::from_oid("1.3.101.112"), Some(PublicKeyAlgorithm::ED25519));
    assert_eq!(SignatureScheme::RSA_SHA256.oid(), Some("1.2.840.113549.1.1.11"));
    assert_eq!(SignatureScheme::from_oid("1.2.840.10045.4.3.2"), Some(SignatureScheme::ECDSA_SHA256));
    assert_eq!(EccCurve::SECP256R1.oid(), Some("1.2.840.10045.3.1.7"));
    assert_eq!(EccCurve::from_oid("1.3.132.0.34"), Some(EccCurve::SECP384R1));
    assert_eq!(GostParamset::CP_A.oid(), Some("1.2.643.2.2.31.1"));
    assert_eq!(GostParamset::from_oid("1.2.643.7.1.2.5.1.1"), Some(GostParamset::TC26_Z));
    assert_eq!((Digest::from_oid("1.2.3"), EccCurve::from_oid("")), (None, None));
}

#[test]
fn sizes_are_in_bytes() {
    let aes = Cipher::AES_256_GCM;
    assert_eq!((aes.key_size(), aes.block_size(), aes.iv_size(), aes.tag_size()), (32, 16, 12, 16));
    assert_eq!(Cipher::AES_128_CBC.tag_size(), 0);
    assert_eq!((Mac::SHA256.output_size(), Mac::SHA256.key_size(), Mac::SHA256.tls_key_size()), (32, 32, 32));
    assert_eq!((Mac::AES_GMAC_128.nonce_size(), Mac::SHA1.nonce_size()), (12, 0));
    assert!(Mac::SHA1.is_hmac() && !Mac::UMAC_96.is_hmac() && !Mac::AEAD.is_hmac() && !Mac::from_raw(1).is_hmac());
    assert_eq!((EccCurve::SECP521R1.size(), EccCurve::X25519.size(), EccCurve::from_raw(0).size()), (66, 32, 0));
    let unknown = Cipher::from_raw(54_321);
    assert_eq!((unknown.key_size(), unknown.iv_size(), unknown.tag_size(), unknown.name()), (0, 0, 0, None));
}

#[test]
fn signatures_know_what_they_are_made_of() {
    let scheme = SignatureScheme::RSA_SHA256;
    assert_eq!(SignatureScheme::of(PublicKeyAlgorithm::RSA, Digest::SHA256), Some(scheme));
    assert_eq!((scheme.digest(), scheme.public_key_algorithm()), (Some(Digest::SHA256), Some(PublicKeyAlgorithm::RSA)));
    assert!(scheme.supports(PublicKeyAlgorithm::RSA) && !scheme.supports(PublicKeyAlgorithm::ED25519));
    assert!(scheme.is_secure() && scheme.is_secure_for_certificates());
    assert!(!SignatureScheme::RSA_MD5.is_secure() && !SignatureScheme::RSA_SHA1.is_secure_for_certificates());
    assert_eq!(SignatureScheme::EDDSA_ED25519.digest(), None);
    assert_eq!(SignatureScheme::from_raw(999).public_key_algorithm(), None);
    assert_eq!(EccCurve::SECP256R1.public_key_algorithm(), Some(PublicKeyAlgorithm::ECDSA));
    assert_eq!(EccCurve::ED448.public_key_algorithm(), Some(PublicKeyAlgorithm::ED448));
}

#[test]
fn security_levels_and_sizes_of_keys_fit() {
    let level = SecurityParameter::of_key(PublicKeyAlgorithm::RSA, 3072);
    assert_eq!((level, level.symmetric_bits()), (SecurityParameter::HIGH, 128));
    assert_eq!(level.key_bits(PublicKeyAlgorithm::RSA), 3072);
    assert_eq!(SecurityParameter::HIGH.key_bits(PublicKeyAlgorithm::ECDSA), 256);
    assert_eq!(SecurityParameter::of_key(PublicKeyAlgorithm::RSA, 256), SecurityParameter::INSECURE);
    assert_eq!(SecurityParameter::HIGH.to_string(), "High");
    assert!(SecurityParameter::HIGH < SecurityParameter::ULTRA);
}

#[test]
fn cipher_suites_are_those_of_the_registry() {
    let suites: Vec<_> = CipherSuite::all().collect();
    let ids: HashSet<_> = suites.iter().map(CipherSuite::id).collect();
    assert!(suites.len() > 20 && ids.len() == suites.len());
    assert_eq!(CipherSuite::at(0), suites.first().copied());
    assert_eq!(CipherSuite::at(suites.len()), None);
    let old = suites.iter().find(|suite| suite.id() == [0x00, 0x2f]).expect("TLS_RSA_WITH_AES_128_CBC_SHA");
    assert_eq!((old.key_exchange(), old.cipher(), old.mac()), (KeyExchange::RSA, Cipher::AES_128_CBC, Mac::SHA1));
    assert!(old.minimum_version() <= Protocol::TLS1_0 || old.minimum_version() == Protocol::SSL3);
    assert_eq!(old.name(), "TLS_RSA_AES_128_CBC_SHA1");
    let name = CipherSuite::name_of(KeyExchange::RSA, Cipher::AES_128_CBC, Mac::SHA1);
    assert_eq!(name, Some("RSA_AES_128_CBC_SHA1"));
    assert_eq!(CipherSuite::name_of(KeyExchange::RSA, Cipher::from_raw(999), Mac::SHA1), None);
}

#[test]
fn a_key_algorithm_has_a_label_even_if_nobody_knows_it() {
    assert_eq!(PublicKeyAlgorithm::RSA.label(), "RSA");
    assert_eq!(PublicKeyAlgorithm::from_raw(999).label(), "Unknown");
}
