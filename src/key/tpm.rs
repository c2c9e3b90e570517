//! Keys in a TPM 1.2 (`tpmkey:` URLs), where GnuTLS was built with TrouSerS: rarely today.

use std::ffi::{c_char, c_int};
use std::ptr;

use gnutls_sys as sys;

use super::handle::PrivateHandle;
use super::{PrivateKey, PublicKey};
use crate::algorithm::PublicKeyAlgorithm;
use crate::error::Result;
use crate::ffi::{OwnedDatum, Wiped, c_string, check, datum, filled_many, optional};
use crate::global;
use crate::x509::Format;

/// How a TPM's key is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_tpmkey_fmt_t")]
pub enum BlobFormat {
    /// As the TPM gives it.
    Raw,
    /// The form of CTK, in PEM.
    CtkPem,
}

impl BlobFormat {
    fn raw(self) -> sys::gnutls_tpmkey_fmt_t {
        match self {
            BlobFormat::Raw => sys::GNUTLS_TPMKEY_FMT_RAW,
            BlobFormat::CtkPem => sys::GNUTLS_TPMKEY_FMT_CTK_PEM,
        }
    }
}

/// The passwords that a TPM may ask for.
#[derive(Clone, Copy, Default)]
pub struct Passwords<'a> {
    /// That of the storage root key.
    pub root: Option<&'a str>,
    /// That of the key itself.
    pub key: Option<&'a str>,
}

impl std::fmt::Debug for Passwords<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passwords")
    }
}

const DOING: &str = "using a key of a TPM";

/// The URLs of the keys that are registered.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without support for TPM.
#[doc(alias = "gnutls_tpm_get_registered")]
#[doc(alias = "gnutls_tpm_key_list_get_url")]
#[doc(alias = "gnutls_tpm_key_list_deinit")]
pub fn registered() -> Result<Vec<String>> {
    struct List(sys::gnutls_tpm_key_list_t);
    impl Drop for List {
        fn drop(&mut self) {
            // SAFETY: made by GnuTLS for us; released once.
            unsafe { sys::gnutls_tpm_key_list_deinit(self.0) };
        }
    }

    global::ready()?;
    let mut raw = ptr::null_mut();
    // SAFETY: the out pointer is valid.
    let code = unsafe { sys::gnutls_tpm_get_registered(&mut raw) };
    check(code, DOING)?;
    let list = List(raw);
    let mut urls = Vec::new();
    for index in 0.. {
        let mut url = ptr::null_mut();
        // SAFETY: a list and a valid out pointer.
        let code = unsafe { sys::gnutls_tpm_key_list_get_url(list.0, index, &mut url, 0) };
        if optional(code, DOING)?.is_none() {
            break;
        }
        // SAFETY: a string that GnuTLS allocated for us.
        urls.extend(unsafe { OwnedDatum::from_c_string(url) }.map(|url| url.to_text()));
    }
    Ok(urls)
}

/// Makes a key; returns the wrapped private key and the public key.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without support for TPM.
#[doc(alias = "gnutls_tpm_privkey_generate")]
pub fn generate(
    algorithm: PublicKeyAlgorithm,
    bits: u32,
    passwords: Passwords<'_>,
    format: BlobFormat,
    public_format: Format,
) -> Result<(Vec<u8>, Vec<u8>)> {
    global::ready()?;
    let [private, public] = with(passwords, |root, key| {
        filled_many(DOING, |[private, public]| {
            let (algorithm, format, public_format) = (algorithm.raw(), format.raw(), public_format.raw());
            // SAFETY: passwords are null or NUL-terminated; the out pointers are valid.
            unsafe {
                sys::gnutls_tpm_privkey_generate(algorithm, bits, root, key, format, public_format, private, public, 0)
            }
        })
    })??;
    Ok((private.as_slice().to_vec(), public.as_slice().to_vec()))
}

