//! What a certificate is for, as a value of its own.

use gnutls_sys as sys;

use super::{ExtensionValue, Sealed};
use crate::error::Result;
use crate::ffi::{check, copied, datum, filled, items, no_datum};
use crate::x509::handle::PurposesHandle;
use crate::x509::{Oid, Purpose};

/// What a certificate is for (extended key usage, RFC 5280, section 4.2.1.12).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_key_purposes_t")]
#[doc(alias = "gnutls_x509_key_purpose_init")]
#[doc(alias = "gnutls_x509_key_purpose_deinit")]
#[doc(alias = "gnutls_x509_ext_import_key_purposes")]
#[doc(alias = "gnutls_x509_key_purpose_get")]
#[doc(alias = "gnutls_x509_ext_export_key_purposes")]
#[doc(alias = "gnutls_x509_key_purpose_set")]
pub struct KeyPurposes(pub Vec<Purpose>);

impl Sealed for KeyPurposes {}

impl ExtensionValue for KeyPurposes {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_EXTENDED_KEY_USAGE);

    fn from_der(der: &[u8]) -> Result<KeyPurposes> {
        const DOING: &str = "reading key purposes";
        let (purposes, data) = (PurposesHandle::new()?, datum(der, DOING)?);
        // SAFETY: a fresh object of ours; the datum lives through the call.
        check(unsafe { sys::gnutls_x509_ext_import_key_purposes(&data, purposes.raw(), 0) }, DOING)?;
        let all = items(DOING, |index| {
            let mut oid = no_datum();
            // SAFETY: our object, and a valid out pointer.
            let code = unsafe { sys::gnutls_x509_key_purpose_get(purposes.raw(), index, &mut oid) };
            // SAFETY: what the getter lent belongs to `purposes`, which lives.
            (code, unsafe { copied(&oid) })
        })?;
        Ok(KeyPurposes(all.iter().map(|oid| Ok(Oid::from_bytes(oid)?.into())).collect::<Result<_>>()?))
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        const DOING: &str = "writing key purposes";
        let purposes = PurposesHandle::new()?;
        for purpose in &self.0 {
            // SAFETY: our object; a NUL-terminated string that is copied.
            let code = unsafe { sys::gnutls_x509_key_purpose_set(purposes.raw(), purpose.as_c_str().as_ptr()) };
            check(code, DOING)?;
        }
        let der = filled(DOING, |out| {
            // SAFETY: our object and a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_key_purposes(purposes.raw(), out) }
        })?;
        Ok(der.to_vec())
    }
}
