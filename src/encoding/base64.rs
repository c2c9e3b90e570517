//! Base64 (RFC 4648, section 4), in one line and with padding.

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{datum, filled};
use crate::secret::SecretBytes;

/// The text for `bytes`.
///
/// # Errors
/// If memory runs out.
///
/// # Examples
/// ```
/// use gnutls::encoding::base64;
///
/// assert_eq!(base64::encode("foob")?, "Zm9vYg==");
/// assert_eq!(&*base64::decode("Zm9vYg==")?, b"foob");
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_base64_encode2")]
pub fn encode(bytes: impl AsRef<[u8]>) -> Result<String> {
    const DOING: &str = "encoding base64";
    let bytes = bytes.as_ref();
    if bytes.is_empty() {
        return Ok(String::new());
    }
    let data = datum(bytes, DOING)?;
    let text = filled(DOING, |out| {
        // SAFETY: a datum that borrows the caller's slice, and a valid out pointer.
        unsafe { sys::gnutls_base64_encode2(&data, out) }
    })?;
    Ok(text.to_text())
}

/// The bytes that a text stands for.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is no base64.
#[doc(alias = "gnutls_base64_decode2")]
pub fn decode(text: impl AsRef<[u8]>) -> Result<SecretBytes> {
    const DOING: &str = "decoding base64";
    let text = text.as_ref();
    if text.is_empty() {
        return Ok(Vec::new().into());
    }
    let data = datum(text, DOING)?;
    let bytes = filled(DOING, |out| {
        // SAFETY: as above.
        unsafe { sys::gnutls_base64_decode2(&data, out) }
    })?;
    Ok(SecretBytes::new(bytes))
}
