//! `gnutls_certificate_credentials_t`: identities and trust anchors, filled once and then shared by sessions.

use std::any::Any;
use std::ffi::c_uint;
use std::mem;
use std::ptr;

use gnutls_sys as sys;

use super::Identity;
use crate::error::{Error, Result};
use crate::ffi::{callback, check};
use crate::global;
use crate::key::{self, Pcert, PinBox};
use crate::x509::Certificate;

/// X.509 credentials. Changed through `&mut` while a configuration is built, only read afterwards.
pub(crate) struct CertificateCredentials(pub(super) sys::gnutls_certificate_credentials_t, pub(super) Kept);

/// What GnuTLS calls to learn which identity to show, each of which finds the choice by the session.
#[derive(Clone, Copy)]
pub(crate) struct IdentityFunctions {
    /// Of identities with OCSP responses.
    pub(crate) full: sys::gnutls_certificate_retrieve_function3,
    /// Of identities without.
    pub(crate) shown: sys::gnutls_certificate_retrieve_function2,
    /// Of certificates and keys in memory.
    pub(crate) plain: sys::gnutls_certificate_retrieve_function,
}

/// What belongs to credentials beside the C object.
#[derive(Default)]
pub(super) struct Kept {
    /// What `gnutls_certificate_set_flags` was told.
    flags: c_uint,
    /// What the callbacks of keys on tokens are given: dropped after those.
    #[expect(clippy::vec_box, reason = "C knows where each is")]
    pub(super) pins: Vec<Box<PinBox>>,
    /// What the trust list points to.
    pub(super) lookup: Option<Box<dyn Any + Send + Sync>>,
}

// SAFETY: the manual ("Thread safety") lets sessions of several threads share credentials that nobody changes; every
// change here takes `&mut`.
unsafe impl Send for CertificateCredentials {}
// SAFETY: as above.
unsafe impl Sync for CertificateCredentials {}

impl CertificateCredentials {
    pub(crate) fn new() -> Result<CertificateCredentials> {
        global::ready()?;
        let mut raw = ptr::null_mut();
        // SAFETY: a valid place for the new credentials.
        let code = unsafe { sys::gnutls_certificate_allocate_credentials(&mut raw) };
        check(code, "creating credentials")?;
        Ok(CertificateCredentials(raw, Kept::default()))
    }

    pub(crate) fn raw(&self) -> sys::gnutls_certificate_credentials_t {
        self.0
    }

    /// Sets one of the bits of `gnutls_certificate_flags`.
    pub(super) fn set_flag(&mut self, flag: c_uint) {
        self.set_flags(self.1.flags | flag);
    }

    pub(super) fn flags(&self) -> c_uint {
        self.1.flags
    }

    pub(super) fn set_flags(&mut self, flags: c_uint) {
        self.1.flags = flags;
        // SAFETY: live credentials that nobody else uses.
        unsafe { sys::gnutls_certificate_set_flags(self.0, flags) };
    }

    /// Has sessions ask for the identity that they show, with OCSP responses or without.
    pub(crate) fn ask_for_identity(&mut self, functions: IdentityFunctions, staples: bool) {
        if staples {
            // SAFETY: live credentials that nobody else uses; a function that keeps the contract.
            unsafe { sys::gnutls_certificate_set_retrieve_function3(self.0, functions.full) };
        } else {
            // SAFETY: as above.
            unsafe { sys::gnutls_certificate_set_retrieve_function2(self.0, functions.shown) };
        }
    }

    /// Has sessions ask for the certificate and the key in memory that they show.
    pub(crate) fn ask_for_certificate(&mut self, functions: IdentityFunctions) {
        // SAFETY: live credentials that nobody else uses; a function that keeps the contract.
        unsafe { sys::gnutls_certificate_set_retrieve_function(self.0, functions.plain) };
    }

    /// Lets clients that know no elliptic curves agree on a key over a finite field (TLS 1.2), in the groups of RFC 7919.
    pub(crate) fn offer_finite_fields(&mut self) -> Result<()> {
        // SAFETY: live credentials that nobody else uses.
        let code = unsafe { sys::gnutls_certificate_set_known_dh_params(self.0, sys::GNUTLS_SEC_PARAM_MEDIUM) };
        check(code, "choosing a Diffie-Hellman group").map(drop)
    }

    /// Adds a chain and its key; GnuTLS chooses among several by the client's server name and algorithms.
    pub(crate) fn add_identity(&mut self, identity: &Identity) -> Result<()> {
        const DOING: &str = "using a certificate and its key";
        let mut chain: Vec<_> = identity.chain().iter().map(Certificate::raw).collect();
        let count = i32::try_from(chain.len()).map_err(|_| Error::input(DOING, "the chain is too long"))?;
        // SAFETY: `count` certificates and a key, alive during the call; GnuTLS copies them.
        let code =
            unsafe { sys::gnutls_certificate_set_x509_key(self.0, chain.as_mut_ptr(), count, identity.key().raw()) };
        check(code, DOING).map(drop)
    }

    /// Adds what a side shows, and the key for it, wherever that is.
    pub(crate) fn add_key(&mut self, shown: Vec<Pcert>, key: &key::PrivateKey) -> Result<()> {
        const DOING: &str = "using a certificate and a key in another place";
        if shown.is_empty() {
            return Err(Error::input(DOING, "there is no certificate"));
        }
        let count = i32::try_from(shown.len()).map_err(|_| Error::input(DOING, "the chain is too long"))?;
        let lent = key.lend()?;
        let mut list: Vec<_> = shown.into_iter().map(Pcert::into_raw).collect();
        let code = callback::entered(|| {
            let (start, key) = (list.as_mut_ptr(), lent.raw());
            // SAFETY: no names; `count` structures and a key, which belong to the credentials if this succeeds.
            unsafe { sys::gnutls_certificate_set_key(self.0, ptr::null_mut(), 0, start, count, key) }
        });
        if code < 0 {
            // SAFETY: ours again, since nobody took them over.
            list.into_iter().for_each(|raw| drop(unsafe { Pcert::from_raw(raw) }));
        } else {
            mem::forget(lent);
        }
        callback::check(code, DOING).map(drop)
    }
}

impl Drop for CertificateCredentials {
    fn drop(&mut self) {
        // SAFETY: made by us and freed once; sessions keep the owner of this value alive.
        unsafe { sys::gnutls_certificate_free_credentials(self.0) };
    }
}
