//! Message authentication codes: HMAC, and the others that GnuTLS calls so (CMAC, GMAC, UMAC).

use std::ffi::{c_int, c_void};
use std::fmt;
use std::io;
use std::mem::ManuallyDrop;
use std::ptr;

use gnutls_sys as sys;

use super::compare::same_tag;
use super::{unsupported, wrong_size};
use crate::algorithm::Mac;
use crate::error::{Error, Result};
use crate::ffi::{check, raw_access};
use crate::global;

/// A message authentication code in the making. The key is wiped when it is dropped.
///
/// # Examples
/// ```
/// use gnutls::Mac;
/// use gnutls::crypto::Hmac;
///
/// let tag = Hmac::of(Mac::SHA256, b"key", b"message")?;
/// let mut hmac = Hmac::new(Mac::SHA256, b"key")?;
/// hmac.update(b"message")?;
/// hmac.verify(&tag)?;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_hmac_hd_t")]
#[doc(alias = "gnutls_hmac_deinit")]
pub struct Hmac {
    raw: sys::gnutls_hmac_hd_t,
    mac: Mac,
    /// A code that takes a nonce waits for one.
    wants_nonce: bool,
}

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Hmac {}
// SAFETY: a shared reference gives only copies, which read the state.
unsafe impl Sync for Hmac {}

raw_access!(Hmac, sys::gnutls_hmac_hd_t, lend it => it.raw);

impl Hmac {
    /// Starts a code. An HMAC takes keys of any size, all others only those of [`Mac::key_size`].
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a key of another size,
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if this GnuTLS cannot compute the code.
    #[doc(alias = "gnutls_hmac_init")]
    pub fn new(mac: Mac, key: impl AsRef<[u8]>) -> Result<Hmac> {
        let key = key.as_ref();
        available(mac, key)?;
        let mut raw = ptr::null_mut();
        // SAFETY: the out pointer is valid; the key and its length are one slice's.
        let code = unsafe { sys::gnutls_hmac_init(&mut raw, mac.raw(), key.as_ptr().cast(), key.len()) };
        check(code, "starting a MAC")?;
        Ok(Hmac { raw, mac, wants_nonce: mac.nonce_size() > 0 })
    }

    /// The code of `data`.
    ///
    /// # Errors
    /// As for [`new`](Hmac::new); [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for one that takes a nonce.
    #[doc(alias = "gnutls_hmac_fast")]
    pub fn of(mac: Mac, key: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let (key, data) = (key.as_ref(), data.as_ref());
        let mut output = vec![0; available(mac, key)?];
        if mac.nonce_size() > 0 {
            return Err(unsupported("computing a MAC", format!("{mac} needs a nonce, and there is none")));
        }
        let (key_start, start) = (key.as_ptr().cast::<c_void>(), data.as_ptr().cast::<c_void>());
        let (algorithm, out) = (mac.raw(), output.as_mut_ptr().cast());
        // SAFETY: key and data with their lengths are slices; the output has the code's size.
        let code = unsafe { sys::gnutls_hmac_fast(algorithm, key_start, key.len(), start, data.len(), out) };
        check(code, "computing a MAC")?;
        Ok(output)
    }

    /// The algorithm.
    pub fn mac(&self) -> Mac {
        self.mac
    }

    /// Sets the nonce, before the data of each message: GMAC and UMAC need one, and no two messages under one key may
    /// have the same.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a nonce that is not of [`Mac::nonce_size`].
    #[doc(alias = "gnutls_hmac_set_nonce")]
    pub fn set_nonce(&mut self, nonce: impl AsRef<[u8]>) -> Result<()> {
        let (nonce, needed) = (nonce.as_ref(), self.mac.nonce_size());
        if needed == 0 {
            return Err(Error::input("setting the nonce of a MAC", format!("{} takes none", self.mac)));
        }
        if nonce.len() != needed {
            return Err(wrong_size("setting the nonce of a MAC", "a nonce", needed, nonce.len()));
        }
        // SAFETY: started; a nonce of the size that the algorithm takes.
        unsafe { sys::gnutls_hmac_set_nonce(self.raw, nonce.as_ptr().cast(), nonce.len()) };
        self.wants_nonce = false;
        Ok(())
    }

