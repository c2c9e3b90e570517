//! Authenticated encryption with associated data (RFC 5116), a message at a time.

use std::ffi::{c_int, c_void};
use std::fmt;
use std::io::{IoSlice, IoSliceMut};
use std::ptr;

use gnutls_sys as sys;

use super::aead_rules::Family;
use super::{wipe, wrong_size};
use crate::algorithm::Cipher;
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::{Wiped, check, datum, raw_access};
use crate::global;
use crate::secret::SecretBytes;

/// An AEAD cipher with its key, which is wiped when it is dropped.
///
/// No two messages may be encrypted with the same key and nonce, except with SIV, where that only shows which messages
/// are equal. Sizes of keys, nonces and tags are checked; so are lengths.
///
/// # Examples
/// ```
/// use gnutls::Cipher;
/// use gnutls::crypto::{Aead, generate_key};
///
/// let mut aead = Aead::new(Cipher::AES_256_GCM, generate_key(32)?)?;
/// let sealed = aead.encrypt(b"nonce no. 01", b"header", b"secret")?;
/// assert_eq!(&*aead.decrypt(b"nonce no. 01", b"header", &sealed)?, b"secret");
/// assert!(aead.decrypt(b"nonce no. 01", b"other", &sealed).is_err());
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_aead_cipher_hd_t")]
#[doc(alias = "gnutls_aead_cipher_deinit")]
pub struct Aead {
    raw: sys::gnutls_aead_cipher_hd_t,
    cipher: Cipher,
    family: Family,
    tag_size: usize,
}

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Aead {}
// SAFETY: a shared reference gives no access to it.
unsafe impl Sync for Aead {}

raw_access!(Aead, sys::gnutls_aead_cipher_hd_t, lend it => it.raw);

impl Aead {
    /// A cipher with its key and the tags that are usual for it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for a key that is not of [`Cipher::key_size`], [`ErrorKind::Unsupported`] for a cipher
    /// that is none of these or that this GnuTLS does not have.
    #[doc(alias = "gnutls_aead_cipher_init")]
    pub fn new(cipher: Cipher, key: impl AsRef<[u8]>) -> Result<Aead> {
        global::ready()?;
        let family = Family::available(cipher)?;
        let key = aead_key(cipher, key.as_ref())?;
        let mut raw = ptr::null_mut();
        // SAFETY: the out pointer is valid; the key borrows a slice of the size that the cipher takes.
        let code = unsafe { sys::gnutls_aead_cipher_init(&mut raw, cipher.raw(), &key) };
        check(code, "starting an AEAD cipher")?;
        Ok(Aead { raw, cipher, family, tag_size: cipher.tag_size() })
    }

    /// Makes and takes tags of another size, in bytes. A forger needs fewer tries to hit a shorter one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for a size that the cipher does not have.
    pub fn with_tag_size(mut self, size: usize) -> Result<Aead> {
        self.family.tag(self.cipher, size)?;
        self.tag_size = size;
        Ok(self)
    }

    /// Sets another key.
    ///
    /// # Errors
    /// As for [`new`](Aead::new).
    #[doc(alias = "gnutls_aead_cipher_set_key")]
    pub fn set_key(&mut self, key: impl AsRef<[u8]>) -> Result<()> {
        #[cfg(gnutls_3_7_5)]
        if self.family != Family::Gcm {
            let key = aead_key(self.cipher, key.as_ref())?;
            // SAFETY: a cipher, and a key that borrows a slice of the size that the cipher takes.
            let code = unsafe { sys::gnutls_aead_cipher_set_key(self.raw, &key) };
            return check(code, "setting the key of an AEAD cipher").map(drop);
        }
        // After a second key GnuTLS (3.8.13 too) makes wrong tags with AES-GCM on x86: what it hashes with depends on the
        // first key as well.
        let mut next = Aead::new(self.cipher, key)?;
        next.tag_size = self.tag_size;
        *self = next;
        Ok(())
    }

