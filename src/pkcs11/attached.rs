//! Extensions that a token attaches to certificates which do not have them: what an administrator knows of an authority.

use std::ptr;

use gnutls_sys as sys;

use super::{Object, ObjectFlags, Token};
use crate::error::{Failure, Origin, Result};
use crate::ffi::{OwnedArray, c_string, callback, copied, datum};
use crate::x509::{Certificate, Extension, Oid};

impl Token {
    /// Attaches an extension to the key of `certificate`: `extension` is one of RFC 5280, section 4.1, in DER. The trust modules of p11-kit know such objects; most tokens do not.
    ///
    /// # Errors
    /// If the token refuses, or if the PIN is wrong or missing.
    ///
    /// # Panics
    /// With the panic of the [`Pin`](crate::key::Pin) that is asked, if it raises one.
    #[doc(alias = "gnutls_pkcs11_copy_attached_extension")]
    pub fn attach_extension(
        &self,
        certificate: &Certificate,
        extension: impl AsRef<[u8]>,
        label: Option<&str>,
        flags: ObjectFlags,
    ) -> Result<()> {
        const DOING: &str = "attaching an extension to a certificate of a token";
        let label = label.map(|label| c_string(label, DOING)).transpose()?;
        let label = label.as_ref().map_or(ptr::null(), |label| label.as_ptr());
        let (url, mut data) = (self.as_c_str().as_ptr(), datum(extension.as_ref(), DOING)?);
        let code = callback::entered(|| {
            // SAFETY: strings that live through the call, or null; a certificate that is only read, as is the datum although
            // its pointer is not to const.
            unsafe { sys::gnutls_pkcs11_copy_attached_extension(url, certificate.raw(), &mut data, label, flags.raw()) }
        });
        callback::check(code, DOING).map(drop)
    }
}

impl Object {
    /// The extensions that its token attaches to it, which is a certificate or a public key.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is neither.
    ///
    /// # Panics
    /// With the panic of the [`Pin`](crate::key::Pin) that is asked, if it raises one.
    #[doc(alias = "gnutls_pkcs11_obj_get_exts")]
    #[doc(alias = "gnutls_x509_ext_deinit")]
    pub fn attached_extensions(&self, flags: ObjectFlags) -> Result<Vec<Extension>> {
        const DOING: &str = "reading the extensions that a token attaches";
        let found = callback::entered(|| {
            OwnedArray::filled(|start, length| {
                // SAFETY: an object and valid out pointers.
                unsafe { sys::gnutls_pkcs11_obj_get_exts(self.raw(), start, length, flags.raw()) }
            })
        });
        let found = found.map_err(|code| match callback::check(code, DOING) {
            Err(error) => error,
            Ok(_) => Failure::of_code(code, Origin::Local, DOING).into(),
        })?;
        let extensions = found.as_slice().iter().map(|raw| {
            // SAFETY: GnuTLS filled it: null or a NUL-terminated string.
            let oid = unsafe { crate::cstr::static_text(raw.oid) };
            // SAFETY: as above: `size` bytes.
            let data = unsafe { copied(&raw.data) };
            let oid: Oid = oid.unwrap_or_default().parse()?;
            Ok(Extension { oid, critical: raw.critical != 0, data })
        });
        let extensions = extensions.collect();
        for raw in found.as_slice() {
            let mut raw = *raw;
            // SAFETY: GnuTLS filled it for us; each is released once, and nobody looks at it after this.
            unsafe { sys::gnutls_x509_ext_deinit(&mut raw) };
        }
        extensions
    }
}
