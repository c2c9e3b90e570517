//! The key that a certificate vouches for.

use gnutls_sys as sys;

use super::Certificate;
use crate::algorithm::PublicKeyAlgorithm;
use crate::error::Result;
use crate::ffi::{check, filled_many, optional, sized};
use crate::x509::handle::SpkiHandle;
use crate::x509::{DsaNumbers, EcPoint, GostPoint, KeyParameters, Oid, RsaNumbers};

impl Certificate {
    /// The algorithm of the certified key, and its size in bits.
    ///
    /// # Errors
    /// If the certificate's key is malformed.
    #[doc(alias = "gnutls_x509_crt_get_pk_algorithm")]
    pub fn key_algorithm(&self) -> Result<(PublicKeyAlgorithm, u32)> {
        let mut bits = 0;
        // SAFETY: an imported certificate and a valid out pointer.
        let code = unsafe { sys::gnutls_x509_crt_get_pk_algorithm(self.raw(), &mut bits) };
        let algorithm = check(code, "reading the algorithm of a certificate's key")?;
        Ok((PublicKeyAlgorithm::from_raw(algorithm), bits))
    }

    /// The algorithm of the certified key, as an object identifier.
    ///
    /// # Errors
    /// If the certificate's key is malformed.
    #[doc(alias = "gnutls_x509_crt_get_pk_oid")]
    pub fn key_oid(&self) -> Result<Oid> {
        let (_, oid) = sized("reading the algorithm of a certificate's key", |buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_pk_oid(self.raw(), buffer.cast(), size) }
        })?;
        Oid::from_bytes(&oid)
    }

    /// What the certificate says of how its key may be used, beside the algorithm.
    ///
    /// # Errors
    /// If the parameters are malformed.
    #[doc(alias = "gnutls_x509_crt_get_spki")]
    pub fn key_parameters(&self) -> Result<KeyParameters> {
        let spki = SpkiHandle::new()?;
        // SAFETY: an imported certificate and an object of ours.
        let code = unsafe { sys::gnutls_x509_crt_get_spki(self.raw(), spki.raw(), 0) };
        let found = optional(code, "reading the parameters of a certificate's key")?;
        found.map_or_else(|| Ok(KeyParameters::default()), |_| KeyParameters::from_handle(&spki))
    }

    /// The numbers of an RSA key.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) or
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if the key is of another algorithm.
    #[doc(alias = "gnutls_x509_crt_get_pk_rsa_raw")]
    pub fn rsa_key(&self) -> Result<RsaNumbers> {
        let [modulus, exponent] = filled_many("reading the RSA key of a certificate", |[modulus, exponent]| {
            // SAFETY: an imported certificate and valid out pointers.
            unsafe { sys::gnutls_x509_crt_get_pk_rsa_raw(self.raw(), modulus, exponent) }
        })?;
        Ok(RsaNumbers { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
    }

    /// The numbers of a DSA key.
    ///
    /// # Errors
    /// As for [`rsa_key`](Certificate::rsa_key).
    #[doc(alias = "gnutls_x509_crt_get_pk_dsa_raw")]
    pub fn dsa_key(&self) -> Result<DsaNumbers> {
        let [p, q, g, y] = filled_many("reading the DSA key of a certificate", |[p, q, g, y]| {
            // SAFETY: an imported certificate and valid out pointers.
            unsafe { sys::gnutls_x509_crt_get_pk_dsa_raw(self.raw(), p, q, g, y) }
        })?;
        Ok(DsaNumbers { p: p.to_vec(), q: q.to_vec(), g: g.to_vec(), y: y.to_vec() })
    }

    /// The curve and the point of an elliptic curve key.
    ///
    /// # Errors
    /// As for [`rsa_key`](Certificate::rsa_key).
    #[doc(alias = "gnutls_x509_crt_get_pk_ecc_raw")]
    pub fn ec_key(&self) -> Result<EcPoint> {
        let mut curve = 0;
        let [x, y] = filled_many("reading the elliptic curve key of a certificate", |[x, y]| {
            // SAFETY: an imported certificate and valid out pointers.
            unsafe { sys::gnutls_x509_crt_get_pk_ecc_raw(self.raw(), &mut curve, x, y) }
        })?;
        Ok(EcPoint::new(curve, &x, &y))
    }

    /// The curve, the parameters and the point of a GOST key.
    ///
    /// # Errors
    /// As for [`rsa_key`](Certificate::rsa_key).
    #[doc(alias = "gnutls_x509_crt_get_pk_gost_raw")]
    pub fn gost_key(&self) -> Result<GostPoint> {
        let (mut curve, mut digest, mut paramset) = (0, 0, 0);
        let (curve_out, digest_out, paramset_out) = (&raw mut curve, &raw mut digest, &raw mut paramset);
        let [x, y] = filled_many("reading the GOST key of a certificate", |[x, y]| {
            // SAFETY: an imported certificate and valid out pointers.
            unsafe { sys::gnutls_x509_crt_get_pk_gost_raw(self.raw(), curve_out, digest_out, paramset_out, x, y) }
        })?;
        Ok(GostPoint::new(curve, digest, paramset, &x, &y))
    }
}
