//! Private keys, wherever they are.

use std::any::Any;
use std::ffi::c_int;
use std::fmt;
use std::path::Path;
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

use super::external::External;
use super::handle::PrivateHandle;
use super::pin::{self, Pin, PinBox};
use super::{KeyType, PublicKey};
use crate::algorithm::PublicKeyAlgorithm;
use crate::error::{Error, Result};
use crate::ffi::{c_string, callback, check, datum, filled, raw_access};
use crate::secret::SecretBytes;
use crate::x509::{self, KeyHandle, KeyUsage};

/// A private key in memory, on a token, in a store of the system, or in code of your own ([`SigningKey`]).
///
/// Cheap to clone: the clones share one key. A key in memory is overwritten when the last of them is dropped. `{:?}`
/// shows the algorithm and the size only.
///
/// # Examples
/// ```
/// use gnutls::SignatureScheme;
/// use gnutls::key::{KeyType, PrivateKey};
///
/// let key = PrivateKey::generate(KeyType::Ed25519)?;
/// let signature = key.sign(SignatureScheme::EDDSA_ED25519, b"a message")?;
/// key.public_key()?.verify(SignatureScheme::EDDSA_ED25519, b"a message", &signature)?;
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// [`SigningKey`]: super::SigningKey
#[derive(Clone)]
#[doc(alias = "gnutls_privkey_t")]
#[doc(alias = "gnutls_privkey_init")]
#[doc(alias = "gnutls_privkey_deinit")]
pub struct PrivateKey(Arc<Inner>);

/// A handle that holds a key and that nothing changes afterwards, and what it refers to.
struct Inner {
    handle: PrivateHandle,
    /// What the callbacks of the handle are given: dropped after it.
    _external: Option<Box<dyn Any + Send + Sync>>,
    /// It is code that knows no signature schemes.
    raw: bool,
    _pin: Option<Box<PinBox>>,
}

// SAFETY: the object is plain memory without ties to the thread that made it; what it refers to may cross as well.
unsafe impl Send for Inner {}
// SAFETY: once it holds a key, the object is only read: by its getters, by exports, signatures and decryptions, which
// keep their state outside of it. A key on a token has a mutex of its own, and code of the caller's is Sync. For reads
// by several threads see the manual, "Thread safety": "Read-only access to objects ... is also thread-safe".
unsafe impl Sync for Inner {}

/// Where a private key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "gnutls_privkey_type_t")]
pub enum KeyPlace {
    /// In memory.
    Memory,
    /// On a PKCS#11 token.
    Token,
    /// In code: of the caller's, or of GnuTLS for a store of the system or a TPM.
    External,
}

raw_access!(PrivateKey, sys::gnutls_privkey_t, lend it => it.raw());
raw_access!(PrivateKey, sys::gnutls_privkey_t,
    try_give "gnutls_privkey_deinit" unless "clones of it share the object, or if it calls code of the program's (a PIN, a key)" it => {
    match Arc::try_unwrap(it.0) {
        Ok(Inner { handle, _external: None, _pin: None, .. }) => Ok(handle.into_raw()),
        Ok(tied) => Err(PrivateKey(Arc::new(tied))),
        Err(shared) => Err(PrivateKey(shared)),
    }
});
raw_access!(PrivateKey, sys::gnutls_privkey_t, take "holds a key" raw => {
    // SAFETY: the caller says so.
    PrivateKey::finished(unsafe { PrivateHandle::from_raw(raw) }, None)
});

impl PrivateKey {
    /// Makes a new key in memory.
    ///
    /// # Errors
    /// As for [`KeyGenerator::generate`](super::KeyGenerator::generate), which has more to choose from.
    #[doc(alias = "gnutls_privkey_generate")]
    pub fn generate(key_type: KeyType) -> Result<PrivateKey> {
        let (algorithm, bits) = key_type.raw()?;
        let handle = PrivateHandle::new()?;
        // SAFETY: a fresh handle; takes any numbers.
        let code = unsafe { sys::gnutls_privkey_generate(handle.raw(), algorithm, bits, 0) };
        check(code, "generating a private key")?;
        Ok(PrivateKey::finished(handle, None))
    }

