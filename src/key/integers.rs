//! The numbers of keys as the contents of DER's INTEGER: with a zero in front where the highest bit is set.

use gnutls_sys as sys;

use super::{DsaNumbers, EccNumbers, PrivateKey, PublicKey, RsaNumbers};
use crate::algorithm::EccCurve;
use crate::error::Result;
use crate::ffi::filled_many;

const WRITING: &str = "reading the numbers of a public key";

/// As what is said without "integers", but with a zero byte before a number whose highest bit is set, as DER's INTEGER
/// has it.
impl PrivateKey {
    /// The numbers of an RSA key in memory.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_privkey_export_rsa_raw")]
    pub fn to_rsa_integers(&self) -> Result<RsaNumbers> {
        RsaNumbers::taken(|[m, e, d, p, q, u, e1, e2]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_rsa_raw(self.raw(), m, e, d, p, q, u, e1, e2) }
        })
    }

    /// The numbers of a DSA key in memory.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_privkey_export_dsa_raw")]
    pub fn to_dsa_integers(&self) -> Result<DsaNumbers> {
        DsaNumbers::taken(|[p, q, g, y, x]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_dsa_raw(self.raw(), p, q, g, y, x) }
        })
    }

    /// The numbers of a key on a curve, in memory. (Those of Ed25519 and the like are no integers, and get no zero.)
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_privkey_export_ecc_raw")]
    pub fn to_ecc_integers(&self) -> Result<EccNumbers> {
        EccNumbers::taken(|curve, [x, y, k]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_ecc_raw(self.raw(), curve, x, y, k) }
        })
    }
}

/// As what is said without "integers", but with a zero byte before a number whose highest bit is set, as DER's INTEGER
/// has it.
impl PublicKey {
    /// The modulus and the exponent of an RSA key.
    ///
    /// # Errors
    /// As for [`to_rsa`](PublicKey::to_rsa).
    #[doc(alias = "gnutls_pubkey_export_rsa_raw")]
    pub fn to_rsa_integers(&self) -> Result<(Vec<u8>, Vec<u8>)> {
        let [m, e] = filled_many(WRITING, |[m, e]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_rsa_raw(self.raw(), m, e) }
        })?;
        Ok((m.to_vec(), e.to_vec()))
    }

    /// The numbers p, q, g and y of a DSA key.
    ///
    /// # Errors
    /// As for [`to_rsa`](PublicKey::to_rsa).
    #[doc(alias = "gnutls_pubkey_export_dsa_raw")]
    pub fn to_dsa_integers(&self) -> Result<[Vec<u8>; 4]> {
        let numbers = filled_many(WRITING, |[p, q, g, y]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_dsa_raw(self.raw(), p, q, g, y) }
        })?;
        Ok(numbers.map(|number| number.to_vec()))
    }

    /// The curve and the point of a key on a curve. (Those of Ed25519 and the like are no integers, and get no zero.)
    ///
    /// # Errors
    /// As for [`to_rsa`](PublicKey::to_rsa).
    #[doc(alias = "gnutls_pubkey_export_ecc_raw")]
    pub fn to_ecc_integers(&self) -> Result<(EccCurve, Vec<u8>, Vec<u8>)> {
        let mut curve = sys::GNUTLS_ECC_CURVE_INVALID;
        let [x, y] = filled_many(WRITING, |[x, y]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_ecc_raw(self.raw(), &mut curve, x, y) }
        })?;
        Ok((EccCurve::from_raw(curve), x.to_vec(), y.to_vec()))
    }
}
