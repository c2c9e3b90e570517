//! The authorities that one verification trusts.

use std::marker::PhantomData;
use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{check, length};
use crate::global;
use crate::x509::Certificate;

/// A `gnutls_x509_trust_list_t` that refers to certificates of the caller's.
pub(crate) struct Trusted<'a> {
    raw: sys::gnutls_x509_trust_list_t,
    certificates: PhantomData<&'a [Certificate]>,
}

impl<'a> Trusted<'a> {
    pub(crate) fn new(certificates: &'a [Certificate]) -> Result<Trusted<'a>> {
        const DOING: &str = "collecting the trusted authorities";
        global::ready()?;
        let mut raw = ptr::null_mut();
        // SAFETY: the out pointer is valid; 0 asks for the usual size.
        let code = unsafe { sys::gnutls_x509_trust_list_init(&mut raw, 0) };
        check(code, DOING)?;
        let trusted = Trusted { raw, certificates: PhantomData };
        let handles: Vec<_> = certificates.iter().map(Certificate::raw).collect();
        let count = length(handles.len(), DOING)?;
        // SAFETY: `count` certificates, which the list refers to, only reads, and does not outlive.
        let code = unsafe { sys::gnutls_x509_trust_list_add_cas(raw, handles.as_ptr(), count, 0) };
        check(code, DOING)?;
        Ok(trusted)
    }

    pub(crate) fn raw(&self) -> sys::gnutls_x509_trust_list_t {
        self.raw
    }
}

impl Drop for Trusted<'_> {
    fn drop(&mut self) {
        // SAFETY: initialised and ours; released once, without the certificates, which are the caller's.
        unsafe { sys::gnutls_x509_trust_list_deinit(self.raw, 0) };
    }
}
