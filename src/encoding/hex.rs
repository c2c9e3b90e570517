//! Hexadecimal digits.

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{datum, filled, written};
use crate::secret::SecretBytes;

const ENCODING: &str = "encoding hexadecimal digits";
const DECODING: &str = "decoding hexadecimal digits";

/// The digits for `bytes`, in small letters.
///
/// # Errors
/// If memory runs out.
///
/// # Examples
/// ```
/// use gnutls::encoding::hex;
///
/// assert_eq!(hex::encode([0xc0, 0xff, 0xee])?, "c0ffee");
/// assert_eq!(*hex::decode("C0FFEE")?, [0xc0, 0xff, 0xee]);
/// assert_eq!(*hex::decode_separated("c0:ff:ee")?, [0xc0, 0xff, 0xee]);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_hex_encode2")]
pub fn encode(bytes: impl AsRef<[u8]>) -> Result<String> {
    let bytes = bytes.as_ref();
    if bytes.is_empty() {
        return Ok(String::new());
    }
    let data = datum(bytes, ENCODING)?;
    let text = filled(ENCODING, |out| {
        // SAFETY: a datum that borrows the caller's slice, and a valid out pointer.
        unsafe { sys::gnutls_hex_encode2(&data, out) }
    })?;
    Ok(text.to_text())
}

/// As [`encode`], into the start of `output`, which needs room for two digits for each byte and a NUL byte; returns how
/// many digits there are.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if `output` is too small.
#[doc(alias = "gnutls_hex_encode")]
pub fn encode_into(bytes: impl AsRef<[u8]>, output: &mut [u8]) -> Result<usize> {
    let bytes = bytes.as_ref();
    if bytes.is_empty() {
        return Ok(0);
    }
    let data = datum(bytes, ENCODING)?;
    written(ENCODING, output, |buffer, size| {
        // SAFETY: as above; the buffer has the size that stands behind `size`.
        unsafe { sys::gnutls_hex_encode(&data, buffer.cast(), size) }
    })?;
    Ok(2 * bytes.len())
}

/// The bytes that digits stand for; nothing may stand between them.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is anything else, or half a byte.
#[doc(alias = "gnutls_hex_decode2")]
pub fn decode(text: impl AsRef<[u8]>) -> Result<SecretBytes> {
    let text = text.as_ref();
    if text.is_empty() {
        return Ok(Vec::new().into());
    }
    let data = datum(text, DECODING)?;
    let bytes = filled(DECODING, |out| {
        // SAFETY: a datum that borrows the caller's slice, and a valid out pointer.
        unsafe { sys::gnutls_hex_decode2(&data, out) }
    })?;
    Ok(SecretBytes::new(bytes))
}

/// As [`decode`], into the start of `output`; returns how many bytes that were.
///
/// # Errors
/// As for [`decode`], and if `output` is too small.
#[doc(alias = "gnutls_hex_decode")]
pub fn decode_into(text: impl AsRef<[u8]>, output: &mut [u8]) -> Result<usize> {
    let text = text.as_ref();
    if text.is_empty() {
        return Ok(0);
    }
    let data = datum(text, DECODING)?;
    written(DECODING, output, |buffer, size| {
        // SAFETY: as above; the buffer has the size that stands behind `size`.
        unsafe { sys::gnutls_hex_decode(&data, buffer.cast(), size) }
    })
}

/// The bytes that pairs of digits stand for, whatever stands between the pairs: the colons of a fingerprint.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if a digit stands alone at the end.
#[doc(alias = "gnutls_hex2bin")]
pub fn decode_separated(text: impl AsRef<[u8]>) -> Result<SecretBytes> {
    let text = text.as_ref();
    // With room for one more, GnuTLS speaks of the digit that stands alone, and not of the room.
    let mut bytes = vec![0; text.len() / 2 + 1];
    let size = written(DECODING, &mut bytes, |buffer, size| {
        // SAFETY: the text and its length are one slice's; the buffer has the size that stands behind `size`.
        unsafe { sys::gnutls_hex2bin(text.as_ptr().cast(), text.len(), buffer.cast(), size) }
    })?;
    bytes.truncate(size);
    Ok(bytes.into())
}
