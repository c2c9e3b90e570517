//! The numbers that keys are made of. Big-endian and without leading zeros, unless said otherwise.

use crate::algorithm::{Digest, EccCurve, GostParamset};
use crate::secret::SecretBytes;

/// The numbers of an RSA private key (RFC 8017, section 3.2).
#[derive(Debug)]
pub struct RsaNumbers {
    /// n.
    pub modulus: Vec<u8>,
    /// e.
    pub public_exponent: Vec<u8>,
    /// d.
    pub private_exponent: SecretBytes,
    /// p.
    pub prime1: SecretBytes,
    /// q.
    pub prime2: SecretBytes,
    /// The inverse of q modulo p; computed where it is missing.
    pub coefficient: Option<SecretBytes>,
    /// d modulo p - 1; computed where it is missing.
    pub exponent1: Option<SecretBytes>,
    /// d modulo q - 1; computed where it is missing.
    pub exponent2: Option<SecretBytes>,
}

/// The numbers of a DSA private key (FIPS 186-4).
#[derive(Debug)]
pub struct DsaNumbers {
    /// p, the prime.
    pub prime: Vec<u8>,
    /// q, the order of the subgroup.
    pub order: Vec<u8>,
    /// g, the generator.
    pub generator: Vec<u8>,
    /// y, the public number.
    pub public: Vec<u8>,
    /// x, the private number.
    pub private: SecretBytes,
}

/// The numbers of a private key on a curve.
#[derive(Debug)]
pub struct EccNumbers {
    /// The curve.
    pub curve: EccCurve,
    /// The point's x; for Ed25519, Ed448, X25519 and X448 the whole public key, as their RFCs write it.
    pub x: Vec<u8>,
    /// The point's y; empty for the curves named above.
    pub y: Vec<u8>,
    /// The private number; for the curves named above the private key, as their RFCs write it.
    pub private: SecretBytes,
}

/// The numbers of a GOST private key. They are little-endian.
#[derive(Debug)]
pub struct GostNumbers {
    /// The curve.
    pub curve: EccCurve,
    /// The digest that is signed.
    pub digest: Digest,
    /// The substitution boxes for encryption.
    pub paramset: GostParamset,
    /// The point's x.
    pub x: Vec<u8>,
    /// The point's y.
    pub y: Vec<u8>,
    /// The private number.
    pub private: SecretBytes,
}