    /// The algorithm.
    pub fn cipher(&self) -> Cipher {
        self.cipher
    }

    /// The size of the tags, in bytes.
    pub fn tag_size(&self) -> usize {
        self.tag_size
    }

    /// The ciphertext with its tag: the text's length and [`tag_size`](Aead::tag_size) more. `data` is authenticated and
    /// not encrypted.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for a nonce of a size that the cipher does not take.
    #[doc(alias = "gnutls_aead_cipher_encrypt")]
    pub fn encrypt(
        &mut self,
        nonce: impl AsRef<[u8]>,
        data: impl AsRef<[u8]>,
        text: impl AsRef<[u8]>,
    ) -> Result<Vec<u8>> {
        let mut output = vec![0; self.sealed(text.as_ref().len())?];
        self.encrypt_into(nonce, data, text, &mut output)?;
        Ok(output)
    }

    /// As [`encrypt`](Aead::encrypt), into the start of `output`; returns how many bytes that were.
    ///
    /// # Errors
    /// As for [`encrypt`](Aead::encrypt), and [`ErrorKind::InvalidInput`] if `output` is too small.
    #[doc(alias = "gnutls_aead_cipher_encrypt")]
    pub fn encrypt_into(
        &mut self,
        nonce: impl AsRef<[u8]>,
        data: impl AsRef<[u8]>,
        text: impl AsRef<[u8]>,
        output: &mut [u8],
    ) -> Result<usize> {
        let (nonce, data, text) = (nonce.as_ref(), data.as_ref(), text.as_ref());
        self.check(nonce, text.len())?;
        self.room(self.sealed(text.len())?, output)?;
        let mut size = output.len();
        let (nonce_start, data_start, start) = (start(nonce), start(data), start(text));
        let out = output.as_mut_ptr().cast();
        // SAFETY: a cipher with its key; slices of sizes that it takes; the output has room for text and tag.
        let code = unsafe {
            sys::gnutls_aead_cipher_encrypt(
                self.raw,
                nonce_start,
                nonce.len(),
                data_start,
                data.len(),
                self.tag_size,
                start,
                text.len(),
                out,
                &mut size,
            )
        };
        check(code, "encrypting a message")?;
        Ok(size)
    }

    /// The text behind a ciphertext with its tag, if nobody has changed it or `data`.
    ///
    /// # Errors
    /// [`ErrorKind::Verification`] if the tag does not fit, [`ErrorKind::InvalidInput`] for a nonce of a size that the
    /// cipher does not take.
    #[doc(alias = "gnutls_aead_cipher_decrypt")]
    pub fn decrypt(
        &mut self,
        nonce: impl AsRef<[u8]>,
        data: impl AsRef<[u8]>,
        sealed: impl AsRef<[u8]>,
    ) -> Result<SecretBytes> {
        let sealed = sealed.as_ref();
        let mut output = Wiped::new(vec![0; sealed.len().saturating_sub(self.tag_size)]);
        self.decrypt_into(nonce, data, sealed, &mut output)?;
        Ok(output.into())
    }

