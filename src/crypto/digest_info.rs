//! `DigestInfo` (RFC 8017, section 9.2): what an RSA signature of PKCS#1 v1.5 is over.

use gnutls_sys as sys;

use crate::algorithm::Digest;
use crate::error::Result;
use crate::ffi::{check, datum, filled};

/// The DER of the `DigestInfo` for a digest that was computed with `algorithm`.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the algorithm has no object identifier.
#[doc(alias = "gnutls_encode_ber_digest_info")]
pub fn encode(algorithm: Digest, digest: impl AsRef<[u8]>) -> Result<Vec<u8>> {
    const DOING: &str = "encoding a DigestInfo";
    let digest = datum(digest.as_ref(), DOING)?;
    let encoded = filled(DOING, |out| {
        // SAFETY: the datum borrows the caller's slice; the out pointer is valid.
        unsafe { sys::gnutls_encode_ber_digest_info(algorithm.raw(), &digest, out) }
    })?;
    Ok(encoded.as_slice().to_vec())
}

/// The algorithm and the digest that a `DigestInfo` holds.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed,
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the algorithm is unknown.
#[doc(alias = "gnutls_decode_ber_digest_info")]
pub fn decode(info: impl AsRef<[u8]>) -> Result<(Digest, Vec<u8>)> {
    const DOING: &str = "decoding a DigestInfo";
    const LARGEST: u32 = 64;
    let info = datum(info.as_ref(), DOING)?;
    let (mut algorithm, mut digest, mut size) = (0, vec![0; LARGEST as usize], LARGEST);
    // SAFETY: the datum borrows the caller's slice; the out pointers are valid, and `size` is the buffer's.
    let code = unsafe { sys::gnutls_decode_ber_digest_info(&info, &mut algorithm, digest.as_mut_ptr(), &mut size) };
    check(code, DOING)?;
    digest.truncate(size as usize);
    Ok((Digest::from_raw(algorithm), digest))
}
