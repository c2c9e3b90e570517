//! Private keys in memory from their numbers, and back.

use std::borrow::Cow;
use std::ffi::c_int;

use gnutls_sys as sys;

use super::PrivateKey;
use crate::algorithm::PublicKeyAlgorithm;
use crate::error::Result;
use crate::ffi::check;
use crate::key::{DsaPrivateNumbers, EccPrivateNumbers, GostPrivateNumbers, RsaPrivateNumbers, Zeros};
use crate::x509::handle::KeyHandle;

const READING: &str = "making a private key from numbers";
const WRITING: &str = "reading the numbers of a private key";

impl PrivateKey {
    fn from_numbers(call: impl FnOnce(sys::gnutls_x509_privkey_t) -> Result<c_int>) -> Result<PrivateKey> {
        let handle = KeyHandle::new()?;
        check(call(handle.raw())?, READING)?;
        // With what GnuTLS has computed.
        PrivateKey::finished(handle).survivable(READING)
    }

    /// The key, which was read: refused if GnuTLS does not survive its use.
    pub(crate) fn survivable(self, doing: impl Into<Cow<'static, str>>) -> Result<PrivateKey> {
        match self.algorithm()?.0 {
            PublicKeyAlgorithm::RSA | PublicKeyAlgorithm::RSA_PSS => self.to_rsa()?.check(doing)?,
            #[cfg(gnutls_3_8_4)]
            PublicKeyAlgorithm::RSA_OAEP => self.to_rsa()?.check(doing)?,
            PublicKeyAlgorithm::DSA => self.to_dsa()?.check(doing)?,
            _ => {}
        }
        Ok(self)
    }

    /// The RSA key that is made of these numbers.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) or
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if they make no key.
    #[doc(alias = "gnutls_x509_privkey_import_rsa_raw")]
    #[doc(alias = "gnutls_x509_privkey_import_rsa_raw2")]
    pub fn from_rsa(numbers: &RsaPrivateNumbers) -> Result<PrivateKey> {
        PrivateKey::from_numbers(|key| {
            numbers.lend(|[m, e, d, p, q, u, e1, e2]| {
                if e1.is_null() && e2.is_null() {
                    // SAFETY: a fresh handle, and data that are null or borrow slices through the call.
                    return unsafe { sys::gnutls_x509_privkey_import_rsa_raw(key, m, e, d, p, q, u) };
                }
                // SAFETY: as above.
                unsafe { sys::gnutls_x509_privkey_import_rsa_raw2(key, m, e, d, p, q, u, e1, e2) }
            })
        })
    }

    /// The numbers of an RSA key.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is another kind of key.
    #[doc(alias = "gnutls_x509_privkey_export_rsa_raw2")]
    pub fn to_rsa(&self) -> Result<RsaPrivateNumbers> {
        RsaPrivateNumbers::taken(WRITING, Zeros::Cut, |[m, e, d, p, q, u, e1, e2]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_x509_privkey_export_rsa_raw2(self.raw(), m, e, d, p, q, u, e1, e2) }
        })
    }

    /// As [`to_rsa`](PrivateKey::to_rsa), without the exponents that follow from the other numbers.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_x509_privkey_export_rsa_raw")]
    pub fn to_rsa_without_exponents(&self) -> Result<RsaPrivateNumbers> {
        RsaPrivateNumbers::taken_without_exponents(WRITING, Zeros::Cut, |[m, e, d, p, q, u]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_x509_privkey_export_rsa_raw(self.raw(), m, e, d, p, q, u) }
        })
    }

    /// The DSA key that is made of these numbers.
    ///
    /// # Errors
    /// As for [`from_rsa`](PrivateKey::from_rsa).
    #[doc(alias = "gnutls_x509_privkey_import_dsa_raw")]
    pub fn from_dsa(numbers: &DsaPrivateNumbers) -> Result<PrivateKey> {
        PrivateKey::from_numbers(|key| {
            numbers.lend(|[p, q, g, y, x]| {
                // SAFETY: a fresh handle, and data that borrow slices through the call.
                unsafe { sys::gnutls_x509_privkey_import_dsa_raw(key, p, q, g, y, x) }
            })
        })
    }

    /// The numbers of a DSA key.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_x509_privkey_export_dsa_raw")]
    pub fn to_dsa(&self) -> Result<DsaPrivateNumbers> {
        DsaPrivateNumbers::taken(WRITING, Zeros::Cut, |[p, q, g, y, x]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_x509_privkey_export_dsa_raw(self.raw(), p, q, g, y, x) }
        })
    }

    /// The key on a curve that is made of these numbers.
    ///
    /// # Errors
    /// As for [`from_rsa`](PrivateKey::from_rsa).
    #[doc(alias = "gnutls_x509_privkey_import_ecc_raw")]
    pub fn from_ecc(numbers: &EccPrivateNumbers) -> Result<PrivateKey> {
        PrivateKey::from_numbers(|key| {
            numbers.lend(|curve, [x, y, k]| {
                // SAFETY: a fresh handle, and data that are null or borrow slices through the call.
                unsafe { sys::gnutls_x509_privkey_import_ecc_raw(key, curve, x, y, k) }
            })
        })
    }

    /// The numbers of a key on a curve.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_x509_privkey_export_ecc_raw")]
    pub fn to_ecc(&self) -> Result<EccPrivateNumbers> {
        EccPrivateNumbers::taken(WRITING, Zeros::Cut, |curve, [x, y, k]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_x509_privkey_export_ecc_raw(self.raw(), curve, x, y, k) }
        })
    }

    /// The GOST key that is made of these numbers.
    ///
    /// # Errors
    /// As for [`from_rsa`](PrivateKey::from_rsa).
    #[doc(alias = "gnutls_x509_privkey_import_gost_raw")]
    pub fn from_gost(numbers: &GostPrivateNumbers) -> Result<PrivateKey> {
        PrivateKey::from_numbers(|key| {
            numbers.lend(|[curve, digest, paramset], [x, y, k]| {
                // SAFETY: a fresh handle, and data that borrow slices through the call.
                unsafe { sys::gnutls_x509_privkey_import_gost_raw(key, curve, digest, paramset, x, y, k) }
            })
        })
    }

    /// The numbers of a GOST key.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_x509_privkey_export_gost_raw")]
    pub fn to_gost(&self) -> Result<GostPrivateNumbers> {
        GostPrivateNumbers::taken(WRITING, |[curve, digest, paramset], [x, y, k]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_x509_privkey_export_gost_raw(self.raw(), curve, digest, paramset, x, y, k) }
        })
    }
}
