//! X.509 certificates and their keys.
//!
//! * To read a certificate and ask it: [`Certificate`]; to make one: [`CertificateBuilder`].
//! * To ask for one: [`RequestBuilder`], [`CertificateRequest`]; to take one back: [`RevocationListBuilder`],
//!   [`RevocationList`].
//! * To verify a chain: [`TrustList`], with [`VerifyDemands`] and [`VerifyFlags`].
//! * Names: [`DistinguishedName`], [`GeneralName`], [`Oid`].
//! * Extensions: the getters of a certificate or request for the usual ones; [`Extension`] and the
//!   [values](ExtensionValue) that GnuTLS reads and writes there for those that stand alone.
//!
//! What C writes into the caller's buffer is a method that ends in `_into`; a getter by index is a list here; whether an
//! extension is critical stands in [`Extension`].

mod builder;
mod certificate;
mod certified_key;
mod crl;
mod dn;
mod extension;
mod general_name;
mod handle;
mod oid;
mod pem;
mod pkcs8_info;
mod print;
mod private_key;
mod request;
mod time;
mod trust_list;
mod usage;
mod validity;
mod verify_flags;
mod verify_status;

pub use crate::key::{KeyIdKind, KeyType};
pub use crate::secret::SecretBytes;
pub use builder::CertificateBuilder;
pub use certificate::Certificate;
pub(crate) use certificate::take_over;
pub use certified_key::CertifiedKey;
pub use crl::{RevocationList, RevocationListBuilder, Revoked, RevokedIter};
pub use dn::{Attribute, DistinguishedName};
pub use extension::{
    AccessDescription, AuthorityInfoAccess, AuthorityKeyId, BasicConstraints, CertificatePolicies,
    CrlDistributionPoints, DistributionPoint, Extension, ExtensionValue, InhibitAnyPolicy, IssuerAltNames, KeyPurposes,
    NameConstraints, Policy, PrivateKeyUsagePeriod, ProxyPolicy, Qualifier, RevocationReasons, SubjectAltNames,
    SubjectKeyId, TlsFeatures,
};
#[cfg(gnutls_3_7_3)]
pub use extension::{CertificateTimestamp, CertificateTimestamps};
pub use general_name::{GeneralName, NameKind};
pub(crate) use handle::{CrtHandle, KeyHandle};
pub use oid::Oid;
pub use pkcs8_info::Pkcs8Info;
pub use print::PrintFormat;
pub use private_key::{Pkcs8Cipher, PrivateKey};
pub use request::{CertificateRequest, RequestBuilder};
pub(crate) use trust_list::recorded;
pub use trust_list::{TrustFlags, TrustList, Verification, VerificationStep, VerifyDemands};
pub use usage::{KeyUsage, Purpose};
pub use verify_flags::{VerifyFlags, VerifyProfile};
pub use verify_status::VerifyStatus;

use gnutls_sys as sys;

/// How certificates and keys are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_crt_fmt_t")]
pub enum Format {
    /// Base64 between `-----BEGIN` and `-----END` lines (RFC 7468).
    Pem,
    /// The plain binary encoding.
    Der,
}

impl Format {
    pub(crate) fn raw(self) -> sys::gnutls_x509_crt_fmt_t {
        match self {
            Format::Pem => sys::GNUTLS_X509_FMT_PEM,
            Format::Der => sys::GNUTLS_X509_FMT_DER,
        }
    }

    /// What `bytes` look like: PEM where a PEM object starts somewhere, DER where they start like DER, and else PEM,
    /// since a text without an object is told so in words.
    pub fn detect(bytes: &[u8]) -> Format {
        const SEQUENCE: u8 = 0x30;
        let pem = bytes.windows(11).any(|window| window == b"-----BEGIN ");
        if !pem && bytes.first() == Some(&SEQUENCE) { Format::Der } else { Format::Pem }
    }
}
