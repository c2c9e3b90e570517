//! Keys as numbers: there and back, and as `openssl` sees them.

use std::sync::Arc;

use gnutls::key::{
    DsaPrivateNumbers, DsaPublicNumbers, EccPrivateNumbers, EccPublicNumbers, KeyType, PinRequest, PrivateKey,
    PublicKey, RsaPrivateNumbers, RsaPublicNumbers,
};
use gnutls::x509;
use gnutls::{EccCurve, ErrorKind, PublicKeyAlgorithm};

use super::hex;
use super::tools::{ask, run};

fn same(one: &PrivateKey, other: &PrivateKey) -> bool {
    one.public_key().expect("a key") == other.public_key().expect("a key")
}

/// A key of `openssl` in its own form, and the INTEGERs that it finds there, after the version.
fn openssl_key(kind: &str, made: String) -> (x509::PrivateKey, Vec<Vec<u8>>) {
    // Only `pkey` has `-traditional` in every release, and no release has it for DER.
    let pem =
        if kind == "rsa" { ask("openssl", &["pkey", "-traditional"], made) } else { ask("openssl", &[kind], made) };
    let der = run("openssl", &["asn1parse", "-noout", "-out", "/dev/stdout"], pem.as_bytes());
    let told = String::from_utf8(run("openssl", &["asn1parse", "-inform", "DER"], &der)).expect("a text");
    let integers = told.lines().filter(|line| line.contains("INTEGER"));
    let numbers = integers.skip(1).map(|line| hex(line.rsplit(':').next().expect("digits"))).collect();
    (x509::PrivateKey::from_der(der, None).expect("a key"), numbers)
}

/// Both ways to the numbers of one key: as they are read through `gnutls_x509_privkey_t`, and through `gnutls_privkey_t`.
fn both<N, E>(
    key: &x509::PrivateKey,
    in_memory: impl Fn(&x509::PrivateKey) -> Result<N, E>,
    anywhere: impl Fn(&PrivateKey) -> Result<N, E>,
) -> [N; 2] {
    let elsewhere = PrivateKey::try_from(key).expect("a key");
    let found = [in_memory(key), anywhere(&elsewhere)];
    found.map(|numbers| numbers.unwrap_or_else(|_| panic!("no numbers")))
}

#[test]
fn the_numbers_of_an_rsa_key_are_those_of_openssl() {
    let (key, told) = openssl_key("rsa", ask("openssl", &["genrsa", "2048"], ""));
    let [m, e, d, p, q, e1, e2, u] = told.try_into().expect("eight numbers");
    for numbers in both(&key, x509::PrivateKey::to_rsa, PrivateKey::to_rsa) {
        assert_eq!(numbers.public, RsaPublicNumbers { modulus: m.clone(), public_exponent: e.clone() });
        assert_eq!([&*numbers.private_exponent, &numbers.prime1, &numbers.prime2], [&d[..], &p, &q]);
        let rest = [&numbers.coefficient, &numbers.exponent1, &numbers.exponent2].map(Option::as_deref);
        assert_eq!(rest, [Some(&u[..]), Some(&e1), Some(&e2)]);
    }
    let public = RsaPublicNumbers { modulus: m, public_exponent: e };
    let numbers = RsaPrivateNumbers {
        public: public.clone(),
        private_exponent: d.into(),
        prime1: p.into(),
        prime2: q.into(),
        coefficient: None,
        exponent1: None,
        exponent2: None,
    };
    let again = x509::PrivateKey::from_rsa(&numbers).expect("a key");
    assert_eq!(again.key_id().expect("an identifier"), key.key_id().expect("an identifier"));
    let again = PrivateKey::from_rsa(&numbers).expect("a key");
    again.verify_parameters().expect("numbers that fit");
    assert_eq!(again.public_key().expect("its public half"), PublicKey::from_rsa(&public).expect("a key"));
}

