//! The extensions of one or two numbers.

use std::ffi::{c_int, c_uint};

use gnutls_sys as sys;

use super::{ExtensionValue, Sealed};
use crate::error::{Error, Result};
use crate::ffi::{check, datum, filled};
use crate::x509::{KeyUsage, Oid};

/// Whether a certificate is an authority's, and how long the path below it may be (RFC 5280, section 4.2.1.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_ext_import_basic_constraints")]
#[doc(alias = "gnutls_x509_ext_export_basic_constraints")]
pub struct BasicConstraints {
    /// Whether it may issue certificates.
    pub ca: bool,
    /// How many authorities may stand between it and what it vouches for; `None` for any number.
    pub path_len: Option<u32>,
}

/// How many more certificates of a path may use the policy "any" (RFC 5280, section 4.2.1.14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_ext_import_inhibit_anypolicy")]
#[doc(alias = "gnutls_x509_ext_export_inhibit_anypolicy")]
pub struct InhibitAnyPolicy(pub u32);

impl BasicConstraints {
    /// What the C getters leave: a flag, and a length that is negative for none.
    pub(in crate::x509) fn from_raw(ca: c_uint, path_len: c_int) -> BasicConstraints {
        BasicConstraints { ca: ca != 0, path_len: path_len.try_into().ok() }
    }

    /// What the C setters take.
    pub(in crate::x509) fn raw(self, doing: &'static str) -> Result<(c_uint, c_int)> {
        Ok((self.ca.into(), raw_path_len(self.path_len, doing)?))
    }
}

/// A path length as C takes it: negative for none.
pub(in crate::x509) fn raw_path_len(path_len: Option<u32>, doing: &'static str) -> Result<c_int> {
    let Some(length) = path_len else { return Ok(-1) };
    length.try_into().map_err(|_| Error::input(doing, format!("{length} is more than GnuTLS can take")))
}

impl Sealed for BasicConstraints {}
impl Sealed for InhibitAnyPolicy {}
impl Sealed for KeyUsage {}

impl ExtensionValue for BasicConstraints {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_BASIC_CONSTRAINTS);

    fn from_der(der: &[u8]) -> Result<BasicConstraints> {
        const DOING: &str = "reading basic constraints";
        let (data, mut ca, mut path_len) = (datum(der, DOING)?, 0, -1);
        // SAFETY: the datum lives through the call; valid out pointers.
        let code = unsafe { sys::gnutls_x509_ext_import_basic_constraints(&data, &mut ca, &mut path_len) };
        check(code, DOING)?;
        Ok(BasicConstraints::from_raw(ca, path_len))
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        const DOING: &str = "writing basic constraints";
        let (ca, path_len) = self.raw(DOING)?;
        let der = filled(DOING, |out| {
            // SAFETY: a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_basic_constraints(ca, path_len, out) }
        })?;
        Ok(der.to_vec())
    }
}

impl ExtensionValue for InhibitAnyPolicy {
    /// Not GNUTLS_X509EXT_OID_INHIBIT_ANYPOLICY, which names another extension.
    const OID: Oid = Oid::from_static(c"2.5.29.54");

    fn from_der(der: &[u8]) -> Result<InhibitAnyPolicy> {
        const DOING: &str = "reading how long any policy will do";
        let (data, mut skip) = (datum(der, DOING)?, 0);
        // SAFETY: the datum lives through the call; a valid out pointer.
        check(unsafe { sys::gnutls_x509_ext_import_inhibit_anypolicy(&data, &mut skip) }, DOING)?;
        Ok(InhibitAnyPolicy(skip))
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        let der = filled("writing how long any policy will do", |out| {
            // SAFETY: a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_inhibit_anypolicy(self.0, out) }
        })?;
        Ok(der.to_vec())
    }
}

impl ExtensionValue for KeyUsage {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_KEY_USAGE);

    fn from_der(der: &[u8]) -> Result<KeyUsage> {
        const DOING: &str = "reading a key usage";
        let (data, mut bits) = (datum(der, DOING)?, 0);
        // SAFETY: the datum lives through the call; a valid out pointer.
        check(unsafe { sys::gnutls_x509_ext_import_key_usage(&data, &mut bits) }, DOING)?;
        Ok(KeyUsage::from_raw(bits))
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        let der = filled("writing a key usage", |out| {
            // SAFETY: a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_key_usage(self.raw(), out) }
        })?;
        Ok(der.to_vec())
    }
}
