//! The encodings around signatures, and GnuTLS's tests of itself.

use gnutls::ErrorKind::{InvalidInput, Unsupported};
use gnutls::crypto::{Hash, digest_info, self_test, signature_value};
use gnutls::{Cipher, Digest, Mac, PublicKeyAlgorithm};

use super::{assert_error, hex};

#[test]
fn a_digest_info_is_that_of_rfc_8017() {
    let digest = Hash::of(Digest::SHA256, "abc").expect("a digest");
    let info = digest_info::encode(Digest::SHA256, &digest).expect("encoded");
    assert_eq!(info, [hex("3031300d060960864801650304020105000420"), digest.clone()].concat());
    assert_eq!(digest_info::decode(&info).expect("decoded"), (Digest::SHA256, digest));
    assert_error(digest_info::decode(&info[..40]), InvalidInput, &["decoding a DigestInfo"]);
    assert_error(digest_info::decode(""), InvalidInput, &["decoding a DigestInfo"]);
}

#[test]
fn signatures_have_two_forms() {
    let encoded = signature_value::encode([1], [0x80, 2]).expect("encoded");
    assert_eq!(encoded, hex("3008 020101 02030080 02"));
    let (r, s) = signature_value::decode(&encoded).expect("decoded");
    // GnuTLS gives the numbers with the zero that keeps them positive.
    assert_eq!((r, s), (vec![1], vec![0, 0x80, 2]));
    assert_error(signature_value::decode(&encoded[..5]), InvalidInput, &["decoding a signature"]);
    for (r, s) in [(&[][..], &[1][..]), (&[1], &[]), (&[], &[])] {
        assert_error(signature_value::encode(r, s), InvalidInput, &["encoding a signature"]);
    }

    let (r, s) = ([1; 32], [2; 32]);
    let encoded = signature_value::encode_gost(r, s).expect("encoded");
    assert_eq!(encoded, [s, r].concat());
    assert_eq!(signature_value::decode_gost(&encoded).expect("decoded"), (r.to_vec(), s.to_vec()));
    assert_error(signature_value::decode_gost(&encoded[1..]), InvalidInput, &["decoding a signature"]);
}

#[test]
fn gnutls_passes_its_own_tests() {
    self_test::cipher(None).expect("ciphers");
    self_test::cipher(Cipher::AES_128_SIV).expect("SIV");
    self_test::mac(Mac::SHA256).expect("an HMAC");
    self_test::digest(None).expect("digests");
    self_test::public_key(PublicKeyAlgorithm::RSA).expect("RSA");
    assert_error(self_test::public_key(PublicKeyAlgorithm::from_raw(999)), Unsupported, &["no such test"]);
    self_test::hkdf(None).expect("HKDF");
    self_test::pbkdf2(Mac::SHA256).expect("PBKDF2");
    self_test::tls_prf(None).expect("the PRF of TLS");
}
