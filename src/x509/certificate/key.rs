//! The key that a certificate vouches for.

use gnutls_sys as sys;

use super::Certificate;
use crate::algorithm::PublicKeyAlgorithm;
use crate::error::Result;
use crate::ffi::{check, sized};
use crate::key::{DsaPublicNumbers, EccPublicNumbers, GostPublicNumbers, PublicKey, RsaPublicNumbers, Spki, Zeros};
use crate::x509::Oid;

impl Certificate {
    /// The certified key.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if its algorithm is unknown.
    #[doc(alias = "gnutls_pubkey_import_x509")]
    pub fn public_key(&self) -> Result<PublicKey> {
        PublicKey::import("reading the key of a certificate", |public| {
            // SAFETY: a fresh handle and an imported certificate.
            unsafe { sys::gnutls_pubkey_import_x509(public, self.raw(), 0) }
        })
    }

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

    /// What the key is restricted to, beside its algorithm.
    ///
    /// # Errors
    /// If the parameters are malformed.
    #[doc(alias = "gnutls_x509_crt_get_spki")]
    pub fn spki(&self) -> Result<Option<Spki>> {
        Spki::read(|spki| {
            // SAFETY: an imported certificate and an object of ours.
            unsafe { sys::gnutls_x509_crt_get_spki(self.raw(), spki, 0) }
        })
    }

    /// The numbers of an RSA key.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) or
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if the key is of another algorithm.
    #[doc(alias = "gnutls_x509_crt_get_pk_rsa_raw")]
    pub fn rsa_key(&self) -> Result<RsaPublicNumbers> {
        RsaPublicNumbers::taken("reading the RSA key of a certificate", Zeros::Cut, |[m, e]| {
            // SAFETY: an imported certificate and valid out pointers.
            unsafe { sys::gnutls_x509_crt_get_pk_rsa_raw(self.raw(), m, e) }
        })
    }

    /// The numbers of a DSA key.
    ///
    /// # Errors
    /// As for [`rsa_key`](Certificate::rsa_key).
    #[doc(alias = "gnutls_x509_crt_get_pk_dsa_raw")]
    pub fn dsa_key(&self) -> Result<DsaPublicNumbers> {
        DsaPublicNumbers::taken("reading the DSA key of a certificate", Zeros::Cut, |[p, q, g, y]| {
            // SAFETY: an imported certificate and valid out pointers.
            unsafe { sys::gnutls_x509_crt_get_pk_dsa_raw(self.raw(), p, q, g, y) }
        })
    }

    /// The numbers of a key on a curve.
    ///
    /// # Errors
    /// As for [`rsa_key`](Certificate::rsa_key).
    #[doc(alias = "gnutls_x509_crt_get_pk_ecc_raw")]
    pub fn ecc_key(&self) -> Result<EccPublicNumbers> {
        EccPublicNumbers::taken("reading the elliptic curve key of a certificate", Zeros::Cut, |curve, [x, y]| {
            // SAFETY: an imported certificate and valid out pointers.
            unsafe { sys::gnutls_x509_crt_get_pk_ecc_raw(self.raw(), curve, x, y) }
        })
    }

    /// The numbers of a GOST key.
    ///
    /// # Errors
    /// As for [`rsa_key`](Certificate::rsa_key).
    #[doc(alias = "gnutls_x509_crt_get_pk_gost_raw")]
    pub fn gost_key(&self) -> Result<GostPublicNumbers> {
        GostPublicNumbers::taken("reading the GOST key of a certificate", |[curve, digest, paramset], [x, y]| {
            // SAFETY: an imported certificate and valid out pointers.
            unsafe { sys::gnutls_x509_crt_get_pk_gost_raw(self.raw(), curve, digest, paramset, x, y) }
        })
    }
}
