//! Encryption to a public key (RSA), and decryption.

use gnutls_sys as sys;

use super::{PrivateKey, PublicKey};
use crate::error::{ErrorKind, Failure, Origin, Result};
use crate::ffi::{OwnedDatum, callback, datum, filled};
use crate::secret::SecretBytes;

const DECRYPTING: &str = "decrypting with a private key";

impl PublicKey {
    /// Encrypts a short text, such as a key: for RSA with the padding of PKCS#1 v1.5, or the one that the key is for.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if the text is too long for the key,
    /// [`ErrorKind::Unsupported`] or [`ErrorKind::Misuse`] for a key that does not encrypt.
    #[doc(alias = "gnutls_pubkey_encrypt_data")]
    pub fn encrypt(&self, text: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        const DOING: &str = "encrypting to a public key";
        let text = datum(text.as_ref(), DOING)?;
        let ciphertext = filled(DOING, |out| {
            // SAFETY: a key, a datum that borrows the caller's slice, and a valid out pointer.
            unsafe { sys::gnutls_pubkey_encrypt_data(self.raw(), 0, &text, out) }
        });
        match ciphertext {
            Ok(ciphertext) => Ok(ciphertext.as_slice().to_vec()),
            Err(error) if error.code().is_some_and(|code| code.raw() == sys::GNUTLS_E_ENCRYPTION_FAILED) => {
                let failure = Failure::of_code(sys::GNUTLS_E_ENCRYPTION_FAILED, Origin::Local, DOING);
                let why = format!("a text of {} bytes is too long for the key", text.size);
                Err(failure.kind(ErrorKind::InvalidInput).detail(why).into())
            }
            Err(error) => Err(error),
        }
    }
}

impl PrivateKey {
    /// Decrypts what was encrypted to this key.
    ///
    /// Whoever can send ciphertexts and learns which of them fail can decrypt those of others, by this error or by the
    /// time that it takes: where the length is known, [`decrypt_exact`](PrivateKey::decrypt_exact) gives away less.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if it was not.
    ///
    /// # Panics
    /// With the panic of a key in code, if it raises one.
    #[doc(alias = "gnutls_privkey_decrypt_data")]
    pub fn decrypt(&self, ciphertext: impl AsRef<[u8]>) -> Result<SecretBytes> {
        let ciphertext = datum(ciphertext.as_ref(), DECRYPTING)?;
        let mut text = OwnedDatum::new();
        let code = callback::entered(|| {
            // SAFETY: a key, a datum that borrows the caller's slice, and a valid out pointer.
            unsafe { sys::gnutls_privkey_decrypt_data(self.raw(), 0, &ciphertext, text.as_mut_ptr()) }
        });
        if let Err(error) = callback::check(code, DECRYPTING) {
            // What a call that failed leaves behind is not ours to free.
            std::mem::forget(text);
            return Err(error);
        }
        Ok(SecretBytes::new(text))
    }

    /// Decrypts a text whose length is known into `text`. For a key in memory, failing takes as long as succeeding, and
    /// leaves `text` as it was: fill it with random bytes first, and go on with them without looking at the result.
    ///
    /// # Errors
    /// As for [`decrypt`](PrivateKey::decrypt), and if the length is another.
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_privkey_decrypt_data2")]
    pub fn decrypt_exact(&self, ciphertext: impl AsRef<[u8]>, text: &mut [u8]) -> Result<()> {
        let ciphertext = datum(ciphertext.as_ref(), DECRYPTING)?;
        let (start, length) = (text.as_mut_ptr(), text.len());
        let code = callback::entered(|| {
            // SAFETY: a key, a datum that borrows the caller's slice, and a buffer of `length` bytes.
            unsafe { sys::gnutls_privkey_decrypt_data2(self.raw(), 0, &ciphertext, start, length) }
        });
        callback::check(code, DECRYPTING).map(drop)
    }
}
