//! Digests: FIPS 180-4 and FIPS 202.

use std::io::Write;
use std::thread;

use gnutls::crypto::{Hash, fingerprint};
use gnutls::{Digest, ErrorKind};

use super::{assert_error, hex};

/// Digests of `abc`.
const ABC: [(Digest, &str); 7] = [
    (Digest::MD5, "900150983cd24fb0d6963f7d28e17f72"),
    (Digest::SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (Digest::SHA224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
    (Digest::SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        Digest::SHA384,
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    ),
    (
        Digest::SHA512,
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
         2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ),
    (Digest::SHA3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
];

#[test]
fn digests_are_those_of_the_standards_in_one_and_in_pieces() {
    for (digest, expected) in ABC {
        let expected = hex(expected);
        assert_eq!(digest.output_size(), expected.len());
        assert_eq!(Hash::of(digest, b"abc").expect("a digest"), expected, "{digest}");
        assert_eq!(fingerprint(digest, b"abc").expect("a digest"), expected, "{digest}");
        let mut hash = Hash::new(digest).expect("a digest");
        hash.update("a").expect("data");
        let fork = hash.try_clone().expect("a copy");
        hash.write_all(b"bc").expect("data");
        hash.flush().expect("nothing to do");
        assert_eq!(hash.output(), expected, "{digest}");
        // An output starts anew.
        hash.update("abc").expect("data");
        assert_eq!(hash.finish(), expected, "{digest}");
        // The copy has gone its own way.
        assert_eq!(fork.digest(), digest);
        assert_eq!(fork.finish(), Hash::of(digest, "a").expect("a digest"), "{digest}");
    }
}

#[test]
fn a_digest_goes_to_another_thread() {
    let mut hash = Hash::new(Digest::SHA256).expect("a digest");
    hash.update("a").expect("data");
    let thread = thread::spawn(move || {
        hash.update("bc").expect("data");
        hash.finish()
    });
    assert_eq!(thread.join().expect("no panic"), hex(ABC[3].1));
}

#[test]
fn what_cannot_be_computed_is_told_so() {
    for digest in [Digest::MD2, Digest::SHAKE_128, Digest::from_raw(999)] {
        assert_error(Hash::new(digest), ErrorKind::Unsupported, &["computing a digest"]);
        assert_error(Hash::of(digest, "x"), ErrorKind::Unsupported, &["computing a digest"]);
    }
}

#[cfg(gnutls_3_8_6)]
#[test]
fn shake_gives_as_much_as_is_asked_for() {
    let mut shake = gnutls::crypto::Xof::new(Digest::SHAKE_256).expect("SHAKE256");
    shake.update("").expect("data");
    let (mut first, mut second) = ([0; 8], [0; 8]);
    shake.squeeze(&mut first).expect("output");
    shake.squeeze(&mut second).expect("output");
    assert_eq!([first, second].concat(), hex("46b9dd2b0ba88d13233b3feb743eeb24"));
    assert_error(shake.update("late"), ErrorKind::Misuse, &["output has been taken"]);
    assert_error(gnutls::crypto::Xof::new(Digest::SHA256), ErrorKind::Unsupported, &["fixed size"]);
}

#[test]
fn there_is_no_fingerprint_without_a_size() {
    for digest in [Digest::SHAKE_128, Digest::from_raw(999)] {
        assert_error(fingerprint(digest, b"abc"), ErrorKind::Unsupported, &[]);
    }
}
