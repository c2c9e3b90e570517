//! `gnutls_certificate_credentials_t`: identities and trust anchors, filled once and then shared by sessions.

use std::ffi::c_uint;
use std::mem;
use std::path::Path;
use std::ptr;

use gnutls_sys as sys;

use super::Identity;
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::ffi::{callback, check, path_c_string};
use crate::global;
use crate::key::{self, Pcert, PinBox};
use crate::x509::{Certificate, Format};

/// X.509 credentials. Changed through `&mut` while a configuration is built, only read afterwards.
pub(crate) struct CertificateCredentials {
    pub(super) raw: sys::gnutls_certificate_credentials_t,
    /// What the callbacks of keys on tokens are given: dropped after those.
    #[expect(clippy::vec_box, reason = "C knows where each is")]
    pub(super) pins: Vec<Box<PinBox>>,
    pub(super) flags: c_uint,
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
        Ok(CertificateCredentials { raw, pins: Vec::new(), flags: 0 })
    }

    pub(crate) fn raw(&self) -> sys::gnutls_certificate_credentials_t {
        self.raw
    }

    /// Lets clients that know no elliptic curves agree on a key over a finite field (TLS 1.2), in the groups of RFC 7919.
    pub(crate) fn offer_finite_fields(&mut self) -> Result<()> {
        // SAFETY: live credentials that nobody else uses.
        let code = unsafe { sys::gnutls_certificate_set_known_dh_params(self.raw, sys::GNUTLS_SEC_PARAM_MEDIUM) };
        check(code, "choosing a Diffie-Hellman group").map(drop)
    }

    /// Adds a chain and its key; GnuTLS chooses among several by the client's server name and algorithms.
    pub(crate) fn add_identity(&mut self, identity: &Identity) -> Result<()> {
        const DOING: &str = "using a certificate and its key";
        let mut chain: Vec<_> = identity.chain().iter().map(Certificate::raw).collect();
        let count = i32::try_from(chain.len()).map_err(|_| Error::input(DOING, "the chain is too long"))?;
        // SAFETY: `count` certificates and a key, alive during the call; GnuTLS copies them.
        let code =
            unsafe { sys::gnutls_certificate_set_x509_key(self.raw, chain.as_mut_ptr(), count, identity.key().raw()) };
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
            unsafe { sys::gnutls_certificate_set_key(self.raw, ptr::null_mut(), 0, start, count, key) }
        });
        if code < 0 {
            // SAFETY: ours again, since nobody took them over.
            list.into_iter().for_each(|raw| drop(unsafe { Pcert::from_raw(raw) }));
        } else {
            mem::forget(lent);
        }
        callback::check(code, DOING).map(drop)
    }

    /// Trusts the authorities that this machine trusts: how many.
    pub(crate) fn trust_system(&mut self) -> Result<usize> {
        const DOING: &str = "loading the system's trusted certificates";
        // SAFETY: live credentials that nobody else uses.
        let count = check(unsafe { sys::gnutls_certificate_set_x509_system_trust(self.raw) }, DOING)?;
        if count == 0 {
            let why = "there are none (Debian and Ubuntu have them in the package ca-certificates)";
            return Err(Failure::new(ErrorKind::Credentials, DOING).detail(why).into());
        }
        Ok(count as usize)
    }

    /// Trusts these authorities.
    pub(crate) fn trust(&mut self, authorities: &[Certificate]) -> Result<()> {
        const DOING: &str = "adding trusted certificates";
        if authorities.is_empty() {
            return Err(Error::input(DOING, "there is none"));
        }
        let mut list: Vec<_> = authorities.iter().map(Certificate::raw).collect();
        let count = i32::try_from(list.len()).map_err(|_| Error::input(DOING, "there are too many"))?;
        // SAFETY: `count` certificates, alive during the call; GnuTLS copies them.
        check(unsafe { sys::gnutls_certificate_set_x509_trust(self.raw, list.as_mut_ptr(), count) }, DOING).map(drop)
    }

    /// Trusts the authorities of every file of a directory: how many.
    pub(crate) fn trust_dir(&mut self, dir: &Path, format: Format) -> Result<usize> {
        let doing = format!("loading trusted certificates of {}", dir.display());
        let c_dir = path_c_string(dir, doing.clone())?;
        // SAFETY: live credentials that nobody else uses; the path lives through the call.
        let code = unsafe { sys::gnutls_certificate_set_x509_trust_dir(self.raw, c_dir.as_ptr(), format.raw()) };
        let count = check(code, doing.clone())?;
        if count == 0 {
            return Err(Error::input(doing, "no certificate was found there"));
        }
        Ok(count as usize)
    }
}

impl Drop for CertificateCredentials {
    fn drop(&mut self) {
        // SAFETY: made by us and freed once; sessions keep the owner of this value alive.
        unsafe { sys::gnutls_certificate_free_credentials(self.raw) };
    }
}
