//! Private keys of tokens.

use std::fmt;
use std::mem;
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

use super::{ObjectFlags, UrlDetail, info, string};
use crate::algorithm::PublicKeyAlgorithm;
use crate::error::{Error, Result};
use crate::ffi::{c_string, callback, check, filled, handle, raw_access};
use crate::global;
use crate::key::{Pin, PinBox, PrivateKey, PublicKey, ask};

handle! {
    /// A `gnutls_pkcs11_privkey_t` and the duty to release it.
    KeyHandle(gnutls_pkcs11_privkey_t), gnutls_pkcs11_privkey_init, gnutls_pkcs11_privkey_deinit, "allocating a key"
}

/// A private key of a token. It becomes a [`PrivateKey`] with `try_into()`, and signs then.
#[doc(alias = "gnutls_pkcs11_privkey_t")]
#[doc(alias = "gnutls_pkcs11_privkey_init")]
#[doc(alias = "gnutls_pkcs11_privkey_deinit")]
pub struct TokenKey {
    handle: KeyHandle,
    /// What the callback of the handle is given: dropped after it.
    pin: Option<Box<PinBox>>,
}

// SAFETY: the object is plain memory without ties to the thread that made it; what it refers to may cross as well.
unsafe impl Send for TokenKey {}

const OPENING: &str = "opening a private key of a token";
const READING: &str = "reading a private key of a token";

raw_access!(TokenKey, sys::gnutls_pkcs11_privkey_t, lend it => it.handle.raw());
raw_access!(TokenKey, sys::gnutls_pkcs11_privkey_t,
    try_give "gnutls_pkcs11_privkey_deinit" unless "it asks code of the program's for a PIN" it => {
    if it.pin.is_some() { Err(it) } else { Ok(it.handle.into_raw()) }
});
raw_access!(TokenKey, sys::gnutls_pkcs11_privkey_t, take "was imported" raw => {
    // SAFETY: the caller says so.
    TokenKey { handle: unsafe { KeyHandle::from_raw(raw) }, pin: None }
});

impl TokenKey {
    /// The key of a URL.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is none, or if the PIN is wrong or missing.
    ///
    /// # Panics
    /// With the panic of `pin`, if it raises one.
    #[doc(alias = "gnutls_pkcs11_privkey_import_url")]
    #[doc(alias = "gnutls_pkcs11_privkey_set_pin_function")]
    pub fn from_url(url: &str, flags: ObjectFlags, pin: Option<Arc<dyn Pin>>) -> Result<TokenKey> {
        let (url, handle, pin) = (c_string(url, OPENING)?, KeyHandle::new()?, pin.map(PinBox::new));
        if let Some(pin) = &pin {
            // SAFETY: a fresh handle; the box that the callback gets outlives it.
            unsafe { sys::gnutls_pkcs11_privkey_set_pin_function(handle.raw(), Some(ask), pin.as_userdata()) };
        }
        let code = callback::entered(|| {
            // SAFETY: a fresh handle; a NUL-terminated string that lives through the call.
            unsafe { sys::gnutls_pkcs11_privkey_import_url(handle.raw(), url.as_ptr(), flags.raw()) }
        });
        callback::check(code, OPENING)?;
        Ok(TokenKey { handle, pin })
    }

    /// The token's key behind `key`, opened once more: the default PIN is asked for.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if `key` is not on a token.
    ///
    /// # Panics
    /// With the panic of the [`Pin`] that is asked, if it raises one.
    #[doc(alias = "gnutls_privkey_export_pkcs11")]
    pub fn behind(key: &PrivateKey) -> Result<TokenKey> {
        let mut raw = ptr::null_mut();
        let code = callback::entered(|| {
            // SAFETY: a key and a valid out pointer.
            unsafe { sys::gnutls_privkey_export_pkcs11(key.raw(), &mut raw) }
        });
        callback::check(code, OPENING)?;
        Ok(TokenKey { handle: KeyHandle(raw), pin: None })
    }

