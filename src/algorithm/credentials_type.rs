//! Kinds of credentials.

use std::fmt;

use gnutls_sys as sys;

/// What a side of a session proves with who it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[doc(alias = "gnutls_credentials_type_t")]
pub struct CredentialsType(sys::gnutls_credentials_type_t);

impl CredentialsType {
    /// A certificate, or a raw public key, and the private key for it.
    pub const CERTIFICATE: CredentialsType = CredentialsType(sys::GNUTLS_CRD_CERTIFICATE);
    /// Nothing.
    pub const ANONYMOUS: CredentialsType = CredentialsType(sys::GNUTLS_CRD_ANON);
    /// A password (SRP, RFC 5054).
    pub const SRP: CredentialsType = CredentialsType(sys::GNUTLS_CRD_SRP);
    /// A key that both sides have (RFC 4279; RFC 8446, section 2.2).
    pub const PSK: CredentialsType = CredentialsType(sys::GNUTLS_CRD_PSK);

    /// The value for a number of the C enumeration.
    pub const fn from_raw(raw: sys::gnutls_credentials_type_t) -> CredentialsType {
        CredentialsType(raw)
    }

    /// The number of the C enumeration.
    pub const fn raw(self) -> sys::gnutls_credentials_type_t {
        self.0
    }

    /// A name for it, if it is known here. (GnuTLS has none.)
    pub const fn name(self) -> Option<&'static str> {
        match self {
            CredentialsType::CERTIFICATE => Some("certificate"),
            CredentialsType::ANONYMOUS => Some("anonymous"),
            CredentialsType::SRP => Some("SRP"),
            CredentialsType::PSK => Some("PSK"),
            _ => None,
        }
    }
}

impl fmt::Display for CredentialsType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "CredentialsType({})", self.0),
        }
    }
}

impl fmt::Debug for CredentialsType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
