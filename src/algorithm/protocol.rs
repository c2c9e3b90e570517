//! Versions of TLS and DTLS: names.

named! {
    /// A version of the protocol.
    #[doc(alias = "gnutls_protocol_t")]
    Protocol(gnutls_protocol_t), gnutls_protocol_get_name, "gnutls_protocol_get_name" {
        /// TLS 1.0 (RFC 2246), deprecated by RFC 8996.
        TLS1_0 = GNUTLS_TLS1_0,
        /// TLS 1.1 (RFC 4346), deprecated by RFC 8996.
        TLS1_1 = GNUTLS_TLS1_1,
        /// TLS 1.2 (RFC 5246).
        TLS1_2 = GNUTLS_TLS1_2,
        /// TLS 1.3 (RFC 8446).
        TLS1_3 = GNUTLS_TLS1_3,
        /// SSL 3.0, forbidden by RFC 7568.
        SSL3 = GNUTLS_SSL3,
        /// DTLS as OpenSSL had it before RFC 4347.
        DTLS0_9 = GNUTLS_DTLS0_9,
        /// DTLS 1.0 (RFC 4347), deprecated by RFC 8996.
        DTLS1_0 = GNUTLS_DTLS1_0,
        /// DTLS 1.2 (RFC 6347).
        DTLS1_2 = GNUTLS_DTLS1_2,
    }
}

listed! { Protocol, gnutls_protocol_list, "gnutls_protocol_list", gnutls_protocol_get_id, "gnutls_protocol_get_id", GNUTLS_VERSION_UNKNOWN }