#[test]
fn the_numbers_of_a_dsa_key_are_those_of_openssl() {
    let (key, told) = openssl_key("dsa", ask("openssl", &["dsaparam", "-genkey", "-noout", "1024"], ""));
    let [p, q, g, y, x] = told.try_into().expect("five numbers");
    let public = DsaPublicNumbers { p, q, g, y };
    for numbers in both(&key, x509::PrivateKey::to_dsa, PrivateKey::to_dsa) {
        assert_eq!((&numbers.public, &*numbers.x), (&public, &x[..]));
    }
    let numbers = DsaPrivateNumbers { public: public.clone(), x: x.into() };
    let again = x509::PrivateKey::from_dsa(&numbers).expect("a key");
    assert_eq!(again.key_id().expect("an identifier"), key.key_id().expect("an identifier"));
    let again = PrivateKey::from_dsa(&numbers).expect("a key");
    assert_eq!(again.public_key().expect("its public half"), PublicKey::from_dsa(&public).expect("a key"));
}

#[test]
fn the_numbers_of_a_key_on_p_256_are_those_of_openssl() {
    let made = ask("openssl", &["ecparam", "-name", "prime256v1", "-genkey", "-noout"], "");
    // RFC 5915 gives the private number its full length, X9.62 both coordinates.
    let der = run("openssl", &["ec", "-outform", "DER"], made.as_bytes());
    let (k, point) = (&der[7..39], &der[der.len() - 64..]);
    let [x, y, k] = [&point[..32], &point[32..], k].map(without_zeros);
    let public = EccPublicNumbers { curve: EccCurve::SECP256R1, x, y };
    let key = x509::PrivateKey::from_der(&der, None).expect("a key");
    for numbers in both(&key, x509::PrivateKey::to_ecc, PrivateKey::to_ecc) {
        assert_eq!((&numbers.public, &*numbers.k), (&public, &k[..]));
    }
    let numbers = EccPrivateNumbers { public: public.clone(), k: k.into() };
    let again = x509::PrivateKey::from_ecc(&numbers).expect("a key");
    assert_eq!(again.key_id().expect("an identifier"), key.key_id().expect("an identifier"));
    let again = PrivateKey::from_ecc(&numbers).expect("a key");
    assert_eq!(again.public_key().expect("its public half"), PublicKey::from_ecc(&public).expect("a key"));
}

fn without_zeros(number: &[u8]) -> Vec<u8> {
    number.iter().copied().skip_while(|byte| *byte == 0).collect()
}

