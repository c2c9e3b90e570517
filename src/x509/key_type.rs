//! Which kind of private key to make.

use std::ffi::c_uint;

use gnutls_sys as sys;

use crate::error::{Error, Result};

/// The kind of key that [`PrivateKey::generate`](super::PrivateKey::generate) makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// RSA, for any padding. Takes long: seconds for large sizes.
    Rsa {
        /// The size of the modulus in bits: 1024 to 16384, of which 3072 is a good choice.
        bits: u32,
    },
    /// RSA for PSS signatures only (RFC 4055).
    RsaPss {
        /// The size of the modulus in bits, as for [`Rsa`](KeyType::Rsa).
        bits: u32,
    },
    /// ECDSA on NIST P-256: fast, and understood by everyone.
    EcdsaP256,
    /// ECDSA on NIST P-384.
    EcdsaP384,
    /// ECDSA on NIST P-521.
    EcdsaP521,
    /// Ed25519 (RFC 8410).
    Ed25519,
    /// Ed448 (RFC 8410).
    Ed448,
}

impl KeyType {
    /// GnuTLS's algorithm, and its number for the size or the curve.
    pub(super) fn raw(self) -> Result<(sys::gnutls_pk_algorithm_t, c_uint)> {
        Ok(match self {
            KeyType::Rsa { bits } => (sys::GNUTLS_PK_RSA, modulus(bits)?),
            KeyType::RsaPss { bits } => (sys::GNUTLS_PK_RSA_PSS, modulus(bits)?),
            KeyType::EcdsaP256 => (sys::GNUTLS_PK_ECDSA, curve(sys::GNUTLS_ECC_CURVE_SECP256R1)),
            KeyType::EcdsaP384 => (sys::GNUTLS_PK_ECDSA, curve(sys::GNUTLS_ECC_CURVE_SECP384R1)),
            KeyType::EcdsaP521 => (sys::GNUTLS_PK_ECDSA, curve(sys::GNUTLS_ECC_CURVE_SECP521R1)),
            KeyType::Ed25519 => (sys::GNUTLS_PK_EDDSA_ED25519, curve(sys::GNUTLS_ECC_CURVE_ED25519)),
            KeyType::Ed448 => (sys::GNUTLS_PK_EDDSA_ED448, curve(sys::GNUTLS_ECC_CURVE_ED448)),
        })
    }
}

/// `GNUTLS_CURVE_TO_BITS`: a curve where GnuTLS takes a number of bits.
const fn curve(curve: sys::gnutls_ecc_curve_t) -> c_uint {
    1 << 31 | curve
}

/// A size that can be made in this life and is worth making.
fn modulus(bits: u32) -> Result<c_uint> {
    if (1024..=16384).contains(&bits) {
        return Ok(bits);
    }
    let why = format!("an RSA key of {bits} bits is not offered: 1024 to 16384 are");
    Err(Error::input("generating a private key", why))
}
