//! Hybrid public key encryption (RFC 9180): messages to the holder of a key.
//!
//! GnuTLS may be built without it (Debian's 3.8.13 is): every call is [`ErrorKind::Unsupported`] then.
//!
//! [`ErrorKind::Unsupported`]: crate::ErrorKind::Unsupported
//!
//! # Examples
//! ```no_run
//! use gnutls::key::hpke::{Auth, Receiver, Sender, Suite};
//! use gnutls::key::{KeyType, PrivateKey};
//! use gnutls::EccCurve;
//!
//! let key = PrivateKey::generate(KeyType::Curve(EccCurve::X25519))?;
//! let (mut sender, share) = Sender::new(Suite::default(), &key.public_key()?, "info", Auth::default())?;
//! let sealed = sender.seal("header", "a message")?;
//! let mut receiver = Receiver::new(Suite::default(), &key, &share, "info", Auth::default())?;
//! assert_eq!(&*receiver.open("header", &sealed)?, b"a message");
//! # Ok::<(), gnutls::Error>(())
//! ```

use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr;

use gnutls_sys as sys;

use super::handle::{PrivateHandle, PublicHandle};
use super::{PrivateKey, PublicKey};
use crate::error::{Error, Result};
use crate::ffi::{callback, check, datum, filled, raw_access};
use crate::global;
use crate::secret::SecretBytes;

/// Declares one kind of algorithm by its numbers in the registry; unknown ones are kept.
macro_rules! numbers {
    ($(#[$doc:meta])* $name:ident($raw:ident) { $($(#[$item:meta])* $item_name:ident = $value:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name(sys::$raw);

        impl $name {
            $($(#[$item])* pub const $item_name: $name = $name(sys::$value);)*

            /// The value for a number of the registry.
            pub const fn from_raw(raw: sys::$raw) -> $name {
                $name(raw)
            }

            /// The number in the registry.
            pub const fn raw(self) -> sys::$raw {
                self.0
            }
        }
    };
}

numbers! {
    /// How a secret gets to the receiver.
    Kem(gnutls_hpke_kem_t) {
        /// With NIST P-256.
        P256 = GNUTLS_HPKE_KEM_DHKEM_P256,
        /// With NIST P-384.
        P384 = GNUTLS_HPKE_KEM_DHKEM_P384,
        /// With NIST P-521.
        P521 = GNUTLS_HPKE_KEM_DHKEM_P521,
        /// With X25519.
        X25519 = GNUTLS_HPKE_KEM_DHKEM_X25519,
        /// With X448.
        X448 = GNUTLS_HPKE_KEM_DHKEM_X448,
    }
}

numbers! {
    /// How keys are derived.
    Kdf(gnutls_hpke_kdf_t) {
        /// HKDF with SHA-256.
        HKDF_SHA256 = GNUTLS_HPKE_KDF_HKDF_SHA256,
        /// HKDF with SHA-384.
        HKDF_SHA384 = GNUTLS_HPKE_KDF_HKDF_SHA384,
        /// HKDF with SHA-512.
        HKDF_SHA512 = GNUTLS_HPKE_KDF_HKDF_SHA512,
    }
}

numbers! {
    /// How messages are encrypted.
    Aead(gnutls_hpke_aead_t) {
        /// AES-128 in Galois/counter mode.
        AES_128_GCM = GNUTLS_HPKE_AEAD_AES_128_GCM,
        /// AES-256 in Galois/counter mode.
        AES_256_GCM = GNUTLS_HPKE_AEAD_AES_256_GCM,
        /// ChaCha20 with Poly1305.
        CHACHA20_POLY1305 = GNUTLS_HPKE_AEAD_CHACHA20_POLY1305,
        /// Not at all: only secrets are exported.
        EXPORT_ONLY = GNUTLS_HPKE_AEAD_EXPORT_ONLY,
    }
}

/// The algorithms that both sides have agreed on. By default X25519, HKDF with SHA-256, and AES-128-GCM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Suite {
    /// How a secret gets to the receiver.
    pub kem: Kem,
    /// How keys are derived.
    pub kdf: Kdf,
    /// How messages are encrypted.
    pub aead: Aead,
}

impl Default for Suite {
    fn default() -> Suite {
        Suite { kem: Kem::X25519, kdf: Kdf::HKDF_SHA256, aead: Aead::AES_128_GCM }
    }
}

/// By what the receiver knows the sender: nothing by default. `K` is the sender's key, private or public.
#[derive(Clone, Copy)]
pub struct Auth<'a, K> {
    /// A secret that both have, and its name.
    pub psk: Option<(&'a [u8], &'a [u8])>,
    /// The key of the sender.
    pub key: Option<&'a K>,
}

impl<K> Default for Auth<'_, K> {
    fn default() -> Self {
        Auth { psk: None, key: None }
    }
}

