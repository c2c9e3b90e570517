//! Under which policies a certificate was issued.

use std::ptr;

use gnutls_sys as sys;

use super::{ExtensionValue, Sealed};
use crate::error::{Error, Result};
use crate::ffi::{check, copied, datum, filled, items, length, start};
use crate::x509::Oid;
use crate::x509::handle::PoliciesHandle;

/// A policy under which a certificate was issued, with what explains it (RFC 5280, section 4.2.1.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_policy_st")]
pub struct Policy {
    /// The policy; [`Oid::ANY_POLICY`] for any.
    pub oid: Oid,
    /// Explanations, at most 8.
    pub qualifiers: Vec<Qualifier>,
}

impl Policy {
    /// A policy without explanations.
    pub fn new(oid: Oid) -> Policy {
        Policy { oid, qualifiers: Vec::new() }
    }
}

/// What explains a policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_qualifier_t")]
#[non_exhaustive]
pub enum Qualifier {
    /// Where the certification practice statement is.
    Uri(String),
    /// A notice for people.
    Notice(String),
    /// Something that GnuTLS does not know. It cannot be written.
    Unknown,
}

/// All policies of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_policies_t")]
#[doc(alias = "gnutls_x509_policies_init")]
#[doc(alias = "gnutls_x509_policies_deinit")]
#[doc(alias = "gnutls_x509_ext_import_policies")]
#[doc(alias = "gnutls_x509_policies_get")]
#[doc(alias = "gnutls_x509_ext_export_policies")]
#[doc(alias = "gnutls_x509_policies_set")]
pub struct CertificatePolicies(pub Vec<Policy>);

/// A policy in the form that C has it.
pub(in crate::x509) struct RawPolicy(sys::gnutls_x509_policy_st);

impl RawPolicy {
    /// One for a getter to fill.
    pub(in crate::x509) fn empty() -> RawPolicy {
        let none = sys::gnutls_x509_policy_st__bindgen_ty_1 {
            type_: sys::GNUTLS_X509_QUALIFIER_UNKNOWN,
            data: ptr::null_mut(),
            size: 0,
        };
        RawPolicy(sys::gnutls_x509_policy_st { oid: ptr::null_mut(), qualifiers: 0, qualifier: [none; 8] })
    }

    /// `policy`, whose parts this one points to.
    pub(in crate::x509) fn of(policy: &Policy) -> Result<RawPolicy> {
        const DOING: &str = "setting a certificate policy";
        let mut raw = RawPolicy::empty();
        raw.0.oid = policy.oid.as_ptr().cast_mut();
        if policy.qualifiers.len() > raw.0.qualifier.len() {
            let why = format!("{} qualifiers are more than GnuTLS can take", policy.qualifiers.len());
            return Err(Error::input(DOING, why));
        }
        for (qualifier, place) in policy.qualifiers.iter().zip(&mut raw.0.qualifier) {
            let (kind, text) = match qualifier {
                Qualifier::Uri(text) => (sys::GNUTLS_X509_QUALIFIER_URI, text),
                Qualifier::Notice(text) => (sys::GNUTLS_X509_QUALIFIER_NOTICE, text),
                Qualifier::Unknown => return Err(Error::input(DOING, "an unknown qualifier cannot be written")),
            };
            place.type_ = kind;
            place.data = start(text.as_bytes()).cast_mut().cast();
            place.size = length(text.len(), DOING)?;
            raw.0.qualifiers += 1;
        }
        Ok(raw)
    }

    pub(in crate::x509) fn as_ptr(&self) -> *const sys::gnutls_x509_policy_st {
        &raw const self.0
    }

    pub(in crate::x509) fn as_mut_ptr(&mut self) -> *mut sys::gnutls_x509_policy_st {
        &raw mut self.0
    }

    /// What a getter filled in.
    ///
    /// # Safety
    /// A getter succeeded, and what it left is still alive.
    pub(in crate::x509) unsafe fn to_policy(&self) -> Result<Policy> {
        // SAFETY: the getters give a NUL-terminated string.
        let oid = unsafe { std::ffi::CStr::from_ptr(self.0.oid) };
        let count = (self.0.qualifiers as usize).min(self.0.qualifier.len());
        let qualifiers = self.0.qualifier[..count].iter().map(|raw| {
            let data = sys::gnutls_datum_t { data: raw.data.cast(), size: raw.size };
            // SAFETY: the getters give a pointer to `size` bytes, or null.
            let text = crate::ffi::lossy(&unsafe { copied(&data) });
            match raw.type_ {
                sys::GNUTLS_X509_QUALIFIER_URI => Qualifier::Uri(text),
                sys::GNUTLS_X509_QUALIFIER_NOTICE => Qualifier::Notice(text),
                _ => Qualifier::Unknown,
            }
        });
        Ok(Policy { oid: Oid::from_bytes(oid.to_bytes())?, qualifiers: qualifiers.collect() })
    }

    /// Frees what a getter gave to its caller.
    ///
    /// # Safety
    /// The getter succeeded and gave copies, which nobody uses after this.
    pub(in crate::x509) unsafe fn release(mut self) {
        // SAFETY: the caller's promise.
        unsafe { sys::gnutls_x509_policy_release(self.as_mut_ptr()) };
    }
}

impl Sealed for CertificatePolicies {}

impl ExtensionValue for CertificatePolicies {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_CRT_POLICY);

    fn from_der(der: &[u8]) -> Result<CertificatePolicies> {
        const DOING: &str = "reading certificate policies";
        let (policies, data) = (PoliciesHandle::new()?, datum(der, DOING)?);
        // SAFETY: a fresh object of ours; the datum lives through the call.
        check(unsafe { sys::gnutls_x509_ext_import_policies(&data, policies.raw(), 0) }, DOING)?;
        let all = items(DOING, |index| {
            let mut raw = RawPolicy::empty();
            // SAFETY: our object, and a valid out pointer. What it lends belongs to `policies`.
            let code = unsafe { sys::gnutls_x509_policies_get(policies.raw(), index, raw.as_mut_ptr()) };
            // SAFETY: the getter succeeded, and `policies` lives.
            (code, (code >= 0).then(|| unsafe { raw.to_policy() }))
        })?;
        Ok(CertificatePolicies(all.into_iter().flatten().collect::<Result<_>>()?))
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        const DOING: &str = "writing certificate policies";
        let policies = PoliciesHandle::new()?;
        for policy in &self.0 {
            let raw = RawPolicy::of(policy)?;
            // SAFETY: our object; the policy lives through the call and is copied.
            check(unsafe { sys::gnutls_x509_policies_set(policies.raw(), raw.as_ptr()) }, DOING)?;
        }
        let der = filled(DOING, |out| {
            // SAFETY: our object and a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_policies(policies.raw(), out) }
        })?;
        Ok(der.to_vec())
    }
}
