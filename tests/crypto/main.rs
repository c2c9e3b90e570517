//! The crypto module from outside, with the known answers of the standards.

mod aeads;
mod algorithms;
mod ciphers;
mod digests;
mod encodings;
mod everything;
mod keys;
mod macs;
mod refused;
mod values;

use gnutls::{Error, ErrorKind};

/// The bytes that hexadecimal digits stand for; spaces are skipped.
fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).expect("ASCII"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("a byte")).collect()
}

/// Checks the class of an error, and that its message says `words`.
fn assert_error<T>(result: Result<T, Error>, kind: ErrorKind, words: &[&str]) {
    let error = result.err().unwrap_or_else(|| panic!("no error that says {words:?}"));
    let message = error.to_string();
    assert_eq!(error.kind(), kind, "{message}");
    for word in words {
        assert!(message.contains(word), "{message:?} does not say {word:?}");
    }
}