#[test]
fn numbers_have_no_zeros_in_front_however_they_are_read() {
    // The P-256 point with the private number 1, and RSA numbers with zeros that nobody needs.
    let padded = EccPrivateNumbers {
        public: EccPublicNumbers {
            curve: EccCurve::SECP256R1,
            x: hex("0000 6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
            y: hex("0000 4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
        },
        k: vec![0, 0, 0, 1].into(),
    };
    let key = x509::PrivateKey::from_ecc(&padded).expect("a key");
    for numbers in both(&key, x509::PrivateKey::to_ecc, PrivateKey::to_ecc) {
        assert_eq!(numbers.public.x, padded.public.x[2..]);
        assert_eq!(*numbers.k, [1]);
    }
    let key = x509::PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    for numbers in both(&key, x509::PrivateKey::to_rsa, PrivateKey::to_rsa) {
        let public = [&numbers.public.modulus, &numbers.public.public_exponent].map(|number| number[0]);
        assert!(!public.contains(&0));
        let private = [&numbers.private_exponent, &numbers.prime1, &numbers.prime2].map(|number| number[0]);
        assert!(!private.contains(&0));
    }
}

#[test]
fn a_key_of_ed25519_keeps_its_zeros() {
    // Its bytes are no number: one key in 256 begins with a zero.
    let key = |start: &str| hex(&format!("{start}{}", "11".repeat(31)));
    let known = EccPublicNumbers { curve: EccCurve::ED25519, x: key("00"), y: Vec::new() };
    let public = PublicKey::from_ecc(&known).expect("a key");
    assert_eq!(public.to_ecc().expect("numbers"), known);
    assert_eq!(public.to_ecc_integers().expect("numbers"), known);
    let private = EccPrivateNumbers { public: known, k: key("00").into() };
    let key = x509::PrivateKey::from_ecc(&private).expect("a key");
    for numbers in both(&key, x509::PrivateKey::to_ecc, PrivateKey::to_ecc) {
        assert_eq!((&numbers.public, &*numbers.k), (&private.public, &*private.k));
    }
}

#[test]
fn what_follows_from_other_numbers_may_be_missing() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let mut numbers = key.to_rsa().expect("numbers");
    assert!(same(&PrivateKey::from_rsa(&numbers).expect("a key"), &key));
    (numbers.coefficient, numbers.exponent1, numbers.exponent2) = (None, None, None);
    let fewer = PrivateKey::from_rsa(&numbers).expect("a key");
    fewer.verify_parameters().expect("numbers that fit");
    assert!(same(&fewer, &key));
    let fewer = key.to_x509().expect("a copy").to_rsa_without_exponents().expect("numbers");
    assert!(fewer.exponent1.is_none() && fewer.exponent2.is_none() && fewer.coefficient.is_some());
    assert_eq!((&fewer.public, &*fewer.prime1), (&numbers.public, &*numbers.prime1));
    let again = x509::PrivateKey::from_rsa(&fewer).expect("a key");
    assert!(same(&again.try_into().expect("a key"), &key));
}

#[test]
fn no_private_number_is_shown() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    // Its length is not told apart: a leading zero is left out of one number in 256.
    let shown = format!("{:?}", key.to_rsa().expect("numbers"));
    assert!(
        shown.contains("private_exponent: SecretBytes(") && shown.contains("exponent2: Some(SecretBytes("),
        "{shown}"
    );
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    assert!(format!("{:?}", key.to_ecc().expect("numbers")).contains("k: SecretBytes("));
}

#[test]
fn another_kind_of_key_has_other_numbers() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    key.to_dsa().map(drop).expect_err("another kind");
    key.public_key().expect("its public half").to_ecc().expect_err("another kind");
    key.to_x509().expect("a copy").to_ecc().map(drop).expect_err("another kind");
    let key = PrivateKey::generate(KeyType::Ed25519).expect("a key");
    key.to_rsa_integers().map(drop).expect_err("another kind");
}

#[test]
fn keys_on_curves_are_their_numbers() {
    for (key_type, curve) in [(KeyType::EcdsaP521, EccCurve::SECP521R1), (KeyType::Ed25519, EccCurve::ED25519)] {
        let key = PrivateKey::generate(key_type).expect("a key");
        let numbers = key.to_ecc().expect("numbers");
        assert_eq!(numbers.public.curve, curve);
        assert!(same(&PrivateKey::from_ecc(&numbers).expect("a key"), &key));
        let public = key.public_key().expect("its public half");
        assert_eq!(public.to_ecc().expect("numbers"), numbers.public);
        assert_eq!(PublicKey::from_ecc(&numbers.public).expect("a key"), public);
        let x509 = x509::PrivateKey::from_ecc(&numbers).expect("a key");
        assert_eq!(x509.key_id().expect("an identifier"), public.key_id().expect("the same"));
        assert_eq!(x509.to_ecc().expect("numbers").public, numbers.public);
    }
    let off = EccPublicNumbers { curve: EccCurve::SECP256R1, x: vec![1; 32], y: vec![2; 32] };
    let off = PublicKey::from_ecc(&off);
    assert!(off.is_err() || off.expect("a key").verify_parameters().is_err(), "the point is not on the curve");
}

