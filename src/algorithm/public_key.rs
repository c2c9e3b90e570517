//! Algorithms of keys: names, object identifiers.

named! {
    /// The algorithm of a public key or of the private key that belongs to it.
    #[doc(alias = "gnutls_pk_algorithm_t")]
    PublicKeyAlgorithm(gnutls_pk_algorithm_t), gnutls_pk_algorithm_get_name, "gnutls_pk_algorithm_get_name" {
        /// RSA, for any padding (RFC 8017).
        RSA = GNUTLS_PK_RSA,
        /// RSA for PSS signatures only (RFC 4055).
        RSA_PSS = GNUTLS_PK_RSA_PSS,
        /// DSA (FIPS 186-4).
        DSA = GNUTLS_PK_DSA,
        /// Diffie-Hellman over a finite field.
        DH = GNUTLS_PK_DH,
        /// ECDSA, and ECDH, on a NIST curve (RFC 5480).
        ECDSA = GNUTLS_PK_ECDSA,
        /// X25519 (RFC 7748).
        X25519 = GNUTLS_PK_ECDH_X25519,
        /// X448 (RFC 7748).
        X448 = GNUTLS_PK_ECDH_X448,
        /// Ed25519 (RFC 8410).
        ED25519 = GNUTLS_PK_EDDSA_ED25519,
        /// Ed448 (RFC 8410).
        ED448 = GNUTLS_PK_EDDSA_ED448,
        /// GOST R 34.10-2001.
        GOST_01 = GNUTLS_PK_GOST_01,
        /// GOST R 34.10-2012 with 256 bits.
        GOST_12_256 = GNUTLS_PK_GOST_12_256,
        /// GOST R 34.10-2012 with 512 bits.
        GOST_12_512 = GNUTLS_PK_GOST_12_512,
        /// RSA for OAEP encryption only (RFC 4055).
        #[cfg(gnutls_3_8_4)]
        RSA_OAEP = GNUTLS_PK_RSA_OAEP,
        /// ML-KEM-768 (FIPS 203).
        #[cfg(gnutls_3_8_8)]
        MLKEM768 = GNUTLS_PK_MLKEM768,
        /// ML-KEM-1024 (FIPS 203).
        #[cfg(gnutls_3_8_9)]
        MLKEM1024 = GNUTLS_PK_MLKEM1024,
        /// ML-DSA-44 (FIPS 204).
        #[cfg(gnutls_3_8_9)]
        MLDSA44 = GNUTLS_PK_MLDSA44,
        /// ML-DSA-65 (FIPS 204).
        #[cfg(gnutls_3_8_9)]
        MLDSA65 = GNUTLS_PK_MLDSA65,
        /// ML-DSA-87 (FIPS 204).
        #[cfg(gnutls_3_8_9)]
        MLDSA87 = GNUTLS_PK_MLDSA87,
    }
}

impl PublicKeyAlgorithm {
    /// GnuTLS's name for it in messages for people: "Unknown" where it has none.
    #[doc(alias = "gnutls_pk_get_name")]
    pub fn label(self) -> &'static str {
        // SAFETY: takes any number and looks it up in a table.
        let name = unsafe { gnutls_sys::gnutls_pk_get_name(self.raw()) };
        // SAFETY: null or a static string.
        unsafe { crate::cstr::static_text(name) }.unwrap_or("Unknown")
    }
}

listed! { PublicKeyAlgorithm, gnutls_pk_list, "gnutls_pk_list", gnutls_pk_get_id, "gnutls_pk_get_id", GNUTLS_PK_UNKNOWN }
with_oid! { PublicKeyAlgorithm, gnutls_pk_get_oid, "gnutls_pk_get_oid" }
from_oid! { PublicKeyAlgorithm, gnutls_oid_to_pk, "gnutls_oid_to_pk", GNUTLS_PK_UNKNOWN }
