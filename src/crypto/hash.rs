//! Digests, of data in pieces or in one.

use std::ffi::c_void;
use std::fmt;
use std::io;
use std::mem::ManuallyDrop;
use std::ptr;

use gnutls_sys as sys;

use super::unsupported;
use crate::algorithm::Digest;
use crate::error::Result;
use crate::ffi::{check, raw_access};
use crate::global;

/// A digest in the making.
///
/// # Examples
/// ```
/// use gnutls::Digest;
/// use gnutls::crypto::Hash;
///
/// let mut hash = Hash::new(Digest::SHA256)?;
/// hash.update(b"a")?;
/// hash.update(b"bc")?;
/// assert_eq!(hash.finish(), Hash::of(Digest::SHA256, b"abc")?);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_hash_hd_t")]
#[doc(alias = "gnutls_hash_deinit")]
pub struct Hash {
    raw: sys::gnutls_hash_hd_t,
    digest: Digest,
}

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Hash {}
// SAFETY: a shared reference gives only copies, which read the state.
unsafe impl Sync for Hash {}

raw_access!(Hash, sys::gnutls_hash_hd_t, lend it => it.raw);

impl Hash {
    /// Starts a digest.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if this GnuTLS cannot compute it, or if its output has
    /// no fixed size (SHAKE).
    #[doc(alias = "gnutls_hash_init")]
    pub fn new(digest: Digest) -> Result<Hash> {
        available(digest)?;
        let mut raw = ptr::null_mut();
        // SAFETY: the out pointer is valid.
        let code = unsafe { sys::gnutls_hash_init(&mut raw, digest.raw()) };
        check(code, "starting a digest")?;
        Ok(Hash { raw, digest })
    }

    /// The digest of `data`.
    ///
    /// # Errors
    /// As for [`new`](Hash::new).
    #[doc(alias = "gnutls_hash_fast")]
    pub fn of(digest: Digest, data: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let data = data.as_ref();
        let mut output = vec![0; available(digest)?];
        let (start, out) = (data.as_ptr().cast::<c_void>(), output.as_mut_ptr().cast::<c_void>());
        // SAFETY: the data and their length are one slice's; the output has the digest's size.
        let code = unsafe { sys::gnutls_hash_fast(digest.raw(), start, data.len(), out) };
        check(code, "computing a digest")?;
        Ok(output)
    }

    /// The algorithm.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Adds data.
    ///
    /// # Errors
    /// If GnuTLS refuses to work (FIPS 140 mode after a failed self-test).
    #[doc(alias = "gnutls_hash")]
    pub fn update(&mut self, data: impl AsRef<[u8]>) -> Result<()> {
        let data = data.as_ref();
        // SAFETY: a started digest; the pointer and the length are one slice's.
        let code = unsafe { sys::gnutls_hash(self.raw, data.as_ptr().cast(), data.len()) };
        check(code, "computing a digest").map(drop)
    }

    /// The digest of all data since the start or since the last output; it starts anew after that.
    #[doc(alias = "gnutls_hash_output")]
    pub fn output(&mut self) -> Vec<u8> {
        let mut output = vec![0; self.digest.output_size()];
        // SAFETY: a started digest; the output has its size.
        unsafe { sys::gnutls_hash_output(self.raw, output.as_mut_ptr().cast()) };
        output
    }

    /// The digest of all data since the start or since the last output.
    #[doc(alias = "gnutls_hash_deinit")]
    pub fn finish(self) -> Vec<u8> {
        let last = ManuallyDrop::new(self);
        let mut output = vec![0; last.digest.output_size()];
        // SAFETY: a started digest, released here and not by Drop; the output has its size.
        unsafe { sys::gnutls_hash_deinit(last.raw, output.as_mut_ptr().cast()) };
        output
    }

    /// A second digest that has seen the same data.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the implementation cannot be copied.
    #[doc(alias = "gnutls_hash_copy")]
    pub fn try_clone(&self) -> Result<Hash> {
        // SAFETY: a started digest.
        let raw = unsafe { sys::gnutls_hash_copy(self.raw) };
        if raw.is_null() {
            return Err(unsupported("copying a digest", format!("{} cannot be copied here", self.digest)));
        }
        Ok(Hash { raw, digest: self.digest })
    }
}

/// The size of the output, if the digest can be computed.
pub(super) fn available(digest: Digest) -> Result<usize> {
    global::ready()?;
    match digest.output_size() {
        0 => Err(unsupported("computing a digest", format!("this GnuTLS has no {digest} of a fixed size"))),
        _ if matches!(digest, Digest::SHAKE_128 | Digest::SHAKE_256) => {
            Err(unsupported("computing a digest", format!("{digest} has no fixed size")))
        }
        size => Ok(size),
    }
}

/// Adds the data; never writes less than all.
impl io::Write for Hash {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.update(data)?;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Hash {
    fn drop(&mut self) {
        // SAFETY: ours, released once; null asks for no output.
        unsafe { sys::gnutls_hash_deinit(self.raw, ptr::null_mut()) };
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({})", self.digest)
    }
}
