//! Parameters that restrict what an RSA key may be used for: RSA-PSS and RSA-OAEP (RFC 4055).

use std::ffi::c_int;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use gnutls_sys as sys;

use super::handle::{PrivateHandle, SpkiHandle};
use super::{PrivateKey, PublicKey};
use crate::algorithm::{Digest, PublicKeyAlgorithm};
use crate::error::{Error, Result};
use crate::ffi::{check, optional, raw_access};
use crate::x509;

/// The parameters of an RSA key that is for one kind of padding only: what follows the algorithm in the
/// `SubjectPublicKeyInfo` of its certificates. Cheap to clone: the clones share the parameters, which never change.
///
/// # Examples
/// ```
/// use gnutls::Digest;
/// use gnutls::key::{KeyType, Spki};
/// use gnutls::x509::{CertificateBuilder, PrivateKey};
///
/// let spki = Spki::rsa_pss(Digest::SHA256, 32)?;
/// let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 })?.with_spki(&spki)?;
/// let certificate = CertificateBuilder::new().subject("CN=pss").self_signed(&key)?;
/// assert_eq!(certificate.spki()?, Some(spki));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "gnutls_x509_spki_t")]
#[doc(alias = "gnutls_x509_spki_init")]
#[doc(alias = "gnutls_x509_spki_deinit")]
pub struct Spki(Arc<Finished>);

