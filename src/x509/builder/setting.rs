//! What a builder was told beside the usual: one call of GnuTLS each, made in the order of the telling.

use std::ffi::c_int;
use std::ptr;

use gnutls_sys as sys;

use super::draft::Draft;
use crate::error::{Error, Result};
use crate::ffi::{c_string, datum, length, start};
use crate::key::Spki;
use crate::x509::extension::RawPolicy;
use crate::x509::{
    Certificate, CertificateRequest, CrlDistributionPoints, DistributionPoint, Extension, ExtensionValue, GeneralName,
    InhibitAnyPolicy, NameConstraints, Oid, Policy, PrivateKeyUsagePeriod, ProxyPolicy, TlsFeatures,
};

/// One statement of a certificate.
#[derive(Clone, Debug)]
pub(super) enum Setting {
    SubjectAttribute { oid: Oid, value: Vec<u8>, der: bool },
    IssuerAttribute { oid: Oid, value: Vec<u8>, der: bool },
    ProxyFor { holder: Certificate, name: String },
    IssuerAltName(GeneralName),
    SubjectUniqueId(Vec<u8>),
    IssuerUniqueId(Vec<u8>),
    KeyUsagePeriod(PrivateKeyUsagePeriod),
    Spki(Spki),
    NameConstraints { constraints: NameConstraints, critical: bool },
    Policy(Policy),
    InhibitAnyPolicy(InhibitAnyPolicy),
    TlsFeatures(TlsFeatures),
    ProxyPolicy(ProxyPolicy),
    CrlPoint(DistributionPoint),
    CrlPointsOf(Certificate),
    Access { what: sys::gnutls_info_access_what_t, uri: String },
    Extension(Extension),
    RequestExtensions(CertificateRequest),
    RequestExtension(CertificateRequest, Oid),
}

impl Setting {
    pub(super) fn apply(&self, draft: &Draft) -> Result<()> {
        match self {
            Setting::SubjectAttribute { oid, value, der } => subject_attribute(draft, oid, value, *der),
            Setting::IssuerAttribute { oid, value, der } => issuer_attribute(draft, oid, value, *der),
            Setting::ProxyFor { holder, name } => proxy_for(draft, holder, name),
            Setting::IssuerAltName(name) => draft.issuer_alt_name(name),
            Setting::SubjectUniqueId(id) => draft.set("setting a certificate's unique subject identifier", |crt| {
                // SAFETY: see `set`; the identifier is copied.
                unsafe { sys::gnutls_x509_crt_set_subject_unique_id(crt, start(id).cast(), id.len()) }
            }),
            Setting::IssuerUniqueId(id) => draft.set("setting a certificate's unique issuer identifier", |crt| {
                // SAFETY: see `set`; the identifier is copied.
                unsafe { sys::gnutls_x509_crt_set_issuer_unique_id(crt, start(id).cast(), id.len()) }
            }),
            Setting::KeyUsagePeriod(period) => key_usage_period(draft, *period),
            Setting::Spki(spki) => restrict(draft, spki),
            Setting::NameConstraints { constraints, critical } => {
                let constraints = constraints.to_handle()?;
                draft.set("setting a certificate's name constraints", |crt| {
                    // SAFETY: see `set`; constraints of ours, which are copied.
                    unsafe { sys::gnutls_x509_crt_set_name_constraints(crt, constraints.raw(), (*critical).into()) }
                })
            }
            Setting::Policy(policy) => {
                let raw = RawPolicy::of(policy)?;
                draft.set("setting a certificate policy", |crt| {
                    // SAFETY: see `set`; the policy lives through the call and is copied.
                    unsafe { sys::gnutls_x509_crt_set_policy(crt, raw.as_ptr(), 0) }
                })
            }
            Setting::InhibitAnyPolicy(InhibitAnyPolicy(skip)) => {
                draft.set("setting how long any policy will do", |crt| {
                    // SAFETY: see `set`.
                    unsafe { sys::gnutls_x509_crt_set_inhibit_anypolicy(crt, *skip) }
                })
            }
            Setting::TlsFeatures(features) => {
                let features = features.to_handle()?;
                draft.set("setting a certificate's TLS features", |crt| {
                    // SAFETY: see `set`; features of ours, which are copied.
                    unsafe { sys::gnutls_x509_crt_set_tlsfeatures(crt, features.raw()) }
                })
            }
            Setting::ProxyPolicy(policy) => proxy_policy(draft, policy),
            Setting::CrlPoint(point) => crl_point(draft, point),
            Setting::CrlPointsOf(other) => draft.set("copying where revocation lists are", |crt| {
                // SAFETY: see `set`; an imported certificate, which is only read.
                unsafe { sys::gnutls_x509_crt_cpy_crl_dist_points(crt, other.raw()) }
            }),
            Setting::Access { what, uri } => access(draft, *what, uri),
            Setting::Extension(extension) => draft.set("setting an extension of a certificate", |crt| {
                let (oid, data) = (extension.oid.as_ptr(), &extension.data);
                let (start, critical) = (start(data).cast(), extension.critical.into());
                // SAFETY: see `set`; a NUL-terminated string and bytes, which are copied.
                unsafe { sys::gnutls_x509_crt_set_extension_by_oid(crt, oid, start, data.len(), critical) }
            }),
            Setting::RequestExtensions(request) => draft.set("taking over the extensions of a request", |crt| {
                // SAFETY: see `set`; an imported request, which is only read.
                unsafe { sys::gnutls_x509_crt_set_crq_extensions(crt, request.raw()) }
            }),
            Setting::RequestExtension(request, oid) => draft.set("taking over an extension of a request", |crt| {
                // SAFETY: see `set`; an imported request, which is only read; a NUL-terminated string.
                unsafe { sys::gnutls_x509_crt_set_crq_extension_by_oid(crt, request.raw(), oid.as_ptr(), 0) }
            }),
        }
    }
}