impl<K> Auth<'_, K> {
    fn mode(&self) -> sys::gnutls_hpke_mode_t {
        match (self.psk, self.key) {
            (None, None) => sys::GNUTLS_HPKE_MODE_BASE,
            (Some(_), None) => sys::GNUTLS_HPKE_MODE_PSK,
            (None, Some(_)) => sys::GNUTLS_HPKE_MODE_AUTH,
            (Some(_), Some(_)) => sys::GNUTLS_HPKE_MODE_AUTH_PSK,
        }
    }
}

impl<K> fmt::Debug for Auth<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Auth(psk: {}, key: {})", self.psk.is_some(), self.key.is_some())
    }
}

/// A context, and the duty to release it.
struct Context(sys::gnutls_hpke_context_t);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Context {}
// SAFETY: a shared reference gives only exports, which read the state.
unsafe impl Sync for Context {}

const STARTING: &str = "starting HPKE";

impl Context {
    fn new(suite: Suite, mode: sys::gnutls_hpke_mode_t, role: sys::gnutls_hpke_role_t) -> Result<Context> {
        global::ready()?;
        let mut raw = ptr::null_mut();
        let Suite { kem: Kem(kem), kdf: Kdf(kdf), aead: Aead(aead) } = suite;
        // SAFETY: the out pointer is valid; takes any numbers.
        let code = unsafe { sys::gnutls_hpke_init(&mut raw, mode, role, kem, kdf, aead) };
        check(code, STARTING)?;
        Ok(Context(raw))
    }

    fn export(&self, context: &[u8], length: usize) -> Result<SecretBytes> {
        const DOING: &str = "exporting a secret of HPKE";
        if length == 0 {
            return Err(Error::input(DOING, "a secret of 0 bytes is none"));
        }
        let context = datum(context, DOING)?;
        let secret = filled(DOING, |out| {
            // SAFETY: a started context, a datum that borrows the caller's slice, and a valid out pointer.
            unsafe { sys::gnutls_hpke_export(self.0, &context, length, out) }
        })?;
        Ok(SecretBytes::new(secret))
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: initialised and ours; released once.
        unsafe { sys::gnutls_hpke_deinit(self.0) };
    }
}

/// The side that encrypts.
#[doc(alias = "gnutls_hpke_init")]
#[doc(alias = "gnutls_hpke_deinit")]
#[doc(alias = "gnutls_hpke_context_t")]
pub struct Sender(Context);

/// The side that decrypts.
#[doc(alias = "gnutls_hpke_init")]
#[doc(alias = "gnutls_hpke_deinit")]
#[doc(alias = "gnutls_hpke_context_t")]
pub struct Receiver(Context);

raw_access!(Sender, sys::gnutls_hpke_context_t, lend it => it.0.0);
raw_access!(Sender, sys::gnutls_hpke_context_t, give "gnutls_hpke_deinit" it => ManuallyDrop::new(it.0).0);
raw_access!(Sender, sys::gnutls_hpke_context_t,
    take "is a sender's for which `gnutls_hpke_encap` has been called" raw => Sender(Context(raw)));
raw_access!(Receiver, sys::gnutls_hpke_context_t, lend it => it.0.0);
raw_access!(Receiver, sys::gnutls_hpke_context_t, give "gnutls_hpke_deinit" it => ManuallyDrop::new(it.0).0);
raw_access!(Receiver, sys::gnutls_hpke_context_t,
    take "is a receiver's for which `gnutls_hpke_decap` has been called" raw => Receiver(Context(raw)));

/// Two optional data for C.
fn psk(psk: Option<(&[u8], &[u8])>) -> Result<Option<[sys::gnutls_datum_t; 2]>> {
    psk.map(|(secret, name)| Ok([datum(secret, STARTING)?, datum(name, STARTING)?])).transpose()
}

impl Sender {
    /// Starts messages to the holder of `receiver`; the second value is what the receiver needs to read them.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the key is not one of the suite.
    #[doc(alias = "gnutls_hpke_encap")]
    pub fn new(
        suite: Suite,
        receiver: &PublicKey,
        info: impl AsRef<[u8]>,
        auth: Auth<'_, PrivateKey>,
    ) -> Result<(Sender, Vec<u8>)> {
        let context = Context::new(suite, auth.mode(), sys::GNUTLS_HPKE_ROLE_SENDER)?;
        let (info, psk) = (datum(info.as_ref(), STARTING)?, psk(auth.psk)?);
        let [secret, name] = psk.as_ref().map_or([ptr::null(); 2], |[secret, name]| [&raw const *secret, name]);
        let key = auth.key.map_or(ptr::null_mut(), PrivateKey::raw);
        let share = callback::entered(|| {
            filled(STARTING, |out| {
                // SAFETY: a fresh context; keys and data are null or live through the call; a valid out pointer.
                unsafe { sys::gnutls_hpke_encap(context.0, &info, out, receiver.raw(), key, secret, name) }
            })
        })?;
        Ok((Sender(context), share.as_slice().to_vec()))
    }

