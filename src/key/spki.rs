//! Parameters that restrict what an RSA key may be used for: RSA-PSS and RSA-OAEP (RFC 4055).

use std::ffi::c_int;
use std::fmt;

use gnutls_sys as sys;

use super::handle::{PrivateHandle, SpkiHandle};
use super::{PrivateKey, PublicKey};
use crate::algorithm::Digest;
use crate::error::Result;
use crate::ffi::{check, optional, raw_access};
use crate::x509;

/// The parameters of an RSA key that is for one kind of padding only.
#[doc(alias = "gnutls_x509_spki_t")]
#[doc(alias = "gnutls_x509_spki_init")]
#[doc(alias = "gnutls_x509_spki_deinit")]
pub struct Spki(SpkiHandle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Spki {}
// SAFETY: once made it is only read.
unsafe impl Sync for Spki {}

const SETTING: &str = "restricting a key";

raw_access!(Spki(SpkiHandle), sys::gnutls_x509_spki_t, "gnutls_x509_spki_deinit", "holds parameters");

impl Spki {
    /// For signatures with RSA-PSS, with a digest and a salt of so many bytes at least.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_spki_set_rsa_pss_params")]
    pub fn rsa_pss(digest: Digest, salt_size: u32) -> Result<Spki> {
        let handle = SpkiHandle::new()?;
        // SAFETY: a fresh handle; takes any numbers.
        unsafe { sys::gnutls_x509_spki_set_rsa_pss_params(handle.raw(), digest.raw(), salt_size) };
        Ok(Spki(handle))
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
        Ok(Spki(handle))
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
        let found = optional(code, "reading what a key is restricted to")?;
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
        let label = crate::ffi::filled_optional("reading what a key is restricted to", |label| {
            // SAFETY: parameters and valid out pointers.
            unsafe { sys::gnutls_x509_spki_get_rsa_oaep_params(self.raw(), &mut digest, label) }
        })?;
        Ok(label.map(|label| (Digest::from_raw(digest), label.as_slice().to_vec())))
    }

    pub(super) fn raw(&self) -> sys::gnutls_x509_spki_t {
        self.0.raw()
    }

    /// The parameters that `call` reads.
    fn read(call: impl FnOnce(sys::gnutls_x509_spki_t) -> c_int) -> Result<Option<Spki>> {
        let handle = SpkiHandle::new()?;
        let found = optional(call(handle.raw()), "reading what a key is restricted to")?;
        Ok(found.map(|_| Spki(handle)))
    }
}

impl fmt::Debug for Spki {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spki({:?})", self.rsa_pss_parameters().ok().flatten())
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
