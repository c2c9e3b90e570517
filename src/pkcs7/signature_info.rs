//! What a signature says of itself.

use std::fmt;
use std::mem::MaybeUninit;
use std::time::SystemTime;

use gnutls_sys as sys;

use super::structure::READING;
use super::{Attribute, Pkcs7, attributes};
use crate::algorithm::SignatureScheme;
use crate::container::system_time;
use crate::error::Result;
use crate::ffi::{check, filled, until_end};

/// What a signature says of itself. Nothing says that it is right: see [`Pkcs7::verify`].
#[doc(alias = "gnutls_pkcs7_signature_info_st")]
#[doc(alias = "gnutls_pkcs7_signature_info_deinit")]
pub struct SignatureInfo(sys::gnutls_pkcs7_signature_info_st);

// SAFETY: the structure owns plain memory without ties to the thread that made it.
unsafe impl Send for SignatureInfo {}
// SAFETY: once made it is only read.
unsafe impl Sync for SignatureInfo {}

/// How a signature names its signer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signer {
    /// By the issuer and the number of the certificate.
    Certificate {
        /// The issuer's name in DER.
        issuer: Vec<u8>,
        /// The serial number, as it stands in the certificate.
        serial: Vec<u8>,
    },
    /// By the identifier of the key.
    KeyId(Vec<u8>),
}

impl Pkcs7 {
    /// What the signatures say of themselves.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is malformed,
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if its algorithm is unknown.
    #[doc(alias = "gnutls_pkcs7_get_signature_info")]
    pub fn signatures(&self) -> Result<Vec<SignatureInfo>> {
        until_end(|index| {
            let mut info = MaybeUninit::zeroed();
            // SAFETY: a structure and a valid out pointer.
            let code = unsafe { sys::gnutls_pkcs7_get_signature_info(self.raw(), index, info.as_mut_ptr()) };
            check(code, READING)?;
            // SAFETY: zeros are valid, and GnuTLS has filled it.
            Ok(SignatureInfo(unsafe { info.assume_init() }))
        })
    }
}

impl SignatureInfo {
    /// How it is signed.
    pub fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::from_raw(self.0.algo)
    }

    /// The signature.
    pub fn signature(&self) -> Vec<u8> {
        self.copied(&self.0.sig)
    }

    /// Who has signed.
    pub fn signer(&self) -> Signer {
        if self.0.issuer_dn.data.is_null() {
            return Signer::KeyId(self.copied(&self.0.issuer_keyid));
        }
        let (issuer, serial) = (self.copied(&self.0.issuer_dn), self.copied(&self.0.signer_serial));
        Signer::Certificate { issuer, serial }
    }

    /// When it was signed, as the signer says.
    pub fn signing_time(&self) -> Option<SystemTime> {
        system_time(self.0.signing_time)
    }

    /// The attributes that are signed as well.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs7_get_attr")]
    pub fn signed_attributes(&self) -> Result<Vec<Attribute>> {
        // SAFETY: the structure's list, which nobody changes.
        unsafe { attributes::all(self.0.signed_attrs) }
    }

    /// The attributes that stand beside the signature.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs7_get_attr")]
    pub fn unsigned_attributes(&self) -> Result<Vec<Attribute>> {
        // SAFETY: as above.
        unsafe { attributes::all(self.0.unsigned_attrs) }
    }

    /// GnuTLS's description, in many lines. Its form differs between versions of GnuTLS.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs7_print_signature_info")]
    pub fn print_full(&self) -> Result<String> {
        let text = filled("describing a signature of PKCS#7", |out| {
            let info = (&raw const self.0).cast_mut();
            // SAFETY: a structure, which is only read although its pointer is not to const, and a valid out pointer.
            unsafe { sys::gnutls_pkcs7_print_signature_info(info, sys::GNUTLS_CRT_PRINT_FULL, out) }
        })?;
        Ok(text.to_text())
    }

    fn copied(&self, field: &sys::gnutls_datum_t) -> Vec<u8> {
        if field.data.is_null() {
            return Vec::new();
        }
        // SAFETY: a field of the structure, which GnuTLS filled and nobody changes.
        unsafe { std::slice::from_raw_parts(field.data, field.size as usize) }.to_vec()
    }
}

impl Drop for SignatureInfo {
    fn drop(&mut self) {
        // SAFETY: filled by GnuTLS; what it owns is released once.
        unsafe { sys::gnutls_pkcs7_signature_info_deinit(&mut self.0) };
    }
}

impl fmt::Debug for SignatureInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("SignatureInfo");
        out.field("signature_scheme", &self.signature_scheme()).field("signer", &self.signer()).finish_non_exhaustive()
    }
}
