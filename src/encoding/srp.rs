//! The encoding of numbers in SRP's password files, which is not the usual base64.

use gnutls_sys as sys;

use crate::error::{Error, Result};
use crate::ffi::{datum, filled, written};
use crate::secret::SecretBytes;

const ENCODING: &str = "encoding a number as in SRP's files";
const DECODING: &str = "decoding a number of SRP's files";

/// The text for a number, big-endian. Zero bytes at its start may be lost: they are no part of a number.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if this GnuTLS was built without SRP.
///
/// # Examples
/// ```
/// use gnutls::encoding::srp;
///
/// # if !gnutls::SrpGroup::is_supported() { return Ok(()) }
/// assert_eq!(srp::encode([0xff, 0xff, 0xff])?, "////");
/// assert_eq!(*srp::decode("////")?, [0xff, 0xff, 0xff]);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_srp_base64_encode2")]
pub fn encode(number: impl AsRef<[u8]>) -> Result<String> {
    let number = datum(number.as_ref(), ENCODING)?;
    let text = filled(ENCODING, |out| {
        // SAFETY: a datum that borrows the caller's slice, and a valid out pointer.
        unsafe { sys::gnutls_srp_base64_encode2(&number, out) }
    })?;
    Ok(text.to_text())
}

/// As [`encode`], into the start of `output`; returns how many bytes that were.
///
/// # Errors
/// As there, and [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if `output` is too small.
#[doc(alias = "gnutls_srp_base64_encode")]
pub fn encode_into(number: impl AsRef<[u8]>, output: &mut [u8]) -> Result<usize> {
    let number = datum(number.as_ref(), ENCODING)?;
    written(ENCODING, output, |buffer, size| {
        // SAFETY: as above; the buffer has the size that stands behind `size`.
        unsafe { sys::gnutls_srp_base64_encode(&number, buffer.cast(), size) }
    })
}

/// The number that a text stands for, big-endian.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is anything in it but letters of ASCII, digits,
/// `.` and `/`. [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if this GnuTLS was built without SRP.
#[doc(alias = "gnutls_srp_base64_decode2")]
pub fn decode(text: impl AsRef<[u8]>) -> Result<SecretBytes> {
    let text = datum(checked(text.as_ref())?, DECODING)?;
    let number = filled(DECODING, |out| {
        // SAFETY: as above.
        unsafe { sys::gnutls_srp_base64_decode2(&text, out) }
    })?;
    Ok(SecretBytes::new(number))
}

/// As [`decode`], into the start of `output`; returns how many bytes that were.
///
/// # Errors
/// As there, and [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if `output` is too small.
#[doc(alias = "gnutls_srp_base64_decode")]
pub fn decode_into(text: impl AsRef<[u8]>, output: &mut [u8]) -> Result<usize> {
    let text = datum(checked(text.as_ref())?, DECODING)?;
    written(DECODING, output, |buffer, size| {
        // SAFETY: as above; the buffer has the size that stands behind `size`.
        unsafe { sys::gnutls_srp_base64_decode(&text, buffer.cast(), size) }
    })
}

/// GnuTLS takes some bytes that are not of the alphabet for none at all.
fn checked(text: &[u8]) -> Result<&[u8]> {
    let stranger = text.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"./".contains(byte));
    match stranger {
        None => Ok(text),
        Some(place) => Err(Error::input(DECODING, format!("byte {place} is none of the 64 that it is made of"))),
    }
}
