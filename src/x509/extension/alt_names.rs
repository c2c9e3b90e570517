//! Alternative names of the subject and of the issuer.

use gnutls_sys as sys;

use super::{ExtensionValue, Sealed};
use crate::error::Result;
use crate::ffi::{check, copied, datum, filled, items, no_datum};
use crate::x509::handle::NamesHandle;
use crate::x509::{GeneralName, Oid};

/// Whom a certificate is about, beside its subject (RFC 5280, section 4.2.1.6).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_subject_alt_names_t")]
#[doc(alias = "gnutls_x509_ext_import_subject_alt_names")]
#[doc(alias = "gnutls_x509_ext_export_subject_alt_names")]
#[doc(alias = "gnutls_subject_alt_names_init")]
#[doc(alias = "gnutls_subject_alt_names_deinit")]
#[doc(alias = "gnutls_subject_alt_names_get")]
#[doc(alias = "gnutls_subject_alt_names_set")]
pub struct SubjectAltNames(pub Vec<GeneralName>);

/// Who issued a certificate, beside its issuer (RFC 5280, section 4.2.1.7).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IssuerAltNames(pub Vec<GeneralName>);

impl Sealed for SubjectAltNames {}
impl Sealed for IssuerAltNames {}

impl ExtensionValue for SubjectAltNames {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_SAN);

    fn from_der(der: &[u8]) -> Result<SubjectAltNames> {
        read(der).map(SubjectAltNames)
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        write(&self.0)
    }
}

impl ExtensionValue for IssuerAltNames {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_IAN);

    fn from_der(der: &[u8]) -> Result<IssuerAltNames> {
        read(der).map(IssuerAltNames)
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        write(&self.0)
    }
}

fn read(der: &[u8]) -> Result<Vec<GeneralName>> {
    const DOING: &str = "reading alternative names";
    let (names, data) = (NamesHandle::new()?, datum(der, DOING)?);
    // SAFETY: a fresh object of ours; the datum lives through the call.
    check(unsafe { sys::gnutls_x509_ext_import_subject_alt_names(&data, names.raw(), 0) }, DOING)?;
    let all = items(DOING, |index| {
        let (mut kind, mut value, mut oid) = (0, no_datum(), no_datum());
        // SAFETY: our object, and valid out pointers.
        let code = unsafe { sys::gnutls_subject_alt_names_get(names.raw(), index, &mut kind, &mut value, &mut oid) };
        // SAFETY: what the getter lent belongs to `names`, which lives.
        (code, unsafe { GeneralName::borrowed(kind, &value, &oid) })
    })?;
    all.into_iter().collect()
}

/// The identifier and the DER bytes of a name of another kind, also for those kinds that GnuTLS has numbers for.
pub(in crate::x509) fn encoded_other(name: &GeneralName, doing: &'static str) -> Result<(Oid, Vec<u8>)> {
    let names = collect(std::slice::from_ref(name), doing)?;
    let (mut kind, mut value, mut oid) = (0, no_datum(), no_datum());
    // SAFETY: our object, and valid out pointers.
    let code = unsafe { sys::gnutls_subject_alt_names_get(names.raw(), 0, &mut kind, &mut value, &mut oid) };
    check(code, doing)?;
    // SAFETY: what the getter lent belongs to `names`, which lives.
    let oid = unsafe { copied(&oid) };
    // SAFETY: as above.
    Ok((Oid::from_bytes(&oid)?, unsafe { copied(&value) }))
}

fn collect(all: &[GeneralName], doing: &'static str) -> Result<NamesHandle> {
    let names = NamesHandle::new()?;
    for name in all {
        let parts = name.writable(doing)?;
        let value = datum(&parts.value, doing)?;
        // SAFETY: our object; the value and the identifier live through the call and are copied.
        let code = unsafe { sys::gnutls_subject_alt_names_set(names.raw(), parts.kind, &value, parts.oid_ptr()) };
        check(code, doing)?;
    }
    Ok(names)
}

fn write(all: &[GeneralName]) -> Result<Vec<u8>> {
    const DOING: &str = "writing alternative names";
    let names = collect(all, DOING)?;
    let der = filled(DOING, |out| {
        // SAFETY: our object and a valid out pointer.
        unsafe { sys::gnutls_x509_ext_export_subject_alt_names(names.raw(), out) }
    })?;
    Ok(der.to_vec())
}