    /// Reads the first private key of a PEM text, as [`x509::PrivateKey::from_pem`] does.
    ///
    /// # Errors
    /// As there.
    pub fn from_pem(pem: impl AsRef<[u8]>, password: Option<&str>) -> Result<PrivateKey> {
        x509::PrivateKey::from_pem(pem, password)?.try_into()
    }

    /// Reads a private key in DER, as [`x509::PrivateKey::from_der`] does.
    ///
    /// # Errors
    /// As there.
    pub fn from_der(der: impl AsRef<[u8]>, password: Option<&str>) -> Result<PrivateKey> {
        x509::PrivateKey::from_der(der, password)?.try_into()
    }

    /// Reads a private key from a file in PEM or DER, as [`x509::PrivateKey::from_file`] does.
    ///
    /// # Errors
    /// As there.
    pub fn from_file(path: impl AsRef<Path>, password: Option<&str>) -> Result<PrivateKey> {
        x509::PrivateKey::from_file(path, password)?.try_into()
    }

    /// Reads a private key, and asks for the password only if it is encrypted.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is no key or if it is malformed, and if the
    /// password is wrong or missing; what `pin` said is the source.
    ///
    /// # Panics
    /// With the panic of `pin`, if it raises one.
    #[doc(alias = "gnutls_privkey_import_x509_raw")]
    #[doc(alias = "gnutls_privkey_set_pin_function")]
    pub fn from_bytes_asking(bytes: impl AsRef<[u8]>, format: x509::Format, pin: Arc<dyn Pin>) -> Result<PrivateKey> {
        const DOING: &str = "reading a private key";
        let data = datum(bytes.as_ref(), DOING)?;
        let (handle, pin) = (PrivateHandle::new()?, PinBox::new(pin));
        // SAFETY: a fresh handle; the box that the callback gets outlives it.
        unsafe { sys::gnutls_privkey_set_pin_function(handle.raw(), Some(pin::ask), pin.as_userdata()) };
        let code = callback::entered(|| {
            // SAFETY: a fresh handle, a datum that borrows the caller's slice, and no password.
            unsafe { sys::gnutls_privkey_import_x509_raw(handle.raw(), &data, format.raw(), ptr::null(), 0) }
        });
        callback::check(code, DOING)?;
        let key = PrivateKey(Arc::new(Inner { handle, _external: None, raw: false, _pin: Some(pin) }));
        key.to_x509()?.survivable(DOING)?;
        Ok(key)
    }

    /// The key that a URL names: on a token (`pkcs11:`), in a TPM (`tpmkey:`), in a store of the system (`system:`), or
    /// under a scheme that the program has registered. `pin` is asked when a PIN or a password is needed.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is no such key,
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a scheme that this GnuTLS does not have.
    ///
    /// # Panics
    /// With the panic of `pin`, if it raises one.
    #[doc(alias = "gnutls_privkey_import_url")]
    #[doc(alias = "gnutls_privkey_import_pkcs11_url")]
    #[doc(alias = "gnutls_privkey_set_pin_function")]
    pub fn from_url(url: &str, pin: Option<Arc<dyn Pin>>) -> Result<PrivateKey> {
        const DOING: &str = "opening the private key of a URL";
        let url = c_string(url, DOING)?;
        let handle = PrivateHandle::new()?;
        let pin = pin.map(PinBox::new);
        if let Some(pin) = &pin {
            // SAFETY: a fresh handle; the box that the callback gets outlives it.
            unsafe { sys::gnutls_privkey_set_pin_function(handle.raw(), Some(pin::ask), pin.as_userdata()) };
        }
        let code = callback::entered(|| {
            // SAFETY: a fresh handle; a NUL-terminated string that lives through the call.
            unsafe { sys::gnutls_privkey_import_url(handle.raw(), url.as_ptr(), 0) }
        });
        callback::check(code, DOING)?;
        Ok(PrivateKey(Arc::new(Inner { handle, _external: None, raw: false, _pin: pin })))
    }

