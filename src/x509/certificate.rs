//! The certificate type: read once, never changed, shared freely.

mod checks;
mod extensions;
mod fields;
mod key;
mod load;
mod names;
mod verify;

use std::ffi::c_uint;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

pub(crate) use load::take_over;
pub(super) use names::{name, with_oids};

use gnutls_sys as sys;

use super::handle::CrtHandle;
use super::{Format, PrintFormat};
use crate::error::{Error, Result};
use crate::ffi::{check, datum, filled, raw_access, written};

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
#[doc(alias = "gnutls_x509_crt_equals")]
pub struct Certificate(Arc<Imported>);

/// A handle that `gnutls_x509_crt_import` filled and that nothing changes afterwards.
struct Imported(CrtHandle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Imported {}
// SAFETY: after the import only getters are called on it. They read: the caches of names and DER bytes are filled by
// the import itself, and the one getter family that stores something in the object (gnutls_x509_crt_get_subject and
// _get_issuer) is called on private copies only. For reads by several threads see the manual, "Thread safety": "Read-only
// access to objects ... is also thread-safe".
unsafe impl Sync for Imported {}

raw_access!(Certificate, sys::gnutls_x509_crt_t, lend it => it.raw());
raw_access!(Certificate, sys::gnutls_x509_crt_t,
    try_give "gnutls_x509_crt_deinit" unless "clones of it share the object" it => {
    Arc::try_unwrap(it.0).map(|Imported(handle)| handle.into_raw()).map_err(Certificate)
});
raw_access!(Certificate, sys::gnutls_x509_crt_t, take "holds a certificate that was imported" raw => {
    // SAFETY: the caller says so.
    Certificate::from_imported(unsafe { CrtHandle::from_raw(raw) })
});

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
    pub fn to_pem(&self) -> String {
        String::from_utf8_lossy(&self.export(Format::Pem)).into_owned()
    }

    /// The bytes that the certificate was read from, without the PEM around them.
    ///
    /// # Panics
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_export2")]
    pub fn to_der(&self) -> Vec<u8> {
        self.export(Format::Der)
    }

    fn export(&self, format: Format) -> Vec<u8> {
        let exported = filled("writing a certificate", |out| {
            // SAFETY: an imported certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_export2(self.raw(), format.raw(), out) }
        });
        // GnuTLS keeps the DER bytes of the import, so there is nothing to encode that could fail.
        exported.expect("memory for a copy of a certificate").to_vec()
    }

    /// Writes the certificate into `buffer`, without allocating for the result: how many bytes it has.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the buffer is too small: the message says what is
    /// needed.
    #[doc(alias = "gnutls_x509_crt_export")]
    pub fn export_into(&self, format: Format, buffer: &mut [u8]) -> Result<usize> {
        written("writing a certificate", buffer, |start, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_export(self.raw(), format.raw(), start.cast(), size) }
        })
    }

    /// A second object of the same certificate, for calls that change it or keep it.
    pub(super) fn private_copy(&self) -> Result<CrtHandle> {
        const DOING: &str = "copying a certificate";
        let (copy, der) = (CrtHandle::new()?, self.to_der());
        let data = datum(&der, DOING)?;
        // The certificate may be one that only a lenient import takes.
        // SAFETY: a fresh handle of ours.
        unsafe { sys::gnutls_x509_crt_set_flags(copy.raw(), sys::GNUTLS_X509_CRT_FLAG_IGNORE_SANITY) };
        // SAFETY: a fresh handle; the datum lives through the call and is copied by it.
        check(unsafe { sys::gnutls_x509_crt_import(copy.raw(), &data, sys::GNUTLS_X509_FMT_DER) }, DOING)?;
        Ok(copy)
    }

    /// A copy of a certificate that GnuTLS lends, for example to a callback.
    ///
    /// # Safety
    /// `raw` is a certificate with DER bytes, alive during the call.
    pub(super) unsafe fn copy_of(raw: sys::gnutls_x509_crt_t) -> Result<Certificate> {
        let der = filled("copying a certificate", |out| {
            // SAFETY: the caller's promise; a valid out pointer.
            unsafe { sys::gnutls_x509_crt_export2(raw, sys::GNUTLS_X509_FMT_DER, out) }
        })?;
        Certificate::from_der_lenient(der.as_slice())
    }

    /// GnuTLS's description of the whole certificate, in many lines.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if a part of the certificate is malformed.
    #[doc(alias = "gnutls_x509_crt_print")]
    pub fn print_full(&self) -> Result<String> {
        self.print(PrintFormat::Full)
    }

    /// GnuTLS's description of the certificate, in one of several forms.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if a part of the certificate is malformed.
    #[doc(alias = "gnutls_x509_crt_print")]
    pub fn print(&self, format: PrintFormat) -> Result<String> {
        let text = filled("describing a certificate", |out| {
            // SAFETY: an imported certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_print(self.raw(), format.raw(), out) }
        })?;
        Ok(text.to_text())
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Certificate) -> bool {
        // SAFETY: both are imported certificates.
        unsafe { sys::gnutls_x509_crt_equals(self.raw(), other.raw()) != 0 }
    }
}

impl Eq for Certificate {}

impl Hash for Certificate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_der().hash(state);
    }
}

/// GnuTLS's one-line summary.
impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.print(PrintFormat::OneLine) {
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

/// How many objects C gets.
pub(super) fn count<T>(objects: &[T], doing: &'static str) -> Result<c_uint> {
    c_uint::try_from(objects.len()).map_err(|_| Error::input(doing, "there are too many"))
}
