//! The parameters that restrict keys.

use std::ffi::c_int;

use gnutls_sys as sys;

use super::handle::SpkiHandle;
use crate::algorithm::{Digest, PublicKeyAlgorithm};
use crate::error::{Error, Result};
use crate::ffi::{check, optional};

/// How a key may be used, where its algorithm leaves a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_spki_t")]
#[doc(alias = "gnutls_x509_spki_init")]
#[doc(alias = "gnutls_x509_spki_deinit")]
#[doc(alias = "gnutls_x509_spki_get_rsa_pss_params")]
#[doc(alias = "gnutls_x509_spki_set_rsa_pss_params")]
#[non_exhaustive]
pub struct KeyParameters {
    /// For RSA keys that only make PSS signatures: the digest, and the size of the salt in bytes.
    pub rsa_pss: Option<(Digest, u32)>,
}

impl KeyParameters {
    /// An RSA key for PSS signatures with this digest and a salt of so many bytes.
    pub fn rsa_pss(digest: Digest, salt_size: u32) -> KeyParameters {
        KeyParameters { rsa_pss: Some((digest, salt_size)) }
    }

    pub(super) fn from_handle(spki: &SpkiHandle) -> Result<KeyParameters> {
        let (mut digest, mut salt_size) = (0, 0);
        // SAFETY: an object of ours, and valid out pointers.
        let code = unsafe { sys::gnutls_x509_spki_get_rsa_pss_params(spki.raw(), &mut digest, &mut salt_size) };
        if code == sys::GNUTLS_E_INVALID_REQUEST {
            // How GnuTLS says that the key is no PSS key.
            return Ok(KeyParameters::default());
        }
        let found = optional(code, "reading the parameters of a key")?;
        Ok(KeyParameters { rsa_pss: found.map(|_| (Digest::from_raw(digest), salt_size)) })
    }

    /// What the setters of certificates and requests take, for a key of what `algorithm` tells.
    ///
    /// They must not be asked for anything but RSA-PSS: gnutls_x509_crt_set_spki (3.8.4 to 3.8.13) then frees what it
    /// never set.
    pub(super) fn to_handle(self, doing: &'static str, algorithm: c_int) -> Result<SpkiHandle> {
        let algorithm = PublicKeyAlgorithm::from_raw(check(algorithm, doing)?);
        let Some((digest, salt_size)) = self.rsa_pss else {
            return Err(Error::input(doing, "there are none"));
        };
        if !matches!(algorithm, PublicKeyAlgorithm::RSA | PublicKeyAlgorithm::RSA_PSS) {
            return Err(Error::input(doing, format!("they are for RSA keys, and the key is {algorithm}")));
        }
        let spki = SpkiHandle::new()?;
        // SAFETY: an object of ours.
        unsafe { sys::gnutls_x509_spki_set_rsa_pss_params(spki.raw(), digest.raw(), salt_size) };
        Ok(spki)
    }
}
