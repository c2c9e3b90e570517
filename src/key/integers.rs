//! The numbers of keys as the contents of DER's INTEGER: with a zero in front where the highest bit is set.

use gnutls_sys as sys;

use super::numbers::Zeros;
use super::{
    DsaPrivateNumbers, DsaPublicNumbers, EccPrivateNumbers, EccPublicNumbers, PrivateKey, PublicKey, RsaPrivateNumbers,
    RsaPublicNumbers,
};
use crate::error::Result;

const WRITING_PRIVATE: &str = "reading the numbers of a private key";
const WRITING: &str = "reading the numbers of a public key";

impl PrivateKey {
    /// The numbers of an RSA key in memory.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_privkey_export_rsa_raw")]
    pub fn to_rsa_integers(&self) -> Result<RsaPrivateNumbers> {
        RsaPrivateNumbers::taken(WRITING_PRIVATE, Zeros::Kept, |[m, e, d, p, q, u, e1, e2]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_rsa_raw(self.raw(), m, e, d, p, q, u, e1, e2) }
        })
    }

    /// The numbers of a DSA key in memory.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_privkey_export_dsa_raw")]
    pub fn to_dsa_integers(&self) -> Result<DsaPrivateNumbers> {
        DsaPrivateNumbers::taken(WRITING_PRIVATE, Zeros::Kept, |[p, q, g, y, x]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_dsa_raw(self.raw(), p, q, g, y, x) }
        })
    }

    /// The numbers of a key on a curve, in memory. (Those of Ed25519 and the like are no integers, and get no zero.)
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_privkey_export_ecc_raw")]
    pub fn to_ecc_integers(&self) -> Result<EccPrivateNumbers> {
        EccPrivateNumbers::taken(WRITING_PRIVATE, Zeros::Kept, |curve, [x, y, k]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_ecc_raw(self.raw(), curve, x, y, k) }
        })
    }
}

/// As what is said without "integers", but with a zero byte before a number whose highest bit is set, as DER's INTEGER
/// has it.
impl PublicKey {
    /// The numbers of an RSA key.
    ///
    /// # Errors
    /// As for [`to_rsa`](PublicKey::to_rsa).
    #[doc(alias = "gnutls_pubkey_export_rsa_raw")]
    pub fn to_rsa_integers(&self) -> Result<RsaPublicNumbers> {
        RsaPublicNumbers::taken(WRITING, Zeros::Kept, |[m, e]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_rsa_raw(self.raw(), m, e) }
        })
    }

    /// The numbers of a DSA key.
    ///
    /// # Errors
    /// As for [`to_rsa`](PublicKey::to_rsa).
    #[doc(alias = "gnutls_pubkey_export_dsa_raw")]
    pub fn to_dsa_integers(&self) -> Result<DsaPublicNumbers> {
        DsaPublicNumbers::taken(WRITING, Zeros::Kept, |[p, q, g, y]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_dsa_raw(self.raw(), p, q, g, y) }
        })
    }

    /// The numbers of a key on a curve. (Those of Ed25519 and the like are no integers, and get no zero.)
    ///
    /// # Errors
    /// As for [`to_rsa`](PublicKey::to_rsa).
    #[doc(alias = "gnutls_pubkey_export_ecc_raw")]
    pub fn to_ecc_integers(&self) -> Result<EccPublicNumbers> {
        EccPublicNumbers::taken(WRITING, Zeros::Kept, |curve, [x, y]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_ecc_raw(self.raw(), curve, x, y) }
        })
    }
}
