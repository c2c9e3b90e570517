//! Methods of compression: names.

named! {
    /// A method to compress certificates with (RFC 8879).
    #[doc(alias = "gnutls_compression_method_t")]
    CompressionMethod(gnutls_compression_method_t), gnutls_compression_get_name, "gnutls_compression_get_name" {
        /// zlib (RFC 1950).
        ZLIB = GNUTLS_COMP_ZLIB,
        /// Brotli (RFC 7932).
        #[cfg(gnutls_3_7_4)]
        BROTLI = GNUTLS_COMP_BROTLI,
        /// Zstandard (RFC 8878).
        #[cfg(gnutls_3_7_4)]
        ZSTD = GNUTLS_COMP_ZSTD,
    }
}
