//! Identities that GnuTLS loads by itself: files, memory, PKCS#12, tokens.

use std::ffi::{c_char, c_int};
use std::path::Path;
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

use super::CertificateCredentials;
use crate::algorithm::CertificateType;
use crate::error::{ErrorKind, Failure, Origin, Result};
use crate::ffi::{Wiped, c_string, callback, datum, path_c_string};
use crate::key::{Pin, PinBox, ask};
use crate::x509::Format;

const LOADING: &str = "loading a certificate and its key";
const PKCS12: &str = "loading a certificate and its key from PKCS#12";

/// A password for C, overwritten when it is dropped.
pub(super) struct Password(Option<Wiped>);

impl Password {
    pub(super) fn new(password: Option<&str>) -> Result<Password> {
        let Some(password) = password else { return Ok(Password(None)) };
        // Only to see that there is no NUL byte in it.
        let text = c_string(password, LOADING)?;
        Ok(Password(Some(Wiped::new(text.into_bytes_with_nul()))))
    }

    pub(super) fn as_ptr(&self) -> *const c_char {
        self.0.as_ref().map_or(ptr::null(), |text| text.as_ptr().cast())
    }
}

impl CertificateCredentials {
    /// Who is asked for the PINs of tokens, and for the passwords of keys, that are loaded after this.
    pub(crate) fn set_pin(&mut self, pin: Arc<dyn Pin>) {
        let pin = PinBox::new(pin);
        // SAFETY: live credentials that nobody else uses; the box lives as long as they do.
        unsafe { sys::gnutls_certificate_set_pin_function(self.0, Some(ask), pin.as_userdata()) };
        // Keys loaded before keep the one that they were loaded with.
        self.1.pins.push(pin);
    }

    /// Asks whom `others` ask.
    pub(super) fn ask_as(&mut self, others: &CertificateCredentials) {
        let Some(pin) = others.1.pins.last().map(|pin| pin.another()) else { return };
        // SAFETY: as above.
        unsafe { sys::gnutls_certificate_set_pin_function(self.0, Some(ask), pin.as_userdata()) };
        self.1.pins.push(pin);
    }

    /// Does not have keys sign something to see whether they fit.
    pub(crate) fn skip_key_check(&mut self) {
        self.set_flag(sys::GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH);
    }

    /// Forgets every identity.
    pub(crate) fn clear_identities(&mut self) {
        // SAFETY: live credentials that nobody else uses.
        unsafe { sys::gnutls_certificate_free_keys(self.0) };
    }

    /// Adds a chain and its key from files or URLs.
    pub(crate) fn load_files(
        &mut self,
        chain: &Path,
        key: &Path,
        format: Format,
        password: Option<&str>,
    ) -> Result<()> {
        let (chain, key) = (path_c_string(chain, LOADING)?, path_c_string(key, LOADING)?);
        let (certificates, url, format) = (chain.as_ptr(), key.as_ptr(), format.raw());
        let password = Password::new(password)?;
        let load = |raw| match password.0 {
            // SAFETY: live credentials that nobody else uses; strings that live through the call.
            None => unsafe { sys::gnutls_certificate_set_x509_key_file(raw, certificates, url, format) },
            // SAFETY: as above.
            Some(_) => unsafe {
                sys::gnutls_certificate_set_x509_key_file2(raw, certificates, url, format, password.as_ptr(), 0)
            },
        };
        self.load_any(LOADING, CertificateType::X509, &key, load)
    }

    /// Adds a chain and its key from memory.
    pub(crate) fn load_bytes(
        &mut self,
        chain: &[u8],
        key: &[u8],
        format: Format,
        password: Option<&str>,
    ) -> Result<()> {
        let (chain, key, format) = (datum(chain, LOADING)?, datum(key, LOADING)?, format.raw());
        let password = Password::new(password)?;
        self.load_checked(LOADING, CertificateType::X509, |raw| match password.0 {
            // SAFETY: live credentials that nobody else uses; data that borrow the caller's slices.
            None => unsafe { sys::gnutls_certificate_set_x509_key_mem(raw, &chain, &key, format) },
            // SAFETY: as above; the password lives through the call.
            Some(_) => unsafe {
                sys::gnutls_certificate_set_x509_key_mem2(raw, &chain, &key, format, password.as_ptr(), 0)
            },
        })
    }

    /// Adds what a PKCS#12 file holds. Its MAC is checked.
    pub(crate) fn load_pkcs12_file(&mut self, path: &Path, format: Format, password: &str) -> Result<()> {
        let (path, password) = (path_c_string(path, PKCS12)?, Password::new(Some(password))?);
        self.load_checked(PKCS12, CertificateType::X509, |raw| {
            let (path, password) = (path.as_ptr(), password.as_ptr());
            // SAFETY: live credentials that nobody else uses; strings that live through the call.
            unsafe { sys::gnutls_certificate_set_x509_simple_pkcs12_file(raw, path, format.raw(), password) }
        })
    }

    /// As [`load_pkcs12_file`](CertificateCredentials::load_pkcs12_file), from memory.
    pub(crate) fn load_pkcs12(&mut self, bytes: &[u8], format: Format, password: &str) -> Result<()> {
        let (data, password) = (datum(bytes, PKCS12)?, Password::new(Some(password))?);
        self.load_checked(PKCS12, CertificateType::X509, |raw| {
            // SAFETY: live credentials that nobody else uses; a datum that borrows the caller's slice, and a string.
            unsafe { sys::gnutls_certificate_set_x509_simple_pkcs12_mem(raw, &data, format.raw(), password.as_ptr()) }
        })
    }
}

/// Makes a call that loads something, and may ask for a PIN.
pub(super) fn loaded(doing: &'static str, call: impl FnOnce() -> c_int) -> Result<()> {
    let code = callback::entered(call);
    if code >= 0 {
        return Ok(());
    }
    let failure = Failure::of_code(code, Origin::Local, doing);
    let why = match code {
        sys::GNUTLS_E_MAC_VERIFY_FAILED => "the password is wrong, or the file was changed",
        sys::GNUTLS_E_DECRYPTION_FAILED => "the key is encrypted, and there is no password that opens it",
        _ => return Err(callback::blamed(failure).into()),
    };
    Err(callback::blamed(failure.kind(ErrorKind::Credentials).detail(why)).into())
}
