//! Signature algorithms: names, object identifiers, what they are made of.

use gnutls_sys as sys;

use super::{Digest, PublicKeyAlgorithm};

named! {
    /// A signature algorithm.
    #[doc(alias = "gnutls_sign_algorithm_t")]
    SignatureScheme(gnutls_sign_algorithm_t), gnutls_sign_get_name, "gnutls_sign_get_name" {
        /// RSA (PKCS#1 v1.5) with MD2.
        RSA_MD2 = GNUTLS_SIGN_RSA_MD2,
        /// RSA (PKCS#1 v1.5) with MD5.
        RSA_MD5 = GNUTLS_SIGN_RSA_MD5,
        /// RSA (PKCS#1 v1.5) with RIPEMD-160.
        RSA_RMD160 = GNUTLS_SIGN_RSA_RMD160,
        /// RSA (PKCS#1 v1.5) with SHA-1.
        RSA_SHA1 = GNUTLS_SIGN_RSA_SHA1,
        /// RSA (PKCS#1 v1.5) with SHA-224.
        RSA_SHA224 = GNUTLS_SIGN_RSA_SHA224,
        /// RSA (PKCS#1 v1.5) with SHA-256.
        RSA_SHA256 = GNUTLS_SIGN_RSA_SHA256,
        /// RSA (PKCS#1 v1.5) with SHA-384.
        RSA_SHA384 = GNUTLS_SIGN_RSA_SHA384,
        /// RSA (PKCS#1 v1.5) with SHA-512.
        RSA_SHA512 = GNUTLS_SIGN_RSA_SHA512,
        /// RSA (PKCS#1 v1.5) with SHA3-224.
        RSA_SHA3_224 = GNUTLS_SIGN_RSA_SHA3_224,
        /// RSA (PKCS#1 v1.5) with SHA3-256.
        RSA_SHA3_256 = GNUTLS_SIGN_RSA_SHA3_256,
        /// RSA (PKCS#1 v1.5) with SHA3-384.
        RSA_SHA3_384 = GNUTLS_SIGN_RSA_SHA3_384,
        /// RSA (PKCS#1 v1.5) with SHA3-512.
        RSA_SHA3_512 = GNUTLS_SIGN_RSA_SHA3_512,
        /// RSA (PKCS#1 v1.5) over a digest that the caller has wrapped.
        RSA_RAW = GNUTLS_SIGN_RSA_RAW,
        /// DSA with SHA-1.
        DSA_SHA1 = GNUTLS_SIGN_DSA_SHA1,
        /// DSA with SHA-224.
        DSA_SHA224 = GNUTLS_SIGN_DSA_SHA224,
        /// DSA with SHA-256.
        DSA_SHA256 = GNUTLS_SIGN_DSA_SHA256,
        /// DSA with SHA-384.
        DSA_SHA384 = GNUTLS_SIGN_DSA_SHA384,
        /// DSA with SHA-512.
        DSA_SHA512 = GNUTLS_SIGN_DSA_SHA512,
        /// DSA with SHA3-224.
        DSA_SHA3_224 = GNUTLS_SIGN_DSA_SHA3_224,
        /// DSA with SHA3-256.
        DSA_SHA3_256 = GNUTLS_SIGN_DSA_SHA3_256,
        /// DSA with SHA3-384.
        DSA_SHA3_384 = GNUTLS_SIGN_DSA_SHA3_384,
        /// DSA with SHA3-512.
        DSA_SHA3_512 = GNUTLS_SIGN_DSA_SHA3_512,
        /// ECDSA with SHA-1.
        ECDSA_SHA1 = GNUTLS_SIGN_ECDSA_SHA1,
        /// ECDSA with SHA-224.
        ECDSA_SHA224 = GNUTLS_SIGN_ECDSA_SHA224,
        /// ECDSA with SHA-256.
        ECDSA_SHA256 = GNUTLS_SIGN_ECDSA_SHA256,
        /// ECDSA with SHA-384.
        ECDSA_SHA384 = GNUTLS_SIGN_ECDSA_SHA384,
        /// ECDSA with SHA-512.
        ECDSA_SHA512 = GNUTLS_SIGN_ECDSA_SHA512,
        /// ECDSA with SHA3-224.
        ECDSA_SHA3_224 = GNUTLS_SIGN_ECDSA_SHA3_224,
        /// ECDSA with SHA3-256.
        ECDSA_SHA3_256 = GNUTLS_SIGN_ECDSA_SHA3_256,
        /// ECDSA with SHA3-384.
        ECDSA_SHA3_384 = GNUTLS_SIGN_ECDSA_SHA3_384,
        /// ECDSA with SHA3-512.
        ECDSA_SHA3_512 = GNUTLS_SIGN_ECDSA_SHA3_512,
        /// ECDSA on NIST P-256 with SHA-256, as TLS 1.3 has it.
        ECDSA_SECP256R1_SHA256 = GNUTLS_SIGN_ECDSA_SECP256R1_SHA256,
        /// ECDSA on NIST P-384 with SHA-384, as TLS 1.3 has it.
        ECDSA_SECP384R1_SHA384 = GNUTLS_SIGN_ECDSA_SECP384R1_SHA384,
        /// ECDSA on NIST P-521 with SHA-512, as TLS 1.3 has it.
        ECDSA_SECP521R1_SHA512 = GNUTLS_SIGN_ECDSA_SECP521R1_SHA512,
        /// RSA-PSS with a key for PSS only and SHA-256.
        RSA_PSS_SHA256 = GNUTLS_SIGN_RSA_PSS_SHA256,
        /// RSA-PSS with an rsaEncryption key and SHA-256.
        RSA_PSS_RSAE_SHA256 = GNUTLS_SIGN_RSA_PSS_RSAE_SHA256,
        /// RSA-PSS with a key for PSS only and SHA-384.
        RSA_PSS_SHA384 = GNUTLS_SIGN_RSA_PSS_SHA384,
        /// RSA-PSS with an rsaEncryption key and SHA-384.
        RSA_PSS_RSAE_SHA384 = GNUTLS_SIGN_RSA_PSS_RSAE_SHA384,
        /// RSA-PSS with a key for PSS only and SHA-512.
        RSA_PSS_SHA512 = GNUTLS_SIGN_RSA_PSS_SHA512,
        /// RSA-PSS with an rsaEncryption key and SHA-512.
        RSA_PSS_RSAE_SHA512 = GNUTLS_SIGN_RSA_PSS_RSAE_SHA512,
        /// Ed25519 (RFC 8032).
        EDDSA_ED25519 = GNUTLS_SIGN_EDDSA_ED25519,
        /// Ed448 (RFC 8032).
        EDDSA_ED448 = GNUTLS_SIGN_EDDSA_ED448,
        /// GOST R 34.10-2001 with GOST R 34.11-94.
        GOST_94 = GNUTLS_SIGN_GOST_94,
        /// GOST R 34.10-2012 with 256 bits.
        GOST_256 = GNUTLS_SIGN_GOST_256,
        /// GOST R 34.10-2012 with 512 bits.
        GOST_512 = GNUTLS_SIGN_GOST_512,
        /// ML-DSA-44 (FIPS 204).
        #[cfg(gnutls_3_8_9)]
        MLDSA44 = GNUTLS_SIGN_MLDSA44,
        /// ML-DSA-65 (FIPS 204).
        #[cfg(gnutls_3_8_9)]
        MLDSA65 = GNUTLS_SIGN_MLDSA65,
        /// ML-DSA-87 (FIPS 204).
        #[cfg(gnutls_3_8_9)]
        MLDSA87 = GNUTLS_SIGN_MLDSA87,
    }
}

