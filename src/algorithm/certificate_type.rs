//! Types of certificates: names.

named! {
    /// What a peer shows for a certificate.
    #[doc(alias = "gnutls_certificate_type_t")]
    CertificateType(gnutls_certificate_type_t), gnutls_certificate_type_get_name, "gnutls_certificate_type_get_name" {
        /// X.509 (RFC 5280).
        X509 = GNUTLS_CRT_X509,
        /// A raw public key (RFC 7250).
        RAW_PUBLIC_KEY = GNUTLS_CRT_RAWPK,
    }
}

listed! { CertificateType, gnutls_certificate_type_list, "gnutls_certificate_type_list", gnutls_certificate_type_get_id, "gnutls_certificate_type_get_id", GNUTLS_CRT_UNKNOWN }
