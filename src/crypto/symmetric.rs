//! Ciphers in pieces: CBC, XTS, CFB, streams, and the AEAD ciphers that work so.

use std::fmt;
use std::ptr;

use gnutls_sys as sys;

use super::compare::same_tag;
use super::symmetric_rules::{Pieces, Stage};
use super::{unsupported, wrong_size};
use crate::algorithm::Cipher;
use crate::error::{Error, Result};
use crate::ffi::{check, datum, raw_access};
use crate::global;

/// A cipher that takes a message in pieces. The key is wiped when it is dropped.
///
/// It is for formats that ask for it. CBC, XTS, CFB and stream ciphers do not notice changes to what they decrypt: new
/// formats take [`Aead`](super::Aead). Use one for each direction.
///
/// # Examples
/// ```
/// use gnutls::Cipher;
/// use gnutls::crypto::SymmetricCipher;
///
/// let mut block = *b"sixteen bytes ..";
/// SymmetricCipher::new(Cipher::AES_128_CBC, [1; 16], [2; 16])?.encrypt(&mut block)?;
/// SymmetricCipher::new(Cipher::AES_128_CBC, [1; 16], [2; 16])?.decrypt(&mut block)?;
/// assert_eq!(&block, b"sixteen bytes ..");
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_cipher_hd_t")]
#[doc(alias = "gnutls_cipher_deinit")]
pub struct SymmetricCipher {
    raw: sys::gnutls_cipher_hd_t,
    cipher: Cipher,
    pieces: Pieces,
    stage: Stage,
}

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for SymmetricCipher {}
// SAFETY: a shared reference gives no access to it.
unsafe impl Sync for SymmetricCipher {}

const DOING: &str = "encrypting or decrypting";

raw_access!(SymmetricCipher, sys::gnutls_cipher_hd_t, lend it => it.raw);

impl SymmetricCipher {
    /// A cipher with its key, at the start of a message.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a key that is not of [`Cipher::key_size`] or an
    /// IV that is not of [`Cipher::iv_size`], [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a cipher that
    /// this GnuTLS does not have or that takes only whole messages (CCM, SIV).
    #[doc(alias = "gnutls_cipher_init")]
    pub fn new(cipher: Cipher, key: impl AsRef<[u8]>, iv: impl AsRef<[u8]>) -> Result<SymmetricCipher> {
        global::ready()?;
        let (key, iv) = (key.as_ref(), iv.as_ref());
        if !Cipher::list().contains(&cipher) || cipher == Cipher::NULL {
            return Err(unsupported("starting a cipher", format!("this GnuTLS has no {cipher}")));
        }
        if takes_whole_messages(cipher) {
            return Err(unsupported("starting a cipher", format!("{cipher} takes whole messages: use Aead")));
        }
        if matches!(cipher, Cipher::SALSA20_256 | Cipher::ESTREAM_SALSA20_256) {
            // It encrypts every message of a key with the same bytes.
            return Err(unsupported("starting a cipher", format!("GnuTLS (3.8.13 too) ignores the IV of {cipher}")));
        }
        if key.len() != cipher.key_size() {
            return Err(wrong_size(format!("starting {cipher}"), "a key", cipher.key_size(), key.len()));
        }
        check_iv(cipher, iv)?;
        let (key, iv_datum) = (datum(key, DOING)?, datum(iv, DOING)?);
        let iv = if iv.is_empty() { ptr::null() } else { &raw const iv_datum };
        let mut raw = ptr::null_mut();
        // SAFETY: the out pointer is valid; key and IV are null or borrow slices of the sizes that the cipher takes.
        let code = unsafe { sys::gnutls_cipher_init(&mut raw, cipher.raw(), &key, iv) };
        check(code, "starting a cipher")?;
        Ok(SymmetricCipher { raw, cipher, pieces: Pieces::of(cipher), stage: Stage::Start })
    }

    /// The algorithm.
    pub fn cipher(&self) -> Cipher {
        self.cipher
    }

    /// Starts the next message.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for an IV that is not of [`Cipher::iv_size`].
    #[doc(alias = "gnutls_cipher_set_iv")]
    pub fn set_iv(&mut self, iv: impl AsRef<[u8]>) -> Result<()> {
        let iv = iv.as_ref();
        check_iv(self.cipher, iv)?;
        if iv.is_empty() {
            return Err(Error::input("setting an IV", format!("{} takes none", self.cipher)));
        }
        // SAFETY: a cipher with its key; the IV has the size that it takes, and is only read.
        unsafe { sys::gnutls_cipher_set_iv(self.raw, iv.as_ptr().cast_mut().cast(), iv.len()) };
        self.stage = Stage::Start;
        Ok(())
    }

