//! Keys and randomness: RFC 5869, RFC 6070 and RFC 7914.

use std::collections::HashSet;
use std::num::NonZeroU32;

use gnutls::ErrorKind::{InvalidInput, Unsupported};
use gnutls::Mac;
use gnutls::crypto::{self, RandomLevel, generate_key, hkdf_expand, hkdf_extract, pbkdf2, random, refresh_random};

use super::{assert_error, hex};

#[test]
fn hkdf_is_that_of_rfc_5869() {
    let prk = hkdf_extract(Mac::SHA256, [0x0b; 22], (0..=0x0c).collect::<Vec<u8>>()).expect("a key");
    assert_eq!(*prk, hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
    let mut okm = [0; 42];
    hkdf_expand(Mac::SHA256, &prk, (0xf0..=0xf9).collect::<Vec<u8>>(), &mut okm).expect("42 bytes");
    assert_eq!(okm[..], hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
    // Test case 3: neither salt nor info.
    let prk = hkdf_extract(Mac::SHA256, [0x0b; 22], "").expect("a key");
    hkdf_expand(Mac::SHA256, &prk, "", &mut okm).expect("42 bytes");
    assert_eq!(okm[..], hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"));
}

#[test]
fn hkdf_gives_no_more_than_it_can() {
    let mut much = vec![0; 255 * 32 + 1];
    assert_error(hkdf_expand(Mac::SHA256, [1; 32], "", &mut much), InvalidInput, &["8160 bytes at most, not 8161"]);
    hkdf_expand(Mac::SHA256, [1; 32], "", &mut much[1..]).expect("8160 bytes");
    assert_ne!(much[1..], vec![0; 8160]);
}

#[test]
fn pbkdf2_is_that_of_rfc_6070_and_rfc_7914() {
    for (mac, password, salt, iterations, expected) in [
        (Mac::SHA1, "password", "salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"),
        (Mac::SHA1, "password", "salt", 4096, "4b007901b765489abead49d926f721d065a429c1"),
        (
            Mac::SHA256,
            "passwd",
            "salt",
            1,
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc\
             49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
        ),
    ] {
        let expected = hex(expected);
        let mut output = vec![0; expected.len()];
        let iterations = NonZeroU32::new(iterations).expect("not 0");
        pbkdf2(mac, password, salt, iterations, &mut output).expect("a key");
        assert_eq!(output, expected);
    }
}

#[test]
fn only_hmacs_derive_keys() {
    for mac in [Mac::AES_CMAC_128, Mac::UMAC_128, Mac::AEAD, Mac::from_raw(999)] {
        assert_error(hkdf_extract(mac, "x", ""), Unsupported, &["no HMAC"]);
        assert_error(hkdf_expand(mac, "x", "", &mut [0; 16]), Unsupported, &["no HMAC"]);
        assert_error(pbkdf2(mac, "x", "", NonZeroU32::MIN, &mut [0; 16]), Unsupported, &["no HMAC"]);
    }
}

#[test]
fn random_bytes_do_not_repeat() {
    let mut seen = HashSet::new();
    for level in [RandomLevel::Nonce, RandomLevel::Random, RandomLevel::Key] {
        let mut bytes = [0; 32];
        random(level, &mut bytes).expect("random bytes");
        assert!(seen.insert(bytes.to_vec()));
        refresh_random();
        random(level, &mut []).expect("no bytes");
    }
    for size in [16, 32] {
        let key = generate_key(size).expect("a key");
        assert_eq!(key.len(), size);
        assert!(seen.insert(key.to_vec()));
    }
    assert_error(generate_key(0), InvalidInput, &["0 bytes"]);
}

#[test]
fn secrets_are_compared_and_wiped() {
    assert!(crypto::equal(b"", b"") && crypto::equal(b"same", b"same"));
    assert!(!crypto::equal(b"same", b"Same") && !crypto::equal(b"same", b"same "));
    let mut secret = *b"secret";
    crypto::wipe(&mut secret);
    assert_eq!(secret, [0; 6]);
}
