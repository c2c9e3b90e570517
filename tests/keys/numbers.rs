//! Keys as numbers: there and back, and as `openssl` sees them.

use gnutls::key::{DsaNumbers, KeyType, PrivateKey, PublicKey};
use gnutls::x509;
use gnutls::{EccCurve, PublicKeyAlgorithm};

use super::tools::ask;

fn same(one: &PrivateKey, other: &PrivateKey) -> bool {
    one.public_key().expect("a key") == other.public_key().expect("a key")
}

#[test]
fn rsa_keys_are_their_numbers() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let mut numbers = key.to_rsa().expect("numbers");
    assert_eq!(numbers.public_exponent, [1, 0, 1]);
    assert_eq!(numbers.modulus.len(), 256);
    assert!(same(&PrivateKey::from_rsa(&numbers).expect("a key"), &key));
    let public = key.public_key().expect("its public half");
    assert_eq!(public.to_rsa().expect("numbers"), (numbers.modulus.clone(), numbers.public_exponent.clone()));
    assert_eq!(PublicKey::from_rsa(&numbers.modulus, &numbers.public_exponent).expect("a key"), public);
    // What follows from the others may be missing.
    (numbers.coefficient, numbers.exponent1, numbers.exponent2) = (None, None, None);
    let fewer = PrivateKey::from_rsa(&numbers).expect("a key");
    fewer.verify_parameters().expect("numbers that fit");
    assert!(same(&fewer, &key));
    // openssl reads the same modulus.
    let pem = key.to_x509().expect("a copy").to_pem().expect("PEM");
    let modulus = ask("openssl", &["rsa", "-noout", "-modulus"], &*pem);
    let ours: String = numbers.modulus.iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!(modulus.trim(), format!("Modulus={ours}"));
    // No private number is shown.
    // Its length is not told apart: a leading zero is left out of one number in 256.
    assert!(format!("{numbers:?}").contains("private_exponent: SecretBytes("));
    key.to_dsa().map(drop).expect_err("another kind");
    public.to_ecc().expect_err("another kind");
    let x509 = key.to_x509().expect("a copy");
    let numbers = x509.to_rsa().expect("numbers");
    assert!(x509::PrivateKey::from_rsa(&numbers).expect("a key").key_id().ok() == x509.key_id().ok());
    x509.to_ecc().map(drop).expect_err("another kind");
}

#[test]
fn keys_on_curves_are_their_numbers() {
    for (key_type, curve) in [
        (KeyType::EcdsaP256, EccCurve::SECP256R1),
        (KeyType::EcdsaP521, EccCurve::SECP521R1),
        (KeyType::Ed25519, EccCurve::ED25519),
    ] {
        let key = PrivateKey::generate(key_type).expect("a key");
        let numbers = key.to_ecc().expect("numbers");
        assert_eq!(numbers.curve, curve);
        assert!(same(&PrivateKey::from_ecc(&numbers).expect("a key"), &key));
        let public = key.public_key().expect("its public half");
        assert_eq!(public.to_ecc().expect("numbers"), (curve, numbers.x.clone(), numbers.y.clone()));
        assert_eq!(PublicKey::from_ecc(curve, &numbers.x, &numbers.y).expect("a key"), public);
        let x509 = x509::PrivateKey::from_ecc(&numbers).expect("a key");
        assert_eq!(x509.key_id().expect("an identifier"), public.key_id().expect("the same"));
        assert_eq!(x509.to_ecc().expect("numbers").curve, curve);
    }
    let off = PublicKey::from_ecc(EccCurve::SECP256R1, [1; 32], [2; 32]);
    assert!(off.is_err() || off.expect("a key").verify_parameters().is_err(), "the point is not on the curve");
}

