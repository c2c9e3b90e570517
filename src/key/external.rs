//! Keys in code of the program's own: an agent, a remote signer, a device without PKCS#11.

use std::error::Error as StdError;
use std::ffi::{c_int, c_uint, c_void};
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

use super::handle::PrivateHandle;
use super::{PrivateKey, SignFlags};
use crate::algorithm::{PublicKeyAlgorithm, SignatureScheme};
use crate::error::Error;
use crate::ffi::{callback, check, give};
use crate::secret::SecretBytes;

/// Why a callback could not do what was asked. It becomes the [`source`](StdError::source) of the error of the call.
pub type Cause = Box<dyn StdError + Send + Sync>;

/// A private key in code of the program's own.
///
/// Its methods are called from the threads that use the key, several at a time. A panic in one goes on in the caller of
/// [`PrivateKey::sign`] and the like, and fails a handshake.
#[doc(alias = "gnutls_privkey_import_ext4")]
pub trait SigningKey: Send + Sync {
    /// The algorithm of the key.
    fn algorithm(&self) -> PublicKeyAlgorithm;

    /// The size of the key in bits, as [`PublicKey::algorithm`](super::PublicKey::algorithm) would say it.
    fn bits(&self) -> u32;

    /// Whether the key makes such signatures.
    fn supports(&self, scheme: SignatureScheme) -> bool {
        scheme.supports(self.algorithm())
    }

    /// Signs a digest that was made as `scheme` says; for [`SignatureScheme::RSA_RAW`], a `DigestInfo` that is to be
    /// padded and signed as it is.
    ///
    /// # Errors
    /// If that is not possible.
    fn sign_hash(&self, scheme: SignatureScheme, hash: &[u8]) -> Result<Vec<u8>, Cause>;

    /// Signs data; for the schemes without a digest, such as Ed25519.
    ///
    /// # Errors
    /// If that is not possible.
    fn sign_data(&self, scheme: SignatureScheme, data: &[u8]) -> Result<Vec<u8>, Cause> {
        let _ = data;
        Err(format!("this key signs no data with {scheme}").into())
    }

    /// Decrypts what was encrypted with RSA.
    ///
    /// # Errors
    /// If that is not possible.
    fn decrypt(&self, ciphertext: &[u8]) -> Result<SecretBytes, Cause> {
        let _ = ciphertext;
        Err("this key does not decrypt".into())
    }
}

/// Any key does as one in code: what it is asked for it does itself.
impl SigningKey for PrivateKey {
    fn algorithm(&self) -> PublicKeyAlgorithm {
        PrivateKey::algorithm(self).map_or(PublicKeyAlgorithm::from_raw(sys::GNUTLS_PK_UNKNOWN), |(name, _)| name)
    }

    fn bits(&self) -> u32 {
        PrivateKey::algorithm(self).map_or(0, |(_, bits)| bits)
    }

    fn supports(&self, scheme: SignatureScheme) -> bool {
        let algorithm = SigningKey::algorithm(self);
        scheme.supports(algorithm) && (!self.is_raw() || scheme.public_key_algorithm() == Some(algorithm))
    }

    fn sign_hash(&self, scheme: SignatureScheme, hash: &[u8]) -> Result<Vec<u8>, Cause> {
        Ok(match scheme {
            SignatureScheme::RSA_RAW => self.sign_raw(hash)?,
            scheme => PrivateKey::sign_hash(self, scheme, SignFlags::default(), hash)?,
        })
    }

    fn sign_data(&self, scheme: SignatureScheme, data: &[u8]) -> Result<Vec<u8>, Cause> {
        Ok(self.sign(scheme, data)?)
    }

    fn decrypt(&self, ciphertext: &[u8]) -> Result<SecretBytes, Cause> {
        Ok(PrivateKey::decrypt(self, ciphertext)?)
    }
}

/// A [`SigningKey`] at a fixed place, for C.
pub(super) struct External(Arc<dyn SigningKey>);

impl PrivateKey {
    /// A key whose operations `key` does.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_privkey_import_ext4")]
    pub fn external(key: Arc<dyn SigningKey>) -> Result<PrivateKey, Error> {
        let external = Box::new(External(key));
        let handle = filled(&external, None)?;
        Ok(PrivateKey::finished(handle, Some(external)))
    }

    /// A C object that does what this key does and that C may own: it lets go of the key when it is released.
    pub(crate) fn lend(&self) -> Result<PrivateHandle, Error> {
        let external = Box::new(External(Arc::new(self.clone())));
        let handle = filled(&external, Some(release))?;
        // From here on the object releases it.
        Box::leak(external);
        Ok(handle)
    }
}

