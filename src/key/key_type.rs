//! Which kind of private key to make.

use std::ffi::c_uint;

use gnutls_sys as sys;

use crate::algorithm::EccCurve;
use crate::error::{Error, Result};

const DOING: &str = "generating a private key";

/// The kind of key to make: see [`KeyGenerator`](super::KeyGenerator).
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
    /// The kind of key that a curve is for: ECDSA, EdDSA, X25519, X448 or GOST.
    Curve(EccCurve),
    /// DSA (FIPS 186-4). Takes long.
    Dsa {
        /// The size of the prime in bits: 1024, 2048 or 3072.
        bits: u32,
    },
    /// ML-DSA-44 (FIPS 204), where GnuTLS was built with it.
    #[cfg(gnutls_3_8_9)]
    MlDsa44,
    /// ML-DSA-65.
    #[cfg(gnutls_3_8_9)]
    MlDsa65,
    /// ML-DSA-87.
    #[cfg(gnutls_3_8_9)]
    MlDsa87,
    /// ML-KEM-768 (FIPS 203), where GnuTLS was built with it.
    #[cfg(gnutls_3_8_9)]
    MlKem768,
    /// ML-KEM-1024.
    #[cfg(gnutls_3_8_9)]
    MlKem1024,
}

impl KeyType {
    /// GnuTLS's algorithm, and its number for the size or the curve.
    pub(crate) fn raw(self) -> Result<(sys::gnutls_pk_algorithm_t, c_uint)> {
        Ok(match self {
            KeyType::Rsa { bits } => (sys::GNUTLS_PK_RSA, modulus(bits)?),
            KeyType::RsaPss { bits } => (sys::GNUTLS_PK_RSA_PSS, modulus(bits)?),
            KeyType::EcdsaP256 => (sys::GNUTLS_PK_ECDSA, curve(sys::GNUTLS_ECC_CURVE_SECP256R1)),
            KeyType::EcdsaP384 => (sys::GNUTLS_PK_ECDSA, curve(sys::GNUTLS_ECC_CURVE_SECP384R1)),
            KeyType::EcdsaP521 => (sys::GNUTLS_PK_ECDSA, curve(sys::GNUTLS_ECC_CURVE_SECP521R1)),
            KeyType::Ed25519 => (sys::GNUTLS_PK_EDDSA_ED25519, curve(sys::GNUTLS_ECC_CURVE_ED25519)),
            KeyType::Ed448 => (sys::GNUTLS_PK_EDDSA_ED448, curve(sys::GNUTLS_ECC_CURVE_ED448)),
            KeyType::Curve(of) => match of.public_key_algorithm() {
                Some(algorithm) => (algorithm.raw(), curve(of.raw())),
                None => return Err(Error::input(DOING, format!("there are no keys on the curve {of}"))),
            },
            KeyType::Dsa { bits } if (1024..=3072).contains(&bits) => (sys::GNUTLS_PK_DSA, bits),
            KeyType::Dsa { bits } => {
                return Err(Error::input(DOING, format!("a DSA key of {bits} bits is not offered: 1024 to 3072 are")));
            }
            #[cfg(gnutls_3_8_9)]
            KeyType::MlDsa44 => (sys::GNUTLS_PK_MLDSA44, 0),
            #[cfg(gnutls_3_8_9)]
            KeyType::MlDsa65 => (sys::GNUTLS_PK_MLDSA65, 0),
            #[cfg(gnutls_3_8_9)]
            KeyType::MlDsa87 => (sys::GNUTLS_PK_MLDSA87, 0),
            #[cfg(gnutls_3_8_9)]
            KeyType::MlKem768 => (sys::GNUTLS_PK_MLKEM768, 0),
            #[cfg(gnutls_3_8_9)]
            KeyType::MlKem1024 => (sys::GNUTLS_PK_MLKEM1024, 0),
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
    Err(Error::input(DOING, why))
}
