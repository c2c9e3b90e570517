//! Where more about an authority is found: its certificate, its OCSP server.

use gnutls_sys as sys;

use super::{ExtensionValue, Sealed};
use crate::error::Result;
use crate::ffi::{check, copied, datum, filled, items, no_datum};
use crate::x509::handle::AccessHandle;
use crate::x509::{GeneralName, Oid};

/// One service or document of an authority.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccessDescription {
    /// What is there: [`Oid::ACCESS_OCSP`], [`Oid::ACCESS_CA_ISSUERS`] or something else.
    pub method: Oid,
    /// Where it is, usually a URI.
    pub location: GeneralName,
}

/// Where more about the issuer of a certificate is found (RFC 5280, section 4.2.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_aia_t")]
#[doc(alias = "gnutls_x509_aia_init")]
#[doc(alias = "gnutls_x509_aia_deinit")]
#[doc(alias = "gnutls_x509_ext_import_aia")]
#[doc(alias = "gnutls_x509_aia_get")]
#[doc(alias = "gnutls_x509_ext_export_aia")]
#[doc(alias = "gnutls_x509_aia_set")]
pub struct AuthorityInfoAccess(pub Vec<AccessDescription>);

impl Sealed for AuthorityInfoAccess {}

impl ExtensionValue for AuthorityInfoAccess {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_AUTHORITY_INFO_ACCESS);

    fn from_der(der: &[u8]) -> Result<AuthorityInfoAccess> {
        const DOING: &str = "reading access descriptions";
        let (access, data) = (AccessHandle::new()?, datum(der, DOING)?);
        // SAFETY: a fresh object of ours; the datum lives through the call.
        check(unsafe { sys::gnutls_x509_ext_import_aia(&data, access.raw(), 0) }, DOING)?;
        let all = items(DOING, |index| {
            let (mut oid, mut kind, mut value) = (no_datum(), 0, no_datum());
            // SAFETY: our object, and valid out pointers.
            let code = unsafe { sys::gnutls_x509_aia_get(access.raw(), index, &mut oid, &mut kind, &mut value) };
            // SAFETY: what the getter lent belongs to `access`, which lives.
            let method = unsafe { copied(&oid) };
            // SAFETY: as above.
            let location = unsafe { GeneralName::borrowed(kind, &value, &no_datum()) };
            (code, (method, location))
        })?;
        let description = |(method, location): (Vec<u8>, Result<GeneralName>)| {
            Ok(AccessDescription { method: Oid::from_bytes(&method)?, location: location? })
        };
        Ok(AuthorityInfoAccess(all.into_iter().map(description).collect::<Result<_>>()?))
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        const DOING: &str = "writing access descriptions";
        let access = AccessHandle::new()?;
        for description in &self.0 {
            let parts = description.location.writable(DOING)?;
            let (value, method) = (datum(&parts.value, DOING)?, description.method.as_ptr());
            // SAFETY: our object; the value and the identifier live through the call and are copied.
            check(unsafe { sys::gnutls_x509_aia_set(access.raw(), method, parts.kind, &value) }, DOING)?;
        }
        let der = filled(DOING, |out| {
            // SAFETY: our object and a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_aia(access.raw(), out) }
        })?;
        Ok(der.to_vec())
    }
}