listed! { SignatureScheme, gnutls_sign_list, "gnutls_sign_list", gnutls_sign_get_id, "gnutls_sign_get_id", GNUTLS_SIGN_UNKNOWN }
with_oid! { SignatureScheme, gnutls_sign_get_oid, "gnutls_sign_get_oid" }
from_oid! { SignatureScheme, gnutls_oid_to_sign, "gnutls_oid_to_sign", GNUTLS_SIGN_UNKNOWN }

impl SignatureScheme {
    /// What keys of `algorithm` sign with `digest`, if there is such a scheme.
    #[doc(alias = "gnutls_pk_to_sign")]
    pub fn of(algorithm: PublicKeyAlgorithm, digest: Digest) -> Option<SignatureScheme> {
        // SAFETY: takes any numbers and looks them up in a table.
        let raw = unsafe { sys::gnutls_pk_to_sign(algorithm.raw(), digest.raw()) };
        (raw != sys::GNUTLS_SIGN_UNKNOWN).then_some(SignatureScheme(raw))
    }

    /// The digest that is signed; `None` where the scheme takes the data itself (Ed25519, Ed448).
    #[doc(alias = "gnutls_sign_get_hash_algorithm")]
    pub fn digest(self) -> Option<Digest> {
        // SAFETY: as above.
        let raw = unsafe { sys::gnutls_sign_get_hash_algorithm(self.0) };
        // Whatever the table says for Ed25519 and Ed448, the digest is inside the scheme.
        let inside = matches!(self, SignatureScheme::EDDSA_ED25519 | SignatureScheme::EDDSA_ED448);
        (!inside && raw != sys::GNUTLS_DIG_UNKNOWN && raw != sys::GNUTLS_DIG_NULL).then(|| Digest::from_raw(raw))
    }

    /// The algorithm of the keys.
    #[doc(alias = "gnutls_sign_get_pk_algorithm")]
    pub fn public_key_algorithm(self) -> Option<PublicKeyAlgorithm> {
        // SAFETY: as above.
        let raw = unsafe { sys::gnutls_sign_get_pk_algorithm(self.0) };
        (raw != sys::GNUTLS_PK_UNKNOWN).then(|| PublicKeyAlgorithm::from_raw(raw))
    }

    /// Whether keys of `algorithm` can make it.
    #[doc(alias = "gnutls_sign_supports_pk_algorithm")]
    pub fn supports(self, algorithm: PublicKeyAlgorithm) -> bool {
        // SAFETY: as above.
        unsafe { sys::gnutls_sign_supports_pk_algorithm(self.0, algorithm.raw()) != 0 }
    }

    /// Whether this GnuTLS, with the policy of the system, holds it for secure.
    #[doc(alias = "gnutls_sign_is_secure")]
    pub fn is_secure(self) -> bool {
        // SAFETY: as above.
        unsafe { sys::gnutls_sign_is_secure(self.0) != 0 }
    }

    /// Whether this GnuTLS, with the policy of the system, holds it for secure in certificates.
    #[doc(alias = "gnutls_sign_is_secure2")]
    pub fn is_secure_for_certificates(self) -> bool {
        // SAFETY: as above.
        unsafe { sys::gnutls_sign_is_secure2(self.0, sys::GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS) != 0 }
    }
}