#[test]
fn gost_keys_are_their_numbers() {
    let key = PrivateKey::generate(KeyType::Curve(EccCurve::GOST256B)).expect("a key");
    assert_eq!(key.algorithm().expect("known").0, PublicKeyAlgorithm::GOST_12_256);
    let numbers = key.to_gost().expect("numbers");
    assert_eq!(numbers.public.curve, EccCurve::GOST256B);
    assert!(same(&PrivateKey::from_gost(&numbers).expect("a key"), &key));
    let public = key.public_key().expect("its public half");
    assert_eq!(public.to_gost().expect("numbers"), numbers.public);
    assert_eq!(PublicKey::from_gost(&numbers.public).expect("a key"), public);
    let x509 = x509::PrivateKey::from_gost(&numbers).expect("a key");
    let again = x509.to_gost().expect("numbers");
    assert_eq!((&again.public, &*again.k), (&numbers.public, &*numbers.k));
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
    assert_eq!(integers.public.modulus, integer(&plain.public.modulus));
    assert_eq!(*integers.prime1, *integer(&plain.prime1));
    assert_eq!(public.to_rsa_integers().expect("numbers"), integers.public);
    assert!(same(&PrivateKey::from_rsa(&integers).expect("a key"), &key));

    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let (plain, integers) = (key.to_ecc().expect("numbers"), key.to_ecc_integers().expect("numbers"));
    assert_eq!((&integers.public.x, &integers.public.y), (&integer(&plain.public.x), &integer(&plain.public.y)));
    assert_eq!(key.public_key().expect("its public half").to_ecc_integers().expect("numbers"), integers.public);

    let key = PrivateKey::generate(KeyType::Dsa { bits: 1024 }).expect("a key");
    let (plain, integers) = (key.to_dsa().expect("numbers").public, key.to_dsa_integers().expect("numbers").public);
    let [p, q, g, y] = [&plain.p, &plain.q, &plain.g, &plain.y].map(|number| integer(number));
    assert_eq!(integers, DsaPublicNumbers { p, q, g, y });
    assert_eq!(key.public_key().expect("its public half").to_dsa_integers().expect("numbers"), integers);
}

#[test]
fn the_numbers_of_one_key_are_equal_and_those_of_two_are_not() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let numbers = key.to_ecc().expect("numbers");
    assert_eq!(numbers.clone(), key.to_x509().expect("a copy").to_ecc().expect("numbers"));
    let other = PrivateKey::generate(KeyType::EcdsaP256).expect("a key").to_ecc().expect("numbers");
    assert_ne!(numbers, other);
    assert_ne!(numbers, EccPrivateNumbers { k: other.k, ..numbers.clone() });
}

#[test]
fn a_point_without_y_is_no_point_and_no_end_of_the_process() {
    for curve in EccCurve::list() {
        let (x, y) = (vec![7; curve.size()], Vec::new());
        let numbers = EccPrivateNumbers { k: x.clone().into(), public: EccPublicNumbers { curve: *curve, x, y } };
        // Some curves have no y: then there is a key, and it can be used.
        let in_memory = x509::PrivateKey::from_ecc(&numbers).map(drop);
        let elsewhere = PrivateKey::from_ecc(&numbers).map(drop);
        let public = PublicKey::from_ecc(&numbers.public).map(drop);
        let edwards = matches!(*curve, EccCurve::ED25519 | EccCurve::ED448);
        let montgomery = matches!(*curve, EccCurve::X25519 | EccCurve::X448);
        for result in [in_memory, elsewhere, public] {
            assert!(result.is_ok() == edwards || montgomery, "{curve}: {result:?}");
        }
    }
}

