//! PKCS#7 and the part of CMS (RFC 5652) that signs: `.p7s`, `.p7b` and `.p7m` files.
//!
//! A [`Pkcs7`] carries certificates and revocation lists, and signatures over data that are inside of it or elsewhere.
//!
//! # Examples
//! ```
//! use gnutls::Digest;
//! use gnutls::pkcs7::{Pkcs7, SignOptions};
//! use gnutls::x509::{CertificateBuilder, Format, KeyType, PrivateKey};
//!
//! let key = PrivateKey::generate(KeyType::EcdsaP256)?;
//! let signer = CertificateBuilder::new().subject("CN=me").self_signed(&key)?;
//!
//! let options = SignOptions { embed_data: true, ..SignOptions::default() };
//! let signed = Pkcs7::new()?.sign(&signer, &key.try_into()?, b"a message", Digest::SHA256, &options)?;
//!
//! let read = Pkcs7::from_der(signed.to_der()?)?;
//! assert_eq!(read.embedded_data()?.as_deref(), Some(&b"a message"[..]));
//! read.verify_direct(&signer, 0, None)?;
//! # Ok::<(), gnutls::Error>(())
//! ```

mod attributes;
mod carried;
mod sign;
mod signature_info;
mod structure;
mod verify;

pub use attributes::Attribute;
pub use sign::SignOptions;
pub use signature_info::{SignatureInfo, Signer};
pub use structure::Pkcs7;
