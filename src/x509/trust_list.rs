//! Trust lists: the authorities, revocation lists and single certificates that verification goes by.

mod fill;
mod issuers;
mod named;
mod verify;

use std::any::Any;
use std::ffi::c_int;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr;

use gnutls_sys as sys;

pub(crate) use verify::recorded;
pub use verify::{Verification, VerificationStep, VerifyDemands};

use self::issuers::Lookup;
use super::Certificate;
use super::handle::CrtHandle;
use crate::error::Result;
use crate::ffi::{bit_set, check, datum, optional, raw_access};
use crate::global;

bit_set! {
    /// How a trust list takes what it is given.
    #[doc(alias = "gnutls_trust_list_flags_t")]
    TrustFlags {
        /// Revocation lists are verified against the authorities that are in the list already.
        VERIFY_CRL = GNUTLS_TL_VERIFY_CRL;
        /// TLS servers name the authorities to their clients.
        USE_IN_TLS = GNUTLS_TL_USE_IN_TLS;
        /// A certificate replaces the same one, a revocation list an older one of the same issuer.
        NO_DUPLICATES = GNUTLS_TL_NO_DUPLICATES;
        /// A certificate replaces one of the same name and key.
        NO_DUPLICATE_KEY = GNUTLS_TL_NO_DUPLICATE_KEY;
        /// A revocation list that is not verified is an error; otherwise it is left out.
        FAIL_ON_INVALID_CRL = GNUTLS_TL_FAIL_ON_INVALID_CRL;
    }
}

/// Whom to trust, and who is revoked: what chains of certificates are verified against.
///
/// A list is for one thread at a time, since some versions of GnuTLS keep what they fetch from tokens in it.
///
/// # Examples
/// ```
/// use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey, Purpose};
/// use gnutls::x509::{TrustFlags, TrustList, VerifyDemands, VerifyFlags, VerifyStatus};
///
/// let key = PrivateKey::generate(KeyType::EcdsaP256)?;
/// let root = CertificateBuilder::new().subject("CN=root").ca(None).self_signed(&key)?;
/// let server = CertificateBuilder::new().dns_name("example.org").signed_by(&key, &root, &key)?;
///
/// let mut list = TrustList::new()?;
/// list.add_authorities(&[root], TrustFlags::empty())?;
/// let demands = VerifyDemands::new().host("example.org")?.purpose(Purpose::SERVER_AUTH);
/// assert!(list.verify_for(&[server.clone()], &demands, VerifyFlags::empty())?.is_ok());
///
/// let demands = VerifyDemands::new().host("example.com")?;
/// let result = list.verify_for(&[server], &demands, VerifyFlags::empty())?;
/// assert!(result.status().contains(VerifyStatus::UNEXPECTED_OWNER));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_x509_trust_list_t")]
#[doc(alias = "gnutls_x509_trust_list_init")]
#[doc(alias = "gnutls_x509_trust_list_deinit")]
pub struct TrustList {
    raw: sys::gnutls_x509_trust_list_t,
    /// What GnuTLS calls to find issuers; the C list points to it.
    lookup: Option<Box<Lookup>>,
}

// SAFETY: the object is plain memory without ties to the thread that made it; everything in it is its own copy. It is not
// `Sync`: verification may add to it (GnuTLS 3.7.1 does, what it fetched from tokens).
unsafe impl Send for TrustList {}

raw_access!(TrustList, sys::gnutls_x509_trust_list_t, lend it => it.raw);
raw_access!(TrustList, sys::gnutls_x509_trust_list_t,
    try_give "gnutls_x509_trust_list_deinit" unless "it has a function that looks for issuers" it => {
    if it.lookup.is_some() { Err(it) } else { Ok(ManuallyDrop::new(it).raw) }
});
raw_access!(TrustList, sys::gnutls_x509_trust_list_t,
    take "owns what is in it (what `gnutls_x509_trust_list_deinit` with 1 frees)" raw => TrustList { raw, lookup: None }
);

impl TrustList {
    /// A list that trusts nobody yet.
    ///
    /// # Errors
    /// If memory runs out.
    pub fn new() -> Result<TrustList> {
        global::ready()?;
        let mut raw = ptr::null_mut();
        // SAFETY: a valid place for the new list; 0 asks for the usual size of its table.
        check(unsafe { sys::gnutls_x509_trust_list_init(&mut raw, 0) }, "allocating a trust list")?;
        Ok(TrustList { raw, lookup: None })
    }

    pub(crate) fn raw(&self) -> sys::gnutls_x509_trust_list_t {
        self.raw
    }

    /// For those who keep the C list, with what it points to.
    pub(crate) fn into_parts(self) -> (sys::gnutls_x509_trust_list_t, Option<Box<dyn Any + Send + Sync>>) {
        let mut list = ManuallyDrop::new(self);
        let lookup = list.lookup.take();
        (list.raw, lookup.map(|lookup| lookup as Box<dyn Any + Send + Sync>))
    }

    /// A list that belongs to somebody else, to be asked.
    ///
    /// # Safety
    /// It is alive and not changed as long as the value is used.
    pub(crate) unsafe fn lent(raw: sys::gnutls_x509_trust_list_t) -> ManuallyDrop<TrustList> {
        ManuallyDrop::new(TrustList { raw, lookup: None })
    }

