//! Passwords that neither side sends (SRP): who has one, what the server keeps of it, and the groups to compute in.

mod credentials;
mod file;
mod group;
mod source;
mod user;
mod verifier;

pub(crate) use credentials::{SrpCredentials, SrpFunctions};
pub use group::SrpGroup;
pub(crate) use source::{SrpDecoy, SrpSource};
pub use user::SrpUser;
pub use verifier::SrpVerifier;