fn subject_attribute(draft: &Draft, oid: &Oid, value: &[u8], der: bool) -> Result<()> {
    const DOING: &str = "setting an attribute of a certificate's subject";
    let size = length(value.len(), DOING)?;
    draft.set(DOING, |crt| {
        let start = start(value).cast();
        // SAFETY: see `set`; a NUL-terminated string and `size` bytes, which are copied.
        unsafe { sys::gnutls_x509_crt_set_dn_by_oid(crt, oid.as_ptr(), der.into(), start, size) }
    })
}

fn issuer_attribute(draft: &Draft, oid: &Oid, value: &[u8], der: bool) -> Result<()> {
    const DOING: &str = "setting an attribute of a certificate's issuer";
    let size = length(value.len(), DOING)?;
    draft.set(DOING, |crt| {
        let start = start(value).cast();
        // SAFETY: see `set`; a NUL-terminated string and `size` bytes, which are copied.
        unsafe { sys::gnutls_x509_crt_set_issuer_dn_by_oid(crt, oid.as_ptr(), der.into(), start, size) }
    })
}

fn proxy_for(draft: &Draft, holder: &Certificate, name: &str) -> Result<()> {
    const DOING: &str = "setting a proxy's name";
    let size = length(name.len(), DOING)?;
    draft.set(DOING, |crt| {
        let start = start(name.as_bytes()).cast();
        // SAFETY: see `set`; an imported certificate, which is only read; `size` bytes, which are copied.
        unsafe { sys::gnutls_x509_crt_set_proxy_dn(crt, holder.raw(), 0, start, size) }
    })
}

fn key_usage_period(draft: &Draft, period: PrivateKeyUsagePeriod) -> Result<()> {
    const DOING: &str = "setting when a private key may be used";
    let (start, end) = period.raw(DOING)?;
    draft.set(DOING, |crt| {
        // SAFETY: see `set`.
        unsafe { sys::gnutls_x509_crt_set_private_key_usage_period(crt, start, end) }
    })
}

fn restrict(draft: &Draft, spki: &Spki) -> Result<()> {
    const DOING: &str = "setting the parameters of a certificate's key";
    let spki = spki.for_x509(DOING, draft.key_algorithm())?;
    draft.set(DOING, |crt| {
        // SAFETY: see `set`; parameters of ours, which are copied, and which suit the key.
        unsafe { sys::gnutls_x509_crt_set_spki(crt, spki, 0) }
    })
}

fn proxy_policy(draft: &Draft, proxy: &ProxyPolicy) -> Result<()> {
    const DOING: &str = "setting a proxy's policy";
    let (path_len, (policy, size)) = (proxy.raw_path_len(DOING)?, proxy.raw_policy());
    draft.set(DOING, |crt| {
        // SAFETY: see `set`; a NUL-terminated string and `size` bytes, which are copied.
        unsafe { sys::gnutls_x509_crt_set_proxy(crt, path_len, proxy.language.as_ptr(), policy, size) }
    })
}

fn crl_point(draft: &Draft, point: &DistributionPoint) -> Result<()> {
    const DOING: &str = "setting where revocation lists are";
    // Refuses reasons that GnuTLS would leave out.
    CrlDistributionPoints(vec![point.clone()]).to_der()?;
    let (parts, reasons) = (point.name.writable(DOING)?, point.reasons.raw());
    if let GeneralName::Uri(uri) = &point.name {
        let uri = c_string(uri.as_str(), DOING)?;
        return draft.set(DOING, |crt| {
            // SAFETY: see `set`; a NUL-terminated string that is copied.
            unsafe { sys::gnutls_x509_crt_set_crl_dist_points(crt, parts.kind, uri.as_ptr().cast(), reasons) }
        });
    }
    let (start, size) = (start(&parts.value).cast(), length(parts.value.len(), DOING)?);
    draft.set(DOING, |crt| {
        // SAFETY: see `set`; `size` bytes, which are copied.
        unsafe { sys::gnutls_x509_crt_set_crl_dist_points2(crt, parts.kind, start, size, reasons) }
    })
}

fn access(draft: &Draft, what: sys::gnutls_info_access_what_t, uri: &str) -> Result<()> {
    const DOING: &str = "setting an access description of a certificate";
    if uri.is_empty() {
        return Err(Error::input(DOING, "the URI is empty"));
    }
    let mut data = datum(uri.as_bytes(), DOING)?;
    draft.set(DOING, |crt| {
        // SAFETY: see `set`; the datum lives through the call, which only reads and copies it.
        unsafe { sys::gnutls_x509_crt_set_authority_info_access(crt, what as c_int, ptr::from_mut(&mut data)) }
    })
}
