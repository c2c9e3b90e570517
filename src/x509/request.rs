//! Certificate requests: read once, never changed, shared freely.

mod builder;
mod extensions;
mod fields;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use gnutls_sys as sys;

pub use builder::RequestBuilder;

use super::handle::CrqHandle;
use super::pem::{self, NOTHING};
use super::{Format, PrintFormat, VerifyFlags};
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::{check, datum, filled, raw_access, written};

/// What somebody sends to an authority to get a certificate (PKCS#10, RFC 2986).
///
/// It is read from PEM or DER, or made by a [`RequestBuilder`], and does not change after that. Cheap to clone.
///
/// # Examples
/// ```
/// use gnutls::x509::{CertificateBuilder, CertificateRequest, KeyType, PrivateKey, RequestBuilder, VerifyFlags};
///
/// let key = PrivateKey::generate(KeyType::EcdsaP256)?;
/// let made = RequestBuilder::new().subject("CN=www.example.org").dns_name("www.example.org").signed_by(&key)?;
///
/// let request = CertificateRequest::from_pem(made.to_pem())?;
/// request.verify(VerifyFlags::empty())?; // its sender has the key
/// let ca_key = PrivateKey::generate(KeyType::EcdsaP256)?;
/// let ca = CertificateBuilder::new().subject("CN=Example Authority").ca(None).self_signed(&ca_key)?;
/// let name = request.subject()?;
/// let certificate = CertificateBuilder::new().subject(name).dns_name("www.example.org").signed_by(&request, &ca, &ca_key)?;
/// assert!(key.fits(&certificate) && certificate.matches_host("www.example.org"));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "gnutls_x509_crq_t")]
#[doc(alias = "gnutls_x509_crq_init")]
#[doc(alias = "gnutls_x509_crq_deinit")]
pub struct CertificateRequest(Arc<Imported>);

/// A handle that `gnutls_x509_crq_import` filled and that nothing changes afterwards.
struct Imported(CrqHandle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Imported {}
// SAFETY: after the import only getters are called on it, which read. For reads by several threads see the manual,
// "Thread safety".
unsafe impl Sync for Imported {}

raw_access!(CertificateRequest, sys::gnutls_x509_crq_t, lend it => it.raw());
raw_access!(CertificateRequest, sys::gnutls_x509_crq_t,
    try_give "gnutls_x509_crq_deinit" unless "clones of it share the object" it => {
    Arc::try_unwrap(it.0).map(|Imported(handle)| handle.into_raw()).map_err(CertificateRequest)
});
raw_access!(CertificateRequest, sys::gnutls_x509_crq_t, take "holds a request that was imported" raw => {
    // SAFETY: the caller says so.
    CertificateRequest::from_imported(unsafe { CrqHandle::from_raw(raw) })
});

impl CertificateRequest {
    /// Reads the first request of a PEM text.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if there is none, or if it is malformed.
    #[doc(alias = "gnutls_x509_crq_import")]
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<CertificateRequest> {
        import(pem.as_ref(), Format::Pem)
    }

    /// Reads one request in DER.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if it is malformed.
    #[doc(alias = "gnutls_x509_crq_import")]
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<CertificateRequest> {
        import(der.as_ref(), Format::Der)
    }

    /// The handle must hold a request that was imported: see [`Imported`].
    fn from_imported(handle: CrqHandle) -> CertificateRequest {
        CertificateRequest(Arc::new(Imported(handle)))
    }

    /// For functions that only read the request, or copy it.
    pub(crate) fn raw(&self) -> sys::gnutls_x509_crq_t {
        self.0.0.raw()
    }

    /// The request in PEM, with a line end after the last line.
    ///
    /// # Panics
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crq_export2")]
    pub fn to_pem(&self) -> String {
        let exported = export(&self.0.0, Format::Pem).expect("memory for a copy of a request");
        String::from_utf8_lossy(&exported).into_owned()
    }

    /// The request in DER.
    ///
    /// # Panics
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crq_export2")]
    pub fn to_der(&self) -> Vec<u8> {
        export(&self.0.0, Format::Der).expect("memory for a copy of a request")
    }

    /// Writes the request into `buffer`, without allocating for the result: how many bytes it has.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if the buffer is too small: the message says what is needed.
    #[doc(alias = "gnutls_x509_crq_export")]
    pub fn export_into(&self, format: Format, buffer: &mut [u8]) -> Result<usize> {
        written("writing a certificate request", buffer, |start, size| {
            // SAFETY: an imported request; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crq_export(self.raw(), format.raw(), start.cast(), size) }
        })
    }

    /// GnuTLS's description of the request.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if a part of the request is malformed.
    #[doc(alias = "gnutls_x509_crq_print")]
    pub fn print(&self, format: PrintFormat) -> Result<String> {
        let text = filled("describing a certificate request", |out| {
            // SAFETY: an imported request and a valid out pointer.
            unsafe { sys::gnutls_x509_crq_print(self.raw(), format.raw(), out) }
        })?;
        Ok(text.to_text())
    }

    /// Checks the request's signature: whoever made the request has its key.
    ///
    /// # Errors
    /// [`ErrorKind::Verification`] if the signature is wrong; another if it is not secure enough: [`code`](Error::code)
    /// tells which.
    #[doc(alias = "gnutls_x509_crq_verify")]
    pub fn verify(&self, flags: VerifyFlags) -> Result<()> {
        // SAFETY: an imported request.
        let code = unsafe { sys::gnutls_x509_crq_verify(self.raw(), flags.raw()) };
        const DOING: &str = "verifying a certificate request";
        if code == sys::GNUTLS_E_PK_SIG_VERIFY_FAILED {
            return Err(Failure::of_code(code, Origin::Local, DOING).kind(ErrorKind::Verification).into());
        }
        check(code, DOING).map(drop)
    }
}

fn import(bytes: &[u8], format: Format) -> Result<CertificateRequest> {
    const DOING: &str = "reading a certificate request";
    if bytes.is_empty() {
        return Err(Error::input(DOING, NOTHING));
    }
    let (handle, data) = (CrqHandle::new()?, datum(bytes, DOING)?);
    // SAFETY: a fresh handle; the datum borrows `bytes`, which live through the call and are copied by it.
    let code = unsafe { sys::gnutls_x509_crq_import(handle.raw(), &data, format.raw()) };
    let failure = || Failure::of_code(code, Origin::Local, DOING);
    match code {
        0.. => Ok(CertificateRequest::from_imported(handle)),
        sys::GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR | sys::GNUTLS_E_BASE64_DECODING_ERROR if format == Format::Pem => {
            Err(failure().kind(ErrorKind::InvalidInput).detail(pem::fault(bytes, pem::REQUEST)).into())
        }
        _ => Err(failure().into()),
    }
}

fn export(request: &CrqHandle, format: Format) -> Result<Vec<u8>> {
    let exported = filled("writing a certificate request", |out| {
        // SAFETY: a request of ours, imported or signed, and a valid out pointer.
        unsafe { sys::gnutls_x509_crq_export2(request.raw(), format.raw(), out) }
    })?;
    Ok(exported.to_vec())
}

impl PartialEq for CertificateRequest {
    fn eq(&self, other: &CertificateRequest) -> bool {
        self.to_der() == other.to_der()
    }
}

impl Eq for CertificateRequest {}

impl Hash for CertificateRequest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_der().hash(state);
    }
}

impl fmt::Debug for CertificateRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.subject();
        f.debug_tuple("CertificateRequest").field(&subject.as_deref().unwrap_or("?")).finish()
    }
}