/// A C object whose callbacks get `external`, which must outlive it.
fn filled(external: &External, release: sys::gnutls_privkey_deinit_func) -> Result<PrivateHandle, Error> {
    let handle = PrivateHandle::new()?;
    let (key, userdata) = (handle.raw(), (&raw const *external).cast_mut().cast());
    let code = callback::entered(|| {
        // SAFETY: a fresh handle; callbacks of the right types; what they get outlives the handle.
        unsafe {
            sys::gnutls_privkey_import_ext4(
                key,
                userdata,
                Some(sign_data),
                Some(sign_hash),
                Some(decrypt),
                release,
                Some(info),
                0,
            )
        }
    });
    check(code, "taking over a key in code")?;
    Ok(handle)
}

/// What the callbacks were registered with.
///
/// # Safety
/// `userdata` is what [`PrivateKey::external`] registered.
unsafe fn key<'a>(userdata: *mut c_void) -> &'a dyn SigningKey {
    // SAFETY: the caller's promise; the box lives as long as the object that calls back.
    let External(key) = unsafe { &*userdata.cast::<External>() };
    &**key
}

/// The bytes of C's datum.
///
/// # Safety
/// `datum` is valid for the length of the callback.
pub(super) unsafe fn bytes<'a>(datum: *const sys::gnutls_datum_t) -> &'a [u8] {
    // SAFETY: the caller's promise.
    let datum = unsafe { &*datum };
    if datum.data.is_null() {
        return &[];
    }
    // SAFETY: as above: `size` bytes.
    unsafe { std::slice::from_raw_parts(datum.data, datum.size as usize) }
}

/// Hands an answer to C.
///
/// # Safety
/// `out` may be written.
pub(super) unsafe fn answer(bytes: &[u8], out: *mut sys::gnutls_datum_t) -> Result<c_int, Cause> {
    // SAFETY: the caller's promise; C gave us an empty datum.
    if unsafe { give(bytes, out) } { Ok(0) } else { Err("there is no memory".into()) }
}

unsafe extern "C" fn sign_hash(
    _: sys::gnutls_privkey_t,
    scheme: sys::gnutls_sign_algorithm_t,
    userdata: *mut c_void,
    _: c_uint,
    hash: *const sys::gnutls_datum_t,
    signature: *mut sys::gnutls_datum_t,
) -> c_int {
    callback::caught(sys::GNUTLS_E_PK_SIGN_FAILED, || {
        // SAFETY: what we registered.
        let key = unsafe { key(userdata) };
        // SAFETY: C's datum.
        let hash = unsafe { bytes(hash) };
        let made = key.sign_hash(SignatureScheme::from_raw(scheme), hash)?;
        // SAFETY: C's out parameter.
        unsafe { answer(&made, signature) }
    })
}

unsafe extern "C" fn sign_data(
    _: sys::gnutls_privkey_t,
    scheme: sys::gnutls_sign_algorithm_t,
    userdata: *mut c_void,
    _: c_uint,
    data: *const sys::gnutls_datum_t,
    signature: *mut sys::gnutls_datum_t,
) -> c_int {
    callback::caught(sys::GNUTLS_E_PK_SIGN_FAILED, || {
        // SAFETY: what we registered.
        let key = unsafe { key(userdata) };
        // SAFETY: C's datum.
        let data = unsafe { bytes(data) };
        let made = key.sign_data(SignatureScheme::from_raw(scheme), data)?;
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
        let ciphertext = unsafe { bytes(ciphertext) };
        let text = key.decrypt(ciphertext)?;
        // SAFETY: C's out parameter.
        unsafe { answer(&text, plaintext) }
    })
}

unsafe extern "C" fn release(_: sys::gnutls_privkey_t, userdata: *mut c_void) {
    callback::caught((), || {
        // SAFETY: what `lend` leaked, and the object that had it is gone.
        drop(unsafe { Box::from_raw(userdata.cast::<External>()) });
        Ok(())
    });
}

unsafe extern "C" fn info(_: sys::gnutls_privkey_t, flags: c_uint, userdata: *mut c_void) -> c_int {
    callback::caught(-1, || {
        // SAFETY: what we registered.
        let key = unsafe { key(userdata) };
        let number = if flags & sys::GNUTLS_PRIVKEY_INFO_PK_ALGO != 0 {
            key.algorithm().raw()
        } else if flags & sys::GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS != 0 {
            key.bits()
        } else if flags & sys::GNUTLS_PRIVKEY_INFO_HAVE_SIGN_ALGO != 0 {
            // GNUTLS_FLAGS_TO_SIGN_ALGO.
            u32::from(key.supports(SignatureScheme::from_raw(flags >> 20)))
        } else {
            // No signature is preferred.
            0
        };
        Ok(c_int::try_from(number)?)
    })
}