    /// Encrypts the next message; `data` is authenticated and not encrypted.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if the suite only exports.
    #[doc(alias = "gnutls_hpke_seal")]
    pub fn seal(&mut self, data: impl AsRef<[u8]>, text: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        const DOING: &str = "encrypting with HPKE";
        let (data, text) = (datum(data.as_ref(), DOING)?, datum(text.as_ref(), DOING)?);
        let sealed = filled(DOING, |out| {
            // SAFETY: a started context, data that borrow the caller's slices, and a valid out pointer.
            unsafe { sys::gnutls_hpke_seal(self.0.0, &data, &text, out) }
        })?;
        Ok(sealed.as_slice().to_vec())
    }

    /// A secret of `length` bytes that both sides have, another one for each `context`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a length that the suite does not give.
    #[doc(alias = "gnutls_hpke_export")]
    pub fn export(&self, context: impl AsRef<[u8]>, length: usize) -> Result<SecretBytes> {
        self.0.export(context.as_ref(), length)
    }
}

impl Receiver {
    /// Starts reading messages to the holder of `key`, with what [`Sender::new`] gave.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the key is not one of the suite, or the share is
    /// malformed.
    #[doc(alias = "gnutls_hpke_decap")]
    pub fn new(
        suite: Suite,
        key: &PrivateKey,
        share: impl AsRef<[u8]>,
        info: impl AsRef<[u8]>,
        auth: Auth<'_, PublicKey>,
    ) -> Result<Receiver> {
        let context = Context::new(suite, auth.mode(), sys::GNUTLS_HPKE_ROLE_RECEIVER)?;
        let (info, share) = (datum(info.as_ref(), STARTING)?, datum(share.as_ref(), STARTING)?);
        let psk = psk(auth.psk)?;
        let [secret, name] = psk.as_ref().map_or([ptr::null(); 2], |[secret, name]| [&raw const *secret, name]);
        let sender = auth.key.map_or(ptr::null_mut(), PublicKey::raw);
        let code = callback::entered(|| {
            // SAFETY: a fresh context; keys and data are null or live through the call.
            unsafe { sys::gnutls_hpke_decap(context.0, &info, &share, key.raw(), sender, secret, name) }
        });
        callback::check(code, STARTING)?;
        Ok(Receiver(context))
    }

    /// Decrypts the next message, if nobody has changed it or `data`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if somebody has.
    #[doc(alias = "gnutls_hpke_open")]
    pub fn open(&mut self, data: impl AsRef<[u8]>, sealed: impl AsRef<[u8]>) -> Result<SecretBytes> {
        const DOING: &str = "decrypting with HPKE";
        let (data, sealed) = (datum(data.as_ref(), DOING)?, datum(sealed.as_ref(), DOING)?);
        let text = filled(DOING, |out| {
            // SAFETY: a started context, data that borrow the caller's slices, and a valid out pointer.
            unsafe { sys::gnutls_hpke_open(self.0.0, &data, &sealed, out) }
        })?;
        Ok(SecretBytes::new(text))
    }

    /// As [`Sender::export`].
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_hpke_export")]
    pub fn export(&self, context: impl AsRef<[u8]>, length: usize) -> Result<SecretBytes> {
        self.0.export(context.as_ref(), length)
    }
}

/// The key pair that follows from keying material (RFC 9180, section 4: `DeriveKeyPair`).
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is too little of it.
#[doc(alias = "gnutls_hpke_derive_keypair")]
pub fn derive_key(kem: Kem, material: impl AsRef<[u8]>) -> Result<PrivateKey> {
    const DOING: &str = "deriving a key for HPKE";
    let (private, public) = (PrivateHandle::new()?, PublicHandle::new()?);
    let material = datum(material.as_ref(), DOING)?;
    // SAFETY: fresh handles, and a datum that borrows the caller's slice.
    let code = unsafe { sys::gnutls_hpke_derive_keypair(kem.raw(), &material, private.raw(), public.raw()) };
    check(code, DOING)?;
    Ok(PrivateKey::finished(private, None))
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receiver")
    }
}