    /// The key that `call` puts into the fresh handle that it gets; `pin` is what its callback gets.
    pub(crate) fn import(
        doing: &'static str,
        pin: Option<Box<PinBox>>,
        call: impl FnOnce(sys::gnutls_privkey_t) -> c_int,
    ) -> Result<PrivateKey> {
        let handle = PrivateHandle::new()?;
        check(call(handle.raw()), doing)?;
        Ok(PrivateKey(Arc::new(Inner { handle, _external: None, raw: false, _pin: pin })))
    }

    /// The handle must hold a key; `external` is what its callbacks get.
    pub(super) fn finished(handle: PrivateHandle, external: Option<Box<External>>) -> PrivateKey {
        let external = external.map(|external| external as _);
        PrivateKey(Arc::new(Inner { handle, _external: external, raw: false, _pin: None }))
    }

    /// As [`finished`](PrivateKey::finished), for code that knows no signature schemes.
    pub(super) fn finished_raw(handle: PrivateHandle, external: Option<Box<dyn Any + Send + Sync>>) -> PrivateKey {
        PrivateKey(Arc::new(Inner { handle, _external: external, raw: true, _pin: None }))
    }

    /// Whether it is code that knows no signature schemes.
    pub(super) fn is_raw(&self) -> bool {
        self.0.raw
    }

    /// For functions that only read the key, or use it.
    pub(crate) fn raw(&self) -> sys::gnutls_privkey_t {
        self.0.handle.raw()
    }

    /// The algorithm of the key, and its size in bits.
    ///
    /// # Errors
    /// If the key is of no known algorithm.
    #[doc(alias = "gnutls_privkey_get_pk_algorithm")]
    pub fn algorithm(&self) -> Result<(PublicKeyAlgorithm, u32)> {
        let mut bits = 0;
        // SAFETY: a key and a valid out pointer.
        let code = unsafe { sys::gnutls_privkey_get_pk_algorithm(self.raw(), &mut bits) };
        let algorithm = check(code, "reading the algorithm of a private key")?;
        Ok((PublicKeyAlgorithm::from_raw(algorithm), bits))
    }

    /// Where the key is.
    #[doc(alias = "gnutls_privkey_get_type")]
    pub fn place(&self) -> KeyPlace {
        // SAFETY: a key.
        match unsafe { sys::gnutls_privkey_get_type(self.raw()) } {
            sys::GNUTLS_PRIVKEY_X509 => KeyPlace::Memory,
            sys::GNUTLS_PRIVKEY_PKCS11 => KeyPlace::Token,
            _ => KeyPlace::External,
        }
    }

    /// Whether the key can be used now: false if its token was taken out.
    #[doc(alias = "gnutls_privkey_status")]
    pub fn is_present(&self) -> bool {
        // SAFETY: a key.
        unsafe { sys::gnutls_privkey_status(self.raw()) != 0 }
    }

    /// Checks that the numbers of a key in memory fit each other.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if they do not.
    #[doc(alias = "gnutls_privkey_verify_params")]
    pub fn verify_parameters(&self) -> Result<()> {
        // SAFETY: a key.
        let code = unsafe { sys::gnutls_privkey_verify_params(self.raw()) };
        check(code, "checking the numbers of a private key").map(drop)
    }

    /// The public key that belongs to this one.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) for a key in code, which GnuTLS cannot ask for it.
    #[doc(alias = "gnutls_pubkey_import_privkey")]
    pub fn public_key(&self) -> Result<PublicKey> {
        PublicKey::import("reading the public half of a private key", |public| {
            // SAFETY: a fresh handle and a key.
            unsafe { sys::gnutls_pubkey_import_privkey(public, self.raw(), KeyUsage::default().raw(), 0) }
        })
    }

    /// A copy of a key in memory.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is not in memory.
    #[doc(alias = "gnutls_privkey_export_x509")]
    pub fn to_x509(&self) -> Result<x509::PrivateKey> {
        let mut raw = ptr::null_mut();
        // SAFETY: a key and a valid out pointer.
        let code = unsafe { sys::gnutls_privkey_export_x509(self.raw(), &mut raw) };
        check(code, "copying a private key")?;
        // SAFETY: GnuTLS made it for us.
        let handle = unsafe { KeyHandle::from_raw(raw) };
        Ok(x509::PrivateKey::finished(handle))
    }

