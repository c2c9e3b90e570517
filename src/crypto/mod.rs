//! Cryptography without TLS: digests, MACs, ciphers, key derivation, randomness.
//!
//! Sizes of keys, nonces and tags are checked here, before the library sees them: where GnuTLS would read past a key, end
//! the process or keep quiet, these calls return an [`Error`] that names the size that is needed. State that
//! holds keys is wiped when it is dropped.

mod aead;
mod aead_rules;
mod aead_siv;
mod compare;
pub mod digest_info;
mod fingerprint;
mod hash;
mod hmac;
mod kdf;
mod random;
pub mod self_test;
pub mod signature_value;
mod symmetric;
mod symmetric_rules;
#[cfg(gnutls_3_8_6)]
mod xof;

pub use crate::secret::SecretBytes;
pub use aead::Aead;
pub use compare::{equal, wipe};
pub use fingerprint::fingerprint;
pub use hash::Hash;
pub use hmac::Hmac;
pub use kdf::{hkdf_expand, hkdf_extract, pbkdf2};
pub use random::{RandomLevel, generate_key, random, refresh_random};
pub use symmetric::SymmetricCipher;
#[cfg(gnutls_3_8_6)]
pub use xof::Xof;

use crate::error::{Error, ErrorKind, Failure};

/// The error for a size other than the one that is needed.
fn wrong_size(doing: impl Into<String>, what: &str, needed: impl std::fmt::Display, found: usize) -> Error {
    Error::input(doing.into(), format!("{what} of {needed} bytes is needed, not one of {found}"))
}

/// The error for something that this GnuTLS does not have, or not for this purpose.
fn unsupported(doing: impl Into<String>, why: impl Into<String>) -> Error {
    Failure::new(ErrorKind::Unsupported, doing.into()).detail(why.into()).into()
}
