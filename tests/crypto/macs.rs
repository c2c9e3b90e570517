//! Message authentication codes: RFC 4231, RFC 4493, RFC 4418 and NIST SP 800-38D.

use std::io::Write;

use gnutls::crypto::Hmac;
use gnutls::{ErrorKind, Mac};

use super::{assert_error, hex};

const AES_KEY: &str = "2b7e151628aed2a6abf7158809cf4f3c";

#[test]
fn hmacs_are_those_of_rfc_4231() {
    let key = [0x0b; 20];
    for (mac, expected) in [
        (Mac::SHA224, "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22"),
        (Mac::SHA256, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            Mac::SHA512,
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde\
             daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
        ),
    ] {
        let expected = hex(expected);
        assert!(mac.is_hmac());
        assert_eq!(Hmac::of(mac, key, "Hi There").expect("an HMAC"), expected, "{mac}");
        let mut hmac = Hmac::new(mac, key).expect("an HMAC");
        hmac.update("Hi ").expect("data");
        let fork = hmac.try_clone().expect("a copy");
        hmac.write_all(b"There").expect("data");
        hmac.flush().expect("nothing to do");
        assert_eq!(hmac.output().expect("an HMAC"), expected);
        hmac.update("Hi There").expect("data");
        hmac.verify(&expected).expect("its code");
        assert_eq!(fork.mac(), mac);
        assert_error(fork.verify(&expected), ErrorKind::Verification, &["verifying a MAC"]);
    }
}

#[test]
fn a_wrong_or_short_tag_is_not_taken() {
    let tag = Hmac::of(Mac::SHA256, "key", "data").expect("an HMAC");
    let mut flipped = tag.clone();
    flipped[31] ^= 1;
    for wrong in [&flipped[..], &tag[..31], &[]] {
        let mut hmac = Hmac::new(Mac::SHA256, "key").expect("an HMAC");
        hmac.update("data").expect("data");
        assert_error(hmac.verify(wrong), ErrorKind::Verification, &["not the code"]);
    }
}

#[test]
fn cmacs_are_those_of_rfc_4493() {
    for (text, expected) in [
        ("", "bb1d6929e95937287fa37d129b756746"),
        ("6bc1bee22e409f96e93d7e117393172a", "070a16b46b4d4144f79bdd9dd04a287c"),
    ] {
        let mut cmac = Hmac::new(Mac::AES_CMAC_128, hex(AES_KEY)).expect("a CMAC");
        cmac.update(hex(text)).expect("data");
        assert_eq!(cmac.finish().expect("a CMAC"), hex(expected));
    }
}

#[test]
fn umacs_are_those_of_rfc_4418_and_want_a_nonce_each_time() {
    let mut umac = Hmac::new(Mac::UMAC_96, "abcdefghijklmnop").expect("a UMAC");
    assert_error(umac.update("abc"), ErrorKind::Misuse, &["needs a nonce"]);
    for (text, expected) in [("", "32fedb100c79ad58f07ff764"), ("abc", "883c3d4b97a61976ffcf2323")] {
        umac.set_nonce("bcdefghi").expect("8 bytes");
        umac.update(text).expect("data");
        assert_eq!(umac.output().expect("a UMAC"), hex(expected));
        assert_error(umac.output(), ErrorKind::Misuse, &["needs a nonce"]);
    }
    assert_error(umac.finish(), ErrorKind::Misuse, &["needs a nonce"]);
}

#[test]
fn gmac_is_the_tag_of_gcm_without_text() {
    let mut gmac = Hmac::new(Mac::AES_GMAC_128, [0; 16]).expect("a GMAC");
    gmac.set_nonce([0; 12]).expect("12 bytes");
    gmac.update("").expect("data");
    assert_eq!(gmac.finish().expect("a GMAC"), hex("58e2fccefa7e3061367f1d57a4e7455a"));
}

#[test]
fn keys_and_nonces_of_other_sizes_are_refused_before_the_library_sees_them() {
    for (mac, sizes) in
        [(Mac::AES_CMAC_128, [0, 15, 17]), (Mac::UMAC_96, [0, 15, 32]), (Mac::AES_GMAC_256, [0, 16, 33])]
    {
        for size in sizes {
            let words = [format!("a key of {} bytes", mac.key_size()), format!("not one of {size}")];
            assert_error(Hmac::new(mac, vec![1; size]), ErrorKind::InvalidInput, &[&words[0], &words[1]]);
            assert_error(Hmac::of(mac, vec![1; size], ""), ErrorKind::InvalidInput, &[&words[0], &words[1]]);
        }
    }
    let mut gmac = Hmac::new(Mac::AES_GMAC_128, [0; 16]).expect("a GMAC");
    for size in [0, 11, 13, 64] {
        assert_error(gmac.set_nonce(vec![0; size]), ErrorKind::InvalidInput, &["a nonce of 12 bytes"]);
    }
    let mut hmac = Hmac::new(Mac::SHA256, "").expect("an HMAC with an empty key");
    assert_error(hmac.set_nonce([0; 12]), ErrorKind::InvalidInput, &["takes none"]);
    assert_error(Hmac::of(Mac::AES_GMAC_128, [0; 16], ""), ErrorKind::Unsupported, &["nonce"]);
    assert_error(Hmac::new(Mac::AEAD, ""), ErrorKind::Unsupported, &["no AEAD"]);
}

#[test]
fn debug_shows_no_key() {
    assert_eq!(format!("{:?}", Hmac::new(Mac::SHA256, "secret").expect("an HMAC")), "Hmac(SHA256)");
}
