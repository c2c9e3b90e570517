//! What is put on tokens, made there, looked for and removed.

use std::ffi::{CString, c_char};
use std::ptr;

use gnutls_sys as sys;

use super::{ObjectFlags, Token};
use crate::error::Result;
use crate::ffi::{c_string, callback, datum, filled, optional};
use crate::key::{KeyType, PublicKey};
use crate::x509::{self, Certificate, KeyUsage};

const STORING: &str = "storing an object on a token";

/// How a new object shall be called, what it may do, and how it is marked.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyTemplate<'a> {
    /// Its label.
    pub label: Option<&'a str>,
    /// Its identifier, which a key and its certificate have in common. Without: what GnuTLS finds fit.
    pub id: Option<&'a [u8]>,
    /// What a key may do; nothing said, all that it can.
    pub usage: KeyUsage,
    /// How it is marked; and as whom to log in.
    pub flags: ObjectFlags,
}

/// A template for C.
struct Raw {
    label: Option<CString>,
    id: Option<sys::gnutls_datum_t>,
}

impl Raw {
    fn new(template: &KeyTemplate<'_>) -> Result<Raw> {
        let label = template.label.map(|label| c_string(label, STORING)).transpose()?;
        let id = template.id.map(|id| datum(id, STORING)).transpose()?;
        Ok(Raw { label, id })
    }

    fn label(&self) -> *const c_char {
        self.label.as_ref().map_or(ptr::null(), |label| label.as_ptr())
    }

    fn id(&self) -> *const sys::gnutls_datum_t {
        self.id.as_ref().map_or(ptr::null(), ptr::from_ref)
    }
}

impl Token {
    /// Makes a key pair on the token; returns the public key.
    ///
    /// # Errors
    /// If the token refuses, or if the PIN is wrong or missing.
    ///
    /// # Panics
    /// With the panic of the [`Pin`](crate::key::Pin) that is asked, if it raises one.
    #[doc(alias = "gnutls_pkcs11_privkey_generate3")]
    pub fn generate_key(&self, key_type: KeyType, template: &KeyTemplate<'_>) -> Result<PublicKey> {
        let ((algorithm, bits), raw) = (key_type.raw()?, Raw::new(template)?);
        let (url, usage, flags) = (self.as_c_str().as_ptr(), template.usage.raw(), template.flags.raw());
        let format = sys::GNUTLS_X509_FMT_DER;
        let public = callback::entered(|| {
            filled("making a key on a token", |out| {
                // SAFETY: strings and a datum that live through the call, or null; a valid out pointer.
                unsafe {
                    sys::gnutls_pkcs11_privkey_generate3(
                        url,
                        algorithm,
                        bits,
                        raw.label(),
                        raw.id(),
                        format,
                        out,
                        usage,
                        flags,
                    )
                }
            })
        })?;
        PublicKey::from_der(public.as_slice())
    }

    /// Copies a private key to the token.
    ///
    /// # Errors
    /// As for [`generate_key`](Token::generate_key).
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_pkcs11_copy_x509_privkey2")]
    pub fn store_key(&self, key: &x509::PrivateKey, template: &KeyTemplate<'_>) -> Result<()> {
        let (raw, url) = (Raw::new(template)?, self.as_c_str().as_ptr());
        let (usage, flags) = (template.usage.raw(), template.flags.raw());
        stored(|| {
            // SAFETY: a key; strings and a datum that live through the call, or null.
            unsafe { sys::gnutls_pkcs11_copy_x509_privkey2(url, key.raw(), raw.label(), raw.id(), usage, flags) }
        })
    }

    /// Copies a public key to the token.
    ///
    /// # Errors
    /// As for [`generate_key`](Token::generate_key).
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_pkcs11_copy_pubkey")]
    pub fn store_public_key(&self, key: &PublicKey, template: &KeyTemplate<'_>) -> Result<()> {
        let (raw, url) = (Raw::new(template)?, self.as_c_str().as_ptr());
        let (usage, flags) = (template.usage.raw(), template.flags.raw());
        stored(|| {
            // SAFETY: as above.
            unsafe { sys::gnutls_pkcs11_copy_pubkey(url, key.raw(), raw.label(), raw.id(), usage, flags) }
        })
    }

    /// Copies a certificate to the token. The usage of the template is not looked at.
    ///
    /// # Errors
    /// As for [`generate_key`](Token::generate_key).
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_pkcs11_copy_x509_crt2")]
    pub fn store_certificate(&self, certificate: &Certificate, template: &KeyTemplate<'_>) -> Result<()> {
        let (raw, url, flags) = (Raw::new(template)?, self.as_c_str().as_ptr(), template.flags.raw());
        stored(|| {
            // SAFETY: as above.
            unsafe { sys::gnutls_pkcs11_copy_x509_crt2(url, certificate.raw(), raw.label(), raw.id(), flags) }
        })
    }

