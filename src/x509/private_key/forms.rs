//! The forms of private keys that must be asked for by name, and output into memory of the caller's.

use std::ffi::{c_int, c_uint};
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

use super::{PrivateKey, c_password};
use crate::algorithm::{Digest, SecurityParameter};
use crate::error::{ErrorKind, Failure, Origin, Result};
use crate::ffi::{Wiped, callback, check, datum, filled, sized, written};
use crate::key::{self, Pin};
use crate::secret::SecretBytes;
use crate::x509::Format;
use crate::x509::handle::KeyHandle;

const READING: &str = "reading a private key";
const WRITING: &str = "writing a private key";

/// How PKCS#8 encrypts a key with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "gnutls_pkcs_encrypt_flags_t")]
pub enum Pkcs8Cipher {
    /// PBES2 with AES-128.
    Aes128,
    /// PBES2 with AES-192.
    Aes192,
    /// PBES2 with AES-256.
    Aes256,
    /// PBES2 with triple DES, for programs that know no better.
    TripleDes,
    /// The scheme of PKCS#12 with triple DES, for programs that know no better.
    Pkcs12TripleDes,
    /// PBES2 with GOST 28147-89 and the parameters TC26 Z.
    GostTc26Z,
}

impl Pkcs8Cipher {
    pub(crate) fn raw(self) -> c_uint {
        match self {
            Pkcs8Cipher::Aes128 => sys::GNUTLS_PKCS_PBES2_AES_128,
            Pkcs8Cipher::Aes192 => sys::GNUTLS_PKCS_PBES2_AES_192,
            Pkcs8Cipher::Aes256 => sys::GNUTLS_PKCS_PBES2_AES_256,
            Pkcs8Cipher::TripleDes => sys::GNUTLS_PKCS_PBES2_3DES,
            Pkcs8Cipher::Pkcs12TripleDes => sys::GNUTLS_PKCS_PKCS12_3DES,
            Pkcs8Cipher::GostTc26Z => sys::GNUTLS_PKCS_PBES2_GOST_TC26Z,
        }
    }
}

impl PrivateKey {
    /// Reads a key that must be in the form of PKCS#8; without a password, it must not be encrypted.
    ///
    /// # Errors
    /// As for [`from_pem`](PrivateKey::from_pem).
    #[doc(alias = "gnutls_x509_privkey_import_pkcs8")]
    pub fn from_pkcs8(bytes: impl AsRef<[u8]>, format: Format, password: Option<&str>) -> Result<PrivateKey> {
        let data = datum(bytes.as_ref(), READING)?;
        let flags = if password.is_none() { sys::GNUTLS_PKCS_PLAIN } else { 0 };
        let password = c_password(password)?;
        PrivateKey::opened(|key| {
            let password = password.as_ref().map_or(ptr::null(), Wiped::as_c_ptr);
            // SAFETY: a fresh handle; a datum that borrows the caller's slice; the password is null or NUL-terminated.
            unsafe { sys::gnutls_x509_privkey_import_pkcs8(key, &data, format.raw(), password, flags) }
        })
    }

    /// Reads a key that must be in OpenSSL's old PEM form; without a password, it must not be encrypted.
    ///
    /// # Errors
    /// As for [`from_pem`](PrivateKey::from_pem).
    #[doc(alias = "gnutls_x509_privkey_import_openssl")]
    pub fn from_openssl_pem(pem: impl AsRef<[u8]>, password: Option<&str>) -> Result<PrivateKey> {
        let data = datum(pem.as_ref(), READING)?;
        let password = c_password(password)?;
        PrivateKey::opened(|key| {
            let password = password.as_ref().map_or(ptr::null(), Wiped::as_c_ptr);
            // SAFETY: as for from_pkcs8.
            unsafe { sys::gnutls_x509_privkey_import_openssl(key, &data, password) }
        })
    }

