//! Objects of tokens: certificates, keys, data.

use std::fmt;
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

use super::{ObjectFlags, UrlDetail, info, string};
use crate::cstr::static_text;
use crate::error::Result;
use crate::ffi::{c_string, callback, check, filled, handle, length, raw_access, sized, written};
use crate::global;
use crate::key::{Pin, PinBox, PublicKey, ask};
use crate::secret::SecretBytes;
use crate::x509::{Certificate, CrtHandle, Format};

handle! {
    /// A `gnutls_pkcs11_obj_t` and the duty to release it.
    ObjectHandle(gnutls_pkcs11_obj_t), gnutls_pkcs11_obj_init, gnutls_pkcs11_obj_deinit, "allocating an object"
}

/// Something on a token, as it was when it was looked up.
#[doc(alias = "gnutls_pkcs11_obj_t")]
#[doc(alias = "gnutls_pkcs11_obj_init")]
#[doc(alias = "gnutls_pkcs11_obj_deinit")]
pub struct Object {
    handle: ObjectHandle,
    /// What the callback of the handle is given: dropped after it.
    _pin: Option<Box<PinBox>>,
}

// SAFETY: the object is plain memory without ties to the thread that made it; what it refers to may cross as well.
unsafe impl Send for Object {}

/// Of what kind an object is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_pkcs11_obj_type_t")]
pub struct ObjectKind(u32);

impl ObjectKind {
    /// Something that GnuTLS does not know.
    pub const UNKNOWN: ObjectKind = ObjectKind(sys::GNUTLS_PKCS11_OBJ_UNKNOWN);
    /// A certificate.
    pub const CERTIFICATE: ObjectKind = ObjectKind(sys::GNUTLS_PKCS11_OBJ_X509_CRT);
    /// A public key.
    pub const PUBLIC_KEY: ObjectKind = ObjectKind(sys::GNUTLS_PKCS11_OBJ_PUBKEY);
    /// A private key.
    pub const PRIVATE_KEY: ObjectKind = ObjectKind(sys::GNUTLS_PKCS11_OBJ_PRIVKEY);
    /// A secret key.
    pub const SECRET_KEY: ObjectKind = ObjectKind(sys::GNUTLS_PKCS11_OBJ_SECRET_KEY);
    /// Data.
    pub const DATA: ObjectKind = ObjectKind(sys::GNUTLS_PKCS11_OBJ_DATA);
    /// An extension that belongs to a certificate.
    pub const CERTIFICATE_EXTENSION: ObjectKind = ObjectKind(sys::GNUTLS_PKCS11_OBJ_X509_CRT_EXTENSION);

    /// GnuTLS's name for it.
    #[doc(alias = "gnutls_pkcs11_type_get_name")]
    pub fn name(self) -> &'static str {
        // SAFETY: takes any number and looks it up in a table.
        let name = unsafe { sys::gnutls_pkcs11_type_get_name(self.0) };
        // SAFETY: null or a static string.
        unsafe { static_text(name) }.unwrap_or("Unknown")
    }
}

impl fmt::Debug for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectKind({})", self.name())
    }
}

const DOING: &str = "reading an object of a token";

raw_access!(Object, sys::gnutls_pkcs11_obj_t, lend it => it.handle.raw());
raw_access!(Object, sys::gnutls_pkcs11_obj_t,
    try_give "gnutls_pkcs11_obj_deinit" unless "it asks code of the program's for a PIN" it => {
    if it._pin.is_some() { Err(it) } else { Ok(it.handle.into_raw()) }
});
raw_access!(Object, sys::gnutls_pkcs11_obj_t, take "was imported" raw => {
    // SAFETY: the caller says so.
    Object { handle: unsafe { ObjectHandle::from_raw(raw) }, _pin: None }
});

impl Object {
    /// The object of a URL.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is none, or if the PIN is wrong or missing.
    ///
    /// # Panics
    /// With the panic of `pin`, if it raises one.
    #[doc(alias = "gnutls_pkcs11_obj_import_url")]
    #[doc(alias = "gnutls_pkcs11_obj_set_pin_function")]
    pub fn from_url(url: &str, flags: ObjectFlags, pin: Option<Arc<dyn Pin>>) -> Result<Object> {
        let (url, handle, pin) = (c_string(url, DOING)?, ObjectHandle::new()?, pin.map(PinBox::new));
        if let Some(pin) = &pin {
            // SAFETY: a fresh handle; the box that the callback gets outlives it.
            unsafe { sys::gnutls_pkcs11_obj_set_pin_function(handle.raw(), Some(ask), pin.as_userdata()) };
        }
        let code = callback::entered(|| {
            // SAFETY: a fresh handle; a NUL-terminated string that lives through the call.
            unsafe { sys::gnutls_pkcs11_obj_import_url(handle.raw(), url.as_ptr(), flags.raw()) }
        });
        callback::check(code, DOING)?;
        Ok(Object { handle, _pin: pin })
    }

