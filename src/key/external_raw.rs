//! Keys in code that sign what is ready to be signed, or only decrypt: cards and agents of the older kind.

use std::ffi::{c_int, c_uint, c_void};
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

use super::PrivateKey;
use super::external::{Cause, answer, bytes};
use super::handle::PrivateHandle;
use crate::algorithm::PublicKeyAlgorithm;
use crate::error::Result;
use crate::ffi::{callback, check};
use crate::secret::SecretBytes;

const TAKING: &str = "taking over a key in code";

/// A private key in code of the program's own that knows nothing of signature schemes: RSA with the padding of PKCS#1
/// v1.5, DSA, or ECDSA. A key that can do more is a [`SigningKey`](super::SigningKey).
///
/// TLS 1.3 asks RSA keys for RSA-PSS: such a key serves TLS 1.2 then. With ECDSA it serves both.
///
/// Its methods are called from the threads that use the key, several at a time. A panic in one goes on in the caller of
/// [`PrivateKey::sign`] and the like, and fails a handshake.
#[doc(alias = "gnutls_privkey_import_ext3")]
pub trait RawKey: Send + Sync {
    /// The algorithm: [`RSA`](PublicKeyAlgorithm::RSA), [`DSA`](PublicKeyAlgorithm::DSA) or
    /// [`ECDSA`](PublicKeyAlgorithm::ECDSA).
    fn algorithm(&self) -> PublicKeyAlgorithm;

    /// Signs: for RSA a `DigestInfo`, which is to be padded; for the others a digest.
    ///
    /// # Errors
    /// If that is not possible.
    fn sign(&self, input: &[u8]) -> std::result::Result<Vec<u8>, Cause>;

    /// Decrypts what was encrypted with RSA.
    ///
    /// # Errors
    /// If that is not possible.
    fn decrypt(&self, ciphertext: &[u8]) -> std::result::Result<SecretBytes, Cause> {
        let _ = ciphertext;
        Err("this key does not decrypt".into())
    }
}

type SignFn = Box<dyn Fn(&[u8]) -> std::result::Result<Vec<u8>, Cause> + Send + Sync>;
type DecryptFn = Box<dyn Fn(&[u8]) -> std::result::Result<SecretBytes, Cause> + Send + Sync>;

/// A [`RawKey`] made of closures.
struct Closures {
    algorithm: PublicKeyAlgorithm,
    sign: Option<SignFn>,
    decrypt: Option<DecryptFn>,
}

impl RawKey for Closures {
    fn algorithm(&self) -> PublicKeyAlgorithm {
        self.algorithm
    }

    fn sign(&self, input: &[u8]) -> std::result::Result<Vec<u8>, Cause> {
        self.sign.as_ref().ok_or("this key does not sign")?(input)
    }

    fn decrypt(&self, ciphertext: &[u8]) -> std::result::Result<SecretBytes, Cause> {
        self.decrypt.as_ref().ok_or("this key does not decrypt")?(ciphertext)
    }
}

/// A [`RawKey`] at a fixed place, for C.
struct Raw(Arc<dyn RawKey>);

impl PrivateKey {
    /// A key whose operations `key` does. It says no number of bits.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if the algorithm is none that such a key can have.
    #[doc(alias = "gnutls_privkey_import_ext3")]
    pub fn external_raw(key: Arc<dyn RawKey>) -> Result<PrivateKey> {
        let (handle, raw) = (PrivateHandle::new()?, Box::new(Raw(key)));
        let userdata = userdata(&raw);
        let code = callback::entered(|| {
            let (private, info) = (handle.raw(), Some(info as InfoFn));
            // SAFETY: a fresh handle; callbacks of the right types; what they get outlives the handle, with or without error.
            unsafe { sys::gnutls_privkey_import_ext3(private, userdata, Some(sign), Some(decrypt), None, info, 0) }
        });
        callback::check(code, TAKING)?;
        Ok(PrivateKey::finished_raw(handle, Some(raw)))
    }

    /// A key that only signs: `sign` gets what [`RawKey::sign`] gets.
    ///
    /// # Errors
    /// As for [`external_raw`](PrivateKey::external_raw).
    ///
    /// # Examples
    /// ```
    /// use gnutls::key::{KeyType, PrivateKey, SignFlags};
    /// use gnutls::{PublicKeyAlgorithm, SignatureScheme};
    ///
    /// let inside = PrivateKey::generate(KeyType::EcdsaP256)?; // in an agent, say
    /// let public = inside.public_key()?;
    /// let key = PrivateKey::from_sign_fn(PublicKeyAlgorithm::ECDSA, move |digest| {
    ///     Ok(inside.sign_hash(SignatureScheme::ECDSA_SHA256, SignFlags::default(), digest)?)
    /// })?;
    /// let signature = key.sign(SignatureScheme::ECDSA_SHA256, b"a message")?;
    /// public.verify(SignatureScheme::ECDSA_SHA256, b"a message", &signature)?;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[doc(alias = "gnutls_privkey_import_ext2")]
    pub fn from_sign_fn(
        algorithm: PublicKeyAlgorithm,
        sign: impl Fn(&[u8]) -> std::result::Result<Vec<u8>, Cause> + Send + Sync + 'static,
    ) -> Result<PrivateKey> {
        let key = Closures { algorithm, sign: Some(Box::new(sign)), decrypt: None };
        let (handle, raw) = (PrivateHandle::new()?, Box::new(Raw(Arc::new(key))));
        let (private, userdata) = (handle.raw(), userdata(&raw));
        let (sign, release) = (Some(self::sign as SignCallback), Some(release as ReleaseCallback));
        // SAFETY: a fresh handle; callbacks of the right types; what they get is released by the handle if this succeeds.
        let code =
            unsafe { sys::gnutls_privkey_import_ext2(private, algorithm.raw(), userdata, sign, None, release, 0) };
        check(code, TAKING)?;
        // From here on the object releases it.
        Box::leak(raw);
        Ok(PrivateKey::finished_raw(handle, None))
    }