    /// Copies a secret key to the token. The identifier of the template is not looked at.
    ///
    /// # Errors
    /// As for [`generate_key`](Token::generate_key).
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_pkcs11_copy_secret_key")]
    pub fn store_secret_key(&self, key: impl AsRef<[u8]>, template: &KeyTemplate<'_>) -> Result<()> {
        let (raw, url, mut data) = (Raw::new(template)?, self.as_c_str().as_ptr(), datum(key.as_ref(), STORING)?);
        let (usage, flags) = (template.usage.raw(), template.flags.raw());
        stored(|| {
            // SAFETY: as above; the datum is only read although its pointer is not to const.
            unsafe { sys::gnutls_pkcs11_copy_secret_key(url, &mut data, raw.label(), usage, flags) }
        })
    }

    /// The certificate of the issuer of `certificate`, if the token has it: with [`ObjectFlags::ANY`], also one that is
    /// not marked as trusted.
    ///
    /// # Errors
    /// If the token cannot be asked.
    ///
    /// # Panics
    /// As [`generate_key`](Token::generate_key).
    #[doc(alias = "gnutls_pkcs11_get_raw_issuer")]
    pub fn issuer_of(&self, certificate: &Certificate, flags: ObjectFlags) -> Result<Option<Certificate>> {
        let (url, format) = (self.as_c_str().as_ptr(), sys::GNUTLS_X509_FMT_DER);
        found(|out| {
            // SAFETY: a NUL-terminated URL, a certificate that is only read, a valid out pointer.
            unsafe { sys::gnutls_pkcs11_get_raw_issuer(url, certificate.raw(), out, format, flags.raw()) }
        })
    }

    /// The certificate of an issuer with this name in DER, and if that is given, with this identifier of its key. For the
    /// flags see [`issuer_of`](Token::issuer_of).
    ///
    /// # Errors
    /// If the token cannot be asked.
    ///
    /// # Panics
    /// As [`generate_key`](Token::generate_key).
    #[doc(alias = "gnutls_pkcs11_get_raw_issuer_by_dn")]
    #[doc(alias = "gnutls_pkcs11_get_raw_issuer_by_subject_key_id")]
    pub fn issuer_by_name(
        &self,
        name: impl AsRef<[u8]>,
        key_id: Option<&[u8]>,
        flags: ObjectFlags,
    ) -> Result<Option<Certificate>> {
        const DOING: &str = "looking for an issuer on a token";
        let (url, format, flags) = (self.as_c_str().as_ptr(), sys::GNUTLS_X509_FMT_DER, flags.raw());
        let name = datum(name.as_ref(), DOING)?;
        let Some(key_id) = key_id else {
            return found(|out| {
                // SAFETY: a NUL-terminated URL, a datum that lives through the call, a valid out pointer.
                unsafe { sys::gnutls_pkcs11_get_raw_issuer_by_dn(url, &name, out, format, flags) }
            });
        };
        let key_id = datum(key_id, DOING)?;
        found(|out| {
            // SAFETY: as above.
            unsafe { sys::gnutls_pkcs11_get_raw_issuer_by_subject_key_id(url, &name, &key_id, out, format, flags) }
        })
    }

    /// Whether the token has `certificate`: with [`ObjectFlags::TRUSTED`] or [`ObjectFlags::DISTRUSTED`], marked so.
    ///
    /// # Panics
    /// As [`generate_key`](Token::generate_key).
    #[doc(alias = "gnutls_pkcs11_crt_is_known")]
    pub fn knows(&self, certificate: &Certificate, flags: ObjectFlags) -> bool {
        let url = self.as_c_str().as_ptr();
        callback::entered(|| {
            // SAFETY: a NUL-terminated URL and a certificate that is only read.
            unsafe { sys::gnutls_pkcs11_crt_is_known(url, certificate.raw(), flags.raw()) != 0 }
        })
    }
}

/// Removes the objects of a URL; returns how many there were.
///
/// # Errors
/// If the token refuses, or if the PIN is wrong or missing.
///
/// # Panics
/// With the panic of the [`Pin`](crate::key::Pin) that is asked, if it raises one.
#[doc(alias = "gnutls_pkcs11_delete_url")]
pub fn delete(url: &str, flags: ObjectFlags) -> Result<u32> {
    const DOING: &str = "removing objects of a token";
    crate::global::ready()?;
    let url = c_string(url, DOING)?;
    let code = callback::entered(|| {
        // SAFETY: a NUL-terminated string that lives through the call.
        unsafe { sys::gnutls_pkcs11_delete_url(url.as_ptr(), flags.raw()) }
    });
    if code < 0 && optional(code, DOING).is_ok() {
        return Ok(0);
    }
    callback::check(code, DOING)
}

fn stored(call: impl FnOnce() -> i32) -> Result<()> {
    let code = callback::entered(call);
    callback::check(code, STORING).map(drop)
}

fn found(call: impl FnOnce(*mut sys::gnutls_datum_t) -> i32) -> Result<Option<Certificate>> {
    let der = callback::entered(|| crate::ffi::filled_optional("looking for a certificate on a token", call))?;
    der.map(|der| Certificate::from_der(der.as_slice())).transpose()
}
