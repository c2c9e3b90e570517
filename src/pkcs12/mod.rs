//! PKCS#12 (RFC 7292): files, often `.p12` or `.pfx`, with a private key, its certificates, and a password for all.
//!
//! [`Pkcs12::make`] and [`Pkcs12::parse`] are for the usual file; [`Bag`]s are for all others.
//!
//! # Examples
//! ```
//! use gnutls::pkcs12::Pkcs12;
//! use gnutls::x509::{CertificateBuilder, Format, KeyType, Pkcs8Cipher, PrivateKey};
//!
//! let key = PrivateKey::generate(KeyType::EcdsaP256)?;
//! let certificate = CertificateBuilder::new().subject("CN=me").self_signed(&key)?;
//! let made = Pkcs12::make(&key, &[certificate.clone()], "correct horse", Some("me"), Pkcs8Cipher::Aes256)?;
//!
//! let read = Pkcs12::from_der(made.to_der()?)?;
//! read.verify_mac("correct horse")?;
//! assert_eq!(read.parse("correct horse")?.chain, [certificate]);
//! # Ok::<(), gnutls::Error>(())
//! ```

mod bag;
mod contents;
mod element;
mod file;

pub use bag::Bag;
pub use contents::Contents;
pub use element::{Element, ElementKind};
pub use file::{MacInfo, Pkcs12};
