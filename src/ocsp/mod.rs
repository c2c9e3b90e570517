//! The Online Certificate Status Protocol (RFC 6960): asking whether certificates are revoked, and reading the answers.
//!
//! A [`Request`] names certificates; a responder answers with a [`Response`], whose [`SingleResponse`]s say what became
//! of each. How the bytes travel (HTTP, a file, stapled to a handshake) is up to the program.
//!
//! # Examples
//! ```
//! use gnutls::Digest;
//! use gnutls::ocsp::Request;
//! use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
//!
//! let key = PrivateKey::generate(KeyType::EcdsaP256)?;
//! let ca = CertificateBuilder::new().subject("CN=ca").ca(None).self_signed(&key)?;
//!
//! let mut request = Request::new()?;
//! request.add_certificate(Digest::SHA1, &ca, &ca)?;
//! request.randomize_nonce()?;
//! let der = request.to_der()?; // the body of an HTTP POST
//! assert_eq!(Request::from_der(&der)?.ids()?[0].serial, ca.serial()?);
//! # Ok::<(), gnutls::Error>(())
//! ```

mod request;
mod response;
mod single;
mod staple;
mod status;
mod verify;

use std::ffi::c_uint;

use gnutls_sys as sys;

use crate::algorithm::Digest;
use crate::error::Result;
use crate::ffi::filled_many;
use crate::x509::{Extension, Oid};

pub use request::Request;
pub use response::{Responder, Response};
pub use single::{CertificateStatus, SingleResponse};
pub use staple::demands_staple;
pub use status::{ResponseStatus, RevocationReason};
pub use verify::Verification;

/// Which certificate is meant: its serial number, and digests of its issuer's name and key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CertificateId {
    /// The digest that was used.
    pub digest: Digest,
    /// The digest of the issuer's name in DER.
    pub issuer_name_hash: Vec<u8>,
    /// The digest of the issuer's public key, without the algorithm that stands before it.
    pub issuer_key_hash: Vec<u8>,
    /// The serial number, as it stands in the certificate.
    pub serial: Vec<u8>,
}

/// A number that an answer repeats, so that an old one is noticed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Nonce {
    /// The number's bytes.
    pub bytes: Vec<u8>,
    /// Whether the extension that carries it is critical.
    pub critical: bool,
}

/// The extension that `call` gets.
fn extension(
    doing: &'static str,
    call: impl FnOnce(*mut sys::gnutls_datum_t, *mut c_uint, *mut sys::gnutls_datum_t) -> i32,
) -> Result<Extension> {
    let mut critical = 0;
    let [oid, data] = filled_many(doing, |[oid, data]| call(oid, &mut critical, data))?;
    Ok(Extension { oid: Oid::from_bytes(oid.as_slice())?, critical: critical != 0, data: data.to_vec() })
}