/// Removes a registered key.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without support for TPM.
#[doc(alias = "gnutls_tpm_privkey_delete")]
pub fn remove(url: &str, passwords: Passwords<'_>) -> Result<()> {
    global::ready()?;
    let url = c_string(url, DOING)?;
    let code = with(passwords, |root, _| {
        // SAFETY: NUL-terminated strings that live through the call, or null.
        unsafe { sys::gnutls_tpm_privkey_delete(url.as_ptr(), root) }
    })?;
    check(code, DOING).map(drop)
}

impl PrivateKey {
    /// A key in a TPM, by its URL.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without support for TPM.
    #[doc(alias = "gnutls_privkey_import_tpm_url")]
    pub fn from_tpm_url(url: &str, passwords: Passwords<'_>) -> Result<PrivateKey> {
        let url = c_string(url, DOING)?;
        PrivateKey::from_tpm(passwords, |handle, root, key| {
            // SAFETY: a fresh handle; NUL-terminated strings that live through the call, or null.
            unsafe { sys::gnutls_privkey_import_tpm_url(handle, url.as_ptr(), root, key, 0) }
        })
    }

    /// A key that a TPM has wrapped.
    ///
    /// # Errors
    /// As for [`from_tpm_url`](PrivateKey::from_tpm_url).
    #[doc(alias = "gnutls_privkey_import_tpm_raw")]
    pub fn from_tpm_blob(blob: impl AsRef<[u8]>, format: BlobFormat, passwords: Passwords<'_>) -> Result<PrivateKey> {
        let data = datum(blob.as_ref(), DOING)?;
        PrivateKey::from_tpm(passwords, |handle, root, key| {
            // SAFETY: a fresh handle; a datum that borrows the caller's slice; passwords as above.
            unsafe { sys::gnutls_privkey_import_tpm_raw(handle, &data, format.raw(), root, key, 0) }
        })
    }

    fn from_tpm(
        passwords: Passwords<'_>,
        call: impl FnOnce(sys::gnutls_privkey_t, *const c_char, *const c_char) -> c_int,
    ) -> Result<PrivateKey> {
        let handle = PrivateHandle::new()?;
        let code = with(passwords, |root, key| call(handle.raw(), root, key))?;
        check(code, DOING)?;
        Ok(PrivateKey::finished(handle, None))
    }
}

impl PublicKey {
    /// The public half of a key in a TPM, by its URL.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without support for TPM.
    #[doc(alias = "gnutls_pubkey_import_tpm_url")]
    pub fn from_tpm_url(url: &str, passwords: Passwords<'_>) -> Result<PublicKey> {
        let url = c_string(url, DOING)?;
        with(passwords, |root, _| {
            PublicKey::import(DOING, |public| {
                // SAFETY: a fresh handle; NUL-terminated strings that live through the call, or null.
                unsafe { sys::gnutls_pubkey_import_tpm_url(public, url.as_ptr(), root, 0) }
            })
        })?
    }

    /// The public half of a key that a TPM has wrapped.
    ///
    /// # Errors
    /// As for [`from_tpm_url`](PublicKey::from_tpm_url).
    #[doc(alias = "gnutls_pubkey_import_tpm_raw")]
    pub fn from_tpm_blob(blob: impl AsRef<[u8]>, format: BlobFormat, passwords: Passwords<'_>) -> Result<PublicKey> {
        let data = datum(blob.as_ref(), DOING)?;
        with(passwords, |root, _| {
            PublicKey::import(DOING, |public| {
                // SAFETY: a fresh handle; a datum that borrows the caller's slice; a password as above.
                unsafe { sys::gnutls_pubkey_import_tpm_raw(public, &data, format.raw(), root, 0) }
            })
        })?
    }
}

/// Calls with the passwords for C, which are wiped after it.
fn with<R>(passwords: Passwords<'_>, call: impl FnOnce(*const c_char, *const c_char) -> R) -> Result<R> {
    let c_string = |password: Option<&str>| password.map(|text| Wiped::c_string(text, DOING)).transpose();
    let (root, key) = (c_string(passwords.root)?, c_string(passwords.key)?);
    let pointer = |password: &Option<Wiped>| password.as_ref().map_or(ptr::null(), Wiped::as_c_ptr);
    Ok(call(pointer(&root), pointer(&key)))
}
