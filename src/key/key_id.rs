//! The digest that tells keys apart, from a certificate and from a private key alike.

use std::ffi::{c_int, c_uint};

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{check, sized};

/// Which digest of a public key identifies it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_keyid_flags_t")]
#[non_exhaustive]
pub enum KeyIdKind {
    /// SHA-1 (20 bytes): what old programs and subject key identifiers have.
    Sha1,
    /// SHA-256 (32 bytes).
    Sha256,
    /// SHA-512 (64 bytes).
    Sha512,
    /// The best that this GnuTLS has.
    BestKnown,
}

impl KeyIdKind {
    fn raw(self) -> c_uint {
        match self {
            KeyIdKind::Sha1 => sys::GNUTLS_KEYID_USE_SHA1,
            KeyIdKind::Sha256 => sys::GNUTLS_KEYID_USE_SHA256,
            KeyIdKind::Sha512 => sys::GNUTLS_KEYID_USE_SHA512,
            KeyIdKind::BestKnown => sys::GNUTLS_KEYID_USE_BEST_KNOWN,
        }
    }
}

/// The SHA-256 key identifier of what `call` reads it from; `call` gets flags, a buffer and its size.
pub(crate) fn key_id(doing: &'static str, call: impl FnOnce(c_uint, *mut u8, *mut usize) -> c_int) -> Result<[u8; 32]> {
    let mut id = [0; 32];
    let mut size = id.len();
    check(call(sys::GNUTLS_KEYID_USE_SHA256, id.as_mut_ptr(), &mut size), doing)?;
    Ok(id)
}

/// As [`key_id`], with another digest.
pub(crate) fn key_id_of(
    doing: &'static str,
    kind: KeyIdKind,
    mut call: impl FnMut(c_uint, *mut u8, *mut usize) -> c_int,
) -> Result<Vec<u8>> {
    let (_, id) = sized(doing, |buffer, size| call(kind.raw(), buffer, size))?;
    Ok(id)
}
