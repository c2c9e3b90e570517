//! The certificate type: read once, never changed, shared freely.

mod fields;
mod load;

use std::fmt;
use std::sync::Arc;

use gnutls_sys as sys;

use super::Format;
use super::handle::CrtHandle;
use crate::error::Result;
use crate::ffi::filled;

/// An X.509 certificate (RFC 5280).
///
/// It is read from PEM or DER, or made by a [`CertificateBuilder`](super::CertificateBuilder), and does not change
/// after that. Cheap to clone. Two certificates are equal if their DER bytes are.
///
/// `{}` prints GnuTLS's one-line summary, [`print_full`](Certificate::print_full) the text of many lines. Both are for
/// people: their form differs between versions of GnuTLS.
///
/// # Examples
/// ```
/// use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey};
///
/// let key = PrivateKey::generate(KeyType::Ed25519)?;
/// let made = CertificateBuilder::new().subject("CN=localhost").dns_name("localhost").self_signed(&key)?;
///
/// let read = Certificate::from_pem(made.to_pem())?;
/// assert_eq!(read, made);
/// assert_eq!(read.subject()?, "CN=localhost");
/// assert!(read.matches_host("localhost") && !read.matches_host("example.com"));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "gnutls_x509_crt_t")]
#[doc(alias = "gnutls_x509_crt_init")]
#[doc(alias = "gnutls_x509_crt_deinit")]
pub struct Certificate(Arc<Imported>);

/// A handle that `gnutls_x509_crt_import` filled and that nothing changes afterwards.
struct Imported(CrtHandle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Imported {}
// SAFETY: after the import only getters are called on it. They read: the caches of names and DER bytes are filled by
// the import itself, and the one getter family that stores something in the object (gnutls_x509_crt_get_subject and
// _get_issuer) is not used by this crate. For reads by several threads see the manual, "Thread safety": "Read-only
// access to objects ... is also thread-safe".
unsafe impl Sync for Imported {}

impl Certificate {
    /// The handle must hold a certificate that was imported, not one that was put together: see [`Imported`].
    pub(crate) fn from_imported(handle: CrtHandle) -> Certificate {
        Certificate(Arc::new(Imported(handle)))
    }

    /// For functions that only read the certificate, or copy it.
    pub(crate) fn raw(&self) -> sys::gnutls_x509_crt_t {
        self.0.0.raw()
    }

    /// The certificate in PEM, with a line end after the last line.
    ///
    /// # Panics
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_export2")]
    #[doc(alias = "gnutls_x509_crt_export")]
    pub fn to_pem(&self) -> String {
        String::from_utf8_lossy(&self.export(Format::Pem)).into_owned()
    }

    /// The bytes that the certificate was read from, without the PEM around them.
    ///
    /// # Panics
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_export2")]
    #[doc(alias = "gnutls_x509_crt_export")]
    pub fn to_der(&self) -> Vec<u8> {
        self.export(Format::Der)
    }

    fn export(&self, format: Format) -> Vec<u8> {
        let exported = filled("writing a certificate", |out| {
            // SAFETY: an imported certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_export2(self.raw(), format.raw(), out) }
        });
        // GnuTLS keeps the DER bytes of the import, so there is nothing to encode that could fail.
        exported.expect("memory for a copy of a certificate").as_slice().to_vec()
    }

    /// GnuTLS's description of the whole certificate, in many lines.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if a part of the certificate is malformed.
    #[doc(alias = "gnutls_x509_crt_print")]
    pub fn print_full(&self) -> Result<String> {
        self.print(sys::GNUTLS_CRT_PRINT_FULL)
    }

    fn print(&self, form: sys::gnutls_certificate_print_formats_t) -> Result<String> {
        let text = filled("describing a certificate", |out| {
            // SAFETY: an imported certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_print(self.raw(), form, out) }
        })?;
        Ok(text.to_text())
    }
}

impl PartialEq for Certificate {
    #[doc(alias = "gnutls_x509_crt_equals")]
    fn eq(&self, other: &Certificate) -> bool {
        // SAFETY: both are imported certificates.
        unsafe { sys::gnutls_x509_crt_equals(self.raw(), other.raw()) != 0 }
    }
}

impl Eq for Certificate {}

/// GnuTLS's one-line summary.
impl fmt::Display for Certificate {
    #[doc(alias = "gnutls_x509_crt_print")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.print(sys::GNUTLS_CRT_PRINT_ONELINE) {
            Ok(text) => f.write_str(&text),
            Err(_) => f.write_str("a certificate that GnuTLS cannot describe"),
        }
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.subject();
        f.debug_tuple("Certificate").field(&subject.as_deref().unwrap_or("?")).finish()
    }
}
