//! Public keys from their numbers, and back.

use std::ptr;

use gnutls_sys as sys;

use super::{GostPoint, PublicKey};
use crate::algorithm::{Digest, EccCurve, GostParamset};
use crate::error::Result;
use crate::ffi::{datum, filled_many};

const READING: &str = "making a public key from numbers";
const WRITING: &str = "reading the numbers of a public key";
const PLAIN: u32 = sys::GNUTLS_EXPORT_FLAG_NO_LZ;

/// Numbers are big-endian and without leading zeros, except those of GOST keys, which are little-endian.
impl PublicKey {
    /// The RSA key with a modulus and an exponent.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if they are no numbers.
    #[doc(alias = "gnutls_pubkey_import_rsa_raw")]
    pub fn from_rsa(modulus: impl AsRef<[u8]>, exponent: impl AsRef<[u8]>) -> Result<PublicKey> {
        let (m, e) = (datum(modulus.as_ref(), READING)?, datum(exponent.as_ref(), READING)?);
        PublicKey::import(READING, |public| {
            // SAFETY: a fresh handle, and data that borrow the caller's slices.
            unsafe { sys::gnutls_pubkey_import_rsa_raw(public, &m, &e) }
        })
    }

    /// The modulus and the exponent of an RSA key.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is another kind of key.
    #[doc(alias = "gnutls_pubkey_export_rsa_raw2")]
    #[doc(alias = "gnutls_pubkey_get_pk_rsa_raw")]
    pub fn to_rsa(&self) -> Result<(Vec<u8>, Vec<u8>)> {
        let numbers = filled_many(WRITING, |[m, e]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_rsa_raw2(self.raw(), m, e, PLAIN) }
        })?;
        let [m, e] = numbers.map(|number| number.as_slice().to_vec());
        Ok((m, e))
    }

    /// The DSA key with p, q, g and y.
    ///
    /// # Errors
    /// As for [`from_rsa`](PublicKey::from_rsa).
    #[doc(alias = "gnutls_pubkey_import_dsa_raw")]
    pub fn from_dsa(
        prime: impl AsRef<[u8]>,
        order: impl AsRef<[u8]>,
        generator: impl AsRef<[u8]>,
        public: impl AsRef<[u8]>,
    ) -> Result<PublicKey> {
        let (p, q) = (datum(prime.as_ref(), READING)?, datum(order.as_ref(), READING)?);
        let (g, y) = (datum(generator.as_ref(), READING)?, datum(public.as_ref(), READING)?);
        PublicKey::import(READING, |public| {
            // SAFETY: a fresh handle, and data that borrow the caller's slices.
            unsafe { sys::gnutls_pubkey_import_dsa_raw(public, &p, &q, &g, &y) }
        })
    }

    /// The numbers p, q, g and y of a DSA key.
    ///
    /// # Errors
    /// As for [`to_rsa`](PublicKey::to_rsa).
    #[doc(alias = "gnutls_pubkey_export_dsa_raw2")]
    #[doc(alias = "gnutls_pubkey_get_pk_dsa_raw")]
    pub fn to_dsa(&self) -> Result<[Vec<u8>; 4]> {
        let numbers = filled_many(WRITING, |[p, q, g, y]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_dsa_raw2(self.raw(), p, q, g, y, PLAIN) }
        })?;
        Ok(numbers.map(|number| number.as_slice().to_vec()))
    }

    /// The key at a point of a curve; for Ed25519, Ed448, X25519 and X448 `x` is the whole key, and `y` is empty.
    ///
    /// # Errors
    /// As for [`from_rsa`](PublicKey::from_rsa), and if the point is not on the curve.
    #[doc(alias = "gnutls_pubkey_import_ecc_raw")]
    pub fn from_ecc(curve: EccCurve, x: impl AsRef<[u8]>, y: impl AsRef<[u8]>) -> Result<PublicKey> {
        let (x, y) = (datum(x.as_ref(), READING)?, datum(y.as_ref(), READING)?);
        let y = if y.size == 0 { ptr::null() } else { &raw const y };
        PublicKey::import(READING, |public| {
            // SAFETY: a fresh handle, and data that are null or borrow the caller's slices.
            unsafe { sys::gnutls_pubkey_import_ecc_raw(public, curve.raw(), &x, y) }
        })
    }

    /// The curve and the point of a key on a curve, as [`from_ecc`](PublicKey::from_ecc) takes them.
    ///
    /// # Errors
    /// As for [`to_rsa`](PublicKey::to_rsa).
    #[doc(alias = "gnutls_pubkey_export_ecc_raw2")]
    #[doc(alias = "gnutls_pubkey_get_pk_ecc_raw")]
    pub fn to_ecc(&self) -> Result<(EccCurve, Vec<u8>, Vec<u8>)> {
        let mut curve = sys::GNUTLS_ECC_CURVE_INVALID;
        let numbers = filled_many(WRITING, |[x, y]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_ecc_raw2(self.raw(), &mut curve, x, y, PLAIN) }
        })?;
        let [x, y] = numbers.map(|number| number.as_slice().to_vec());
        Ok((EccCurve::from_raw(curve), x, y))
    }

    /// The GOST key at a point of a curve.
    ///
    /// # Errors
    /// As for [`from_rsa`](PublicKey::from_rsa).
    #[doc(alias = "gnutls_pubkey_import_gost_raw")]
    pub fn from_gost(point: &GostPoint) -> Result<PublicKey> {
        let (x, y) = (datum(&point.x, READING)?, datum(&point.y, READING)?);
        let (curve, digest, paramset) = (point.curve.raw(), point.digest.raw(), point.paramset.raw());
        PublicKey::import(READING, |public| {
            // SAFETY: a fresh handle, and data that borrow the caller's slices.
            unsafe { sys::gnutls_pubkey_import_gost_raw(public, curve, digest, paramset, &x, &y) }
        })
    }

    /// What a GOST key is made of.
    ///
    /// # Errors
    /// As for [`to_rsa`](PublicKey::to_rsa).
    #[doc(alias = "gnutls_pubkey_export_gost_raw2")]
    pub fn to_gost(&self) -> Result<GostPoint> {
        let (mut curve, mut digest, mut paramset) = (0, 0, 0);
        let numbers = filled_many(WRITING, |[x, y]| {
            let (curve, digest, set) = (&raw mut curve, &raw mut digest, &raw mut paramset);
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_gost_raw2(self.raw(), curve, digest, set, x, y, PLAIN) }
        })?;
        let [x, y] = numbers.map(|number| number.as_slice().to_vec());
        Ok(GostPoint {
            curve: EccCurve::from_raw(curve),
            digest: Digest::from_raw(digest),
            paramset: GostParamset::from_raw(paramset),
            x,
            y,
        })
    }
}