#[test]
fn dsa_keys_are_their_numbers() {
    let key = PrivateKey::generate(KeyType::Dsa { bits: 1024 }).expect("a key");
    let numbers = key.to_dsa().expect("numbers");
    let DsaNumbers { prime, order, generator, public: y, .. } = &numbers;
    assert_eq!(prime.len(), 128);
    assert!(same(&PrivateKey::from_dsa(&numbers).expect("a key"), &key));
    let public = key.public_key().expect("its public half");
    assert_eq!(public.to_dsa().expect("numbers"), [prime, order, generator, y].map(Clone::clone));
    assert_eq!(PublicKey::from_dsa(prime, order, generator, y).expect("a key"), public);
    let x509 = x509::PrivateKey::from_dsa(&numbers).expect("a key");
    assert_eq!(x509.key_id().expect("an identifier"), public.key_id().expect("the same"));
    // With the zeros in front that DER wants, or without.
    assert!(x509.to_dsa().expect("numbers").prime.ends_with(prime));
}

#[test]
fn gost_keys_are_their_numbers() {
    let key = PrivateKey::generate(KeyType::Curve(EccCurve::GOST256B)).expect("a key");
    assert_eq!(key.algorithm().expect("known").0, PublicKeyAlgorithm::GOST_12_256);
    let numbers = key.to_gost().expect("numbers");
    assert_eq!(numbers.curve, EccCurve::GOST256B);
    assert!(same(&PrivateKey::from_gost(&numbers).expect("a key"), &key));
    let public = key.public_key().expect("its public half");
    let point = public.to_gost().expect("a point");
    assert_eq!((&point.x, &point.y), (&numbers.x, &numbers.y));
    assert_eq!(PublicKey::from_gost(&point).expect("a key"), public);
    let x509 = x509::PrivateKey::from_gost(&numbers).expect("a key");
    assert_eq!(x509.to_gost().expect("numbers").digest, numbers.digest);
}

/// A number as DER's INTEGER has it.
fn integer(number: &[u8]) -> Vec<u8> {
    let zero: &[u8] = if number.first().is_some_and(|first| first & 0x80 != 0) { &[0] } else { &[] };
    [zero, number].concat()
}

#[test]
fn integers_have_a_zero_before_the_highest_bit() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let public = key.public_key().expect("its public half");
    let (plain, integers) = (key.to_rsa().expect("numbers"), key.to_rsa_integers().expect("numbers"));
    assert_eq!(integers.modulus, integer(&plain.modulus));
    assert_eq!(*integers.prime1, *integer(&plain.prime1));
    assert_eq!(public.to_rsa_integers().expect("numbers"), (integer(&plain.modulus), plain.public_exponent.clone()));
    assert!(same(&PrivateKey::from_rsa(&integers).expect("a key"), &key));
    let fewer = key.to_x509().expect("a copy").to_rsa_without_exponents().expect("numbers");
    assert!(fewer.exponent1.is_none() && fewer.exponent2.is_none() && fewer.coefficient.is_some());
    let again = x509::PrivateKey::from_rsa(&fewer).expect("a key");
    assert_eq!(again.key_id().expect("an identifier"), public.key_id().expect("the same"));

    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let (plain, integers) = (key.to_ecc().expect("numbers"), key.to_ecc_integers().expect("numbers"));
    assert_eq!((&integers.x, &integers.y), (&integer(&plain.x), &integer(&plain.y)));
    let public = key.public_key().expect("its public half").to_ecc_integers().expect("numbers");
    assert_eq!(public, (EccCurve::SECP256R1, integers.x, integers.y));

    let key = PrivateKey::generate(KeyType::Dsa { bits: 1024 }).expect("a key");
    let (plain, integers) = (key.to_dsa().expect("numbers"), key.to_dsa_integers().expect("numbers"));
    let expected = [&plain.prime, &plain.order, &plain.generator, &plain.public].map(|number| integer(number));
    assert_eq!(key.public_key().expect("its public half").to_dsa_integers().expect("numbers"), expected);
    assert_eq!([integers.prime, integers.order, integers.generator, integers.public], expected);
    key.to_rsa_integers().map(drop).expect_err("another kind");
}