    /// As [`decrypt`](Aead::decrypt), into the start of `output`; returns how many bytes that were. After an error,
    /// `output` is all zeros.
    ///
    /// # Errors
    /// As for [`decrypt`](Aead::decrypt), and [`ErrorKind::InvalidInput`] if `output` is too small.
    #[doc(alias = "gnutls_aead_cipher_decrypt")]
    pub fn decrypt_into(
        &mut self,
        nonce: impl AsRef<[u8]>,
        data: impl AsRef<[u8]>,
        sealed: impl AsRef<[u8]>,
        output: &mut [u8],
    ) -> Result<usize> {
        let (nonce, data, sealed) = (nonce.as_ref(), data.as_ref(), sealed.as_ref());
        let Some(length) = sealed.len().checked_sub(self.tag_size) else {
            return Err(forged("it is shorter than its tag"));
        };
        self.check(nonce, length)?;
        self.room(length, output)?;
        let mut size = output.len();
        let (nonce_start, data_start, start) = (start(nonce), start(data), start(sealed));
        let out = output.as_mut_ptr().cast();
        // SAFETY: a cipher with its key; slices of sizes that it takes; the output has room for the text.
        let code = unsafe {
            sys::gnutls_aead_cipher_decrypt(
                self.raw,
                nonce_start,
                nonce.len(),
                data_start,
                data.len(),
                self.tag_size,
                start,
                sealed.len(),
                out,
                &mut size,
            )
        };
        if code < 0 {
            wipe(output);
        }
        opened(code)?;
        Ok(size)
    }

