//! PEM (RFC 7468): base64 between `-----BEGIN` and `-----END` lines.

use std::ptr;

use gnutls_sys as sys;

use crate::error::{Error, Result};
use crate::ffi::{c_string, datum, filled, written};
use crate::secret::SecretBytes;

const ENCODING: &str = "encoding PEM";
const DECODING: &str = "decoding PEM";

/// The PEM text for `bytes`, with `label` in its first and last lines: `"CERTIFICATE"`.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the label has a NUL byte or a line end.
///
/// # Examples
/// ```
/// use gnutls::encoding::pem;
///
/// let text = pem::encode("GREETING", "hello")?;
/// assert_eq!(text, "-----BEGIN GREETING-----\naGVsbG8=\n-----END GREETING-----\n");
/// assert_eq!(&*pem::decode("GREETING", text)?, b"hello");
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_pem_base64_encode2")]
#[doc(alias = "gnutls_pem_base64_encode_alloc")]
pub fn encode(label: &str, bytes: impl AsRef<[u8]>) -> Result<String> {
    let label = checked(label)?;
    let data = datum(bytes.as_ref(), ENCODING)?;
    let text = filled(ENCODING, |out| {
        // SAFETY: a NUL-terminated label, a datum that borrows the caller's slice, and a valid out pointer.
        unsafe { sys::gnutls_pem_base64_encode2(label.as_ptr(), &data, out) }
    })?;
    Ok(text.to_text())
}

/// As [`encode`], into the start of `output`, which also needs room for a NUL byte; returns the length of the text.
///
/// # Errors
/// As for [`encode`], and if `output` is too small: the message says what is needed.
#[doc(alias = "gnutls_pem_base64_encode")]
pub fn encode_into(label: &str, bytes: impl AsRef<[u8]>, output: &mut [u8]) -> Result<usize> {
    let label = checked(label)?;
    let data = datum(bytes.as_ref(), ENCODING)?;
    let size = written(ENCODING, output, |buffer, size| {
        // SAFETY: as above; the buffer has the size that stands behind `size`.
        unsafe { sys::gnutls_pem_base64_encode(label.as_ptr(), &data, buffer.cast(), size) }
    })?;
    // Releases differ in whether the NUL byte counts.
    Ok(if size > 0 && output[size - 1] == 0 { size - 1 } else { size })
}

/// The bytes of the first object with `label` in a PEM text; with an empty label, of the first object.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is none, or if it is damaged.
#[doc(alias = "gnutls_pem_base64_decode2")]
#[doc(alias = "gnutls_pem_base64_decode_alloc")]
pub fn decode(label: &str, text: impl AsRef<[u8]>) -> Result<SecretBytes> {
    let label = c_string(label, DECODING)?;
    let label = if label.is_empty() { ptr::null() } else { label.as_ptr() };
    let data = datum(text.as_ref(), DECODING)?;
    let bytes = filled(DECODING, |out| {
        // SAFETY: null or a NUL-terminated label, a datum that borrows the caller's slice, and a valid out pointer.
        unsafe { sys::gnutls_pem_base64_decode2(label, &data, out) }
    })?;
    Ok(SecretBytes::new(bytes))
}

/// As [`decode`], into the start of `output`; returns how many bytes that were.
///
/// # Errors
/// As for [`decode`], and if `output` is too small: the message says what is needed.
#[doc(alias = "gnutls_pem_base64_decode")]
pub fn decode_into(label: &str, text: impl AsRef<[u8]>, output: &mut [u8]) -> Result<usize> {
    let label = c_string(label, DECODING)?;
    let label = if label.is_empty() { ptr::null() } else { label.as_ptr() };
    let data = datum(text.as_ref(), DECODING)?;
    written(DECODING, output, |buffer, size| {
        // SAFETY: as above; the buffer has the size that stands behind `size`.
        unsafe { sys::gnutls_pem_base64_decode(label, &data, buffer, size) }
    })
}

/// A label that keeps the lines whole, and that GnuTLS has room for.
fn checked(label: &str) -> Result<std::ffi::CString> {
    const LONGEST: usize = 48;
    if label.contains(['\n', '\r']) || label.len() > LONGEST {
        return Err(Error::input(ENCODING, format!("a label is one line of {LONGEST} bytes at most")));
    }
    c_string(label, ENCODING)
}
