//! Revocation lists that pass through: in DER on our side, an object on GnuTLS's.

use std::ptr;

use gnutls_sys as sys;

use crate::error::{Failure, Result};
use crate::ffi::{check, datum, filled, handle};
use crate::global;

handle! {
    /// A `gnutls_x509_crl_t` and the duty to release it.
    CrlHandle(gnutls_x509_crl_t), gnutls_x509_crl_init, gnutls_x509_crl_deinit, "allocating a revocation list"
}

impl CrlHandle {
    /// Reads a list in DER.
    pub(crate) fn from_der(der: &[u8]) -> Result<CrlHandle> {
        const DOING: &str = "reading a revocation list";
        let handle = CrlHandle::new()?;
        let data = datum(der, DOING)?;
        // SAFETY: a fresh handle; the datum borrows `der`, which lives through the call and is copied by it.
        let code = unsafe { sys::gnutls_x509_crl_import(handle.raw(), &data, sys::GNUTLS_X509_FMT_DER) };
        if code < 0 {
            return Err(Failure::of_input(code, DOING).into());
        }
        Ok(handle)
    }

    pub(crate) fn to_der(&self) -> Result<Vec<u8>> {
        let der = filled("writing a revocation list", |out| {
            // SAFETY: a list and a valid out pointer.
            unsafe { sys::gnutls_x509_crl_export2(self.raw(), sys::GNUTLS_X509_FMT_DER, out) }
        })?;
        Ok(der.as_slice().to_vec())
    }
}
