//! What a certificate can say beside the usual: names of other kinds, limits, services, extensions.

use gnutls_sys as sys;

use super::{CertificateBuilder, Setting};
use crate::key::Spki;
use crate::x509::{
    Certificate, CertificateRequest, DistributionPoint, Extension, GeneralName, InhibitAnyPolicy, NameConstraints, Oid,
    Policy, PrivateKeyUsagePeriod, ProxyPolicy, TlsFeatures,
};

/// Statements beyond those that every certificate makes. They are made in their order, after all others; if GnuTLS
/// refuses one, signing fails and the message names it.
impl CertificateBuilder {
    fn with(mut self, setting: Setting) -> CertificateBuilder {
        self.settings.push(setting);
        self
    }

    /// Adds an attribute of a kind that GnuTLS [knows](Oid::is_known_attribute) to the subject.
    #[doc(alias = "gnutls_x509_crt_set_dn_by_oid")]
    pub fn subject_attribute(self, oid: Oid, value: impl Into<String>) -> CertificateBuilder {
        self.with(Setting::SubjectAttribute { oid, value: value.into().into_bytes(), der: false })
    }

    /// Adds an attribute of any kind to the subject, with a value in DER.
    #[doc(alias = "gnutls_x509_crt_set_dn_by_oid")]
    pub fn subject_attribute_der(self, oid: Oid, value: impl Into<Vec<u8>>) -> CertificateBuilder {
        self.with(Setting::SubjectAttribute { oid, value: value.into(), der: true })
    }

    /// Who shall issue the certificate, as RFC 4514 writes it: for a [preview](CertificateBuilder::preview) and for
    /// [`signed_in_name`](CertificateBuilder::signed_in_name). The other ways to sign take the name from the issuer's
    /// certificate.
    #[doc(alias = "gnutls_x509_crt_set_issuer_dn")]
    pub fn issuer(mut self, name: impl Into<String>) -> CertificateBuilder {
        self.issuer = Some(name.into());
        self
    }

    /// Adds an attribute to the issuer's name, for a [preview](CertificateBuilder::preview): all ways to sign replace
    /// it.
    #[doc(alias = "gnutls_x509_crt_set_issuer_dn_by_oid")]
    pub fn issuer_attribute(self, oid: Oid, value: impl Into<String>) -> CertificateBuilder {
        self.with(Setting::IssuerAttribute { oid, value: value.into().into_bytes(), der: false })
    }

    /// Adds an alternative name of the issuer, of any kind that GnuTLS can write.
    #[doc(alias = "gnutls_x509_crt_set_issuer_alt_name")]
    #[doc(alias = "gnutls_x509_crt_set_issuer_alt_othername")]
    pub fn issuer_alt_name(self, name: GeneralName) -> CertificateBuilder {
        self.with(Setting::IssuerAltName(name))
    }

    /// The number that tells the subject from others of the same name (RFC 5280 advises against it).
    #[doc(alias = "gnutls_x509_crt_set_subject_unique_id")]
    pub fn subject_unique_id(self, id: impl Into<Vec<u8>>) -> CertificateBuilder {
        self.with(Setting::SubjectUniqueId(id.into()))
    }

    /// The number that tells the issuer from others of the same name (RFC 5280 advises against it).
    #[doc(alias = "gnutls_x509_crt_set_issuer_unique_id")]
    pub fn issuer_unique_id(self, id: impl Into<Vec<u8>>) -> CertificateBuilder {
        self.with(Setting::IssuerUniqueId(id.into()))
    }

    /// The identifier of the certificate's key. Without it: the SHA-1 digest of the key.
    #[doc(alias = "gnutls_x509_crt_set_subject_key_id")]
    pub fn subject_key_id(mut self, id: impl Into<Vec<u8>>) -> CertificateBuilder {
        self.subject_key_id = Some(id.into());
        self
    }

    /// The identifier of the issuer's key. Without it: the one that the issuer's certificate gives to its key.
    #[doc(alias = "gnutls_x509_crt_set_authority_key_id")]
    pub fn authority_key_id(mut self, id: impl Into<Vec<u8>>) -> CertificateBuilder {
        self.authority_key_id = Some(id.into());
        self
    }

    /// When the private key may be used, if that differs from when the certificate is valid.
    #[doc(alias = "gnutls_x509_crt_set_private_key_usage_period")]
    pub fn private_key_usage_period(self, period: PrivateKeyUsagePeriod) -> CertificateBuilder {
        self.with(Setting::KeyUsagePeriod(period))
    }

