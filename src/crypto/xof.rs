//! Digests of any output length: SHAKE.

use std::fmt;
use std::ptr;

use gnutls_sys as sys;

use super::unsupported;
use crate::algorithm::Digest;
use crate::error::{Error, Result};
use crate::ffi::{check, raw_access};
use crate::global;

/// An extendable-output function (FIPS 202): data go in, then any number of bytes comes out.
///
/// # Examples
/// ```
/// use gnutls::Digest;
/// use gnutls::crypto::Xof;
///
/// let mut shake = Xof::new(Digest::SHAKE_128)?;
/// shake.update(b"")?;
/// let mut output = [0; 4];
/// shake.squeeze(&mut output)?;
/// assert_eq!(output, [0x7f, 0x9c, 0x2b, 0xa4]);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct Xof {
    raw: sys::gnutls_hash_hd_t,
    digest: Digest,
    squeezing: bool,
}

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Xof {}
// SAFETY: a shared reference gives no access to it.
unsafe impl Sync for Xof {}

raw_access!(Xof, sys::gnutls_hash_hd_t, lend it => it.raw);

impl Xof {
    /// Starts one.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for all but SHAKE.
    #[doc(alias = "gnutls_hash_init")]
    pub fn new(digest: Digest) -> Result<Xof> {
        global::ready()?;
        if !matches!(digest, Digest::SHAKE_128 | Digest::SHAKE_256) {
            return Err(unsupported("starting an extendable output", format!("{digest} has a fixed size")));
        }
        let mut raw = ptr::null_mut();
        // SAFETY: the out pointer is valid.
        let code = unsafe { sys::gnutls_hash_init(&mut raw, digest.raw()) };
        check(code, "starting an extendable output")?;
        Ok(Xof { raw, digest, squeezing: false })
    }

    /// Adds data.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) once output has been taken.
    #[doc(alias = "gnutls_hash")]
    pub fn update(&mut self, data: impl AsRef<[u8]>) -> Result<()> {
        let data = data.as_ref();
        if self.squeezing {
            return Err(Error::misuse("adding to an extendable output", "output has been taken"));
        }
        // SAFETY: started; the pointer and the length are one slice's.
        let code = unsafe { sys::gnutls_hash(self.raw, data.as_ptr().cast(), data.len()) };
        check(code, "adding to an extendable output").map(drop)
    }

    /// Fills `output` with what comes next.
    ///
    /// # Errors
    /// If GnuTLS refuses to work.
    #[doc(alias = "gnutls_hash_squeeze")]
    pub fn squeeze(&mut self, output: &mut [u8]) -> Result<()> {
        self.squeezing = true;
        // SAFETY: started; the pointer and the length are one slice's.
        let code = unsafe { sys::gnutls_hash_squeeze(self.raw, output.as_mut_ptr().cast(), output.len()) };
        check(code, "taking extendable output").map(drop)
    }
}

impl Drop for Xof {
    fn drop(&mut self) {
        // SAFETY: ours, released once; null asks for no output.
        unsafe { sys::gnutls_hash_deinit(self.raw, ptr::null_mut()) };
    }
}

impl fmt::Debug for Xof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Xof({})", self.digest)
    }
}
