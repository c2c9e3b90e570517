//! How public keys are written down.

use gnutls_sys as sys;

use super::PublicKey;
use crate::error::Result;
use crate::ffi::{OwnedDatum, datum, filled, filled_many, written};
use crate::x509::Format;

const READING: &str = "reading a public key";
const WRITING: &str = "writing a public key";

impl PublicKey {
    /// Reads a `PUBLIC KEY` (or an `RSA PUBLIC KEY`) of a PEM text.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is none or if it is malformed.
    #[doc(alias = "gnutls_pubkey_import")]
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<PublicKey> {
        PublicKey::read(pem.as_ref(), Format::Pem)
    }

    /// Reads a `SubjectPublicKeyInfo` (RFC 5280) in DER.
    ///
    /// # Errors
    /// As for [`from_pem`](PublicKey::from_pem).
    #[doc(alias = "gnutls_pubkey_import")]
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<PublicKey> {
        PublicKey::read(der.as_ref(), Format::Der)
    }

    /// Reads a public key, as [`from_pem`](PublicKey::from_pem) or [`from_der`](PublicKey::from_der).
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_pubkey_import")]
    pub fn from_bytes(bytes: impl AsRef<[u8]>, format: Format) -> Result<PublicKey> {
        PublicKey::read(bytes.as_ref(), format)
    }

    pub(super) fn read(bytes: &[u8], format: Format) -> Result<PublicKey> {
        let data = datum(bytes, READING)?;
        PublicKey::import(READING, |public| {
            // SAFETY: a fresh handle, and a datum that borrows the caller's slice.
            unsafe { sys::gnutls_pubkey_import(public, &data, format.raw()) }
        })
    }

    /// The key of a certificate that is not read otherwise.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_pubkey_import_x509_raw")]
    pub fn from_certificate_bytes(certificate: impl AsRef<[u8]>, format: Format) -> Result<PublicKey> {
        const DOING: &str = "reading the key of a certificate";
        let data = datum(certificate.as_ref(), DOING)?;
        PublicKey::import(DOING, |public| {
            // SAFETY: a fresh handle, and a datum that borrows the caller's slice.
            unsafe { sys::gnutls_pubkey_import_x509_raw(public, &data, format.raw(), 0) }
        })
    }

    /// An ECDSA key as ANSI X9.62 writes it: the DER of the curve's parameters, and the DER of the point.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is malformed,
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the curve is unknown.
    #[doc(alias = "gnutls_pubkey_import_ecc_x962")]
    pub fn from_x962(parameters: impl AsRef<[u8]>, point: impl AsRef<[u8]>) -> Result<PublicKey> {
        let (parameters, point) = (datum(parameters.as_ref(), READING)?, datum(point.as_ref(), READING)?);
        PublicKey::import(READING, |public| {
            // SAFETY: a fresh handle, and two data that borrow the caller's slices.
            unsafe { sys::gnutls_pubkey_import_ecc_x962(public, &parameters, &point) }
        })
    }

    /// The parameters and the point, as [`from_x962`](PublicKey::from_x962) takes them.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is no ECDSA key.
    #[doc(alias = "gnutls_pubkey_export_ecc_x962")]
    pub fn to_x962(&self) -> Result<(Vec<u8>, Vec<u8>)> {
        let [parameters, point] = filled_many(WRITING, |[parameters, point]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_pubkey_export_ecc_x962(self.raw(), parameters, point) }
        })?;
        Ok((parameters.as_slice().to_vec(), point.as_slice().to_vec()))
    }

    /// The key in PEM.
    ///
    /// # Errors
    /// If the key cannot be read out of its place.
    #[doc(alias = "gnutls_pubkey_export2")]
    pub fn to_pem(&self) -> Result<String> {
        Ok(self.export(Format::Pem)?.to_text())
    }

    /// The key as a `SubjectPublicKeyInfo` in DER.
    ///
    /// # Errors
    /// If the key cannot be read out of its place.
    #[doc(alias = "gnutls_pubkey_export2")]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        Ok(self.export(Format::Der)?.as_slice().to_vec())
    }

    fn export(&self, format: Format) -> Result<OwnedDatum> {
        filled(WRITING, |out| {
            // SAFETY: a key and a valid out pointer.
            unsafe { sys::gnutls_pubkey_export2(self.raw(), format.raw(), out) }
        })
    }

    /// Writes the key into the start of `output`; returns how many bytes that were.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if `output` is too small: the message says what is
    /// needed.
    #[doc(alias = "gnutls_pubkey_export")]
    pub fn export_into(&self, format: Format, output: &mut [u8]) -> Result<usize> {
        written(WRITING, output, |buffer, size| {
            // SAFETY: a key; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_pubkey_export(self.raw(), format.raw(), buffer.cast(), size) }
        })
    }
}
