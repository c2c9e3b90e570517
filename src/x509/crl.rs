//! Revocation lists: read once, never changed, shared freely.

mod builder;
mod fields;
mod load;
mod revoked;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use gnutls_sys as sys;

pub use builder::RevocationListBuilder;
pub use revoked::{Revoked, RevokedIter};

use super::certificate::count;
use super::handle::CrlHandle;
use super::{Certificate, Format, PrintFormat, VerifyFlags, VerifyStatus};
use crate::error::Result;
use crate::ffi::{check, filled, raw_access, written};

/// A list of certificates that their authority revoked (CRL, RFC 5280, section 5).
///
/// It is read from PEM or DER, or made by a [`RevocationListBuilder`], and does not change after that. Cheap to clone.
///
/// # Examples
/// ```
/// use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey, RevocationList, RevocationListBuilder};
///
/// let key = PrivateKey::generate(KeyType::EcdsaP256)?;
/// let root = CertificateBuilder::new().subject("CN=root").ca(None).self_signed(&key)?;
/// let lost = CertificateBuilder::new().subject("CN=lost").signed_by(&key, &root, &key)?;
///
/// let made = RevocationListBuilder::new().revoke(&lost).signed_by(&root, &key)?;
/// let list = RevocationList::from_pem(made.to_pem())?;
/// assert!(lost.is_revoked_by(&[list])?);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "gnutls_x509_crl_t")]
#[doc(alias = "gnutls_x509_crl_init")]
#[doc(alias = "gnutls_x509_crl_deinit")]
pub struct RevocationList(Arc<Imported>);

/// A handle that `gnutls_x509_crl_import` filled and that nothing changes afterwards.
struct Imported(CrlHandle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Imported {}
// SAFETY: after the import only getters are called on it, which read: the walk through the entries keeps its place in an
// iterator of its own. For reads by several threads see the manual, "Thread safety".
unsafe impl Sync for Imported {}

raw_access!(RevocationList, sys::gnutls_x509_crl_t, lend it => it.raw());
raw_access!(RevocationList, sys::gnutls_x509_crl_t,
    try_give "gnutls_x509_crl_deinit" unless "clones of it share the object" it => {
    Arc::try_unwrap(it.0).map(|Imported(handle)| handle.into_raw()).map_err(RevocationList)
});
raw_access!(RevocationList, sys::gnutls_x509_crl_t, take "holds a revocation list that was imported" raw => {
    // SAFETY: the caller says so.
    RevocationList::from_imported(unsafe { CrlHandle::from_raw(raw) })
});

impl RevocationList {
    /// The handle must hold a list that was imported: see [`Imported`].
    fn from_imported(handle: CrlHandle) -> RevocationList {
        RevocationList(Arc::new(Imported(handle)))
    }

    /// For functions that only read the list, or copy it.
    pub(crate) fn raw(&self) -> sys::gnutls_x509_crl_t {
        self.0.0.raw()
    }

    /// The list in PEM, with a line end after the last line.
    ///
    /// # Panics
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crl_export2")]
    pub fn to_pem(&self) -> String {
        String::from_utf8_lossy(&self.export(Format::Pem)).into_owned()
    }

    /// The list in DER.
    ///
    /// # Panics
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crl_export2")]
    pub fn to_der(&self) -> Vec<u8> {
        self.export(Format::Der)
    }

    fn export(&self, format: Format) -> Vec<u8> {
        // SAFETY: an imported list.
        let exported = unsafe { export(self.raw(), format) };
        exported.expect("memory for a copy of a revocation list")
    }

    /// Writes the list into `buffer`, without allocating for the result: how many bytes it has.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the buffer is too small: the message says what is
    /// needed.
    #[doc(alias = "gnutls_x509_crl_export")]
    pub fn export_into(&self, format: Format, buffer: &mut [u8]) -> Result<usize> {
        written("writing a revocation list", buffer, |start, size| {
            // SAFETY: an imported list; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crl_export(self.raw(), format.raw(), start.cast(), size) }
        })
    }

    /// GnuTLS's description of the list.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if a part of the list is malformed.
    #[doc(alias = "gnutls_x509_crl_print")]
    pub fn print(&self, format: PrintFormat) -> Result<String> {
        let text = filled("describing a revocation list", |out| {
            // SAFETY: an imported list and a valid out pointer.
            unsafe { sys::gnutls_x509_crl_print(self.raw(), format.raw(), out) }
        })?;
        Ok(text.to_text())
    }

    /// Whether `issuer` has the name of the list's issuer. The signature is another matter: see
    /// [`verify`](RevocationList::verify).
    #[doc(alias = "gnutls_x509_crl_check_issuer")]
    pub fn is_issued_by(&self, issuer: &Certificate) -> bool {
        // SAFETY: an imported list and an imported certificate.
        unsafe { sys::gnutls_x509_crl_check_issuer(self.raw(), issuer.raw()) != 0 }
    }

    /// Checks the list's signature and times against authorities that are trusted.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crl_verify")]
    pub fn verify(&self, authorities: &[Certificate], flags: VerifyFlags) -> Result<VerifyStatus> {
        const DOING: &str = "verifying a revocation list";
        let authorities: Vec<_> = authorities.iter().map(Certificate::raw).collect();
        let (count, mut status) = (count(&authorities, DOING)?, 0);
        // SAFETY: an imported list, `count` imported certificates that are only read, a valid out pointer.
        let code =
            unsafe { sys::gnutls_x509_crl_verify(self.raw(), authorities.as_ptr(), count, flags.raw(), &mut status) };
        check(code, DOING)?;
        Ok(VerifyStatus::from_raw(status))
    }

    /// A second object of the same list, for those who keep it.
    pub(super) fn private_copy(&self) -> Result<CrlHandle> {
        load::import(&self.to_der(), Format::Der)
    }

    /// A copy of a list that GnuTLS lends, for example to a callback.
    ///
    /// # Safety
    /// `raw` is an imported list, alive during the call.
    pub(super) unsafe fn copy_of(raw: sys::gnutls_x509_crl_t) -> Result<RevocationList> {
        // SAFETY: the caller's promise.
        let der = unsafe { export(raw, Format::Der) }?;
        RevocationList::from_der(der)
    }
}

/// The bytes of a list.
///
/// # Safety
/// `raw` is a list, imported or signed, alive during the call.
unsafe fn export(raw: sys::gnutls_x509_crl_t, format: Format) -> Result<Vec<u8>> {
    let exported = filled("writing a revocation list", |out| {
        // SAFETY: the caller's promise; a valid out pointer.
        unsafe { sys::gnutls_x509_crl_export2(raw, format.raw(), out) }
    })?;
    Ok(exported.to_vec())
}

impl PartialEq for RevocationList {
    fn eq(&self, other: &RevocationList) -> bool {
        self.to_der() == other.to_der()
    }
}

impl Eq for RevocationList {}

impl Hash for RevocationList {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_der().hash(state);
    }
}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuer = self.issuer();
        let issuer = issuer.as_deref().unwrap_or("?");
        f.debug_struct("RevocationList").field("issuer", &issuer).field("revoked", &self.revoked_count()).finish()
    }
}