    /// Adds data.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if a nonce is missing.
    #[doc(alias = "gnutls_hmac")]
    pub fn update(&mut self, data: impl AsRef<[u8]>) -> Result<()> {
        let data = data.as_ref();
        self.have_nonce()?;
        // SAFETY: started; the pointer and the length are one slice's.
        let code = unsafe { sys::gnutls_hmac(self.raw, data.as_ptr().cast(), data.len()) };
        check(code, "computing a MAC").map(drop)
    }

    /// The code of all data since the start or since the last output; it starts anew after that, with the same key.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if a nonce is missing.
    #[doc(alias = "gnutls_hmac_output")]
    pub fn output(&mut self) -> Result<Vec<u8>> {
        self.have_nonce()?;
        let mut output = vec![0; self.mac.output_size()];
        // SAFETY: started; the output has the code's size.
        unsafe { sys::gnutls_hmac_output(self.raw, output.as_mut_ptr().cast()) };
        self.wants_nonce = self.mac.nonce_size() > 0;
        Ok(output)
    }

    /// The code of all data since the start or since the last output.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if a nonce is missing.
    #[doc(alias = "gnutls_hmac_deinit")]
    pub fn finish(self) -> Result<Vec<u8>> {
        self.have_nonce()?;
        let last = ManuallyDrop::new(self);
        let mut output = vec![0; last.mac.output_size()];
        // SAFETY: started, released here and not by Drop; the output has the code's size.
        unsafe { sys::gnutls_hmac_deinit(last.raw, output.as_mut_ptr().cast()) };
        Ok(output)
    }

    /// Sees that `expected` is the code of all data. The comparison takes the same time wherever they differ.
    ///
    /// # Errors
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) if it is another,
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if a nonce is missing.
    #[doc(alias = "gnutls_memcmp")]
    pub fn verify(self, expected: impl AsRef<[u8]>) -> Result<()> {
        same_tag("verifying a MAC", &self.finish()?, expected.as_ref())
    }

    /// A second one with the same key that has seen the same data.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the implementation cannot be copied.
    #[doc(alias = "gnutls_hmac_copy")]
    pub fn try_clone(&self) -> Result<Hmac> {
        // SAFETY: started.
        let raw = unsafe { sys::gnutls_hmac_copy(self.raw) };
        if raw.is_null() {
            return Err(unsupported("copying a MAC", format!("{} cannot be copied here", self.mac)));
        }
        Ok(Hmac { raw, mac: self.mac, wants_nonce: self.wants_nonce })
    }

    fn have_nonce(&self) -> Result<()> {
        if self.wants_nonce {
            return Err(Error::misuse("computing a MAC", format!("{} needs a nonce for each message", self.mac)));
        }
        Ok(())
    }
}

/// The size of the output, if the code can be computed with this key.
fn available(mac: Mac, key: &[u8]) -> Result<usize> {
    global::ready()?;
    let size = mac.output_size();
    if size == 0 {
        return Err(unsupported("computing a MAC", format!("this GnuTLS has no {mac}")));
    }
    // With a key of another size, GnuTLS ends the process.
    if !mac.is_hmac() && key.len() != mac.key_size() {
        return Err(wrong_size(format!("computing a MAC with {mac}"), "a key", mac.key_size(), key.len()));
    }
    if c_int::try_from(key.len()).is_err() {
        return Err(Error::input("computing a MAC", "the key is too long"));
    }
    Ok(size)
}

/// Adds the data; never writes less than all.
impl io::Write for Hmac {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.update(data)?;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Hmac {
    fn drop(&mut self) {
        // SAFETY: ours, released once; null asks for no output.
        unsafe { sys::gnutls_hmac_deinit(self.raw, ptr::null_mut()) };
    }
}

impl fmt::Debug for Hmac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hmac({})", self.mac)
    }
}
