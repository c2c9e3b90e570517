//! Random bytes.

use gnutls_sys as sys;

use crate::error::{Error, Result};
use crate::ffi::{check, filled, length};
use crate::global;
use crate::secret::SecretBytes;

/// What random bytes are for. All are unpredictable; they differ in what breaks with them, and in their cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_rnd_level_t")]
pub enum RandomLevel {
    /// Nonces, and other values that others may see.
    Nonce,
    /// Keys of one session.
    Random,
    /// Keys that live long.
    Key,
}

/// Fills `output` with random bytes.
///
/// # Errors
/// [`ErrorKind::Resource`](crate::ErrorKind::Resource) if the system has none to give.
#[doc(alias = "gnutls_rnd")]
pub fn random(level: RandomLevel, output: &mut [u8]) -> Result<()> {
    global::ready()?;
    let level = match level {
        RandomLevel::Nonce => sys::GNUTLS_RND_NONCE,
        RandomLevel::Random => sys::GNUTLS_RND_RANDOM,
        RandomLevel::Key => sys::GNUTLS_RND_KEY,
    };
    // SAFETY: the pointer and the length are one slice's. The generator belongs to the calling thread.
    let code = unsafe { sys::gnutls_rnd(level, output.as_mut_ptr().cast(), output.len()) };
    check(code, "generating random bytes").map(drop)
}

/// Makes the calling thread's generator take fresh entropy from the system before its next output.
#[doc(alias = "gnutls_rnd_refresh")]
pub fn refresh_random() {
    // SAFETY: takes nothing. The generator belongs to the calling thread.
    unsafe { sys::gnutls_rnd_refresh() };
}

/// A random key of `size` bytes, for ciphers and MACs, or for a pre-shared key.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a size of 0,
/// [`ErrorKind::Resource`](crate::ErrorKind::Resource) if the system has no randomness to give.
#[doc(alias = "gnutls_key_generate")]
pub fn generate_key(size: usize) -> Result<SecretBytes> {
    const DOING: &str = "generating a key";
    global::ready()?;
    if size == 0 {
        return Err(Error::input(DOING, "a key of 0 bytes is none"));
    }
    let size = length(size, DOING)?;
    let key = filled(DOING, |out| {
        // SAFETY: a valid out pointer.
        unsafe { sys::gnutls_key_generate(out, size) }
    })?;
    Ok(SecretBytes::new(key))
}