#[test]
fn an_order_that_nobody_can_sign_with_is_refused() {
    let key = PrivateKey::generate(KeyType::Dsa { bits: 1024 }).expect("a key");
    for order in [&[][..], &[0], &[1], &[2], &[0, 3], &[0xFF; 19]] {
        let mut numbers = key.to_dsa().expect("numbers");
        numbers.public.q = order.to_vec();
        let results = [x509::PrivateKey::from_dsa(&numbers).map(drop), PrivateKey::from_dsa(&numbers).map(drop)];
        for result in results {
            let error = result.expect_err("no key");
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().contains("160 bits"), "{error}");
        }
    }
    PrivateKey::from_dsa(&key.to_dsa().expect("numbers")).expect("a key").verify_parameters().expect("they fit");
}

#[test]
fn primes_longer_than_the_modulus_are_refused() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 1024 }).expect("a key");
    for second in [false, true] {
        let mut numbers = key.to_rsa().expect("numbers");
        let long = [&numbers.prime1[..], &[1; 100]].concat();
        *(if second { &mut numbers.prime2 } else { &mut numbers.prime1 }) = long.into();
        let results = [x509::PrivateKey::from_rsa(&numbers).map(drop), PrivateKey::from_rsa(&numbers).map(drop)];
        for result in results {
            assert_eq!(result.expect_err("no key").kind(), ErrorKind::InvalidInput);
        }
    }
}

/// An element of DER.
pub(crate) fn element(tag: u8, body: &[u8]) -> Vec<u8> {
    match u8::try_from(body.len()) {
        Ok(length) if length < 0x80 => [&[tag, length], body].concat(),
        Ok(length) => [&[tag, 0x81, length], body].concat(),
        Err(_) => {
            let length = u16::try_from(body.len()).expect("short").to_be_bytes();
            [&[tag, 0x82], &length[..], body].concat()
        }
    }
}

/// The DER of a SEQUENCE of INTEGERs, the first of them the version 0.
pub(crate) fn sequence(numbers: &[&[u8]]) -> Vec<u8> {
    let integers = numbers.iter().flat_map(|number| element(2, &[&[0], *number].concat()));
    element(0x30, &element(2, &[0]).into_iter().chain(integers).collect::<Vec<_>>())
}

#[test]
fn numbers_that_nobody_can_sign_with_are_refused_in_der_and_pem_as_well() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 1024 }).expect("a key").to_rsa().expect("numbers");
    let long = [&key.prime1[..], &[1; 100]].concat();
    let rest = [&key.exponent1, &key.exponent2, &key.coefficient].map(|number| number.as_deref().expect("a number"));
    let rsa = |p: &[u8]| {
        let (m, e) = (&key.public.modulus[..], &key.public.public_exponent[..]);
        sequence(&[m, e, &key.private_exponent, p, &key.prime2, rest[0], rest[1], rest[2]])
    };
    let other = x509::PrivateKey::generate(KeyType::Dsa { bits: 1024 }).expect("a key").to_dsa().expect("numbers");
    let DsaPublicNumbers { p, q, g, y } = &other.public;
    let dsa = |q: &[u8]| sequence(&[p, q, g, y, &other.x]);
    for (good, bad, name) in [(rsa(&key.prime1), rsa(&long), "RSA"), (dsa(q), dsa(&[1]), "DSA")] {
        let pem = |der: &[u8]| gnutls::encoding::pem::encode(&format!("{name} PRIVATE KEY"), der).expect("PEM");
        for (der, fits) in [(&good, true), (&bad, false)] {
            let results = [
                x509::PrivateKey::from_der(der, None).map(drop),
                x509::PrivateKey::from_pem(pem(der), None).map(drop),
                x509::PrivateKey::from_plain(der, x509::Format::Der).map(drop),
                PrivateKey::from_bytes_asking(
                    der,
                    x509::Format::Der,
                    Arc::new(|_: &PinRequest<'_>| Err("nobody is asked".into())),
                )
                .map(drop),
            ];
            for result in results {
                let kind = result.map_err(|error| error.kind());
                assert_eq!(kind, if fits { Ok(()) } else { Err(ErrorKind::InvalidInput) }, "{name}");
            }
        }
    }
}
