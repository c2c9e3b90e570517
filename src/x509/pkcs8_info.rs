//! How a key in PKCS#8 is encrypted, without its password.

use std::ptr;

use gnutls_sys as sys;

use super::{Format, Oid};
use crate::algorithm::Cipher;
use crate::cstr::static_text;
use crate::error::Result;
use crate::ffi::{OwnedDatum, check, datum};
use crate::global;

/// How an encrypted key in PKCS#8 is encrypted.
///
/// # Examples
/// ```
/// use gnutls::Cipher;
/// use gnutls::x509::{Format, KeyType, Pkcs8Info, PrivateKey};
///
/// let pem = PrivateKey::generate(KeyType::EcdsaP256)?.to_pkcs8_pem(Some("correct horse"))?;
/// let info = Pkcs8Info::of(&pem, Format::Pem)?;
/// assert_eq!((info.scheme_name(), info.cipher), (Some("PBES2-AES256-CBC"), Cipher::AES_256_CBC));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Pkcs8Info {
    /// The scheme, as a flag of `gnutls_pkcs_encrypt_flags_t`.
    pub scheme: u32,
    /// The object identifier of the scheme.
    pub oid: Option<Oid>,
    /// The cipher.
    pub cipher: Cipher,
    /// The salt of the key's derivation.
    pub salt: Vec<u8>,
    /// How often the derivation is repeated.
    pub iterations: u32,
}

impl Pkcs8Info {
    /// That of an encrypted key.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is not encrypted,
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed or its encryption is unknown.
    #[doc(alias = "gnutls_pkcs8_info")]
    pub fn of(key: impl AsRef<[u8]>, format: Format) -> Result<Pkcs8Info> {
        const DOING: &str = "looking at the encryption of a private key";
        /// As much as GnuTLS keeps.
        const LONGEST_SALT: u32 = 256;
        global::ready()?;
        let data = datum(key.as_ref(), DOING)?;
        let (mut scheme, mut cipher, mut iterations) = (0, 0, 0);
        let (mut salt, mut size, mut oid) = (vec![0; LONGEST_SALT as usize], LONGEST_SALT, ptr::null_mut());
        let room = salt.as_mut_ptr().cast();
        // SAFETY: a datum that borrows the caller's slice; `size` is the salt's; the out pointers are valid.
        let code = unsafe {
            sys::gnutls_pkcs8_info(
                &data,
                format.raw(),
                &mut scheme,
                &mut cipher,
                room,
                &mut size,
                &mut iterations,
                &mut oid,
            )
        };
        // After other failures GnuTLS has freed the string.
        let ours = code >= 0 || code == sys::GNUTLS_E_UNKNOWN_CIPHER_TYPE;
        let oid = if ours { oid } else { ptr::null_mut() };
        // SAFETY: null, or a string that GnuTLS allocated for us.
        let oid = unsafe { OwnedDatum::from_c_string(oid) }.and_then(|oid| Oid::from_bytes(oid.as_slice()).ok());
        check(code, DOING)?;
        salt.truncate(size as usize);
        Ok(Pkcs8Info { scheme, oid, cipher: Cipher::from_raw(cipher), salt, iterations })
    }

    /// GnuTLS's name of the scheme.
    #[doc(alias = "gnutls_pkcs_schema_get_name")]
    pub fn scheme_name(&self) -> Option<&'static str> {
        // SAFETY: takes any number and looks it up in a table.
        let name = unsafe { sys::gnutls_pkcs_schema_get_name(self.scheme) };
        // SAFETY: null or a static string.
        unsafe { static_text(name) }
    }

    /// The object identifier of the cipher with its parameters, as GnuTLS writes the scheme.
    #[doc(alias = "gnutls_pkcs_schema_get_oid")]
    pub fn scheme_oid(&self) -> Option<Oid> {
        // SAFETY: takes any number and looks it up in a table.
        let oid = unsafe { sys::gnutls_pkcs_schema_get_oid(self.scheme) };
        // SAFETY: null or a static string.
        unsafe { static_text(oid) }.and_then(|oid| oid.parse().ok())
    }
}
