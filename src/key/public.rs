//! Public keys.

use std::ffi::c_int;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use gnutls_sys as sys;

use super::handle::PublicHandle;
use super::key_id;
use super::pin::{self, Pin, PinBox};
use crate::algorithm::{Digest, PublicKeyAlgorithm};
use crate::error::Result;
use crate::ffi::{c_string, callback, check, filled, optional, raw_access};
use crate::x509::KeyUsage;

/// A public key.
///
/// Cheap to clone. Two keys are equal if their encodings are. `{:?}` shows the algorithm and the size.
///
/// # Examples
/// ```
/// use gnutls::key::{KeyType, PrivateKey, PublicKey};
///
/// let public = PrivateKey::generate(KeyType::EcdsaP256)?.public_key()?;
/// let read = PublicKey::from_pem(public.to_pem()?)?;
/// assert_eq!(read, public);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "gnutls_pubkey_t")]
#[doc(alias = "gnutls_pubkey_init")]
#[doc(alias = "gnutls_pubkey_deinit")]
pub struct PublicKey(Arc<Inner>);

/// A handle that holds a key and that nothing changes afterwards, and what it refers to.
struct Inner {
    handle: PublicHandle,
    /// What the callback of the handle is given: dropped after it.
    _pin: Option<Box<PinBox>>,
}

// SAFETY: the object is plain memory without ties to the thread that made it; what it refers to may cross as well.
unsafe impl Send for Inner {}
// SAFETY: once it holds a key, the object is only read. See the manual, "Thread safety": "Read-only access to objects ...
// is also thread-safe".
unsafe impl Sync for Inner {}

raw_access!(PublicKey, sys::gnutls_pubkey_t, lend it => it.raw());
raw_access!(PublicKey, sys::gnutls_pubkey_t,
    try_give "gnutls_pubkey_deinit" unless "clones of it share the object, or if it asks code of the program's for a PIN" it => {
    match Arc::try_unwrap(it.0) {
        Ok(Inner { handle, _pin: None }) => Ok(handle.into_raw()),
        Ok(tied) => Err(PublicKey(Arc::new(tied))),
        Err(shared) => Err(PublicKey(shared)),
    }
});
raw_access!(PublicKey, sys::gnutls_pubkey_t, take "holds a key" raw => {
    // SAFETY: the caller says so.
    PublicKey(Arc::new(Inner { handle: unsafe { PublicHandle::from_raw(raw) }, _pin: None }))
});

impl PublicKey {
    /// The key that `call` puts into the fresh handle that it gets.
    pub(crate) fn import(doing: &'static str, call: impl FnOnce(sys::gnutls_pubkey_t) -> c_int) -> Result<PublicKey> {
        let handle = PublicHandle::new()?;
        let code = callback::entered(|| call(handle.raw()));
        callback::check(code, doing)?;
        Ok(PublicKey(Arc::new(Inner { handle, _pin: None })))
    }

    /// The key that a URL names, as for [`PrivateKey::from_url`](super::PrivateKey::from_url).
    ///
    /// # Errors
    /// As there.
    ///
    /// # Panics
    /// With the panic of `pin`, if it raises one.
    #[doc(alias = "gnutls_pubkey_import_url")]
    #[doc(alias = "gnutls_pubkey_import_pkcs11_url")]
    #[doc(alias = "gnutls_pubkey_set_pin_function")]
    pub fn from_url(url: &str, pin: Option<Arc<dyn Pin>>) -> Result<PublicKey> {
        const DOING: &str = "opening the public key of a URL";
        let url = c_string(url, DOING)?;
        let handle = PublicHandle::new()?;
        let pin = pin.map(PinBox::new);
        if let Some(pin) = &pin {
            // SAFETY: a fresh handle; the box that the callback gets outlives it.
            unsafe { sys::gnutls_pubkey_set_pin_function(handle.raw(), Some(pin::ask), pin.as_userdata()) };
        }
        let code = callback::entered(|| {
            // SAFETY: a fresh handle; a NUL-terminated string that lives through the call.
            unsafe { sys::gnutls_pubkey_import_url(handle.raw(), url.as_ptr(), 0) }
        });
        callback::check(code, DOING)?;
        Ok(PublicKey(Arc::new(Inner { handle, _pin: pin })))
    }

    /// For functions that only read the key, or use it.
    pub(crate) fn raw(&self) -> sys::gnutls_pubkey_t {
        self.0.handle.raw()
    }

