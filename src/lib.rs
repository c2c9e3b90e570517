//! Safe GnuTLS.

mod alert;
mod algorithm;
mod cstr;
mod error;
mod ffi;
mod global;
mod priority;
pub mod x509;

pub use alert::Alert;
pub use algorithm::{Cipher, Group, Protocol, PublicKeyAlgorithm, SignatureScheme};
pub use error::{Code, Error, ErrorKind, Result};
pub use global::{MINIMUM_VERSION, is_at_least, version};
pub use priority::Priority;
