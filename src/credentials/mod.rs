//! Who this side is, and whom it trusts.

mod anonymous;
mod certificate;
mod checked;
mod held;
mod identity;
#[cfg(gnutls_3_8_1)]
mod imported_psk;
mod loading;
mod prepared;
mod psk;
mod psk_credentials;
mod raw_keys;
mod srp;
mod staple;
mod trust;

pub(crate) use anonymous::AnonymousCredentials;
pub(crate) use certificate::{CertificateCredentials, IdentityFunctions};
pub use identity::Identity;
#[cfg(gnutls_3_8_1)]
pub use imported_psk::ImportedIdentity;
pub use prepared::PreparedIdentity;
pub use psk::Psk;
pub(crate) use psk::PskSource;
pub(crate) use psk_credentials::{PskCredentials, PskFunctions};
pub(crate) use srp::{SrpCredentials, SrpDecoy, SrpFunctions, SrpSource};
pub use srp::{SrpGroup, SrpUser, SrpVerifier};
