//! Reads private keys, and tells a wrong password from a damaged key.

use std::borrow::Cow;
use std::ffi::c_int;
use std::ptr;

use gnutls_sys as sys;

use super::{PrivateKey, c_password};
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::{Wiped, callback, datum};
use crate::x509::Format;
use crate::x509::handle::KeyHandle;
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
    let code = match password {
        // With a password GnuTLS tries the encrypted forms only; a key that needs none is none the worse for it. One that
        // needs another is told by this, too: of PKCS#12 a wrong one makes a malformed file, once in 256.
        Some(_) if !is_locked(code) => match attempt(bytes, format, None)? {
            Ok(key) => return key.survivable(doing),
            Err(code) => code,
        },
        _ => code,
    };
    if !is_locked(code) {
        return Err(unreadable(code, bytes, format, doing));
    }
    let why = match password {
        Some(_) => "it is encrypted, and the password does not open it",
        None => "it is encrypted, and there is no password that opens it",
    };
    let failure = Failure::of_code(code, Origin::Local, doing).kind(ErrorKind::Credentials);
    Err(callback::blamed(failure.detail(why)).into())
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