    /// What a getter with `GNUTLS_TL_GET_COPY` finds.
    ///
    /// # Safety
    /// What `call` leaves in its out pointer is null, or a certificate that nobody else releases.
    pub(crate) unsafe fn copy_from(
        doing: &'static str,
        call: impl FnOnce(*mut sys::gnutls_x509_crt_t) -> c_int,
    ) -> Result<Option<Certificate>> {
        let mut found = ptr::null_mut();
        let code = optional(call(&mut found), doing)?;
        // SAFETY: the caller's promise.
        Ok(code.and_then(|_| unsafe { taken_over(found) }))
    }

    /// All authorities of the list, those of its tokens too.
    ///
    /// # Errors
    /// If memory runs out, or a token cannot be read.
    #[doc(alias = "gnutls_x509_trust_list_iter_get_ca")]
    #[doc(alias = "gnutls_x509_trust_list_iter_deinit")]
    pub fn authorities(&self) -> Result<Vec<Certificate>> {
        let (mut place, mut all) = (Place(ptr::null_mut()), Vec::new());
        loop {
            let mut found = ptr::null_mut();
            // SAFETY: our list, our place in it, a valid out pointer.
            let code = unsafe { sys::gnutls_x509_trust_list_iter_get_ca(self.raw(), &mut place.0, &mut found) };
            if optional(code, "listing trusted certificates")?.is_none() {
                return Ok(all);
            }
            // SAFETY: GnuTLS made a copy for us.
            all.extend(unsafe { taken_over(found) });
        }
    }

    /// The authority in the list that issued `certificate`, if it is there.
    ///
    /// # Errors
    /// If memory runs out, or a token cannot be read.
    #[doc(alias = "gnutls_x509_trust_list_get_issuer")]
    pub fn issuer_of(&self, certificate: &Certificate) -> Result<Option<Certificate>> {
        let (list, certificate, flags) = (self.raw(), certificate.raw(), sys::GNUTLS_TL_GET_COPY);
        // SAFETY: our list, an imported certificate that is only read, a valid out pointer.
        let call = |found| unsafe { sys::gnutls_x509_trust_list_get_issuer(list, certificate, found, flags) };
        // SAFETY: the flag asks for a copy, which is ours.
        unsafe { TrustList::copy_from("looking for an issuer", call) }
    }

    /// The authority in the list with a subject, in DER: see
    /// [`Certificate::issuer_der`] and [`DistinguishedName::to_der`](super::DistinguishedName::to_der).
    ///
    /// # Errors
    /// If memory runs out, or a token cannot be read.
    #[doc(alias = "gnutls_x509_trust_list_get_issuer_by_dn")]
    pub fn authority_named(&self, name: impl AsRef<[u8]>) -> Result<Option<Certificate>> {
        const DOING: &str = "looking for an authority";
        let (name, mut found) = (datum(name.as_ref(), DOING)?, ptr::null_mut());
        // SAFETY: our list; the name lives through the call; a valid out pointer.
        let code = unsafe { sys::gnutls_x509_trust_list_get_issuer_by_dn(self.raw(), &name, &mut found, 0) };
        let code = optional(code, DOING)?;
        // SAFETY: this getter gives copies.
        Ok(code.and_then(|_| unsafe { taken_over(found) }))
    }

    /// The authority in the list whose key has an identifier, and, if that is given, a subject in DER.
    ///
    /// # Errors
    /// If memory runs out, or a token cannot be read.
    #[doc(alias = "gnutls_x509_trust_list_get_issuer_by_subject_key_id")]
    pub fn authority_with_key_id(&self, name: Option<&[u8]>, key_id: impl AsRef<[u8]>) -> Result<Option<Certificate>> {
        const DOING: &str = "looking for an authority";
        let name = name.map(|name| datum(name, DOING)).transpose()?;
        let (key_id, mut found) = (datum(key_id.as_ref(), DOING)?, ptr::null_mut());
        let name = name.as_ref().map_or(ptr::null(), ptr::from_ref);
        // SAFETY: our list; name (or null) and identifier live through the call; a valid out pointer.
        let code = unsafe {
            sys::gnutls_x509_trust_list_get_issuer_by_subject_key_id(self.raw(), name, &key_id, &mut found, 0)
        };
        let code = optional(code, DOING)?;
        // SAFETY: this getter gives copies.
        Ok(code.and_then(|_| unsafe { taken_over(found) }))
    }
}

impl Drop for TrustList {
    fn drop(&mut self) {
        // SAFETY: made by us and released once, with all that it holds, which are copies of its own.
        unsafe { sys::gnutls_x509_trust_list_deinit(self.raw, 1) };
    }
}

impl fmt::Debug for TrustList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.authorities().map(|all| all.len());
        f.debug_struct("TrustList").field("authorities", &count.unwrap_or(0)).finish_non_exhaustive()
    }
}

/// A place in a walk through a list.
struct Place(sys::gnutls_x509_trust_list_iter_t);

impl Drop for Place {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: made by GnuTLS for us; it sets null when it has released it itself.
            unsafe { sys::gnutls_x509_trust_list_iter_deinit(self.0) };
        }
    }
}

/// A certificate that GnuTLS made for us; null where memory ran out.
///
/// # Safety
/// `raw` is null, or an imported certificate that nobody else releases.
unsafe fn taken_over(raw: sys::gnutls_x509_crt_t) -> Option<Certificate> {
    if raw.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    let handle = unsafe { CrtHandle::from_raw(raw) };
    Some(Certificate::from_imported(handle))
}
