//! What identifies data in messages for people and in lists: their digest.

use gnutls_sys as sys;

use crate::algorithm::Digest;
use crate::error::Result;
use crate::ffi::{datum, sized};
use crate::global;

/// The digest of what a certificate or a key is in DER, as programs show it. It is the same as
/// [`Hash::of`](super::Hash::of).
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if this GnuTLS cannot compute it, or if its output has no
/// fixed size (SHAKE).
#[doc(alias = "gnutls_fingerprint")]
pub fn fingerprint(digest: Digest, data: impl AsRef<[u8]>) -> Result<Vec<u8>> {
    const DOING: &str = "computing a fingerprint";
    global::ready()?;
    // GnuTLS asks for a buffer of any size where it has no digest.
    super::hash::available(digest)?;
    let data = datum(data.as_ref(), DOING)?;
    let (_, output) = sized(DOING, |buffer, size| {
        // SAFETY: the datum borrows the caller's slice; the buffer has the size that stands behind `size`.
        unsafe { sys::gnutls_fingerprint(digest.raw(), &data, buffer.cast(), size) }
    })?;
    Ok(output)
}
