//! The certificates and revocation lists that a structure carries.

use gnutls_sys as sys;

use super::Pkcs7;
use super::structure::READING;
use crate::error::Result;
use crate::ffi::{check, datum, filled, written};
use crate::x509::{Certificate, RevocationList};

const CHANGING: &str = "changing a PKCS#7 structure";

impl Pkcs7 {
    /// The certificates. Those that were added are found once the structure has been written and read again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is malformed.
    #[doc(alias = "gnutls_pkcs7_get_crt_count")]
    #[doc(alias = "gnutls_pkcs7_get_crt_raw2")]
    pub fn certificates(&self) -> Result<Vec<Certificate>> {
        // SAFETY: a structure.
        let count = check(unsafe { sys::gnutls_pkcs7_get_crt_count(self.raw()) }, READING)?;
        let certificate = |index| {
            let der = filled(READING, |out| {
                // SAFETY: a structure and a valid out pointer.
                unsafe { sys::gnutls_pkcs7_get_crt_raw2(self.raw(), index, out) }
            })?;
            Certificate::from_der(der.as_slice())
        };
        (0..count).map(certificate).collect()
    }

    /// Writes the certificate at a place of [`certificates`](Pkcs7::certificates) in DER into the start of `output`; returns
    /// how many bytes that were.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if `output` is too small: the message says what is
    /// needed. Another error if there is none.
    #[doc(alias = "gnutls_pkcs7_get_crt_raw")]
    pub fn certificate_into(&self, index: u32, output: &mut [u8]) -> Result<usize> {
        written(READING, output, |buffer, size| {
            // SAFETY: a structure; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_pkcs7_get_crt_raw(self.raw(), index, buffer.cast(), size) }
        })
    }

    /// Adds a certificate.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs7_set_crt")]
    pub fn add_certificate(&mut self, certificate: &Certificate) -> Result<()> {
        // SAFETY: a structure and a certificate, which is copied.
        check(unsafe { sys::gnutls_pkcs7_set_crt(self.raw(), certificate.raw()) }, CHANGING).map(drop)
    }

    /// Adds what need not be a certificate that GnuTLS can read, in DER.
    ///
    /// # Errors
    /// If it is not DER.
    #[doc(alias = "gnutls_pkcs7_set_crt_raw")]
    pub fn add_certificate_der(&mut self, der: impl AsRef<[u8]>) -> Result<()> {
        let data = datum(der.as_ref(), CHANGING)?;
        // SAFETY: a structure; the datum borrows the caller's slice, which is copied.
        check(unsafe { sys::gnutls_pkcs7_set_crt_raw(self.raw(), &data) }, CHANGING).map(drop)
    }

    /// The revocation lists. As of [`certificates`](Pkcs7::certificates), those that were added are found later.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is malformed.
    #[doc(alias = "gnutls_pkcs7_get_crl_count")]
    #[doc(alias = "gnutls_pkcs7_get_crl_raw2")]
    pub fn revocation_lists(&self) -> Result<Vec<RevocationList>> {
        // SAFETY: a structure.
        let count = check(unsafe { sys::gnutls_pkcs7_get_crl_count(self.raw()) }, READING)?;
        let crl = |index| {
            let der = filled(READING, |out| {
                // SAFETY: a structure and a valid out pointer.
                unsafe { sys::gnutls_pkcs7_get_crl_raw2(self.raw(), index, out) }
            })?;
            RevocationList::from_der(der.as_slice())
        };
        (0..count).map(crl).collect()
    }

    /// Writes the revocation list at a place of [`revocation_lists`](Pkcs7::revocation_lists) into the start of `output`, as
    /// [`certificate_into`](Pkcs7::certificate_into) does.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_pkcs7_get_crl_raw")]
    pub fn revocation_list_into(&self, index: u32, output: &mut [u8]) -> Result<usize> {
        written(READING, output, |buffer, size| {
            // SAFETY: a structure; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_pkcs7_get_crl_raw(self.raw(), index, buffer.cast(), size) }
        })
    }

    /// Adds a revocation list.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs7_set_crl")]
    pub fn add_revocation_list(&mut self, crl: &RevocationList) -> Result<()> {
        // SAFETY: a structure and a list, which is copied.
        check(unsafe { sys::gnutls_pkcs7_set_crl(self.raw(), crl.raw()) }, CHANGING).map(drop)
    }

    /// Adds what need not be a revocation list that GnuTLS can read, in DER.
    ///
    /// # Errors
    /// If it is not DER.
    #[doc(alias = "gnutls_pkcs7_set_crl_raw")]
    pub fn add_revocation_list_der(&mut self, der: impl AsRef<[u8]>) -> Result<()> {
        let data = datum(der.as_ref(), CHANGING)?;
        // SAFETY: a structure; the datum borrows the caller's slice, which is copied.
        check(unsafe { sys::gnutls_pkcs7_set_crl_raw(self.raw(), &data) }, CHANGING).map(drop)
    }
}
