//! Reads private keys, and tells a wrong password from a damaged key.

use std::borrow::Cow;
use std::ffi::c_int;
use std::ptr;

use gnutls_sys as sys;

use super::{PrivateKey, c_password};
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::{Wiped, callback, datum};
use crate::x509::Format;
use crate::x509::handle::{KeyHandle, Pkcs12Handle};
use crate::x509::pem::{self, NOTHING};

/// The key that `bytes` hold.
pub(super) fn key(
    bytes: &[u8],
    format: Format,
    password: Option<&str>,
    doing: Cow<'static, str>,
) -> Result<PrivateKey> {
    if bytes.is_empty() {
        return Err(Error::input(doing, NOTHING));
    }
    let c_password = c_password(password)?;
    let code = match attempt(bytes, format, c_password.as_ref())? {
        Ok(key) => return key.survivable(doing),
        Err(code) => code,
    };
    let locked = |code| {
        let why = match password {
            Some(_) => "it is encrypted, and the password does not open it",
            None => "it is encrypted, and there is no password that opens it",
        };
        let failure = Failure::of_code(code, Origin::Local, doing.clone()).kind(ErrorKind::Credentials);
        callback::blamed(failure.detail(why)).into()
    };
    if is_locked(code) || c_password.as_ref().is_some_and(|password| is_locked_file(bytes, format, password)) {
        return Err(locked(code));
    }
    if password.is_none() {
        return Err(unreadable(code, bytes, format, doing));
    }
    // With a password GnuTLS tries the encrypted forms only; a key that needs none is none the worse for it.
    match attempt(bytes, format, None)? {
        Ok(key) => key.survivable(doing),
        // It needs one, then: another. A PKCS#12 file without a MAC has no other way to tell.
        Err(code) if is_locked(code) => Err(locked(code)),
        Err(code) => Err(unreadable(code, bytes, format, doing)),
    }
}

/// The key, or GnuTLS's code for why this is none.
fn attempt(bytes: &[u8], format: Format, password: Option<&Wiped>) -> Result<std::result::Result<PrivateKey, c_int>> {
    let handle = KeyHandle::new()?;
    let data = datum(bytes, "reading a private key")?;
    let password = password.map_or(ptr::null(), Wiped::as_c_ptr);
    // SAFETY: a fresh handle; the datum borrows `bytes`; the password is null or NUL-terminated; both live through the
    // call, which copies what it needs.
    let call = || unsafe { sys::gnutls_x509_privkey_import2(handle.raw(), &data, format.raw(), password, 0) };
    // Without a password GnuTLS asks whom the program has set for all.
    let code = callback::entered(call);
    Ok(if code < 0 { Err(code) } else { Ok(PrivateKey::finished(handle)) })
}

/// Whether the bytes are a PKCS#12 file whose MAC is made with another password. GnuTLS does not look at it, and takes
/// what a wrong one leaves behind for a malformed file, once in 256.
fn is_locked_file(bytes: &[u8], format: Format, password: &Wiped) -> bool {
    let (Ok(file), Ok(data)) = (Pkcs12Handle::new(), datum(bytes, "reading a private key")) else { return false };
    // SAFETY: a fresh handle; the datum borrows `bytes`, which are copied.
    let code = unsafe { sys::gnutls_pkcs12_import(file.raw(), &data, format.raw(), 0) };
    // SAFETY: a handle that was filled, and a NUL-terminated password that lives through the call.
    code >= 0 && is_locked(unsafe { sys::gnutls_pkcs12_verify_mac(file.raw(), password.as_c_ptr()) })
}

/// The error for bytes that are no key.
fn unreadable(code: c_int, bytes: &[u8], format: Format, doing: Cow<'static, str>) -> Error {
    let failure = Failure::of_input(code, doing);
    match code {
        sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE
        | sys::GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR
        | sys::GNUTLS_E_BASE64_DECODING_ERROR
            if format == Format::Pem =>
        {
            failure.detail(pem::fault(bytes, pem::PRIVATE_KEY)).into()
        }
        _ => failure.into(),
    }
}

/// Whether the code means an encrypted key that stays closed. GnuTLS gives it as well where a wrong password left
/// nonsense behind that only looks like a malformed key. Or nobody knew the password.
pub(super) fn is_locked(code: c_int) -> bool {
    matches!(code, sys::GNUTLS_E_DECRYPTION_FAILED | sys::GNUTLS_E_MAC_VERIFY_FAILED | sys::GNUTLS_E_PKCS11_PIN_ERROR)
}
