//! Which names an authority may certify.

use std::ffi::{c_int, c_uint};

use gnutls_sys as sys;

use super::{ExtensionValue, Sealed};
use crate::error::{Error, Result};
use crate::ffi::{check, datum, filled, items, no_datum};
use crate::x509::handle::ConstraintsHandle;
use crate::x509::{Certificate, GeneralName, NameKind, Oid};

/// The names that an authority may certify, and those that it may not (RFC 5280, section 4.2.1.10).
///
/// A DNS name stands for itself and all names below it; so does a host in an e-mail constraint. An empty `Dns` or
/// `Email` among the excluded excludes all.
///
/// # Examples
/// ```
/// use gnutls::x509::{GeneralName, NameConstraints};
///
/// let constraints =
///     NameConstraints { permitted: vec![GeneralName::Dns("example.org".into())], excluded: vec![] };
/// assert!(constraints.allow(&GeneralName::Dns("www.example.org".into()))?);
/// assert!(!constraints.allow(&GeneralName::Dns("www.example.com".into()))?);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_name_constraints_t")]
#[doc(alias = "gnutls_x509_name_constraints_init")]
#[doc(alias = "gnutls_x509_name_constraints_deinit")]
#[doc(alias = "gnutls_x509_name_constraints_get_permitted")]
#[doc(alias = "gnutls_x509_name_constraints_get_excluded")]
#[doc(alias = "gnutls_x509_name_constraints_add_permitted")]
#[doc(alias = "gnutls_x509_name_constraints_add_excluded")]
#[doc(alias = "gnutls_x509_ext_import_name_constraints")]
#[doc(alias = "gnutls_x509_ext_export_name_constraints")]
pub struct NameConstraints {
    /// For each kind of names that is here, the only names that may be certified.
    pub permitted: Vec<GeneralName>,
    /// What may not be certified.
    pub excluded: Vec<GeneralName>,
}

type Getter =
    unsafe extern "C" fn(sys::gnutls_x509_name_constraints_t, c_uint, *mut c_uint, *mut sys::gnutls_datum_t) -> c_int;
type Setter = unsafe extern "C" fn(
    sys::gnutls_x509_name_constraints_t,
    sys::gnutls_x509_subject_alt_name_t,
    *const sys::gnutls_datum_t,
) -> c_int;

impl NameConstraints {
    /// Whether `name` may be certified.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if a constraint cannot be used.
    #[doc(alias = "gnutls_x509_name_constraints_check")]
    pub fn allow(&self, name: &GeneralName) -> Result<bool> {
        let constraints = self.to_handle()?;
        let parts = name.parts();
        let value = datum(&parts.value, "checking a name")?;
        // SAFETY: our object; the name lives through the call and is only read.
        Ok(unsafe { sys::gnutls_x509_name_constraints_check(constraints.raw(), parts.kind, &value) } != 0)
    }

    /// Whether all names of one kind that `certificate` has may be certified.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if a constraint cannot be used.
    #[doc(alias = "gnutls_x509_name_constraints_check_crt")]
    pub fn allow_certificate(&self, certificate: &Certificate, kind: NameKind) -> Result<bool> {
        let (constraints, certificate) = (self.to_handle()?, certificate.raw());
        // SAFETY: our object; an imported certificate, which is only read.
        let allowed =
            unsafe { sys::gnutls_x509_name_constraints_check_crt(constraints.raw(), kind.raw(), certificate) };
        Ok(allowed != 0)
    }

    pub(in crate::x509) fn from_handle(constraints: &ConstraintsHandle) -> Result<NameConstraints> {
        Ok(NameConstraints {
            permitted: list(constraints, sys::gnutls_x509_name_constraints_get_permitted)?,
            excluded: list(constraints, sys::gnutls_x509_name_constraints_get_excluded)?,
        })
    }

    pub(in crate::x509) fn to_handle(&self) -> Result<ConstraintsHandle> {
        let constraints = ConstraintsHandle::new()?;
        add(&constraints, &self.permitted, sys::gnutls_x509_name_constraints_add_permitted)?;
        add(&constraints, &self.excluded, sys::gnutls_x509_name_constraints_add_excluded)?;
        Ok(constraints)
    }
}

fn list(constraints: &ConstraintsHandle, getter: Getter) -> Result<Vec<GeneralName>> {
    let all = items("reading name constraints", |index| {
        let (mut kind, mut value) = (0, no_datum());
        // SAFETY: our object, one of the two getters of names, valid out pointers.
        let code = unsafe { getter(constraints.raw(), index, &mut kind, &mut value) };
        // SAFETY: what the getter lent belongs to `constraints`, which lives.
        (code, unsafe { GeneralName::borrowed(kind, &value, &no_datum()) })
    })?;
    all.into_iter().collect()
}

fn add(constraints: &ConstraintsHandle, names: &[GeneralName], setter: Setter) -> Result<()> {
    const DOING: &str = "setting name constraints";
    for name in names {
        if name.kind() == NameKind::OTHER {
            return Err(Error::input(DOING, "GnuTLS does not write names of other kinds here"));
        }
        let parts = name.parts();
        let value = datum(&parts.value, DOING)?;
        // SAFETY: our object, one of the two setters of names; the name lives through the call and is copied.
        check(unsafe { setter(constraints.raw(), parts.kind, &value) }, DOING)?;
    }
    Ok(())
}

impl Sealed for NameConstraints {}

impl ExtensionValue for NameConstraints {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_NAME_CONSTRAINTS);

    fn from_der(der: &[u8]) -> Result<NameConstraints> {
        const DOING: &str = "reading name constraints";
        let (constraints, data) = (ConstraintsHandle::new()?, datum(der, DOING)?);
        // SAFETY: a fresh object of ours; the datum lives through the call.
        check(unsafe { sys::gnutls_x509_ext_import_name_constraints(&data, constraints.raw(), 0) }, DOING)?;
        NameConstraints::from_handle(&constraints)
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        let constraints = self.to_handle()?;
        let der = filled("writing name constraints", |out| {
            // SAFETY: our object and a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_name_constraints(constraints.raw(), out) }
        })?;
        Ok(der.to_vec())
    }
}
