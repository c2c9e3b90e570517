//! Signatures of (EC)DSA and GOST in their two forms: the numbers r and s, and their encoding.

use std::ffi::c_int;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{datum, filled, filled_many};

const ENCODING: &str = "encoding a signature";
const DECODING: &str = "decoding a signature";

/// `Dss-Sig-Value` (RFC 3279), as signatures of DSA and ECDSA are written, for two big-endian numbers.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one has no bytes.
#[doc(alias = "gnutls_encode_rs_value")]
pub fn encode(r: impl AsRef<[u8]>, s: impl AsRef<[u8]>) -> Result<Vec<u8>> {
    joined(r.as_ref(), s.as_ref(), |out, r, s| {
        // SAFETY: a valid out pointer, and two data that borrow slices through the call.
        unsafe { sys::gnutls_encode_rs_value(out, r, s) }
    })
}

/// The numbers of a `Dss-Sig-Value`, big-endian.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
#[doc(alias = "gnutls_decode_rs_value")]
pub fn decode(signature: impl AsRef<[u8]>) -> Result<(Vec<u8>, Vec<u8>)> {
    split(signature.as_ref(), |signature, r, s| {
        // SAFETY: a datum that borrows a slice through the call, and two valid out pointers.
        unsafe { sys::gnutls_decode_rs_value(signature, r, s) }
    })
}

/// A signature of GOST R 34.10 (RFC 4491): s and r, one after the other, for two numbers of the same size.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if they differ in size.
#[doc(alias = "gnutls_encode_gost_rs_value")]
pub fn encode_gost(r: impl AsRef<[u8]>, s: impl AsRef<[u8]>) -> Result<Vec<u8>> {
    joined(r.as_ref(), s.as_ref(), |out, r, s| {
        // SAFETY: a valid out pointer, and two data that borrow slices through the call.
        unsafe { sys::gnutls_encode_gost_rs_value(out, r, s) }
    })
}

/// The numbers r and s of a signature of GOST R 34.10, big-endian.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if its size is odd.
#[doc(alias = "gnutls_decode_gost_rs_value")]
pub fn decode_gost(signature: impl AsRef<[u8]>) -> Result<(Vec<u8>, Vec<u8>)> {
    split(signature.as_ref(), |signature, r, s| {
        // SAFETY: a datum that borrows a slice through the call, and two valid out pointers.
        unsafe { sys::gnutls_decode_gost_rs_value(signature, r, s) }
    })
}

type Datum = sys::gnutls_datum_t;

fn joined(r: &[u8], s: &[u8], call: impl FnOnce(*mut Datum, *const Datum, *const Datum) -> c_int) -> Result<Vec<u8>> {
    let (r, s) = (datum(r, ENCODING)?, datum(s, ENCODING)?);
    Ok(filled(ENCODING, |out| call(out, &r, &s))?.as_slice().to_vec())
}

fn split(
    signature: &[u8],
    call: impl FnOnce(*const Datum, *mut Datum, *mut Datum) -> c_int,
) -> Result<(Vec<u8>, Vec<u8>)> {
    let signature = datum(signature, DECODING)?;
    let [r, s] = filled_many(DECODING, |[r, s]| call(&signature, r, s))?;
    Ok((r.as_slice().to_vec(), s.as_slice().to_vec()))
}