    /// Encrypts in place.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the mode does not take a piece of this length: CBC
    /// takes whole blocks, XTS at least one block; GCM and ChaCha20 take whole blocks until the last piece, after which
    /// more is [`ErrorKind::Misuse`](crate::ErrorKind::Misuse).
    #[doc(alias = "gnutls_cipher_encrypt")]
    pub fn encrypt(&mut self, text: &mut [u8]) -> Result<()> {
        self.stage = self.stage.text(self.pieces, text.len())?;
        // SAFETY: a cipher with its key and IV; the text is a slice of a length that the mode takes.
        let code = unsafe { sys::gnutls_cipher_encrypt(self.raw, text.as_mut_ptr().cast(), text.len()) };
        check(code, "encrypting").map(drop)
    }

    /// Decrypts in place.
    ///
    /// # Errors
    /// As for [`encrypt`](SymmetricCipher::encrypt).
    #[doc(alias = "gnutls_cipher_decrypt")]
    pub fn decrypt(&mut self, text: &mut [u8]) -> Result<()> {
        self.stage = self.stage.text(self.pieces, text.len())?;
        // SAFETY: as for encrypt.
        let code = unsafe { sys::gnutls_cipher_decrypt(self.raw, text.as_mut_ptr().cast(), text.len()) };
        check(code, "decrypting").map(drop)
    }

    /// Encrypts `text` into `output`, which must have the same length.
    ///
    /// # Errors
    /// As for [`encrypt`](SymmetricCipher::encrypt), and
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the lengths differ.
    #[doc(alias = "gnutls_cipher_encrypt2")]
    pub fn encrypt_into(&mut self, text: impl AsRef<[u8]>, output: &mut [u8]) -> Result<()> {
        let text = text.as_ref();
        same_length(text, output)?;
        self.stage = self.stage.text(self.pieces, text.len())?;
        let (out, size) = (output.as_mut_ptr().cast(), output.len());
        // SAFETY: a cipher with its key and IV; two slices of a length that the mode takes, which do not overlap.
        let code = unsafe { sys::gnutls_cipher_encrypt2(self.raw, text.as_ptr().cast(), text.len(), out, size) };
        check(code, "encrypting").map(drop)
    }

    /// Decrypts `text` into `output`, which must have the same length.
    ///
    /// # Errors
    /// As for [`encrypt_into`](SymmetricCipher::encrypt_into).
    #[doc(alias = "gnutls_cipher_decrypt2")]
    pub fn decrypt_into(&mut self, text: impl AsRef<[u8]>, output: &mut [u8]) -> Result<()> {
        let text = text.as_ref();
        same_length(text, output)?;
        self.stage = self.stage.text(self.pieces, text.len())?;
        let (out, size) = (output.as_mut_ptr().cast(), output.len());
        // SAFETY: as for encrypt_into.
        let code = unsafe { sys::gnutls_cipher_decrypt2(self.raw, text.as_ptr().cast(), text.len(), out, size) };
        check(code, "decrypting").map(drop)
    }

    /// Encrypts the rest of a message of any length, padded as in PKCS#7 to whole blocks.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a mode other than CBC.
    #[cfg(gnutls_3_7_7)]
    #[doc(alias = "gnutls_cipher_encrypt3")]
    pub fn encrypt_padded(&mut self, text: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let text = text.as_ref();
        let block = self.padded("encrypting with padding")?;
        self.stage = self.stage.text(self.pieces, 0)?;
        let mut output = vec![0; (text.len() / block + 1) * block];
        let mut size = output.len();
        let (start, out) = (text.as_ptr().cast(), output.as_mut_ptr().cast());
        let flags = sys::GNUTLS_CIPHER_PADDING_PKCS7;
        // SAFETY: a cipher with its key and IV; the text is a slice; the output has `size` bytes.
        let code = unsafe { sys::gnutls_cipher_encrypt3(self.raw, start, text.len(), out, &mut size, flags) };
        check(code, "encrypting with padding")?;
        output.truncate(size);
        self.stage = Stage::TextEnded;
        Ok(output)
    }

