//! The digest that tells keys apart, from a certificate and from a private key alike.

use std::ffi::{c_int, c_uint};

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::check;

/// The SHA-256 key identifier of what `call` reads it from; `call` gets flags, a buffer and its size.
pub(crate) fn key_id(doing: &'static str, call: impl FnOnce(c_uint, *mut u8, *mut usize) -> c_int) -> Result<[u8; 32]> {
    let mut id = [0; 32];
    let mut size = id.len();
    check(call(sys::GNUTLS_KEYID_USE_SHA256, id.as_mut_ptr(), &mut size), doing)?;
    Ok(id)
}
