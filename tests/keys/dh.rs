//! Diffie-Hellman parameters, with `openssl` as a second opinion.

use gnutls::ErrorKind::InvalidInput;
use gnutls::key::{DhParams, DsaPublicNumbers, KeyType};
use gnutls::x509::{Format, PrivateKey};

use super::tools::{ask, assert_error};

#[test]
fn parameters_go_there_and_back() {
    let params = DhParams::generate(512).expect("parameters");
    let (prime, generator, _) = params.numbers().expect("numbers");
    assert!(prime.len() >= 64 && !generator.is_empty());
    let pem = params.to_pkcs3(Format::Pem).expect("PEM");
    assert!(pem.starts_with(b"-----BEGIN DH PARAMETERS-----"));
    let text = ask("openssl", &["asn1parse"], &pem);
    assert!(text.matches("INTEGER").count() >= 2, "{text}");
    for copy in [
        DhParams::from_pkcs3(&pem, Format::Pem).expect("read"),
        DhParams::from_pkcs3(params.to_pkcs3(Format::Der).expect("DER"), Format::Der).expect("read"),
        DhParams::new(&prime, &generator).expect("numbers"),
        DhParams::with_key_bits(&prime, &generator, 225).expect("numbers"),
        params.try_clone().expect("a copy"),
    ] {
        let (same, also, _) = copy.numbers().expect("numbers");
        assert_eq!((&same, &also), (&prime, &generator));
    }
    let bits = DhParams::with_key_bits(&prime, &generator, 225).expect("numbers").numbers().expect("numbers").2;
    assert_eq!(bits, 225);
    let mut output = [0; 1000];
    let size = params.pkcs3_into(Format::Pem, &mut output).expect("room enough");
    assert_eq!(output[..pem.len()], pem);
    assert!(size >= pem.len());
    assert_error(params.pkcs3_into(Format::Pem, &mut output[..9]), InvalidInput, &["not one of 9"]);
}

#[test]
fn parameters_come_from_a_dsa_key_too() {
    let key = PrivateKey::generate(KeyType::Dsa { bits: 1024 }).expect("a key");
    let numbers = key.to_dsa().expect("numbers");
    let (prime, ..) = DhParams::from_dsa(&key).expect("parameters").numbers().expect("numbers");
    assert_eq!(prime, numbers.public.p);
    let DsaPublicNumbers { p, q, g, .. } = &numbers.public;
    let params = DhParams::with_order(p, q, g).expect("parameters");
    assert_eq!(params.numbers().expect("numbers").2, 160);
    let other = PrivateKey::generate(KeyType::Ed25519).expect("a key");
    DhParams::from_dsa(&other).map(drop).expect_err("no DSA key");
}

#[test]
fn what_is_no_parameter_is_an_error() {
    assert_error(DhParams::generate(128), InvalidInput, &["128 bits"]);
    DhParams::new([0], [2]).map(drop).expect_err("zero");
    DhParams::from_pkcs3("hello", Format::Pem).map(drop).expect_err("no PEM");
}

#[cfg(gnutls_3_8_2)]
#[test]
fn keys_are_their_numbers_and_share_secrets() {
    use gnutls::key::{self, PublicKey};

    // RFC 7919: ffdhe2048 has the generator 2, and a prime whose half is prime as well.
    let dsa = PrivateKey::generate(KeyType::Dsa { bits: 2048 }).expect("a key").to_dsa().expect("numbers");
    let DsaPublicNumbers { p, q, g, y } = &dsa.public;
    let params = DhParams::with_order(p, q, g).expect("parameters");
    let key = key::PrivateKey::from_dh(&params, Some(y), &dsa.x).expect("a key");
    let (_, public, private) = key.to_dh().expect("numbers");
    assert_eq!((&public, &*private), (y, &*dsa.x));
    let known = PublicKey::from_dh(&params, y).expect("a key");
    assert_eq!(known.to_dh().expect("a number").1, *y);
    let x509 = PrivateKey::from_dh(&params, Some(y), &dsa.x).expect("a key");
    assert_eq!(x509.algorithm().expect("known").0, gnutls::PublicKeyAlgorithm::DH);
}
