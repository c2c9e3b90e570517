//! X.509 certificates and their keys.

mod builder;
mod certificate;
mod handle;
mod pem;
mod pkcs8_info;
mod private_key;
mod usage;
mod validity;
mod verify_status;

pub use crate::key::KeyType;
pub use crate::secret::SecretBytes;
pub use builder::CertificateBuilder;
pub use certificate::Certificate;
pub(crate) use handle::{CrtHandle, KeyHandle};
pub use pkcs8_info::Pkcs8Info;
pub use private_key::{Pkcs8Cipher, PrivateKey};
pub use usage::{KeyUsage, Purpose};
pub use verify_status::VerifyStatus;

use gnutls_sys as sys;

/// How certificates and keys are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