    /// Restricts the use of the key, for example an RSA key to PSS signatures.
    #[doc(alias = "gnutls_x509_crt_set_spki")]
    pub fn spki(self, spki: Spki) -> CertificateBuilder {
        self.with(Setting::Spki(spki))
    }

    /// Limits the names that the authority may certify; RFC 5280 wants it critical.
    #[doc(alias = "gnutls_x509_crt_set_name_constraints")]
    pub fn name_constraints(self, constraints: NameConstraints, critical: bool) -> CertificateBuilder {
        self.with(Setting::NameConstraints { constraints, critical })
    }

    /// Adds a policy under which the certificate is issued.
    #[doc(alias = "gnutls_x509_crt_set_policy")]
    pub fn policy(self, policy: Policy) -> CertificateBuilder {
        self.with(Setting::Policy(policy))
    }

    /// How many more certificates of a path may use the policy "any".
    #[doc(alias = "gnutls_x509_crt_set_inhibit_anypolicy")]
    pub fn inhibit_any_policy(self, skip: u32) -> CertificateBuilder {
        self.with(Setting::InhibitAnyPolicy(InhibitAnyPolicy(skip)))
    }

    /// The TLS extensions that the holder must use: with [`TlsFeatures::STATUS_REQUEST`], "must staple".
    #[doc(alias = "gnutls_x509_crt_set_tlsfeatures")]
    pub fn tls_features(self, features: TlsFeatures) -> CertificateBuilder {
        self.with(Setting::TlsFeatures(features))
    }

    /// Makes it the certificate of a proxy of `holder`, who signs it: the holder's name, and a common name behind it.
    #[doc(alias = "gnutls_x509_crt_set_proxy_dn")]
    pub fn proxy_for(self, holder: &Certificate, name: impl Into<String>) -> CertificateBuilder {
        self.with(Setting::ProxyFor { holder: holder.clone(), name: name.into() })
    }

    /// What the proxy may do.
    #[doc(alias = "gnutls_x509_crt_set_proxy")]
    pub fn proxy_policy(self, policy: ProxyPolicy) -> CertificateBuilder {
        self.with(Setting::ProxyPolicy(policy))
    }

    /// Adds a place where the lists are that would revoke the certificate.
    #[doc(alias = "gnutls_x509_crt_set_crl_dist_points")]
    #[doc(alias = "gnutls_x509_crt_set_crl_dist_points2")]
    pub fn crl_distribution_point(self, point: DistributionPoint) -> CertificateBuilder {
        self.with(Setting::CrlPoint(point))
    }

    /// Takes over from another certificate where the revocation lists are.
    #[doc(alias = "gnutls_x509_crt_cpy_crl_dist_points")]
    pub fn crl_distribution_points_of(self, other: &Certificate) -> CertificateBuilder {
        self.with(Setting::CrlPointsOf(other.clone()))
    }

    /// Adds the URI of a server that tells whether the certificate is revoked (OCSP).
    #[doc(alias = "gnutls_x509_crt_set_authority_info_access")]
    pub fn ocsp_uri(self, uri: impl Into<String>) -> CertificateBuilder {
        self.with(Setting::Access { what: sys::GNUTLS_IA_OCSP_URI, uri: uri.into() })
    }

    /// Adds the URI of the issuer's certificate.
    #[doc(alias = "gnutls_x509_crt_set_authority_info_access")]
    pub fn ca_issuers_uri(self, uri: impl Into<String>) -> CertificateBuilder {
        self.with(Setting::Access { what: sys::GNUTLS_IA_CAISSUERS_URI, uri: uri.into() })
    }

    /// Sets an extension of any kind, in place of one of the same kind.
    #[doc(alias = "gnutls_x509_crt_set_extension_by_oid")]
    pub fn extension(self, extension: Extension) -> CertificateBuilder {
        self.with(Setting::Extension(extension))
    }

    /// Takes over all extensions that a request asks for, in place of those of the same kinds. Whoever signs grants
    /// what they ask for, the rights of an authority too: look at them first.
    #[doc(alias = "gnutls_x509_crt_set_crq_extensions")]
    pub fn extensions_of(self, request: &CertificateRequest) -> CertificateBuilder {
        self.with(Setting::RequestExtensions(request.clone()))
    }

    /// Takes over the extension of one kind that a request asks for, if it does.
    #[doc(alias = "gnutls_x509_crt_set_crq_extension_by_oid")]
    pub fn extension_of(self, request: &CertificateRequest, oid: Oid) -> CertificateBuilder {
        self.with(Setting::RequestExtension(request.clone(), oid))
    }
}
