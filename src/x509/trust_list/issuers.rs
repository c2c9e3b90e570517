//! Finding issuers that a chain lacks: a callback of the trust list.

use std::ffi::{c_int, c_uint};
use std::ptr;

use gnutls_sys as sys;

use super::TrustList;
use crate::ffi::allocated;
use crate::ffi::callback::caught;
use crate::x509::Certificate;
use crate::x509::handle::CrtHandle;

type Find = dyn Fn(&Certificate) -> Vec<Certificate> + Send + Sync;

/// What the C list points to.
pub(super) struct Lookup {
    find: Box<Find>,
}

impl TrustList {
    /// What verification asks for the issuer of a certificate that the chain lacks, for example to fetch it from one of
    /// [`ca_issuers_uris`](Certificate::ca_issuers_uris). The answer is the issuer, and may go on with the issuer's own;
    /// it is verified like the rest of the chain. In place of an earlier one.
    ///
    /// A configuration that is given the list has it called in handshakes, by several threads at once. A panic there has the
    /// issuer not found; the verifications of this list pass it on.
    #[doc(alias = "gnutls_x509_trust_list_set_getissuer_function")]
    #[doc(alias = "gnutls_x509_trust_list_set_ptr")]
    #[doc(alias = "gnutls_x509_trust_list_get_ptr")]
    pub fn set_issuer_lookup(&mut self, find: impl Fn(&Certificate) -> Vec<Certificate> + Send + Sync + 'static) {
        let lookup = self.lookup.insert(Box::new(Lookup { find: Box::new(find) }));
        let lookup = ptr::from_mut(&mut **lookup).cast();
        // SAFETY: our list, which nobody else uses; the pointer stays valid as long as `self.lookup`.
        unsafe { sys::gnutls_x509_trust_list_set_ptr(self.raw, lookup) };
        // SAFETY: our list, which nobody else uses; the callback expects the pointer that was just set.
        unsafe { sys::gnutls_x509_trust_list_set_getissuer_function(self.raw, Some(find_issuers)) };
    }
}

/// Asks the list's lookup. GnuTLS takes over the array and the certificates in it.
unsafe extern "C" fn find_issuers(
    list: sys::gnutls_x509_trust_list_t,
    crt: sys::gnutls_x509_crt_t,
    issuers: *mut *mut sys::gnutls_x509_crt_t,
    count: *mut c_uint,
) -> c_int {
    // SAFETY: the list that this callback was set for.
    let lookup = unsafe { sys::gnutls_x509_trust_list_get_ptr(list) }.cast::<Lookup>();
    // SAFETY: `set_issuer_lookup` set the pointer, and the list's owner keeps it valid and unchanged while C runs.
    let lookup = unsafe { &*lookup };
    let found = caught(None, || {
        // SAFETY: GnuTLS lends an imported certificate for the length of this call.
        let certificate = unsafe { Certificate::copy_of(crt) }?;
        let copies = (lookup.find)(&certificate).into_iter().map(|issuer| issuer.private_copy());
        Ok(Some(copies.collect::<Result<Vec<_>, _>>()?))
    });
    let Some(found) = found else { return sys::GNUTLS_E_CERTIFICATE_ERROR };
    let raw: Vec<_> = found.iter().map(CrtHandle::raw).collect();
    let Some(array) = allocated(&raw) else { return sys::GNUTLS_E_MEMORY_ERROR };
    for issuer in found {
        issuer.into_raw();
    }
    // SAFETY: GnuTLS's own place for the array.
    unsafe { issuers.write(array) };
    // SAFETY: GnuTLS's own place for the count; there are no more certificates than memory has room for.
    unsafe { count.write(c_uint::try_from(raw.len()).unwrap_or(0)) };
    0
}