    pub(super) fn raw(&self) -> sys::gnutls_pkcs11_obj_t {
        self.handle.raw()
    }

    /// Its URL.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs11_obj_export_url")]
    pub fn url(&self, detail: UrlDetail) -> Result<String> {
        string(DOING, |out| {
            // SAFETY: an object and a valid out pointer.
            unsafe { sys::gnutls_pkcs11_obj_export_url(self.raw(), detail.raw(), out) }
        })
    }

    /// Of what kind it is.
    #[doc(alias = "gnutls_pkcs11_obj_get_type")]
    pub fn kind(&self) -> ObjectKind {
        // SAFETY: an object.
        ObjectKind(unsafe { sys::gnutls_pkcs11_obj_get_type(self.raw()) })
    }

    /// What it is marked as.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs11_obj_get_flags")]
    pub fn flags(&self) -> Result<ObjectFlags> {
        let mut flags = 0;
        // SAFETY: an object and a valid out pointer.
        let code = unsafe { sys::gnutls_pkcs11_obj_get_flags(self.raw(), &mut flags) };
        check(code, DOING).map(|_| ObjectFlags::from_raw(flags))
    }

    /// Its identifier, which a key and its certificate have in common.
    ///
    /// # Errors
    /// If it has none.
    #[doc(alias = "gnutls_pkcs11_obj_get_info")]
    pub fn id(&self) -> Result<Vec<u8>> {
        let (_, id) = sized(DOING, |buffer, size| {
            let kind = sys::GNUTLS_PKCS11_OBJ_ID;
            // SAFETY: an object; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_pkcs11_obj_get_info(self.raw(), kind, buffer.cast(), size) }
        })?;
        Ok(id)
    }

    /// Its label.
    ///
    /// # Errors
    /// If it has none.
    #[doc(alias = "gnutls_pkcs11_obj_get_info")]
    pub fn label(&self) -> Result<String> {
        self.info(sys::GNUTLS_PKCS11_OBJ_LABEL)
    }

    /// The label of its token.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs11_obj_get_info")]
    pub fn token_label(&self) -> Result<String> {
        self.info(sys::GNUTLS_PKCS11_OBJ_TOKEN_LABEL)
    }

    fn info(&self, kind: sys::gnutls_pkcs11_obj_info_t) -> Result<String> {
        info(DOING, |buffer, size| {
            // SAFETY: an object; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_pkcs11_obj_get_info(self.raw(), kind, buffer, size) }
        })
    }

    /// Changes its label on the token.
    ///
    /// # Errors
    /// If the token refuses.
    ///
    /// # Panics
    /// With the panic of the [`Pin`] that is asked, if it raises one.
    #[doc(alias = "gnutls_pkcs11_obj_set_info")]
    pub fn set_label(&mut self, label: &str, flags: ObjectFlags) -> Result<()> {
        self.set_info(sys::GNUTLS_PKCS11_OBJ_LABEL, label.as_bytes(), flags)
    }

    /// Changes its identifier on the token.
    ///
    /// # Errors
    /// If the token refuses.
    ///
    /// # Panics
    /// As [`set_label`](Object::set_label).
    #[doc(alias = "gnutls_pkcs11_obj_set_info")]
    pub fn set_id(&mut self, id: impl AsRef<[u8]>, flags: ObjectFlags) -> Result<()> {
        self.set_info(sys::GNUTLS_PKCS11_OBJ_ID, id.as_ref(), flags)
    }

    fn set_info(&mut self, kind: sys::gnutls_pkcs11_obj_info_t, bytes: &[u8], flags: ObjectFlags) -> Result<()> {
        let (start, size) = (bytes.as_ptr().cast(), bytes.len());
        let code = callback::entered(|| {
            // SAFETY: an object that is ours alone; `size` bytes that live through the call.
            unsafe { sys::gnutls_pkcs11_obj_set_info(self.raw(), kind, start, size, flags.raw()) }
        });
        callback::check(code, "changing an object of a token").map(drop)
    }

