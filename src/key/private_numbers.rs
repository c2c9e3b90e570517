//! Private keys from their numbers, and back.

use std::ffi::c_int;

use gnutls_sys as sys;

use super::handle::PrivateHandle;
use super::numbers::Zeros;
use super::{DsaPrivateNumbers, EccPrivateNumbers, GostPrivateNumbers, PrivateKey, RsaPrivateNumbers};
use crate::error::Result;
use crate::ffi::check;

const READING: &str = "making a private key from numbers";
const WRITING: &str = "reading the numbers of a private key";
const PLAIN: u32 = sys::GNUTLS_EXPORT_FLAG_NO_LZ;

impl PrivateKey {
    fn from_numbers(call: impl FnOnce(sys::gnutls_privkey_t) -> Result<c_int>) -> Result<PrivateKey> {
        let handle = PrivateHandle::new()?;
        check(call(handle.raw())?, READING)?;
        Ok(PrivateKey::finished(handle, None))
    }

    /// The RSA key that is made of these numbers.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) or
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if they make no key.
    #[doc(alias = "gnutls_privkey_import_rsa_raw")]
    pub fn from_rsa(numbers: &RsaPrivateNumbers) -> Result<PrivateKey> {
        PrivateKey::from_numbers(|key| {
            numbers.lend(|[m, e, d, p, q, u, e1, e2]| {
                // SAFETY: a fresh handle, and data that are null or borrow slices through the call.
                unsafe { sys::gnutls_privkey_import_rsa_raw(key, m, e, d, p, q, u, e1, e2) }
            })
        })
        .and_then(|key| {
            // With what GnuTLS has computed.
            key.to_rsa()?.check(READING)?;
            Ok(key)
        })
    }

    /// The numbers of an RSA key in memory.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is another kind of key.
    #[doc(alias = "gnutls_privkey_export_rsa_raw2")]
    pub fn to_rsa(&self) -> Result<RsaPrivateNumbers> {
        RsaPrivateNumbers::taken(WRITING, Zeros::Cut, |[m, e, d, p, q, u, e1, e2]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_rsa_raw2(self.raw(), m, e, d, p, q, u, e1, e2, PLAIN) }
        })
    }

    /// The DSA key that is made of these numbers.
    ///
    /// # Errors
    /// As for [`from_rsa`](PrivateKey::from_rsa).
    #[doc(alias = "gnutls_privkey_import_dsa_raw")]
    pub fn from_dsa(numbers: &DsaPrivateNumbers) -> Result<PrivateKey> {
        PrivateKey::from_numbers(|key| {
            numbers.lend(|[p, q, g, y, x]| {
                // SAFETY: a fresh handle, and data that borrow slices through the call.
                unsafe { sys::gnutls_privkey_import_dsa_raw(key, p, q, g, y, x) }
            })
        })
    }

    /// The numbers of a DSA key in memory.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_privkey_export_dsa_raw2")]
    pub fn to_dsa(&self) -> Result<DsaPrivateNumbers> {
        DsaPrivateNumbers::taken(WRITING, Zeros::Cut, |[p, q, g, y, x]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_dsa_raw2(self.raw(), p, q, g, y, x, PLAIN) }
        })
    }

    /// The key on a curve that is made of these numbers.
    ///
    /// # Errors
    /// As for [`from_rsa`](PrivateKey::from_rsa).
    #[doc(alias = "gnutls_privkey_import_ecc_raw")]
    pub fn from_ecc(numbers: &EccPrivateNumbers) -> Result<PrivateKey> {
        PrivateKey::from_numbers(|key| {
            numbers.lend(|curve, [x, y, k]| {
                // SAFETY: a fresh handle, and data that are null or borrow slices through the call.
                unsafe { sys::gnutls_privkey_import_ecc_raw(key, curve, x, y, k) }
            })
        })
    }

    /// The numbers of a key on a curve, in memory.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_privkey_export_ecc_raw2")]
    pub fn to_ecc(&self) -> Result<EccPrivateNumbers> {
        EccPrivateNumbers::taken(WRITING, Zeros::Cut, |curve, [x, y, k]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_ecc_raw2(self.raw(), curve, x, y, k, PLAIN) }
        })
    }

    /// The GOST key that is made of these numbers.
    ///
    /// # Errors
    /// As for [`from_rsa`](PrivateKey::from_rsa).
    #[doc(alias = "gnutls_privkey_import_gost_raw")]
    pub fn from_gost(numbers: &GostPrivateNumbers) -> Result<PrivateKey> {
        PrivateKey::from_numbers(|key| {
            numbers.lend(|[curve, digest, paramset], [x, y, k]| {
                // SAFETY: a fresh handle, and data that borrow slices through the call.
                unsafe { sys::gnutls_privkey_import_gost_raw(key, curve, digest, paramset, x, y, k) }
            })
        })
    }

    /// The numbers of a GOST key in memory.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_privkey_export_gost_raw2")]
    pub fn to_gost(&self) -> Result<GostPrivateNumbers> {
        GostPrivateNumbers::taken(WRITING, |[curve, digest, paramset], [x, y, k]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_gost_raw2(self.raw(), curve, digest, paramset, x, y, k, PLAIN) }
        })
    }
}