    /// The algorithm of the key, and its size in bits.
    ///
    /// # Errors
    /// If the key is of no known algorithm.
    #[doc(alias = "gnutls_pubkey_get_pk_algorithm")]
    pub fn algorithm(&self) -> Result<(PublicKeyAlgorithm, u32)> {
        let mut bits = 0;
        // SAFETY: a key and a valid out pointer.
        let code = unsafe { sys::gnutls_pubkey_get_pk_algorithm(self.raw(), &mut bits) };
        let algorithm = check(code, "reading the algorithm of a public key")?;
        Ok((PublicKeyAlgorithm::from_raw(algorithm), bits))
    }

    /// The digest that suits the key best, and whether it is the only one that will do.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a key that does not sign.
    #[doc(alias = "gnutls_pubkey_get_preferred_hash_algorithm")]
    pub fn preferred_digest(&self) -> Result<(Digest, bool)> {
        let (mut digest, mut mandatory) = (0, 0);
        // SAFETY: a key and valid out pointers.
        let code = unsafe { sys::gnutls_pubkey_get_preferred_hash_algorithm(self.raw(), &mut digest, &mut mandatory) };
        check(code, "looking for the digest of a public key")?;
        Ok((Digest::from_raw(digest), mandatory != 0))
    }

    /// The SHA-256 digest of the key (of its `SubjectPublicKeyInfo`).
    ///
    /// # Errors
    /// If GnuTLS refuses to work (FIPS 140 mode after a failed self-test).
    #[doc(alias = "gnutls_pubkey_get_key_id")]
    pub fn key_id(&self) -> Result<[u8; 32]> {
        key_id("identifying a public key", |flags, buffer, size| {
            // SAFETY: a key; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_pubkey_get_key_id(self.raw(), flags, buffer, size) }
        })
    }

    /// What the key may do, where it says so: a key from a certificate, or one that was told.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pubkey_get_key_usage")]
    pub fn key_usage(&self) -> Result<Option<KeyUsage>> {
        let mut usage = 0;
        // SAFETY: a key and a valid out pointer.
        let code = unsafe { sys::gnutls_pubkey_get_key_usage(self.raw(), &mut usage) };
        let found = optional(code, "reading the usage of a public key")?;
        Ok(found.filter(|_| usage != 0).map(|_| KeyUsage::from_raw(usage)))
    }

    /// The same key, told what it may do.
    ///
    /// # Errors
    /// If the key cannot be written down.
    #[doc(alias = "gnutls_pubkey_set_key_usage")]
    pub fn with_key_usage(&self, usage: KeyUsage) -> Result<PublicKey> {
        self.changed("setting the usage of a public key", |public| {
            // SAFETY: a key that nobody else has.
            unsafe { sys::gnutls_pubkey_set_key_usage(public, usage.raw()) }
        })
    }

    /// A copy that `change` has worked on.
    pub(super) fn changed(
        &self,
        doing: &'static str,
        change: impl FnOnce(sys::gnutls_pubkey_t) -> c_int,
    ) -> Result<PublicKey> {
        let copy = PublicKey::from_der(self.to_der()?)?;
        check(change(copy.raw()), doing)?;
        Ok(copy)
    }

    /// Checks that the numbers of the key fit each other: that a point is on its curve.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if they do not.
    #[doc(alias = "gnutls_pubkey_verify_params")]
    pub fn verify_parameters(&self) -> Result<()> {
        // SAFETY: a key.
        let code = unsafe { sys::gnutls_pubkey_verify_params(self.raw()) };
        check(code, "checking the numbers of a public key").map(drop)
    }

    /// GnuTLS's description of the key, in many lines. Its form differs between versions of GnuTLS.
    ///
    /// # Errors
    /// If the key is of no known algorithm.
    #[doc(alias = "gnutls_pubkey_print")]
    pub fn print_full(&self) -> Result<String> {
        let text = filled("describing a public key", |out| {
            // SAFETY: a key and a valid out pointer.
            unsafe { sys::gnutls_pubkey_print(self.raw(), sys::GNUTLS_CRT_PRINT_FULL, out) }
        })?;
        Ok(text.to_text())
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &PublicKey) -> bool {
        matches!((self.to_der(), other.to_der()), (Ok(ours), Ok(theirs)) if ours == theirs)
    }
}

impl Eq for PublicKey {}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_der().ok().hash(state);
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.algorithm() {
            Ok((algorithm, bits)) => write!(f, "PublicKey({algorithm}, {bits} bits)"),
            Err(_) => f.write_str("PublicKey(?)"),
        }
    }
}