    /// A key in memory in PEM as programs read it that do not know provable keys: without its seed.
    ///
    /// # Errors
    /// As for [`to_x509`](PrivateKey::to_x509).
    #[doc(alias = "gnutls_privkey_set_flags")]
    pub fn to_pem_without_seed(&self) -> Result<SecretBytes> {
        let mut raw = ptr::null_mut();
        // SAFETY: a key and a valid out pointer.
        let code = unsafe { sys::gnutls_privkey_export_x509(self.raw(), &mut raw) };
        check(code, "copying a private key")?;
        // SAFETY: GnuTLS made it for us.
        let copy = unsafe { KeyHandle::from_raw(raw) };
        // The export changes a key that has the flag: this one is nobody else's.
        let marking = PrivateHandle::new()?;
        // SAFETY: a fresh handle, and a key that it refers to and that outlives it.
        let code = unsafe { sys::gnutls_privkey_import_x509(marking.raw(), copy.raw(), 0) };
        check(code, "copying a private key")?;
        // SAFETY: the handle, and through it the key, are ours alone.
        unsafe { sys::gnutls_privkey_set_flags(marking.raw(), sys::GNUTLS_PRIVKEY_FLAG_EXPORT_COMPAT) };
        drop(marking);
        let exported = filled("writing a private key", |out| {
            // SAFETY: a key of ours alone and a valid out pointer.
            unsafe { sys::gnutls_x509_privkey_export2(copy.raw(), x509::Format::Pem.raw(), out) }
        });
        exported.map(SecretBytes::new)
    }

    /// The secret that this key and the public key of another share (X25519, X448, ECDH, DH).
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) or [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if
    /// the keys are not of the same kind.
    #[cfg(gnutls_3_8_2)]
    #[doc(alias = "gnutls_privkey_derive_secret")]
    pub fn derive_secret(&self, other: &PublicKey) -> Result<SecretBytes> {
        let secret = filled("deriving a shared secret", |out| {
            // SAFETY: two keys, no nonce, which null says, and a valid out pointer.
            unsafe { sys::gnutls_privkey_derive_secret(self.raw(), other.raw(), ptr::null(), out, 0) }
        })?;
        Ok(SecretBytes::new(secret))
    }
}

/// Whether this GnuTLS opens keys and certificates by URLs of this scheme.
#[doc(alias = "gnutls_url_is_supported")]
pub fn is_url_supported(url: &str) -> bool {
    let Ok(url) = c_string(url, "looking at a URL") else { return false };
    // SAFETY: a NUL-terminated string that lives through the call.
    unsafe { sys::gnutls_url_is_supported(url.as_ptr()) != 0 }
}

/// Copies the key, so that each of the two is overwritten when it is dropped.
impl TryFrom<&x509::PrivateKey> for PrivateKey {
    type Error = Error;

    #[doc(alias = "gnutls_privkey_import_x509")]
    fn try_from(key: &x509::PrivateKey) -> Result<PrivateKey> {
        let handle = PrivateHandle::new()?;
        let flags = sys::GNUTLS_PRIVKEY_IMPORT_COPY;
        // SAFETY: a fresh handle, and a key that is copied.
        let code = unsafe { sys::gnutls_privkey_import_x509(handle.raw(), key.raw(), flags) };
        check(code, "taking over a private key")?;
        Ok(PrivateKey::finished(handle, None))
    }
}

impl TryFrom<x509::PrivateKey> for PrivateKey {
    type Error = Error;

    fn try_from(key: x509::PrivateKey) -> Result<PrivateKey> {
        PrivateKey::try_from(&key)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.algorithm() {
            Ok((algorithm, bits)) => write!(f, "PrivateKey({algorithm}, {bits} bits, {:?})", self.place()),
            Err(_) => f.write_str("PrivateKey(?)"),
        }
    }
}
