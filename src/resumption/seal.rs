//! What leaves the process to come back, with a checksum: GnuTLS believes every length in a packed session, and one
//! that was damaged can crash it (seen with 3.7.9: `calloc` of as many certificates as the data claim, followed by a
//! null pointer where that fails).
//!
//! Under [`NO_SECRET`] it guards against damage, and not against somebody who makes such data up.

#[cfg(not(miri))]
use gnutls_sys as sys;

/// How long a checksum is, in bytes: SHA-256.
const LENGTH: usize = 32;

/// The key of a checksum that anybody can make.
pub(super) const NO_SECRET: &[u8] = b"gnutls session data, form 2";

/// The checksum with `key`, and `data`. The caller wipes it.
pub(super) fn seal(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(LENGTH + data.len());
    // Without a checksum it opens for nobody.
    sealed.extend_from_slice(&checksum(key, data).unwrap_or_default());
    sealed.extend_from_slice(data);
    sealed
}

/// The data, if they are what was sealed with `key`.
pub(super) fn open<'a>(key: &[u8], sealed: &'a [u8]) -> Option<&'a [u8]> {
    let (found, data) = sealed.split_at_checked(LENGTH)?;
    checksum(key, data).is_some_and(|expected| equal(found, &expected)).then_some(data)
}

/// In a time that does not tell how much of it is right.
fn equal(found: &[u8], expected: &[u8; LENGTH]) -> bool {
    found.iter().zip(expected).fold(0, |differs, (one, other)| differs | (one ^ other)) == 0
}

#[cfg(not(miri))]
fn checksum(key: &[u8], data: &[u8]) -> Option<[u8; LENGTH]> {
    let mut sum = [0; LENGTH];
    let (mac, out) = (sys::GNUTLS_MAC_SHA256, sum.as_mut_ptr());
    // SAFETY: key and data are readable for their lengths; the result has the length that SHA-256 has.
    let code = unsafe {
        sys::gnutls_hmac_fast(mac, key.as_ptr().cast(), key.len(), data.as_ptr().cast(), data.len(), out.cast())
    };
    (code == 0).then_some(sum)
}

/// Miri has no C.
#[cfg(miri)]
fn checksum(key: &[u8], data: &[u8]) -> Option<[u8; LENGTH]> {
    Some([key.iter().chain(data).fold(1u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte)); LENGTH])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_and_nothing_else_does() {
        for data in [&b""[..], b"packed", &[7; 5000]] {
            let sealed = seal(NO_SECRET, data);
            assert_eq!(open(NO_SECRET, &sealed), Some(data));
            assert_eq!(open(b"another key", &sealed), None);
            assert_eq!(open(NO_SECRET, &sealed[..sealed.len() - 1]), None);
            assert_eq!(open(NO_SECRET, &[&sealed[..], &[0]].concat()), None);
        }
        assert_eq!((open(NO_SECRET, b""), open(NO_SECRET, &[0; LENGTH])), (None, None));
        let sealed = seal(NO_SECRET, b"packed");
        for place in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[place] ^= 1;
            assert_eq!(open(NO_SECRET, &damaged), None, "byte {place}");
        }
    }
}