    /// The same key opened once more, with the same [`Pin`].
    ///
    /// # Errors
    /// As for [`from_url`](TokenKey::from_url).
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_pkcs11_privkey_cpy")]
    pub fn try_clone(&self) -> Result<TokenKey> {
        let (handle, pin) = (KeyHandle::new()?, self.pin.as_ref().map(|pin| pin.another()));
        if let Some(pin) = &pin {
            // SAFETY: a fresh handle; the box that the callback gets outlives it.
            unsafe { sys::gnutls_pkcs11_privkey_set_pin_function(handle.raw(), Some(ask), pin.as_userdata()) };
        }
        let code = callback::entered(|| {
            // SAFETY: a fresh handle, and a key that is only read.
            unsafe { sys::gnutls_pkcs11_privkey_cpy(handle.raw(), self.raw()) }
        });
        callback::check(code, OPENING)?;
        Ok(TokenKey { handle, pin })
    }

    fn raw(&self) -> sys::gnutls_pkcs11_privkey_t {
        self.handle.raw()
    }

    /// Its URL.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs11_privkey_export_url")]
    pub fn url(&self, detail: UrlDetail) -> Result<String> {
        string(READING, |out| {
            // SAFETY: a key and a valid out pointer.
            unsafe { sys::gnutls_pkcs11_privkey_export_url(self.raw(), detail.raw(), out) }
        })
    }

    /// Its algorithm, and its size in bits where the token says so.
    ///
    /// # Errors
    /// If the algorithm is unknown.
    #[doc(alias = "gnutls_pkcs11_privkey_get_pk_algorithm")]
    pub fn algorithm(&self) -> Result<(PublicKeyAlgorithm, u32)> {
        let mut bits = 0;
        // SAFETY: a key and a valid out pointer.
        let algorithm = check(unsafe { sys::gnutls_pkcs11_privkey_get_pk_algorithm(self.raw(), &mut bits) }, READING)?;
        Ok((PublicKeyAlgorithm::from_raw(algorithm), bits))
    }

    /// Its label.
    ///
    /// # Errors
    /// If the URL that it was opened with has none.
    #[doc(alias = "gnutls_pkcs11_privkey_get_info")]
    pub fn label(&self) -> Result<String> {
        info(READING, |buffer, size| {
            let kind = sys::GNUTLS_PKCS11_OBJ_LABEL;
            // SAFETY: a key; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_pkcs11_privkey_get_info(self.raw(), kind, buffer, size) }
        })
    }

    /// Whether its token is there.
    #[doc(alias = "gnutls_pkcs11_privkey_status")]
    pub fn is_present(&self) -> bool {
        // SAFETY: a key that no other thread has.
        unsafe { sys::gnutls_pkcs11_privkey_status(self.raw()) != 0 }
    }

    /// Its public half.
    ///
    /// # Errors
    /// If the token does not say it.
    ///
    /// # Panics
    /// As [`from_url`](TokenKey::from_url).
    #[doc(alias = "gnutls_pkcs11_privkey_export_pubkey")]
    pub fn public_key(&self) -> Result<PublicKey> {
        let der = callback::entered(|| {
            filled(READING, |out| {
                // SAFETY: a key and a valid out pointer.
                unsafe { sys::gnutls_pkcs11_privkey_export_pubkey(self.raw(), sys::GNUTLS_X509_FMT_DER, out, 0) }
            })
        })?;
        PublicKey::from_der(der.as_slice())
    }
}

impl TryFrom<TokenKey> for PrivateKey {
    type Error = Error;

    #[doc(alias = "gnutls_privkey_import_pkcs11")]
    fn try_from(key: TokenKey) -> Result<PrivateKey> {
        let TokenKey { handle, pin } = key;
        let made = PrivateKey::import("taking over a key of a token", pin, |private| {
            let flags = sys::GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE;
            // SAFETY: a fresh handle, and a key that it takes over.
            unsafe { sys::gnutls_privkey_import_pkcs11(private, handle.raw(), flags) }
        })?;
        // It belongs to the other handle now.
        mem::forget(handle);
        Ok(made)
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url(UrlDetail::Generic);
        f.debug_tuple("TokenKey").field(&url.as_deref().unwrap_or("?")).finish()
    }
}
