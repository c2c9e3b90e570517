//! Certificates that demand a stapled answer (RFC 7633, "must staple").

use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{check, handle, optional, until_end};
use crate::global;
use crate::x509::Certificate;

handle! {
    /// A `gnutls_x509_tlsfeatures_t` and the duty to release it.
    Features(gnutls_x509_tlsfeatures_t), gnutls_x509_tlsfeatures_init, gnutls_x509_tlsfeatures_deinit, "allocating a list"
}

/// The TLS extension that carries a stapled answer.
const STATUS_REQUEST: u32 = 5;

/// Whether servers that show `certificate` must staple an OCSP answer to it (RFC 7633).
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the extension that says so is malformed.
#[doc(alias = "gnutls_x509_crt_get_tlsfeatures")]
#[doc(alias = "gnutls_x509_tlsfeatures_get")]
pub fn demands_staple(certificate: &Certificate) -> Result<bool> {
    const DOING: &str = "looking for the TLS features of a certificate";
    let features = Features::new()?;
    let mut critical = 0;
    // SAFETY: a certificate, a fresh list and a valid out pointer.
    let code = unsafe { sys::gnutls_x509_crt_get_tlsfeatures(certificate.raw(), features.raw(), 0, &mut critical) };
    if optional(code, DOING)?.is_none() {
        return Ok(false);
    }
    let found = until_end(|index| {
        let mut feature = 0;
        // SAFETY: a list and a valid out pointer.
        let code = unsafe { sys::gnutls_x509_tlsfeatures_get(features.raw(), index, &mut feature) };
        check(code, DOING).map(|_| feature)
    })?;
    Ok(found.contains(&STATUS_REQUEST))
}