/// A handle that holds parameters and that nothing changes afterwards.
struct Finished(SpkiHandle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Finished {}
// SAFETY: once made it is only read.
unsafe impl Sync for Finished {}

const SETTING: &str = "restricting a key";
const READING: &str = "reading what a key is restricted to";

raw_access!(Spki, sys::gnutls_x509_spki_t, lend it => it.raw());
raw_access!(Spki, sys::gnutls_x509_spki_t,
    try_give "gnutls_x509_spki_deinit" unless "clones of it share the object" it => {
    Arc::try_unwrap(it.0).map(|Finished(handle)| handle.into_raw()).map_err(Spki)
});
raw_access!(Spki, sys::gnutls_x509_spki_t, take "holds parameters" raw => {
    // SAFETY: the caller says so.
    Spki::finished(unsafe { SpkiHandle::from_raw(raw) })
});

impl Spki {
    /// The handle must hold parameters, and nobody else may have it.
    fn finished(handle: SpkiHandle) -> Spki {
        Spki(Arc::new(Finished(handle)))
    }

    /// For signatures with RSA-PSS, with a digest and a salt of so many bytes at least.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_spki_set_rsa_pss_params")]
    pub fn rsa_pss(digest: Digest, salt_size: u32) -> Result<Spki> {
        let handle = SpkiHandle::new()?;
        // SAFETY: a fresh handle; takes any numbers.
        unsafe { sys::gnutls_x509_spki_set_rsa_pss_params(handle.raw(), digest.raw(), salt_size) };
        Ok(Spki::finished(handle))
    }

    /// For encryption with RSA-OAEP, with a digest and a label, which is empty in most protocols.
    ///
    /// # Errors
    /// If memory runs out.
    #[cfg(gnutls_3_8_4)]
    #[doc(alias = "gnutls_x509_spki_set_rsa_oaep_params")]
    pub fn rsa_oaep(digest: Digest, label: impl AsRef<[u8]>) -> Result<Spki> {
        let label = label.as_ref();
        let handle = SpkiHandle::new()?;
        let data = crate::ffi::datum(label, SETTING)?;
        let label = if label.is_empty() { std::ptr::null() } else { &raw const data };
        // SAFETY: a fresh handle; null or a datum that borrows the caller's slice and is copied.
        let code = unsafe { sys::gnutls_x509_spki_set_rsa_oaep_params(handle.raw(), digest.raw(), label) };
        check(code, SETTING)?;
        Ok(Spki::finished(handle))
    }

    /// The digest and the size of the salt in bytes, if they are for RSA-PSS.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_spki_get_rsa_pss_params")]
    pub fn rsa_pss_parameters(&self) -> Result<Option<(Digest, u32)>> {
        let (mut digest, mut salt) = (sys::GNUTLS_DIG_UNKNOWN, 0);
        // SAFETY: parameters and valid out pointers.
        let code = unsafe { sys::gnutls_x509_spki_get_rsa_pss_params(self.raw(), &mut digest, &mut salt) };
        if code == FOR_ANOTHER_KIND {
            return Ok(None);
        }
        let found = optional(code, READING)?;
        Ok(found.map(|_| (Digest::from_raw(digest), salt)))
    }

    /// The digest and the label, if they are for RSA-OAEP.
    ///
    /// # Errors
    /// If memory runs out.
    #[cfg(gnutls_3_8_4)]
    #[doc(alias = "gnutls_x509_spki_get_rsa_oaep_params")]
    pub fn rsa_oaep_parameters(&self) -> Result<Option<(Digest, Vec<u8>)>> {
        let mut digest = sys::GNUTLS_DIG_UNKNOWN;
        let label = crate::ffi::filled_optional(READING, |label| {
            // SAFETY: parameters and valid out pointers.
            let code = unsafe { sys::gnutls_x509_spki_get_rsa_oaep_params(self.raw(), &mut digest, label) };
            if code == FOR_ANOTHER_KIND { sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE } else { code }
        })?;
        Ok(label.map(|label| (Digest::from_raw(digest), label.to_vec())))
    }

    pub(super) fn raw(&self) -> sys::gnutls_x509_spki_t {
        self.0.0.raw()
    }

    /// The parameters that `call` reads; `None` where there are none.
    pub(crate) fn read(call: impl FnOnce(sys::gnutls_x509_spki_t) -> c_int) -> Result<Option<Spki>> {
        let handle = SpkiHandle::new()?;
        let found = optional(call(handle.raw()), READING)?;
        let spki = found.map(|_| Spki::finished(handle));
        // Of a key that may do everything GnuTLS tells the algorithm alone.
        Ok(spki.filter(|spki| spki.parts() != Parts::default()))
    }

    /// What the setters of certificates and requests take, for a key of what `algorithm` tells.
    ///
    /// They must not be asked for anything but RSA-PSS: gnutls_x509_crt_set_spki (3.8.4 to 3.8.13) then frees what it
    /// never set.
    pub(crate) fn for_x509(&self, doing: &'static str, algorithm: c_int) -> Result<sys::gnutls_x509_spki_t> {
        let algorithm = PublicKeyAlgorithm::from_raw(check(algorithm, doing)?);
        if self.rsa_pss_parameters()?.is_none() {
            return Err(Error::input(doing, "they are not for RSA-PSS"));
        }
        if !matches!(algorithm, PublicKeyAlgorithm::RSA | PublicKeyAlgorithm::RSA_PSS) {
            return Err(Error::input(doing, format!("they are for RSA keys, and the key is {algorithm}")));
        }
        Ok(self.raw())
    }

    fn parts(&self) -> Parts {
        let for_pss = self.rsa_pss_parameters().ok().flatten();
        #[cfg(gnutls_3_8_4)]
        let for_oaep = self.rsa_oaep_parameters().ok().flatten();
        #[cfg(not(gnutls_3_8_4))]
        let for_oaep = None;
        (for_pss, for_oaep)
    }
}

/// What the parameters are: for RSA-PSS, for RSA-OAEP.
type Parts = (Option<(Digest, u32)>, Option<(Digest, Vec<u8>)>);

/// How GnuTLS says that parameters are for another kind of padding than the one that was asked about.
const FOR_ANOTHER_KIND: c_int = sys::GNUTLS_E_INVALID_REQUEST;

impl PartialEq for Spki {
    fn eq(&self, other: &Spki) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for Spki {}

impl Hash for Spki {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl fmt::Debug for Spki {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (for_pss, for_oaep) = self.parts();
        let mut shown = f.debug_struct("Spki");
        if let Some((digest, salt_size)) = for_pss {
            shown.field("rsa_pss", &digest).field("salt_size", &salt_size);
        }
        if let Some((digest, label)) = for_oaep {
            shown.field("rsa_oaep", &digest).field("label", &label);
        }
        shown.finish()
    }
}

impl PrivateKey {
    /// What the key is restricted to.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_privkey_get_spki")]
    pub fn spki(&self) -> Result<Option<Spki>> {
        Spki::read(|spki| {
            // SAFETY: a key and a fresh handle.
            unsafe { sys::gnutls_privkey_get_spki(self.raw(), spki, 0) }
        })
    }

    /// The same key in memory, restricted.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if the key is not in memory, or not one for these parameters.
    #[doc(alias = "gnutls_privkey_set_spki")]
    pub fn with_spki(&self, spki: &Spki) -> Result<PrivateKey> {
        let copy = self.to_x509()?;
        let handle = PrivateHandle::new()?;
        // SAFETY: a fresh handle, and a key that is copied.
        let code =
            unsafe { sys::gnutls_privkey_import_x509(handle.raw(), copy.raw(), sys::GNUTLS_PRIVKEY_IMPORT_COPY) };
        check(code, SETTING)?;
        // SAFETY: a key that nobody else has, and parameters that are copied.
        let code = unsafe { sys::gnutls_privkey_set_spki(handle.raw(), spki.raw(), 0) };
        check(code, SETTING)?;
        Ok(PrivateKey::finished(handle, None))
    }
}

impl PublicKey {
    /// What the key is restricted to.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pubkey_get_spki")]
    pub fn spki(&self) -> Result<Option<Spki>> {
        Spki::read(|spki| {
            // SAFETY: a key and a fresh handle.
            unsafe { sys::gnutls_pubkey_get_spki(self.raw(), spki, 0) }
        })
    }

    /// The same key, restricted.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is not one for these parameters.
    #[doc(alias = "gnutls_pubkey_set_spki")]
    pub fn with_spki(&self, spki: &Spki) -> Result<PublicKey> {
        self.changed(SETTING, |public| {
            // SAFETY: a key that nobody else has, and parameters that are copied.
            unsafe { sys::gnutls_pubkey_set_spki(public, spki.raw(), 0) }
        })
    }
}

impl x509::PrivateKey {
    /// What the key is restricted to.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_privkey_get_spki")]
    pub fn spki(&self) -> Result<Option<Spki>> {
        Spki::read(|spki| {
            // SAFETY: a key and a fresh handle.
            unsafe { sys::gnutls_x509_privkey_get_spki(self.raw(), spki, 0) }
        })
    }

    /// The same key, restricted.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is not one for these parameters.
    #[doc(alias = "gnutls_x509_privkey_set_spki")]
    pub fn with_spki(&self, spki: &Spki) -> Result<x509::PrivateKey> {
        let handle = self.copied()?;
        // SAFETY: a key that nobody else has, and parameters that are copied.
        let code = unsafe { sys::gnutls_x509_privkey_set_spki(handle.raw(), spki.raw(), 0) };
        check(code, SETTING)?;
        Ok(x509::PrivateKey::finished(handle))
    }
}
