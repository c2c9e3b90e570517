//! Elliptic curves: names, object identifiers, sizes.

use gnutls_sys as sys;

use super::PublicKeyAlgorithm;

named! {
    /// An elliptic curve.
    #[doc(alias = "gnutls_ecc_curve_t")]
    EccCurve(gnutls_ecc_curve_t), gnutls_ecc_curve_get_name, "gnutls_ecc_curve_get_name" {
        /// NIST P-192.
        SECP192R1 = GNUTLS_ECC_CURVE_SECP192R1,
        /// NIST P-224.
        SECP224R1 = GNUTLS_ECC_CURVE_SECP224R1,
        /// NIST P-256.
        SECP256R1 = GNUTLS_ECC_CURVE_SECP256R1,
        /// NIST P-384.
        SECP384R1 = GNUTLS_ECC_CURVE_SECP384R1,
        /// NIST P-521.
        SECP521R1 = GNUTLS_ECC_CURVE_SECP521R1,
        /// X25519 (RFC 7748).
        X25519 = GNUTLS_ECC_CURVE_X25519,
        /// X448 (RFC 7748).
        X448 = GNUTLS_ECC_CURVE_X448,
        /// Ed25519 (RFC 8032).
        ED25519 = GNUTLS_ECC_CURVE_ED25519,
        /// Ed448 (RFC 8032).
        ED448 = GNUTLS_ECC_CURVE_ED448,
        /// GOST R 34.10, 256 bits, CryptoPro A.
        GOST256CPA = GNUTLS_ECC_CURVE_GOST256CPA,
        /// GOST R 34.10, 256 bits, CryptoPro B.
        GOST256CPB = GNUTLS_ECC_CURVE_GOST256CPB,
        /// GOST R 34.10, 256 bits, CryptoPro C.
        GOST256CPC = GNUTLS_ECC_CURVE_GOST256CPC,
        /// GOST R 34.10, 256 bits, CryptoPro XA.
        GOST256CPXA = GNUTLS_ECC_CURVE_GOST256CPXA,
        /// GOST R 34.10, 256 bits, CryptoPro XB.
        GOST256CPXB = GNUTLS_ECC_CURVE_GOST256CPXB,
        /// GOST R 34.10-2012, 256 bits, TC26 A.
        GOST256A = GNUTLS_ECC_CURVE_GOST256A,
        /// GOST R 34.10-2012, 256 bits, TC26 B.
        GOST256B = GNUTLS_ECC_CURVE_GOST256B,
        /// GOST R 34.10-2012, 256 bits, TC26 C.
        GOST256C = GNUTLS_ECC_CURVE_GOST256C,
        /// GOST R 34.10-2012, 256 bits, TC26 D.
        GOST256D = GNUTLS_ECC_CURVE_GOST256D,
        /// GOST R 34.10-2012, 512 bits, TC26 A.
        GOST512A = GNUTLS_ECC_CURVE_GOST512A,
        /// GOST R 34.10-2012, 512 bits, TC26 B.
        GOST512B = GNUTLS_ECC_CURVE_GOST512B,
        /// GOST R 34.10-2012, 512 bits, TC26 C.
        GOST512C = GNUTLS_ECC_CURVE_GOST512C,
    }
}

listed! { EccCurve, gnutls_ecc_curve_list, "gnutls_ecc_curve_list", gnutls_ecc_curve_get_id, "gnutls_ecc_curve_get_id", GNUTLS_ECC_CURVE_INVALID }
with_oid! { EccCurve, gnutls_ecc_curve_get_oid, "gnutls_ecc_curve_get_oid" }
from_oid! { EccCurve, gnutls_oid_to_ecc_curve, "gnutls_oid_to_ecc_curve", GNUTLS_ECC_CURVE_INVALID }

impl EccCurve {
    /// The size of a coordinate in bytes; 0 if this GnuTLS does not know the curve.
    #[doc(alias = "gnutls_ecc_curve_get_size")]
    pub fn size(self) -> usize {
        // SAFETY: takes any number and looks it up in a table.
        let size = unsafe { sys::gnutls_ecc_curve_get_size(self.0) };
        usize::try_from(size).unwrap_or(0)
    }

    /// The algorithm of the keys on the curve.
    #[doc(alias = "gnutls_ecc_curve_get_pk")]
    pub fn public_key_algorithm(self) -> Option<PublicKeyAlgorithm> {
        // SAFETY: as above.
        let algorithm = unsafe { sys::gnutls_ecc_curve_get_pk(self.0) };
        (algorithm != sys::GNUTLS_PK_UNKNOWN).then(|| PublicKeyAlgorithm::from_raw(algorithm))
    }
}