    /// Decrypts the rest of a message, and takes the padding of PKCS#7 off.
    ///
    /// Whoever can send messages and learns which of them had wrong padding can decrypt them: authenticate first.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the padding is wrong or there is no whole block,
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a mode other than CBC.
    #[cfg(gnutls_3_7_7)]
    #[doc(alias = "gnutls_cipher_decrypt3")]
    pub fn decrypt_padded(&mut self, text: impl AsRef<[u8]>) -> Result<crate::secret::SecretBytes> {
        let text = text.as_ref();
        let block = self.padded("decrypting with padding")?;
        if text.is_empty() {
            return Err(Error::input("decrypting with padding", format!("there is no block of {block} bytes")));
        }
        self.stage = self.stage.text(self.pieces, text.len())?;
        let mut output = crate::ffi::Wiped::new(vec![0; text.len()]);
        let mut size = output.len();
        let (start, out) = (text.as_ptr().cast(), output.as_mut_ptr().cast());
        let flags = sys::GNUTLS_CIPHER_PADDING_PKCS7;
        // SAFETY: a cipher with its key and IV; text and output are slices of `size` bytes, whole blocks, one at least.
        let code = unsafe { sys::gnutls_cipher_decrypt3(self.raw, start, text.len(), out, &mut size, flags) };
        check(code, "decrypting with padding")?;
        self.stage = Stage::TextEnded;
        output.truncate(size);
        Ok(output.into())
    }

    /// The block's size, if the mode can be padded.
    #[cfg(gnutls_3_7_7)]
    fn padded(&self, doing: &'static str) -> Result<usize> {
        match self.pieces {
            Pieces::Blocks(block) => Ok(block),
            _ => Err(unsupported(doing, format!("{} takes no padding", self.cipher))),
        }
    }

    /// Adds data that is authenticated and not encrypted, before the text.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the cipher does not authenticate,
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) after text, or after a piece that did not end with a block.
    #[doc(alias = "gnutls_cipher_add_auth")]
    pub fn add_auth(&mut self, data: impl AsRef<[u8]>) -> Result<()> {
        let data = data.as_ref();
        self.authenticates("adding data to authenticate")?;
        self.stage = self.stage.auth(self.cipher.block_size(), data.len())?;
        // SAFETY: an AEAD cipher with its key and IV; the pointer and the length are one slice's.
        let code = unsafe { sys::gnutls_cipher_add_auth(self.raw, data.as_ptr().cast(), data.len()) };
        check(code, "adding data to authenticate").map(drop)
    }

    /// The tag of the message, which it ends. After decrypting, [`verify_tag`](SymmetricCipher::verify_tag) sees that
    /// it is the right one.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the cipher does not authenticate,
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if the tag has been taken.
    #[doc(alias = "gnutls_cipher_tag")]
    pub fn tag(&mut self) -> Result<Vec<u8>> {
        self.authenticates("computing a tag")?;
        if self.stage == Stage::Done {
            return Err(Error::misuse("computing a tag", "it has been taken: set the next IV"));
        }
        let mut tag = vec![0; self.cipher.tag_size()];
        // SAFETY: an AEAD cipher with its key and IV; the tag has the size that the cipher makes.
        let code = unsafe { sys::gnutls_cipher_tag(self.raw, tag.as_mut_ptr().cast(), tag.len()) };
        check(code, "computing a tag")?;
        self.stage = Stage::Done;
        Ok(tag)
    }

    /// Sees that `expected` is the tag of the message, which it ends. The comparison takes the same time wherever they
    /// differ. After an error, nothing of what was decrypted is to be believed.
    ///
    /// # Errors
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) if it is another; else as for
    /// [`tag`](SymmetricCipher::tag).
    #[doc(alias = "gnutls_cipher_tag")]
    pub fn verify_tag(&mut self, expected: impl AsRef<[u8]>) -> Result<()> {
        same_tag("verifying a tag", &self.tag()?, expected.as_ref())
    }

    fn authenticates(&self, doing: &'static str) -> Result<()> {
        if self.cipher.tag_size() == 0 {
            return Err(unsupported(doing, format!("{} does not authenticate", self.cipher)));
        }
        Ok(())
    }
}

fn check_iv(cipher: Cipher, iv: &[u8]) -> Result<()> {
    if iv.len() != cipher.iv_size() {
        return Err(wrong_size(format!("starting {cipher}"), "an IV", cipher.iv_size(), iv.len()));
    }
    Ok(())
}

fn same_length(text: &[u8], output: &[u8]) -> Result<()> {
    if text.len() != output.len() {
        return Err(wrong_size(DOING, "an output", text.len(), output.len()));
    }
    Ok(())
}

/// What GnuTLS has for one call alone.
fn takes_whole_messages(cipher: Cipher) -> bool {
    super::aead_rules::Family::of(cipher).is_some_and(|family| !family.in_pieces())
}

impl Drop for SymmetricCipher {
    fn drop(&mut self) {
        // SAFETY: ours, released once; GnuTLS wipes the key.
        unsafe { sys::gnutls_cipher_deinit(self.raw) };
    }
}

impl fmt::Debug for SymmetricCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SymmetricCipher({})", self.cipher)
    }
}