    /// Reads a key that must not be encrypted, in the forms of PKCS#1, SEC 1 and PKCS#8.
    ///
    /// # Errors
    /// As for [`from_pem`](PrivateKey::from_pem).
    #[doc(alias = "gnutls_x509_privkey_import")]
    pub fn from_plain(bytes: impl AsRef<[u8]>, format: Format) -> Result<PrivateKey> {
        let data = datum(bytes.as_ref(), READING)?;
        PrivateKey::opened(|key| {
            // SAFETY: a fresh handle, and a datum that borrows the caller's slice.
            unsafe { sys::gnutls_x509_privkey_import(key, &data, format.raw()) }
        })
    }

    /// Reads a key, and asks for the password only if it is encrypted.
    ///
    /// # Errors
    /// As for [`from_pem`](PrivateKey::from_pem); what `pin` said is the source.
    ///
    /// # Panics
    /// With the panic of `pin`, if it raises one.
    #[doc(alias = "gnutls_x509_privkey_set_pin_function")]
    #[doc(alias = "gnutls_x509_privkey_import2")]
    pub fn from_bytes_asking(bytes: impl AsRef<[u8]>, format: Format, pin: Arc<dyn Pin>) -> Result<PrivateKey> {
        let data = datum(bytes.as_ref(), READING)?;
        PrivateKey::opened(|key| {
            key::asking(pin, |ask, userdata| {
                // SAFETY: a fresh handle; what the callback gets lives until it is taken away again below.
                unsafe { sys::gnutls_x509_privkey_set_pin_function(key, ask, userdata) };
                // SAFETY: a fresh handle, and a datum that borrows the caller's slice; no password.
                let code = unsafe { sys::gnutls_x509_privkey_import2(key, &data, format.raw(), ptr::null(), 0) };
                // SAFETY: as above.
                unsafe { sys::gnutls_x509_privkey_set_pin_function(key, None, ptr::null_mut()) };
                code
            })
        })
    }

    /// The key that `call` puts into the fresh handle that it gets.
    fn opened(call: impl FnOnce(sys::gnutls_x509_privkey_t) -> c_int) -> Result<PrivateKey> {
        let handle = KeyHandle::new()?;
        let code = callback::entered(|| call(handle.raw()));
        if super::read::is_locked(code) {
            let failure = Failure::of_code(code, Origin::Local, READING).kind(ErrorKind::Credentials);
            let failure = failure.detail("it is encrypted, and there is no password that opens it");
            return Err(callback::blamed(failure).into());
        }
        callback::check(code, READING)?;
        PrivateKey::finished(handle).survivable(READING)
    }

    /// The key as PKCS#8 in DER, not encrypted.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_privkey_export2_pkcs8")]
    pub fn to_pkcs8_der(&self) -> Result<SecretBytes> {
        self.export_pkcs8(Format::Der, None)
    }

    /// The key as PKCS#8, encrypted with a password.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if the password has a NUL byte.
    #[doc(alias = "gnutls_x509_privkey_export2_pkcs8")]
    pub fn to_pkcs8_encrypted(&self, format: Format, password: &str, cipher: Pkcs8Cipher) -> Result<SecretBytes> {
        let password = Wiped::c_string(password, "using the password of a key")?;
        let exported = filled("writing a private key as PKCS#8", |out| {
            let (key, password) = (self.raw(), password.as_c_ptr());
            // SAFETY: a key, a NUL-terminated password that lives through the call, a valid out pointer.
            unsafe { sys::gnutls_x509_privkey_export2_pkcs8(key, format.raw(), password, cipher.raw(), out) }
        });
        exported.map(SecretBytes::new)
    }

