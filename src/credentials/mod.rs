//! Who this side is, and whom it trusts.

mod certificate;
mod identity;

pub(crate) use certificate::CertificateCredentials;
pub use identity::Identity;
