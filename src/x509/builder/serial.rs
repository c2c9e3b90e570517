//! Serial numbers (RFC 5280, section 4.1.2.2): what may be one, and one at random.

use std::ffi::c_void;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::check;

/// The most bytes that a serial number may have.
const LONGEST: usize = 20;

/// 126 random bits: twice the 64 that public authorities must have.
const RANDOM_SIZE: usize = 16;

/// Why `number` cannot be a serial number, if it cannot.
pub(super) fn unusable(number: &[u8]) -> Option<String> {
    match number {
        [] => Some("it is empty".to_owned()),
        [first, ..] if *first >= 0x80 => Some("it is negative: its first bit is 1".to_owned()),
        _ if number.iter().all(|byte| *byte == 0) => Some("it is zero".to_owned()),
        _ if number.len() > LONGEST => {
            Some(format!("{} bytes are more than the {LONGEST} that are allowed", number.len()))
        }
        _ => None,
    }
}

/// A positive number of always the same size: its first bits are 01.
#[doc(alias = "gnutls_rnd")]
pub(super) fn random() -> Result<Vec<u8>> {
    let mut number = vec![0; RANDOM_SIZE];
    let start = number.as_mut_ptr().cast::<c_void>();
    // SAFETY: `start` has the given number of bytes.
    let code = unsafe { sys::gnutls_rnd(sys::GNUTLS_RND_NONCE, start, RANDOM_SIZE) };
    check(code, "choosing a serial number")?;
    number[0] = number[0] & 0x3F | 0x40;
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_numbers_are_usable_and_differ() {
        let (one, two) = (random().expect("random"), random().expect("random"));
        assert_ne!(one, two);
        for number in [one, two] {
            assert_eq!((number.len(), unusable(&number)), (RANDOM_SIZE, None));
        }
    }

    #[test]
    fn the_reason_is_named() {
        for (number, why) in
            [(&[][..], "empty"), (&[0x80], "negative"), (&[0, 0, 0], "zero"), (&[1; LONGEST + 1], "21 bytes")]
        {
            let found = unusable(number).expect("refused");
            assert!(found.contains(why), "{number:?}: {found}");
        }
        assert_eq!(unusable(&[1; LONGEST]), None);
        assert_eq!(unusable(&[0, 0x80]), None);
    }
}
