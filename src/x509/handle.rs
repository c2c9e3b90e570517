//! The C objects behind certificates and keys: made, and given back once.

use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::check;
use crate::global;

/// A `gnutls_x509_crt_t` and the duty to release it.
pub(crate) struct CrtHandle(sys::gnutls_x509_crt_t);

impl CrtHandle {
    /// An empty one.
    pub(crate) fn new() -> Result<CrtHandle> {
        global::ready()?;
        let mut raw = ptr::null_mut();
        // SAFETY: the out pointer is valid.
        let code = unsafe { sys::gnutls_x509_crt_init(&mut raw) };
        check(code, "allocating a certificate")?;
        Ok(CrtHandle(raw))
    }

    /// Takes over a handle that GnuTLS made for us.
    ///
    /// # Safety
    /// `raw` is an initialised certificate that nobody else releases.
    pub(crate) unsafe fn from_raw(raw: sys::gnutls_x509_crt_t) -> CrtHandle {
        CrtHandle(raw)
    }

    pub(crate) fn raw(&self) -> sys::gnutls_x509_crt_t {
        self.0
    }
}

impl Drop for CrtHandle {
    fn drop(&mut self) {
        // SAFETY: initialised and ours; released once.
        unsafe { sys::gnutls_x509_crt_deinit(self.0) };
    }
}

/// A `gnutls_x509_privkey_t` and the duty to release it, which overwrites the key first.
pub(crate) struct KeyHandle(sys::gnutls_x509_privkey_t);

impl KeyHandle {
    /// An empty one.
    pub(crate) fn new() -> Result<KeyHandle> {
        global::ready()?;
        let mut raw = ptr::null_mut();
        // SAFETY: the out pointer is valid.
        let code = unsafe { sys::gnutls_x509_privkey_init(&mut raw) };
        check(code, "allocating a private key")?;
        Ok(KeyHandle(raw))
    }

    /// Takes over a handle that GnuTLS made for us.
    ///
    /// # Safety
    /// `raw` is an initialised private key that nobody else releases.
    pub(crate) unsafe fn from_raw(raw: sys::gnutls_x509_privkey_t) -> KeyHandle {
        KeyHandle(raw)
    }

    pub(crate) fn raw(&self) -> sys::gnutls_x509_privkey_t {
        self.0
    }
}

impl Drop for KeyHandle {
    fn drop(&mut self) {
        // SAFETY: initialised and ours; released once.
        unsafe { sys::gnutls_x509_privkey_deinit(self.0) };
    }
}