    /// Writes the key, not encrypted and in the form of [`to_pem`](PrivateKey::to_pem) and
    /// [`to_der`](PrivateKey::to_der), into the start of `output`, which may be memory that is never swapped; returns how
    /// many bytes that were.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if `output` is too small: the message says what is needed.
    #[doc(alias = "gnutls_x509_privkey_export")]
    #[doc(alias = "gnutls_x509_privkey_export_pkcs8")]
    pub fn export_into(&self, format: Format, output: &mut [u8]) -> Result<usize> {
        let usual = self.has_usual_form()?;
        written(WRITING, output, |buffer, size| match usual {
            // SAFETY: a key; the buffer has the size that stands behind `size`.
            true => unsafe { sys::gnutls_x509_privkey_export(self.raw(), format.raw(), buffer.cast(), size) },
            // SAFETY: as above; no password, which null and the flag say.
            false => unsafe {
                sys::gnutls_x509_privkey_export_pkcs8(
                    self.raw(),
                    format.raw(),
                    ptr::null(),
                    sys::GNUTLS_PKCS_PLAIN,
                    buffer.cast(),
                    size,
                )
            },
        })
    }

    /// The key in PEM as programs read it that do not know provable keys: without its seed.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_privkey_set_flags")]
    #[doc(alias = "gnutls_x509_privkey_fix")]
    pub fn to_pem_without_seed(&self) -> Result<SecretBytes> {
        // The export changes a key that has this flag: it gets one of its own.
        let copy = self.copied()?;
        // SAFETY: a key that nobody else has.
        unsafe { sys::gnutls_x509_privkey_set_flags(copy.raw(), sys::GNUTLS_PRIVKEY_FLAG_EXPORT_COMPAT) };
        let exported = filled(WRITING, |out| {
            // SAFETY: a key and a valid out pointer.
            unsafe { sys::gnutls_x509_privkey_export2(copy.raw(), Format::Pem.raw(), out) }
        });
        exported.map(SecretBytes::new)
    }

    /// The same key with what its encoding holds computed anew from its numbers: the exponents and the coefficient of an
    /// RSA key that was read without them.
    ///
    /// # Errors
    /// If the numbers do not make a key.
    #[doc(alias = "gnutls_x509_privkey_fix")]
    pub fn fixed(&self) -> Result<PrivateKey> {
        let copy = self.copied()?;
        // SAFETY: a key that nobody else has.
        let code = unsafe { sys::gnutls_x509_privkey_fix(copy.raw()) };
        check(code, "completing a private key")?;
        Ok(PrivateKey::finished(copy))
    }

    /// A copy that shares nothing with this key.
    pub(crate) fn copied(&self) -> Result<KeyHandle> {
        let handle = KeyHandle::new()?;
        // SAFETY: a fresh handle and a key.
        let code = unsafe { sys::gnutls_x509_privkey_cpy(handle.raw(), self.raw()) };
        check(code, "copying a private key")?;
        Ok(handle)
    }

    /// Checks that the numbers of the key fit each other.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if they do not.
    #[doc(alias = "gnutls_x509_privkey_verify_params")]
    pub fn verify_parameters(&self) -> Result<()> {
        // SAFETY: a key.
        let code = unsafe { sys::gnutls_x509_privkey_verify_params(self.raw()) };
        check(code, "checking the numbers of a private key").map(drop)
    }

    /// The security level that the size of the key gives.
    #[doc(alias = "gnutls_x509_privkey_sec_param")]
    pub fn security_parameter(&self) -> SecurityParameter {
        // SAFETY: a key.
        SecurityParameter::from_raw(unsafe { sys::gnutls_x509_privkey_sec_param(self.raw()) })
    }

    /// Signs `data` with a digest, in the way of signing that the key is for. [`key::PrivateKey`] has more ways.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] if the key does not sign so.
    #[doc(alias = "gnutls_x509_privkey_sign_data")]
    pub fn sign(&self, digest: Digest, data: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        const DOING: &str = "signing";
        let data = datum(data.as_ref(), DOING)?;
        let (_, signature) = sized(DOING, |buffer, size| {
            // SAFETY: a key, a datum that borrows the caller's slice; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_privkey_sign_data(self.raw(), digest.raw(), 0, &data, buffer.cast(), size) }
        })?;
        Ok(signature)
    }
}
