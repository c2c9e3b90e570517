//! New keys with everything said about them.

use gnutls::ErrorKind::InvalidInput;
use gnutls::key::{KeyGenerator, KeyPlace, KeyType, PrivateKey};
use gnutls::{Digest, EccCurve, PublicKeyAlgorithm};

use super::tools::assert_error;

#[test]
fn a_seed_makes_the_same_key_again() {
    let seed = [7; 28];
    let generator = KeyGenerator::new(KeyType::Rsa { bits: 2048 }).seed(Digest::SHA384, seed);
    let one = generator.generate().expect("a key");
    let other = generator.generate_x509().expect("a key");
    assert_eq!(one.to_x509().expect("a copy").key_id().expect("an identifier"), other.key_id().expect("the same"));
    let (digest, found) = one.seed().expect("a seed");
    assert_eq!((digest, &*found), (Digest::SHA384, &seed[..]));
    assert_eq!(other.seed().expect("a seed").0, Digest::SHA384);
    one.verify_seed(digest, seed).expect("its seed");
    other.verify_seed(digest, seed).expect("its seed");
    one.verify_seed(digest, [8; 28]).expect_err("another seed");
    for size in [0, 256] {
        let generator = KeyGenerator::new(KeyType::Rsa { bits: 2048 }).seed(Digest::SHA384, vec![1; size]);
        assert_error(generator.generate(), InvalidInput, &["1 to 255 bytes", &size.to_string()]);
    }
    PrivateKey::generate(KeyType::Ed25519).expect("a key").seed().map(drop).expect_err("no seed");
}

#[test]
fn curves_make_keys_of_their_kind() {
    for (curve, algorithm) in [
        (EccCurve::SECP256R1, PublicKeyAlgorithm::ECDSA),
        (EccCurve::ED25519, PublicKeyAlgorithm::ED25519),
        (EccCurve::X25519, PublicKeyAlgorithm::X25519),
        (EccCurve::X448, PublicKeyAlgorithm::X448),
    ] {
        if matches!(curve, EccCurve::X25519 | EccCurve::X448) && !gnutls::is_at_least(c"3.7.3") {
            continue; // Such keys outside of handshakes came with 3.7.3.
        }
        let key = PrivateKey::generate(KeyType::Curve(curve)).expect("a key");
        assert_eq!(key.algorithm().expect("known").0, algorithm, "{curve}");
        assert_eq!((key.place(), key.is_present()), (KeyPlace::Memory, true));
    }
    assert_error(PrivateKey::generate(KeyType::Curve(EccCurve::from_raw(999))), InvalidInput, &["EccCurve(999)"]);
    assert_error(PrivateKey::generate(KeyType::Dsa { bits: 512 }), InvalidInput, &["512 bits"]);
    assert_error(PrivateKey::generate(KeyType::Rsa { bits: 512 }), InvalidInput, &["512 bits"]);
}

#[test]
fn debug_shows_no_secret() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    assert_eq!(format!("{key:?}"), "PrivateKey(EC/ECDSA, 256 bits, Memory)");
    assert_eq!(format!("{:?}", key.public_key().expect("a key")), "PublicKey(EC/ECDSA, 256 bits)");
    let generator = KeyGenerator::new(KeyType::Ed25519).seed(Digest::SHA256, "secret");
    assert_eq!(format!("{generator:?}"), "KeyGenerator(Ed25519)");
}
