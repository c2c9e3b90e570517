//! Keys from outside: known answers of the standards, and `openssl` and `certtool` as second opinions.
//!
//! Both programs must be there: a test that cannot ask them fails.

mod absurd;
mod certifying;
#[path = "../common/mod.rs"]
mod common;
mod dh;
mod external;
mod forms;
mod generated;
mod handshakes;
#[cfg(gnutls_3_8_13)]
mod hpke;
mod numbers;
mod pcerts;
mod public;
mod raw;
mod restricted;
mod signatures;
#[path = "../x509/tools.rs"]
#[allow(dead_code, reason = "these tests need only some of it")]
mod tools;

/// The bytes that hexadecimal digits stand for; spaces are skipped.
fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).expect("ASCII"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("a byte")).collect()
}
