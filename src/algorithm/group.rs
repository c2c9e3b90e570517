//! Groups of key exchanges: names.

named! {
    /// A group of a (EC)DHE key exchange.
    #[doc(alias = "gnutls_group_t")]
    Group(gnutls_group_t), gnutls_group_get_name, "gnutls_group_get_name" {
        /// NIST P-192.
        SECP192R1 = GNUTLS_GROUP_SECP192R1,
        /// NIST P-224.
        SECP224R1 = GNUTLS_GROUP_SECP224R1,
        /// NIST P-256.
        SECP256R1 = GNUTLS_GROUP_SECP256R1,
        /// NIST P-384.
        SECP384R1 = GNUTLS_GROUP_SECP384R1,
        /// NIST P-521.
        SECP521R1 = GNUTLS_GROUP_SECP521R1,
        /// X25519 (RFC 7748).
        X25519 = GNUTLS_GROUP_X25519,
        /// X448 (RFC 7748).
        X448 = GNUTLS_GROUP_X448,
        /// GOST R 34.10-2012, 256 bits, TC26 A.
        GC256A = GNUTLS_GROUP_GC256A,
        /// GOST R 34.10-2012, 256 bits, TC26 B.
        GC256B = GNUTLS_GROUP_GC256B,
        /// GOST R 34.10-2012, 256 bits, TC26 C.
        GC256C = GNUTLS_GROUP_GC256C,
        /// GOST R 34.10-2012, 256 bits, TC26 D.
        GC256D = GNUTLS_GROUP_GC256D,
        /// GOST R 34.10-2012, 512 bits, TC26 A.
        GC512A = GNUTLS_GROUP_GC512A,
        /// GOST R 34.10-2012, 512 bits, TC26 B.
        GC512B = GNUTLS_GROUP_GC512B,
        /// GOST R 34.10-2012, 512 bits, TC26 C.
        GC512C = GNUTLS_GROUP_GC512C,
        /// Finite field of 2048 bits (RFC 7919).
        FFDHE2048 = GNUTLS_GROUP_FFDHE2048,
        /// Finite field of 3072 bits (RFC 7919).
        FFDHE3072 = GNUTLS_GROUP_FFDHE3072,
        /// Finite field of 4096 bits (RFC 7919).
        FFDHE4096 = GNUTLS_GROUP_FFDHE4096,
        /// Finite field of 6144 bits (RFC 7919).
        FFDHE6144 = GNUTLS_GROUP_FFDHE6144,
        /// Finite field of 8192 bits (RFC 7919).
        FFDHE8192 = GNUTLS_GROUP_FFDHE8192,
        /// X25519 with Kyber768, an early experiment.
        #[cfg(gnutls_3_8_7)]
        X25519_KYBER768 = GNUTLS_GROUP_EXP_X25519_KYBER768,
        /// NIST P-256 with ML-KEM-768.
        #[cfg(gnutls_3_8_8)]
        SECP256R1_MLKEM768 = GNUTLS_GROUP_EXP_SECP256R1_MLKEM768,
        /// X25519 with ML-KEM-768.
        #[cfg(gnutls_3_8_8)]
        X25519_MLKEM768 = GNUTLS_GROUP_EXP_X25519_MLKEM768,
        /// NIST P-384 with ML-KEM-1024.
        #[cfg(gnutls_3_8_9)]
        SECP384R1_MLKEM1024 = GNUTLS_GROUP_EXP_SECP384R1_MLKEM1024,
        /// ML-KEM-768 alone.
        #[cfg(gnutls_3_8_9)]
        MLKEM768 = GNUTLS_GROUP_EXP_MLKEM768,
        /// ML-KEM-1024 alone.
        #[cfg(gnutls_3_8_9)]
        MLKEM1024 = GNUTLS_GROUP_EXP_MLKEM1024,
    }
}

listed! { Group, gnutls_group_list, "gnutls_group_list", gnutls_group_get_id, "gnutls_group_get_id", GNUTLS_GROUP_INVALID }
