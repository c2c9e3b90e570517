//! Key exchanges: names.

named! {
    /// A key exchange of TLS 1.2 and older.
    #[doc(alias = "gnutls_kx_algorithm_t")]
    KeyExchange(gnutls_kx_algorithm_t), gnutls_kx_get_name, "gnutls_kx_get_name" {
        /// RSA key transport, without forward secrecy.
        RSA = GNUTLS_KX_RSA,
        /// Ephemeral Diffie-Hellman, signed with DSA.
        DHE_DSS = GNUTLS_KX_DHE_DSS,
        /// Ephemeral Diffie-Hellman, signed with RSA.
        DHE_RSA = GNUTLS_KX_DHE_RSA,
        /// Anonymous Diffie-Hellman.
        ANON_DH = GNUTLS_KX_ANON_DH,
        /// Secure remote password (RFC 5054).
        SRP = GNUTLS_KX_SRP,
        /// RSA of export grade, no longer implemented.
        RSA_EXPORT = GNUTLS_KX_RSA_EXPORT,
        /// Secure remote password with an RSA certificate.
        SRP_RSA = GNUTLS_KX_SRP_RSA,
        /// Secure remote password with a DSA certificate.
        SRP_DSS = GNUTLS_KX_SRP_DSS,
        /// Pre-shared keys (RFC 4279).
        PSK = GNUTLS_KX_PSK,
        /// Ephemeral Diffie-Hellman with pre-shared keys.
        DHE_PSK = GNUTLS_KX_DHE_PSK,
        /// Anonymous elliptic-curve Diffie-Hellman.
        ANON_ECDH = GNUTLS_KX_ANON_ECDH,
        /// Ephemeral elliptic-curve Diffie-Hellman, signed with RSA.
        ECDHE_RSA = GNUTLS_KX_ECDHE_RSA,
        /// Ephemeral elliptic-curve Diffie-Hellman, signed with ECDSA or EdDSA.
        ECDHE_ECDSA = GNUTLS_KX_ECDHE_ECDSA,
        /// Ephemeral elliptic-curve Diffie-Hellman with pre-shared keys.
        ECDHE_PSK = GNUTLS_KX_ECDHE_PSK,
        /// RSA key transport with pre-shared keys.
        RSA_PSK = GNUTLS_KX_RSA_PSK,
        /// GOST R 34.10-2012 VKO.
        VKO_GOST_12 = GNUTLS_KX_VKO_GOST_12,
    }
}

listed! { KeyExchange, gnutls_kx_list, "gnutls_kx_list", gnutls_kx_get_id, "gnutls_kx_get_id", GNUTLS_KX_UNKNOWN }
