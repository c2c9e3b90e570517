//! What leaves the process to come back, with a checksum: GnuTLS believes every length in a packed session, and one
//! that was damaged can crash it (seen with 3.7.9: `calloc` of as many certificates as the data claim, followed by a
//! null pointer where that fails).
//!
//! It guards against damage, not against somebody who makes such data up: whoever can write them has the keys in them.

#[cfg(not(miri))]
use gnutls_sys as sys;

/// How long a checksum is, in bytes: SHA-256.
const LENGTH: usize = 32;

/// The checksum, and `data`. The caller wipes it.
pub(super) fn seal(data: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(LENGTH + data.len());
    // Without a checksum it opens for nobody.
    sealed.extend_from_slice(&checksum(data).unwrap_or_default());
    sealed.extend_from_slice(data);
    sealed
}

/// The data, if they are what was sealed.
pub(super) fn open(sealed: &[u8]) -> Option<&[u8]> {
    let (found, data) = sealed.split_at_checked(LENGTH)?;
    checksum(data).is_some_and(|expected| found == expected).then_some(data)
}

/// Keyed with what it is for, so that no other digest of the same bytes is one.
#[cfg(not(miri))]
fn checksum(data: &[u8]) -> Option<[u8; LENGTH]> {
    const LABEL: &[u8] = b"gnutls session data, form 1";
    let mut sum = [0; LENGTH];
    let (mac, out) = (sys::GNUTLS_MAC_SHA256, sum.as_mut_ptr());
    // SAFETY: label and data are readable for their lengths; the result has the length that SHA-256 has.
    let code = unsafe {
        sys::gnutls_hmac_fast(mac, LABEL.as_ptr().cast(), LABEL.len(), data.as_ptr().cast(), data.len(), out.cast())
    };
    (code == 0).then_some(sum)
}

/// Miri has no C.
#[cfg(miri)]
fn checksum(data: &[u8]) -> Option<[u8; LENGTH]> {
    Some([data.iter().fold(1u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte)); LENGTH])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_and_nothing_else_does() {
        for data in [&b""[..], b"packed", &[7; 5000]] {
            let sealed = seal(data);
            assert_eq!(open(&sealed), Some(data));
            assert_eq!(open(&sealed[..sealed.len() - 1]), None);
            assert_eq!(open(&[&sealed[..], &[0]].concat()), None);
        }
        assert_eq!((open(b""), open(&[0; LENGTH])), (None, None));
        let sealed = seal(b"packed");
        for place in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[place] ^= 1;
            assert_eq!(open(&damaged), None, "byte {place}");
        }
    }
}
