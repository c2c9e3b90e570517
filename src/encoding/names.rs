//! Names and passwords beyond ASCII, and pictures of fingerprints.

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{c_string, filled, length};
use crate::secret::SecretBytes;

/// The form of a domain name that certificates and DNS have (`xn--...`), by IDNA2008 where GnuTLS has it.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is no domain name,
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if GnuTLS was built without IDNA.
///
/// # Examples
/// ```
/// assert_eq!(gnutls::encoding::idna_map("bücher.example")?, "xn--bcher-kva.example");
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_idna_map")]
pub fn idna_map(name: &str) -> Result<String> {
    const DOING: &str = "mapping a domain name to ASCII";
    let size = length(name.len(), DOING)?;
    let mapped = filled(DOING, |out| {
        // SAFETY: the text and its length are one string's; a valid out pointer.
        unsafe { sys::gnutls_idna_map(name.as_ptr().cast(), size, out, 0) }
    })?;
    Ok(mapped.to_text())
}

/// The form of a domain name that people read.
///
/// # Errors
/// As for [`idna_map`].
#[doc(alias = "gnutls_idna_reverse_map")]
pub fn idna_reverse_map(name: &str) -> Result<String> {
    const DOING: &str = "mapping a domain name from ASCII";
    let size = length(name.len(), DOING)?;
    let mapped = filled(DOING, |out| {
        // SAFETY: the text and its length are one string's; a valid out pointer.
        unsafe { sys::gnutls_idna_reverse_map(name.as_ptr().cast(), size, out, 0) }
    })?;
    Ok(mapped.to_text())
}

/// The form of a password that is compared (RFC 8265), however it was typed.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it has letters that passwords may not have.
#[doc(alias = "gnutls_utf8_password_normalize")]
pub fn normalize_password(password: &str) -> Result<SecretBytes> {
    const DOING: &str = "normalising a password";
    let size = length(password.len(), DOING)?;
    let normal = filled(DOING, |out| {
        // SAFETY: the text and its length are one string's; a valid out pointer.
        unsafe { sys::gnutls_utf8_password_normalize(password.as_ptr(), size, out, 0) }
    })?;
    Ok(SecretBytes::new(normal))
}

/// A picture of a fingerprint that people can tell from others at a glance, as OpenSSH draws it.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name of the key's kind has a NUL byte.
#[doc(alias = "gnutls_random_art")]
pub fn random_art(key_kind: &str, key_bits: u32, fingerprint: impl AsRef<[u8]>) -> Result<String> {
    const DOING: &str = "drawing a fingerprint";
    let (kind, print) = (c_string(key_kind, DOING)?, fingerprint.as_ref());
    let picture = filled(DOING, |out| {
        let (kind, start) = (kind.as_ptr(), print.as_ptr().cast_mut().cast());
        // SAFETY: a NUL-terminated string; the print and its length are one slice's and only read; a valid out pointer.
        unsafe { sys::gnutls_random_art(sys::GNUTLS_RANDOM_ART_OPENSSH, kind, key_bits, start, print.len(), out) }
    })?;
    Ok(picture.to_text())
}