    /// As [`encrypt`](Aead::encrypt), for data and a text in pieces, which are taken as one after the other.
    ///
    /// # Errors
    /// As for [`encrypt`](Aead::encrypt).
    #[doc(alias = "gnutls_aead_cipher_encryptv")]
    pub fn encrypt_vectored(
        &mut self,
        nonce: impl AsRef<[u8]>,
        data: &[IoSlice<'_>],
        text: &[IoSlice<'_>],
    ) -> Result<Vec<u8>> {
        let nonce = nonce.as_ref();
        let length = total(text.iter().map(|piece| piece.len()))?;
        self.check(nonce, length)?;
        let mut output = vec![0; self.sealed(length)?];
        let mut size = output.len();
        let (data_count, count) = (pieces(data.len())?, pieces(text.len())?);
        let (nonce_start, data_start, start) = (start(nonce), data.as_ptr().cast(), text.as_ptr().cast());
        let out = output.as_mut_ptr().cast();
        // SAFETY: a cipher with its key; IoSlice has the layout of iovec; the output has room for text and tag.
        let code = unsafe {
            sys::gnutls_aead_cipher_encryptv(
                self.raw,
                nonce_start,
                nonce.len(),
                data_start,
                data_count,
                self.tag_size,
                start,
                count,
                out,
                &mut size,
            )
        };
        check(code, "encrypting a message in pieces")?;
        output.truncate(size);
        Ok(output)
    }

    /// Encrypts a text in pieces where it stands, and returns the tag.
    ///
    /// # Errors
    /// As for [`encrypt`](Aead::encrypt).
    #[doc(alias = "gnutls_aead_cipher_encryptv2")]
    pub fn encrypt_in_place(
        &mut self,
        nonce: impl AsRef<[u8]>,
        data: &[IoSlice<'_>],
        text: &mut [IoSliceMut<'_>],
    ) -> Result<Vec<u8>> {
        let nonce = nonce.as_ref();
        self.check(nonce, total(text.iter().map(|piece| piece.len()))?)?;
        if self.family == Family::Siv {
            return self.encrypt_siv_in_place(nonce, data, text);
        }
        let (mut tag, mut size) = (vec![0; self.tag_size], self.tag_size);
        let (data_count, count) = (pieces(data.len())?, pieces(text.len())?);
        let (nonce_start, data_start, start) = (start(nonce), data.as_ptr().cast(), text.as_mut_ptr().cast());
        let out = tag.as_mut_ptr().cast();
        // SAFETY: a cipher with its key; IoSlice and IoSliceMut have the layout of iovec, and what the latter point to
        // may be written; `size` is the tag's.
        let code = unsafe {
            sys::gnutls_aead_cipher_encryptv2(
                self.raw,
                nonce_start,
                nonce.len(),
                data_start,
                data_count,
                start,
                count,
                out,
                &mut size,
            )
        };
        check(code, "encrypting a message in place")?;
        tag.truncate(size);
        Ok(tag)
    }

    /// Decrypts a text in pieces where it stands, if the tag fits. After an error, the text is all zeros.
    ///
    /// # Errors
    /// As for [`decrypt`](Aead::decrypt).
    #[doc(alias = "gnutls_aead_cipher_decryptv2")]
    pub fn decrypt_in_place(
        &mut self,
        nonce: impl AsRef<[u8]>,
        data: &[IoSlice<'_>],
        text: &mut [IoSliceMut<'_>],
        tag: impl AsRef<[u8]>,
    ) -> Result<()> {
        let (nonce, tag) = (nonce.as_ref(), tag.as_ref());
        self.check(nonce, total(text.iter().map(|piece| piece.len()))?)?;
        if tag.len() != self.tag_size {
            return Err(wrong_size(format!("using {}", self.cipher), "a tag", self.tag_size, tag.len()));
        }
        if self.family == Family::Siv {
            return self.decrypt_siv_in_place(nonce, data, text, tag);
        }
        let (data_count, count) = (pieces(data.len())?, pieces(text.len())?);
        let (nonce_start, data_start, start) = (start(nonce), data.as_ptr().cast(), text.as_mut_ptr().cast());
        let tag_start = tag.as_ptr().cast_mut().cast();
        // SAFETY: as for encrypt_in_place; the tag is only read.
        let code = unsafe {
            sys::gnutls_aead_cipher_decryptv2(
                self.raw,
                nonce_start,
                nonce.len(),
                data_start,
                data_count,
                start,
                count,
                tag_start,
                tag.len(),
            )
        };
        if code < 0 {
            text.iter_mut().for_each(|piece| wipe(piece));
        }
        opened(code)
    }

    fn check(&self, nonce: &[u8], length: usize) -> Result<()> {
        self.family.nonce(self.cipher, nonce)?;
        self.family.text(self.cipher, nonce, length)
    }

    /// The size of a ciphertext with its tag.
    fn sealed(&self, length: usize) -> Result<usize> {
        total([length, self.tag_size].into_iter())
    }

    fn room(&self, needed: usize, output: &[u8]) -> Result<()> {
        if output.len() < needed {
            return Err(wrong_size(format!("using {}", self.cipher), "an output", needed, output.len()));
        }
        Ok(())
    }
}

fn start(bytes: &[u8]) -> *const c_void {
    bytes.as_ptr().cast()
}

fn aead_key(cipher: Cipher, key: &[u8]) -> Result<sys::gnutls_datum_t> {
    if key.len() != cipher.key_size() {
        return Err(wrong_size(format!("starting {cipher}"), "a key", cipher.key_size(), key.len()));
    }
    datum(key, "starting an AEAD cipher")
}

fn total(mut lengths: impl Iterator<Item = usize>) -> Result<usize> {
    let sum = lengths.try_fold(0, usize::checked_add);
    sum.ok_or_else(|| Error::input("using an AEAD cipher", "the message is too long"))
}

fn pieces(count: usize) -> Result<c_int> {
    c_int::try_from(count).map_err(|_| Error::input("using an AEAD cipher", "there are too many pieces"))
}

fn forged(why: &'static str) -> Error {
    Failure::new(ErrorKind::Verification, "decrypting a message").detail(why).into()
}

/// The result of a decryption.
fn opened(code: c_int) -> Result<()> {
    if code == sys::GNUTLS_E_DECRYPTION_FAILED {
        let failure = Failure::of_code(code, Origin::Local, "decrypting a message").kind(ErrorKind::Verification);
        return Err(failure.detail("its tag does not fit: it was changed, or key, nonce or data are others").into());
    }
    check(code, "decrypting a message").map(drop)
}

impl Drop for Aead {
    fn drop(&mut self) {
        // SAFETY: ours, released once; GnuTLS wipes the key.
        unsafe { sys::gnutls_aead_cipher_deinit(self.raw) };
    }
}

impl fmt::Debug for Aead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Aead({}, tags of {} bytes)", self.cipher, self.tag_size)
    }
}
