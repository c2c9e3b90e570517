//! What a certificate says of itself: numbers, times, digests, identifiers, its signature.

use std::ffi::c_void;
use std::time::SystemTime;

use gnutls_sys as sys;

use super::Certificate;
use crate::algorithm::{Digest, SignatureScheme};
use crate::error::Result;
use crate::ffi::{check, sized};
use crate::key::{KeyIdKind, key_id, key_id_of};
use crate::x509::Oid;
use crate::x509::time::system_time;

impl Certificate {
    /// The version: 3, for old certificates 1 or 2.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_x509_crt_get_version")]
    pub fn version(&self) -> Result<u32> {
        // SAFETY: an imported certificate.
        check(unsafe { sys::gnutls_x509_crt_get_version(self.raw()) }, "reading a certificate's version")
    }

    /// The serial number: a big-endian number in two's complement, as it stands in the certificate.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_get_serial")]
    pub fn serial(&self) -> Result<Vec<u8>> {
        let (_, serial) = sized("reading a certificate's serial number", |buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_serial(self.raw(), buffer.cast::<c_void>(), size) }
        })?;
        Ok(serial)
    }

    /// The first second in which the certificate is valid; what lies before 1970 is 1970.
    #[doc(alias = "gnutls_x509_crt_get_activation_time")]
    pub fn not_before(&self) -> SystemTime {
        // The import has refused certificates whose times cannot be read.
        // SAFETY: an imported certificate.
        system_time(unsafe { sys::gnutls_x509_crt_get_activation_time(self.raw()) })
    }

    /// The last second in which the certificate is valid; what lies before 1970 is 1970.
    #[doc(alias = "gnutls_x509_crt_get_expiration_time")]
    pub fn not_after(&self) -> SystemTime {
        // SAFETY: an imported certificate.
        system_time(unsafe { sys::gnutls_x509_crt_get_expiration_time(self.raw()) })
    }

    /// The digest of the whole certificate.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) or
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a digest that this GnuTLS does not have.
    #[doc(alias = "gnutls_x509_crt_get_fingerprint")]
    pub fn fingerprint(&self, digest: Digest) -> Result<Vec<u8>> {
        let (_, bytes) = sized("hashing a certificate", |buffer, size| {
            let out = buffer.cast::<c_void>();
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_fingerprint(self.raw(), digest.raw(), out, size) }
        })?;
        Ok(bytes)
    }

    /// The SHA-256 digest of the whole certificate.
    ///
    /// # Errors
    /// If GnuTLS refuses to work (FIPS 140 mode after a failed self-test).
    #[doc(alias = "gnutls_x509_crt_get_fingerprint")]
    pub fn fingerprint_sha256(&self) -> Result<[u8; 32]> {
        let mut digest = [0; 32];
        let (out, mut size) = (digest.as_mut_ptr().cast::<c_void>(), digest.len());
        // SAFETY: an imported certificate; `out` has `size` bytes.
        let code = unsafe { sys::gnutls_x509_crt_get_fingerprint(self.raw(), sys::GNUTLS_DIG_SHA256, out, &mut size) };
        check(code, "hashing a certificate")?;
        Ok(digest)
    }

    /// The SHA-256 digest of the public key (of its `SubjectPublicKeyInfo`), the same as
    /// [`PrivateKey::key_id`](super::super::PrivateKey::key_id) of the key that belongs to it. Pins are made of it.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a kind of key that GnuTLS does not know.
    #[doc(alias = "gnutls_x509_crt_get_key_id")]
    pub fn key_id(&self) -> Result<[u8; 32]> {
        key_id("identifying a certificate's key", |flags, buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_key_id(self.raw(), flags, buffer, size) }
        })
    }

    /// Another digest of the public key.
    ///
    /// # Errors
    /// As for [`key_id`](Certificate::key_id).
    #[doc(alias = "gnutls_x509_crt_get_key_id")]
    pub fn key_id_of(&self, kind: KeyIdKind) -> Result<Vec<u8>> {
        key_id_of("identifying a certificate's key", kind, |flags, buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_key_id(self.raw(), flags, buffer, size) }
        })
    }

    /// How the certificate is signed, with [`raw`](SignatureScheme::raw) 0 for what GnuTLS does not know.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_x509_crt_get_signature_algorithm")]
    pub fn signature_scheme(&self) -> Result<SignatureScheme> {
        // SAFETY: an imported certificate.
        let code = unsafe { sys::gnutls_x509_crt_get_signature_algorithm(self.raw()) };
        Ok(SignatureScheme::from_raw(check(code, "reading a certificate's signature algorithm")?))
    }

    /// How the certificate is signed, as an object identifier.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_x509_crt_get_signature_oid")]
    pub fn signature_oid(&self) -> Result<Oid> {
        let (_, oid) = sized("reading a certificate's signature algorithm", |buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_signature_oid(self.raw(), buffer.cast(), size) }
        })?;
        Oid::from_bytes(&oid)
    }

    /// The signature.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_get_signature")]
    pub fn signature(&self) -> Result<Vec<u8>> {
        let (_, signature) = sized("reading a certificate's signature", |buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_signature(self.raw(), buffer.cast(), size) }
        })?;
        Ok(signature)
    }
}
