//! Private keys that live in memory.

mod forms;
mod numbers;
mod read;

use std::fmt;
use std::fs;
use std::path::Path;
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

pub use forms::Pkcs8Cipher;

use super::handle::KeyHandle;
use super::{Certificate, Format, KeyType};
use crate::algorithm::PublicKeyAlgorithm;
use crate::error::{Error, Failure, Result};
use crate::ffi::{Wiped, check, filled, raw_access};
use crate::key::key_id;
use crate::secret::SecretBytes;

/// A private key.
///
/// It is generated, or read from PEM or DER in the forms of PKCS#1, SEC 1, PKCS#8 (also encrypted), PKCS#12 and
/// OpenSSL's old encrypted PEM. Cheap to clone: the clones share one key in memory, which is overwritten when the last
/// of them is dropped. `{:?}` shows the algorithm and the size only.
///
/// # Examples
/// ```
/// use gnutls::ErrorKind;
/// use gnutls::x509::{KeyType, PrivateKey};
///
/// let key = PrivateKey::generate(KeyType::EcdsaP256)?;
/// let pem = key.to_pkcs8_pem(Some("correct horse"))?;
///
/// let again = PrivateKey::from_pem(&pem, Some("correct horse"))?;
/// assert_eq!(again.key_id()?, key.key_id()?);
/// let error = PrivateKey::from_pem(&pem, Some("battery staple")).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Credentials);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "gnutls_x509_privkey_t")]
#[doc(alias = "gnutls_x509_privkey_init")]
#[doc(alias = "gnutls_x509_privkey_deinit")]
#[doc(alias = "gnutls_x509_privkey_cpy")]
pub struct PrivateKey(Arc<Finished>);