    /// An RSA key that only decrypts: for the RSA key exchange of TLS 1.2, and for messages.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_privkey_import_ext")]
    pub fn from_decrypt_fn(
        decrypt: impl Fn(&[u8]) -> std::result::Result<SecretBytes, Cause> + Send + Sync + 'static,
    ) -> Result<PrivateKey> {
        let algorithm = PublicKeyAlgorithm::RSA;
        let key = Closures { algorithm, sign: None, decrypt: Some(Box::new(decrypt)) };
        let (handle, raw) = (PrivateHandle::new()?, Box::new(Raw(Arc::new(key))));
        let (private, userdata) = (handle.raw(), userdata(&raw));
        // SAFETY: a fresh handle; a callback of the right type; what it gets outlives the handle.
        let code =
            unsafe { sys::gnutls_privkey_import_ext(private, algorithm.raw(), userdata, None, Some(self::decrypt), 0) };
        check(code, TAKING)?;
        Ok(PrivateKey::finished_raw(handle, Some(raw)))
    }
}

type InfoFn = unsafe extern "C" fn(sys::gnutls_privkey_t, c_uint, *mut c_void) -> c_int;
type SignCallback = unsafe extern "C" fn(
    sys::gnutls_privkey_t,
    *mut c_void,
    *const sys::gnutls_datum_t,
    *mut sys::gnutls_datum_t,
) -> c_int;
type ReleaseCallback = unsafe extern "C" fn(sys::gnutls_privkey_t, *mut c_void);

fn userdata(raw: &Raw) -> *mut c_void {
    (&raw const *raw).cast_mut().cast()
}

/// What the callbacks were registered with.
///
/// # Safety
/// `userdata` is a [`Raw`] that lives as long as the object that calls back.
unsafe fn key<'a>(userdata: *mut c_void) -> &'a dyn RawKey {
    // SAFETY: the caller's promise.
    let Raw(key) = unsafe { &*userdata.cast::<Raw>() };
    &**key
}

unsafe extern "C" fn sign(
    _: sys::gnutls_privkey_t,
    userdata: *mut c_void,
    input: *const sys::gnutls_datum_t,
    signature: *mut sys::gnutls_datum_t,
) -> c_int {
    callback::caught(sys::GNUTLS_E_PK_SIGN_FAILED, || {
        // SAFETY: what we registered.
        let key = unsafe { key(userdata) };
        // SAFETY: C's datum.
        let made = key.sign(unsafe { bytes(input) })?;
        // SAFETY: C's out parameter.
        unsafe { answer(&made, signature) }
    })
}

unsafe extern "C" fn decrypt(
    _: sys::gnutls_privkey_t,
    userdata: *mut c_void,
    ciphertext: *const sys::gnutls_datum_t,
    plaintext: *mut sys::gnutls_datum_t,
) -> c_int {
    // gnutls_privkey_decrypt_data2 frees this also after a failure, and has not set it.
    // SAFETY: C's out parameter.
    unsafe { plaintext.write(sys::gnutls_datum_t { data: ptr::null_mut(), size: 0 }) };
    callback::caught(sys::GNUTLS_E_PK_DECRYPTION_FAILED, || {
        // SAFETY: what we registered.
        let key = unsafe { key(userdata) };
        // SAFETY: C's datum.
        let text = key.decrypt(unsafe { bytes(ciphertext) })?;
        // SAFETY: C's out parameter.
        unsafe { answer(&text, plaintext) }
    })
}

unsafe extern "C" fn info(_: sys::gnutls_privkey_t, flags: c_uint, userdata: *mut c_void) -> c_int {
    callback::caught(-1, || {
        // SAFETY: what we registered.
        let key = unsafe { key(userdata) };
        if flags & sys::GNUTLS_PRIVKEY_INFO_PK_ALGO != 0 {
            return Ok(c_int::try_from(key.algorithm().raw())?);
        }
        // Nothing else is known.
        Ok(-1)
    })
}

unsafe extern "C" fn release(_: sys::gnutls_privkey_t, userdata: *mut c_void) {
    callback::caught((), || {
        // SAFETY: what `from_sign_fn` leaked, and the object that had it is gone.
        drop(unsafe { Box::from_raw(userdata.cast::<Raw>()) });
        Ok(())
    });
}
