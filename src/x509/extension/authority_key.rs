//! Identifiers of keys: the certificate's own, and its issuer's.

use std::ffi::{c_int, c_uint, c_void};

use gnutls_sys as sys;

use super::{ExtensionValue, Sealed};
use crate::error::{Error, Result};
use crate::ffi::{check, copied, datum, filled, items, no_datum, optional, pairs_by_index};
use crate::x509::handle::AuthorityHandle;
use crate::x509::{GeneralName, Oid};

/// The identifier of a certificate's own key (RFC 5280, section 4.2.1.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_ext_import_subject_key_id")]
#[doc(alias = "gnutls_x509_ext_export_subject_key_id")]
pub struct SubjectKeyId(pub Vec<u8>);

/// Which key signed a certificate (RFC 5280, section 4.2.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_aki_t")]
#[doc(alias = "gnutls_x509_aki_init")]
#[doc(alias = "gnutls_x509_aki_deinit")]
#[non_exhaustive]
#[doc(alias = "gnutls_x509_ext_import_authority_key_id")]
#[doc(alias = "gnutls_x509_aki_get_id")]
#[doc(alias = "gnutls_x509_aki_get_cert_issuer")]
#[doc(alias = "gnutls_x509_ext_export_authority_key_id")]
#[doc(alias = "gnutls_x509_aki_set_id")]
pub struct AuthorityKeyId {
    /// The identifier of the key.
    pub key_id: Option<Vec<u8>>,
    /// The names of who issued the issuer's certificate. GnuTLS reads them, and cannot write them.
    pub issuer: Vec<GeneralName>,
    /// The serial number of the issuer's certificate, if `issuer` names somebody.
    pub serial: Option<Vec<u8>>,
}

impl AuthorityKeyId {
    /// A key told by its identifier alone, as it should be.
    pub fn from_key_id(id: impl Into<Vec<u8>>) -> AuthorityKeyId {
        AuthorityKeyId { key_id: Some(id.into()), ..AuthorityKeyId::default() }
    }
}

impl Sealed for SubjectKeyId {}
impl Sealed for AuthorityKeyId {}

impl ExtensionValue for SubjectKeyId {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_SUBJECT_KEY_ID);

    fn from_der(der: &[u8]) -> Result<SubjectKeyId> {
        const DOING: &str = "reading a subject key identifier";
        let data = datum(der, DOING)?;
        let id = filled(DOING, |out| {
            // SAFETY: the datum lives through the call; a valid out pointer.
            unsafe { sys::gnutls_x509_ext_import_subject_key_id(&data, out) }
        })?;
        Ok(SubjectKeyId(id.to_vec()))
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        const DOING: &str = "writing a subject key identifier";
        let id = datum(&self.0, DOING)?;
        let der = filled(DOING, |out| {
            // SAFETY: the datum lives through the call; a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_subject_key_id(&id, out) }
        })?;
        Ok(der.to_vec())
    }
}

impl ExtensionValue for AuthorityKeyId {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_AUTHORITY_KEY_ID);

    fn from_der(der: &[u8]) -> Result<AuthorityKeyId> {
        const DOING: &str = "reading an authority key identifier";
        let (authority, data) = (AuthorityHandle::new()?, datum(der, DOING)?);
        // SAFETY: a fresh object of ours; the datum lives through the call.
        check(unsafe { sys::gnutls_x509_ext_import_authority_key_id(&data, authority.raw(), 0) }, DOING)?;
        let mut id = no_datum();
        // SAFETY: our object, and a valid out pointer.
        let code = unsafe { sys::gnutls_x509_aki_get_id(authority.raw(), &mut id) };
        // SAFETY: what the getter lent belongs to `authority`, which lives.
        let key_id = optional(code, DOING)?.map(|_| unsafe { copied(&id) });
        let mut serial = no_datum();
        let issuer = items(DOING, |index| {
            let (mut kind, mut value, mut oid) = (0, no_datum(), no_datum());
            let (value_out, oid_out, serial_out) = (&raw mut value, &raw mut oid, &raw mut serial);
            // SAFETY: our object, and valid out pointers.
            let code = unsafe {
                sys::gnutls_x509_aki_get_cert_issuer(authority.raw(), index, &mut kind, value_out, oid_out, serial_out)
            };
            // SAFETY: as above.
            (code, unsafe { GeneralName::borrowed(kind, &value, &oid) })
        })?;
        // SAFETY: as above; null if there was no name.
        let serial = unsafe { copied(&serial) };
        let serial = (!serial.is_empty()).then_some(serial);
        Ok(AuthorityKeyId { key_id, issuer: issuer.into_iter().collect::<Result<_>>()?, serial })
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        const DOING: &str = "writing an authority key identifier";
        // gnutls_x509_aki_set_cert_issuer (3.8.13 too) writes behind the end of its list.
        if !self.issuer.is_empty() || self.serial.is_some() {
            return Err(Error::input(DOING, "GnuTLS writes the identifier alone, not issuer and serial number"));
        }
        let authority = AuthorityHandle::new()?;
        if let Some(id) = &self.key_id {
            let id = datum(id, DOING)?;
            // SAFETY: our object; the identifier lives through the call and is copied.
            check(unsafe { sys::gnutls_x509_aki_set_id(authority.raw(), &id) }, DOING)?;
        }
        let der = filled(DOING, |out| {
            // SAFETY: our object and a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_authority_key_id(authority.raw(), out) }
        })?;
        Ok(der.to_vec())
    }
}

/// The names of issuers with the serial numbers of their certificates that `call` writes: into the buffers with the sizes
/// behind the second of each pair, and the kind of the name.
pub(in crate::x509) fn names_and_serials(
    doing: &'static str,
    mut call: impl FnMut(c_uint, (*mut c_void, *mut usize), &mut c_uint, (*mut c_void, *mut usize)) -> c_int,
) -> Result<Vec<(GeneralName, Vec<u8>)>> {
    let all = pairs_by_index(doing, |index, (name, name_size), (serial, serial_size)| {
        let mut kind = 0;
        let code = call(index, (name.cast(), name_size), &mut kind, (serial.cast(), serial_size));
        if code < 0 { code } else { c_int::try_from(kind).unwrap_or(c_int::MAX) }
    })?;
    Ok(all.into_iter().map(|(kind, name, serial)| (GeneralName::new(kind, &name), serial)).collect())
}
