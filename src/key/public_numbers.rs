//! Public keys from their numbers, and back.

use gnutls_sys as sys;

use super::numbers::Zeros;
use super::{DsaPublicNumbers, EccPublicNumbers, GostPublicNumbers, PublicKey, RsaPublicNumbers};
use crate::error::Result;

const READING: &str = "making a public key from numbers";
const WRITING: &str = "reading the numbers of a public key";
const PLAIN: u32 = sys::GNUTLS_EXPORT_FLAG_NO_LZ;

impl PublicKey {
    /// The RSA key that is made of these numbers.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if they are no numbers.
    #[doc(alias = "gnutls_pubkey_import_rsa_raw")]
    pub fn from_rsa(numbers: &RsaPublicNumbers) -> Result<PublicKey> {
        numbers.lend(|[m, e]| {
            PublicKey::import(READING, |public| {
                // SAFETY: a fresh handle, and data that borrow slices through the call.
                unsafe { sys::gnutls_pubkey_import_rsa_raw(public, m, e) }
            })
        })?
    }

    /// The numbers of an RSA key.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is another kind of key.
    #[doc(alias = "gnutls_pubkey_export_rsa_raw2")]
    #[doc(alias = "gnutls_pubkey_get_pk_rsa_raw")]
    pub fn to_rsa(&self) -> Result<RsaPublicNumbers> {
        RsaPublicNumbers::taken(WRITING, Zeros::Cut, |[m, e]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_rsa_raw2(self.raw(), m, e, PLAIN) }
        })
    }

    /// The DSA key that is made of these numbers.
    ///
    /// # Errors
    /// As for [`from_rsa`](PublicKey::from_rsa).
    #[doc(alias = "gnutls_pubkey_import_dsa_raw")]
    pub fn from_dsa(numbers: &DsaPublicNumbers) -> Result<PublicKey> {
        numbers.lend(|[p, q, g, y]| {
            PublicKey::import(READING, |public| {
                // SAFETY: a fresh handle, and data that borrow slices through the call.
                unsafe { sys::gnutls_pubkey_import_dsa_raw(public, p, q, g, y) }
            })
        })?
    }

    /// The numbers of a DSA key.
    ///
    /// # Errors
    /// As for [`to_rsa`](PublicKey::to_rsa).
    #[doc(alias = "gnutls_pubkey_export_dsa_raw2")]
    #[doc(alias = "gnutls_pubkey_get_pk_dsa_raw")]
    pub fn to_dsa(&self) -> Result<DsaPublicNumbers> {
        DsaPublicNumbers::taken(WRITING, Zeros::Cut, |[p, q, g, y]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_dsa_raw2(self.raw(), p, q, g, y, PLAIN) }
        })
    }

    /// The key on a curve that is made of these numbers.
    ///
    /// # Errors
    /// As for [`from_rsa`](PublicKey::from_rsa), and if the point is not on the curve.
    #[doc(alias = "gnutls_pubkey_import_ecc_raw")]
    pub fn from_ecc(numbers: &EccPublicNumbers) -> Result<PublicKey> {
        numbers.lend(|curve, [x, y]| {
            PublicKey::import(READING, |public| {
                // SAFETY: a fresh handle, and data that are null or borrow slices through the call.
                unsafe { sys::gnutls_pubkey_import_ecc_raw(public, curve, x, y) }
            })
        })?
    }

    /// The numbers of a key on a curve.
    ///
    /// # Errors
    /// As for [`to_rsa`](PublicKey::to_rsa).
    #[doc(alias = "gnutls_pubkey_export_ecc_raw2")]
    #[doc(alias = "gnutls_pubkey_get_pk_ecc_raw")]
    pub fn to_ecc(&self) -> Result<EccPublicNumbers> {
        EccPublicNumbers::taken(WRITING, Zeros::Cut, |curve, [x, y]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_ecc_raw2(self.raw(), curve, x, y, PLAIN) }
        })
    }

    /// The GOST key that is made of these numbers.
    ///
    /// # Errors
    /// As for [`from_rsa`](PublicKey::from_rsa).
    #[doc(alias = "gnutls_pubkey_import_gost_raw")]
    pub fn from_gost(numbers: &GostPublicNumbers) -> Result<PublicKey> {
        numbers.lend(|[curve, digest, paramset], [x, y]| {
            PublicKey::import(READING, |public| {
                // SAFETY: a fresh handle, and data that borrow slices through the call.
                unsafe { sys::gnutls_pubkey_import_gost_raw(public, curve, digest, paramset, x, y) }
            })
        })?
    }

    /// The numbers of a GOST key.
    ///
    /// # Errors
    /// As for [`to_rsa`](PublicKey::to_rsa).
    #[doc(alias = "gnutls_pubkey_export_gost_raw2")]
    pub fn to_gost(&self) -> Result<GostPublicNumbers> {
        GostPublicNumbers::taken(WRITING, |[curve, digest, paramset], [x, y]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_gost_raw2(self.raw(), curve, digest, paramset, x, y, PLAIN) }
        })
    }
}