/// A handle that holds a key and that nothing changes afterwards.
struct Finished(KeyHandle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Finished {}
// SAFETY: once it holds a key, the object is only read: by its getters, by exports (which would change it only under
// the flag GNUTLS_PRIVKEY_FLAG_EXPORT_COMPAT, never set here), and by signatures, which keep their state outside of it.
// For reads by several threads see the manual, "Thread safety": "Read-only access to objects ... is also thread-safe".
unsafe impl Sync for Finished {}

raw_access!(PrivateKey, sys::gnutls_x509_privkey_t, lend it => it.raw());
raw_access!(PrivateKey, sys::gnutls_x509_privkey_t,
    try_give "gnutls_x509_privkey_deinit" unless "clones of it share the object" it => {
    Arc::try_unwrap(it.0).map(|Finished(handle)| handle.into_raw()).map_err(PrivateKey)
});
raw_access!(PrivateKey, sys::gnutls_x509_privkey_t, take "holds a key" raw => {
    // SAFETY: the caller says so.
    PrivateKey::finished(unsafe { KeyHandle::from_raw(raw) })
});

impl PrivateKey {
    /// The handle must hold a key, and nobody else may have it.
    pub(crate) fn finished(handle: KeyHandle) -> PrivateKey {
        PrivateKey(Arc::new(Finished(handle)))
    }

    /// Makes a new key. [`KeyGenerator`](crate::key::KeyGenerator) has more to choose from.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for a size that is not offered, [`ErrorKind::Unsupported`] for an algorithm that
    /// this GnuTLS does not have.
    ///
    /// [`ErrorKind::InvalidInput`]: crate::ErrorKind::InvalidInput
    /// [`ErrorKind::Unsupported`]: crate::ErrorKind::Unsupported
    #[doc(alias = "gnutls_x509_privkey_generate")]
    pub fn generate(key_type: KeyType) -> Result<PrivateKey> {
        let (algorithm, bits) = key_type.raw()?;
        let handle = KeyHandle::new()?;
        // SAFETY: a fresh handle; takes any numbers.
        let code = unsafe { sys::gnutls_x509_privkey_generate(handle.raw(), algorithm, bits, 0) };
        check(code, "generating a private key")?;
        Ok(PrivateKey::finished(handle))
    }

    /// Reads the first private key of a PEM text. `password` is for encrypted keys; others ignore it.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if the password is wrong or missing, [`ErrorKind::InvalidInput`] if there is no key
    /// or if it is malformed.
    ///
    /// [`ErrorKind::Credentials`]: crate::ErrorKind::Credentials
    /// [`ErrorKind::InvalidInput`]: crate::ErrorKind::InvalidInput
    #[doc(alias = "gnutls_x509_privkey_import")]
    #[doc(alias = "gnutls_x509_privkey_import2")]
    #[doc(alias = "gnutls_x509_privkey_import_pkcs8")]
    #[doc(alias = "gnutls_x509_privkey_import_openssl")]
    pub fn from_pem(pem: impl AsRef<[u8]>, password: Option<&str>) -> Result<PrivateKey> {
        read::key(pem.as_ref(), Format::Pem, password, "reading a private key".into())
    }

    /// Reads a private key in DER. `password` is for encrypted keys; others ignore it.
    ///
    /// # Errors
    /// As for [`from_pem`](PrivateKey::from_pem).
    #[doc(alias = "gnutls_x509_privkey_import")]
    #[doc(alias = "gnutls_x509_privkey_import2")]
    #[doc(alias = "gnutls_x509_privkey_import_pkcs8")]
    pub fn from_der(der: impl AsRef<[u8]>, password: Option<&str>) -> Result<PrivateKey> {
        read::key(der.as_ref(), Format::Der, password, "reading a private key".into())
    }

    /// Reads a private key from a file in PEM or DER. What was read is overwritten in memory.
    ///
    /// # Errors
    /// [`ErrorKind::Transport`] if the file cannot be read (the [`source`](std::error::Error::source) says why),
    /// otherwise as for [`from_pem`](PrivateKey::from_pem). The message names the file.
    ///
    /// [`ErrorKind::Transport`]: crate::ErrorKind::Transport
    pub fn from_file(path: impl AsRef<Path>, password: Option<&str>) -> Result<PrivateKey> {
        let path = path.as_ref();
        let doing = format!("reading the private key of {}", path.display());
        let bytes =
            fs::read(path).map(Wiped::new).map_err(|error| Error::from(Failure::of_io(error, doing.clone())))?;
        read::key(&bytes, Format::detect(&bytes), password, doing.into())
    }

    /// For functions that only read the key, or copy it.
    pub(crate) fn raw(&self) -> sys::gnutls_x509_privkey_t {
        self.0.0.raw()
    }

    /// The key in PEM, not encrypted, in the form that is usual for its algorithm: PKCS#1 for RSA, SEC 1 for ECDSA,
    /// PKCS#8 for all others.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_privkey_export")]
    #[doc(alias = "gnutls_x509_privkey_export2")]
    pub fn to_pem(&self) -> Result<SecretBytes> {
        self.export(Format::Pem)
    }

    /// The key in DER, not encrypted, in the same form as [`to_pem`](PrivateKey::to_pem).
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_privkey_export")]
    #[doc(alias = "gnutls_x509_privkey_export2")]
    pub fn to_der(&self) -> Result<SecretBytes> {
        self.export(Format::Der)
    }

    /// The key as PKCS#8 in PEM; with a password, encrypted with it (PBES2, AES-256).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if the password has a NUL byte.
    ///
    /// [`ErrorKind::InvalidInput`]: crate::ErrorKind::InvalidInput
    #[doc(alias = "gnutls_x509_privkey_export_pkcs8")]
    #[doc(alias = "gnutls_x509_privkey_export2_pkcs8")]
    pub fn to_pkcs8_pem(&self, password: Option<&str>) -> Result<SecretBytes> {
        self.export_pkcs8(Format::Pem, password)
    }

    /// PKCS#8, in PEM or DER.
    fn export_pkcs8(&self, format: Format, password: Option<&str>) -> Result<SecretBytes> {
        let password = c_password(password)?;
        let (password, flags) = match &password {
            Some(password) => (password.as_c_ptr(), sys::GNUTLS_PKCS_PBES2_AES_256),
            None => (ptr::null(), sys::GNUTLS_PKCS_PLAIN),
        };
        let (key, format) = (self.raw(), format.raw());
        let exported = filled("writing a private key as PKCS#8", |out| {
            // SAFETY: a key, a NUL-terminated password or null that lives through the call, a valid out pointer.
            unsafe { sys::gnutls_x509_privkey_export2_pkcs8(key, format, password, flags, out) }
        });
        exported.map(SecretBytes::new)
    }

    fn export(&self, format: Format) -> Result<SecretBytes> {
        if !self.has_usual_form()? {
            return self.export_pkcs8(format, None);
        }
        let exported = filled("writing a private key", |out| {
            // SAFETY: a key and a valid out pointer.
            unsafe { sys::gnutls_x509_privkey_export2(self.raw(), format.raw(), out) }
        });
        exported.map(SecretBytes::new)
    }

    /// Whether GnuTLS can write the form that is usual for the algorithm of the key.
    fn has_usual_form(&self) -> Result<bool> {
        // Asked for the usual form of a key that it generated itself, GnuTLS (3.8.13 too) writes "BEGIN UNKNOWN" for
        // Ed25519 and Ed448, and PKCS#1 without the restriction to PSS for RSA-PSS.
        // SAFETY: a key.
        let code = unsafe { sys::gnutls_x509_privkey_get_pk_algorithm(self.raw()) };
        let algorithm = check(code, "reading the algorithm of a private key")?;
        Ok(matches!(algorithm, sys::GNUTLS_PK_RSA | sys::GNUTLS_PK_ECDSA))
    }

    /// The algorithm of the key, and its size in bits.
    ///
    /// # Errors
    /// If the key is of no known algorithm.
    #[doc(alias = "gnutls_x509_privkey_get_pk_algorithm")]
    #[doc(alias = "gnutls_x509_privkey_get_pk_algorithm2")]
    pub fn algorithm(&self) -> Result<(PublicKeyAlgorithm, u32)> {
        let mut bits = 0;
        // SAFETY: a key and a valid out pointer.
        let code = unsafe { sys::gnutls_x509_privkey_get_pk_algorithm2(self.raw(), &mut bits) };
        let algorithm = check(code, "reading the algorithm of a private key")?;
        Ok((PublicKeyAlgorithm::from_raw(algorithm), bits))
    }

    /// The SHA-256 digest of the public key that belongs to this one (of its `SubjectPublicKeyInfo`).
    ///
    /// # Errors
    /// If GnuTLS refuses to work (FIPS 140 mode after a failed self-test).
    #[doc(alias = "gnutls_x509_privkey_get_key_id")]
    pub fn key_id(&self) -> Result<[u8; 32]> {
        key_id("identifying a private key", |flags, buffer, size| {
            // SAFETY: a key; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_privkey_get_key_id(self.raw(), flags, buffer, size) }
        })
    }

    /// Whether `certificate` was issued for this key.
    pub fn fits(&self, certificate: &Certificate) -> bool {
        matches!((self.key_id(), certificate.key_id()), (Ok(ours), Ok(theirs)) if ours == theirs)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.algorithm() {
            Ok((algorithm, bits)) => write!(f, "PrivateKey({algorithm}, {bits} bits)"),
            Err(_) => f.write_str("PrivateKey(?)"),
        }
    }
}

/// A password for C, wiped after use.
fn c_password(password: Option<&str>) -> Result<Option<Wiped>> {
    password.map(|password| Wiped::c_string(password, "using the password of a key")).transpose()
}
