//! Making certificates that others accept, and refusing to make those that nobody could.

use std::time::{Duration, SystemTime};

use gnutls::ErrorKind::{Credentials, InvalidInput};
use gnutls::x509::{Certificate, CertificateBuilder, KeyType, KeyUsage, PrivateKey, Purpose};

use super::tools::{Chain, Directory, ask, assert_error, new_key, text};

const KEY_TYPES: [KeyType; 7] = [
    KeyType::Rsa { bits: 2048 },
    KeyType::RsaPss { bits: 2048 },
    KeyType::EcdsaP256,
    KeyType::EcdsaP384,
    KeyType::EcdsaP521,
    KeyType::Ed25519,
    KeyType::Ed448,
];

#[test]
fn openssl_and_certtool_verify_the_chain() {
    let chain = Chain::new();
    let directory = Directory::new();
    let root = directory.file("root.pem", chain.root.to_pem());
    let middle = directory.file("middle.pem", chain.middle.to_pem());
    let server = directory.file("server.pem", chain.server.to_pem());
    let (root, middle, server) = (text(&root), text(&middle), text(&server));
    let arguments = ["verify", "-x509_strict", "-CAfile", root, "-untrusted", middle, server];
    assert!(ask("openssl", &arguments, "").ends_with("OK\n"));
    let told = ask("certtool", &["--verify", "--load-ca-certificate", root], chain.to_pem());
    assert!(told.contains("Chain verification output: Verified."), "{told}");
}

#[test]
fn every_kind_of_key_signs_what_openssl_verifies() {
    let directory = Directory::new();
    for (number, key_type) in KEY_TYPES.into_iter().enumerate() {
        let key = PrivateKey::generate(key_type).expect("a key");
        let builder = CertificateBuilder::new().subject("CN=root").ca(None);
        let root = builder.self_signed(&key).expect("a root");
        assert!(key.fits(&root) && root.is_ca(), "{key_type:?}");
        assert_eq!(root.key_algorithm().expect("known"), key.algorithm().expect("known"));
        let leaf = CertificateBuilder::new().dns_name("leaf.example");
        let leaf = leaf.signed_by(&new_key(), &root, &key).expect("a leaf");
        let root = directory.file(&format!("{number}-root.pem"), root.to_pem());
        let leaf = directory.file(&format!("{number}-leaf.pem"), leaf.to_pem());
        let arguments = ["verify", "-CAfile", text(&root), text(&root), text(&leaf)];
        assert_eq!(ask("openssl", &arguments, "").matches("OK\n").count(), 2, "{key_type:?}");
    }
}

#[test]
fn what_is_not_set_gets_a_value_that_fits() {
    let before = SystemTime::now() - Duration::from_secs(2);
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let builder = CertificateBuilder::new().subject("CN=x");
    let one = builder.self_signed(&key).expect("a certificate");
    let two = builder.clone().ca(Some(3)).self_signed(&key).expect("a certificate");
    assert_ne!(one.serial().expect("a number"), two.serial().expect("a number"));
    assert!(one.not_before() > before && one.not_before() < SystemTime::now());
    let length = one.not_after().duration_since(one.not_before()).expect("in order");
    assert_eq!(length, Duration::from_secs(365 * 86400));
    let usage = |certificate: &Certificate| certificate.key_usage().expect("readable").expect("present");
    assert_eq!(usage(&one), KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_ENCIPHERMENT);
    assert_eq!(usage(&two), KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN);
    assert!(two.print_full().expect("text").contains("Path Length Constraint: 3"));
    assert_eq!(one.authority_key_id().expect("readable"), one.subject_key_id().expect("readable"));
    let chosen = KeyUsage::DIGITAL_SIGNATURE | KeyUsage::CRL_SIGN;
    let three = builder.key_usage(chosen).self_signed(&key).expect("a certificate");
    assert_eq!(usage(&three), chosen);
}

#[test]
fn names_are_only_alternative_names_where_the_subject_is_empty() {
    let chain = Chain::new();
    let root_key = new_key();
    let root = CertificateBuilder::new().subject("CN=root").ca(None).self_signed(&root_key);
    let root = root.expect("a root");
    let leaf = CertificateBuilder::new().dns_name("leaf.example").purpose(Purpose::SERVER_AUTH);
    let leaf = leaf.signed_by(&chain.server_key, &root, &root_key).expect("a leaf");
    assert_eq!((leaf.subject().expect("empty"), leaf.issuer().expect("a name")), (String::new(), "CN=root".into()));
    assert!(leaf.matches_host("leaf.example") && !leaf.matches_host(""));
}

#[test]
fn the_last_second_that_a_certificate_can_name() {
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    let builder = CertificateBuilder::new().subject("CN=forever").valid_until(end);
    let forever = builder.self_signed(&new_key()).expect("a certificate");
    assert_eq!(forever.not_after(), end);
    let told = ask("openssl", &["x509", "-noout", "-enddate"], forever.to_pem());
    assert_eq!(told.trim(), "notAfter=Dec 31 23:59:59 9999 GMT");
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let key = new_key();
    let new = || CertificateBuilder::new().subject("CN=x");
    let now = SystemTime::now();
    let long = "a.".repeat(127) + "com";
    let cases = [
        (CertificateBuilder::new(), "needs a subject"),
        (new().subject("nonsense"), "\"nonsense\" is not in the form of RFC 4514"),
        (new().subject("XYZ=1"), "\"XYZ=1\""),
        (new().subject("CN=#"), "\"CN=#\" is not in the form of RFC 4514"),
        (new().subject("CN=a\0b"), "subject: there is a NUL byte at byte 4"),
        (new().subject("CN=a\nO=b"), "line break"),
        (new().dns_name("a\0.example"), "DNS name: \"a\\0.example\""),
        (new().dns_name(""), "DNS name: \"\""),
        (new().dns_name("two words"), "DNS name: \"two words\""),
        (new().dns_name("a..example"), "DNS name: \"a..example\""),
        (new().dns_name(long), "DNS name"),
        (new().valid_from(now).valid_until(now - Duration::from_secs(5)), "5 s before its beginning"),
        (new().valid_for(Duration::MAX), "validity: valid_for goes beyond the year 9999"),
        (new().serial([]), "serial number: it is empty"),
        (new().serial([0xFF]), "serial number: it is negative"),
        (new().ca(Some(u32::MAX)), "path length: 4294967295"),
    ];
    for (builder, words) in cases {
        assert_error(builder.self_signed(&key), InvalidInput, &[words]);
    }
}

#[test]
fn the_issuers_key_must_be_the_issuers() {
    let chain = Chain::new();
    let result = CertificateBuilder::new().signed_by(&new_key(), &chain.root, &chain.server_key);
    assert_error(result, Credentials, &["key does not fit", "CN=root,O=Tests"]);
}