    /// Its contents in DER, or as they are; a secret, if it is one.
    ///
    /// # Errors
    /// If they do not leave the token: private keys.
    #[doc(alias = "gnutls_pkcs11_obj_export2")]
    pub fn contents(&self) -> Result<SecretBytes> {
        let contents = filled(DOING, |out| {
            // SAFETY: an object and a valid out pointer.
            unsafe { sys::gnutls_pkcs11_obj_export2(self.raw(), out) }
        });
        contents.map(SecretBytes::new)
    }

    /// As [`contents`](Object::contents), into the start of `output`; returns how many bytes that were.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if `output` is too small: the message says what is needed.
    #[doc(alias = "gnutls_pkcs11_obj_export")]
    pub fn contents_into(&self, output: &mut [u8]) -> Result<usize> {
        written(DOING, output, |buffer, size| {
            // SAFETY: an object; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_pkcs11_obj_export(self.raw(), buffer.cast(), size) }
        })
    }

    /// As [`contents`](Object::contents), in a form of choice.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_pkcs11_obj_export3")]
    pub fn contents_as(&self, format: Format) -> Result<SecretBytes> {
        let contents = filled(DOING, |out| {
            // SAFETY: an object and a valid out pointer.
            unsafe { sys::gnutls_pkcs11_obj_export3(self.raw(), format.raw(), out) }
        });
        contents.map(SecretBytes::new)
    }

    /// The certificate that it is.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is none.
    #[doc(alias = "gnutls_x509_crt_import_pkcs11")]
    pub fn certificate(&self) -> Result<Certificate> {
        let certificate = CrtHandle::new()?;
        // SAFETY: a fresh handle and an object, which is only read.
        let code = unsafe { sys::gnutls_x509_crt_import_pkcs11(certificate.raw(), self.raw()) };
        check(code, "reading a certificate of a token")?;
        Ok(Certificate::from_imported(certificate))
    }

    /// The public key that it is, or that its certificate is about.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is neither.
    #[doc(alias = "gnutls_pubkey_import_pkcs11")]
    pub fn public_key(&self) -> Result<PublicKey> {
        PublicKey::import("reading a public key of a token", |public| {
            // SAFETY: a fresh handle and an object, which is only read.
            unsafe { sys::gnutls_pubkey_import_pkcs11(public, self.raw(), 0) }
        })
    }

    /// What kind of private key it is.
    ///
    /// # Errors
    /// If it is no private key, or GnuTLS cannot say.
    #[cfg(gnutls_3_8_13)]
    #[doc(alias = "gnutls_pkcs11_obj_get_pk_algorithm")]
    pub fn key_type(&self) -> Result<crate::key::KeyType> {
        use crate::key::KeyType;
        let mut size = 0;
        // SAFETY: an object and a valid out pointer.
        let algorithm = check(unsafe { sys::gnutls_pkcs11_obj_get_pk_algorithm(self.raw(), &mut size) }, DOING)?;
        Ok(match algorithm {
            sys::GNUTLS_PK_RSA => KeyType::Rsa { bits: size },
            sys::GNUTLS_PK_DSA => KeyType::Dsa { bits: size },
            // For those GnuTLS says the curve.
            _ => KeyType::Curve(crate::algorithm::EccCurve::from_raw(size)),
        })
    }
}

/// The certificates that all of `objects` are.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is none.
#[doc(alias = "gnutls_x509_crt_list_import_pkcs11")]
pub fn certificates(objects: &[Object]) -> Result<Vec<Certificate>> {
    const DOING: &str = "reading certificates of a token";
    let mut objects: Vec<_> = objects.iter().map(Object::raw).collect();
    let mut handles = vec![ptr::null_mut(); objects.len()];
    let count = length(handles.len(), DOING)?;
    // SAFETY: `count` places and `count` objects, which are only read.
    let code = unsafe { sys::gnutls_x509_crt_list_import_pkcs11(handles.as_mut_ptr(), count, objects.as_mut_ptr(), 0) };
    check(code, DOING)?;
    let owned = handles.into_iter().map(|raw| {
        // SAFETY: imported by GnuTLS for us; each is taken over once.
        Certificate::from_imported(unsafe { CrtHandle::from_raw(raw) })
    });
    Ok(owned.collect())
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url(UrlDetail::Generic);
        f.debug_tuple("Object").field(&url.as_deref().unwrap_or("?")).finish()
    }
}
