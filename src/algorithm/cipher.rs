//! Symmetric ciphers: names, sizes.

use gnutls_sys as sys;

named! {
    /// A symmetric cipher with its mode.
    #[doc(alias = "gnutls_cipher_algorithm_t")]
    Cipher(gnutls_cipher_algorithm_t), gnutls_cipher_get_name, "gnutls_cipher_get_name" {
        /// No encryption.
        NULL = GNUTLS_CIPHER_NULL,
        /// AES-128 in CBC mode.
        AES_128_CBC = GNUTLS_CIPHER_AES_128_CBC,
        /// AES-192 in CBC mode.
        AES_192_CBC = GNUTLS_CIPHER_AES_192_CBC,
        /// AES-256 in CBC mode.
        AES_256_CBC = GNUTLS_CIPHER_AES_256_CBC,
        /// AES-128 in Galois/counter mode.
        AES_128_GCM = GNUTLS_CIPHER_AES_128_GCM,
        /// AES-192 in Galois/counter mode.
        AES_192_GCM = GNUTLS_CIPHER_AES_192_GCM,
        /// AES-256 in Galois/counter mode.
        AES_256_GCM = GNUTLS_CIPHER_AES_256_GCM,
        /// AES-128 in CCM mode.
        AES_128_CCM = GNUTLS_CIPHER_AES_128_CCM,
        /// AES-256 in CCM mode.
        AES_256_CCM = GNUTLS_CIPHER_AES_256_CCM,
        /// AES-128 in CCM mode with tags of 8 bytes.
        AES_128_CCM_8 = GNUTLS_CIPHER_AES_128_CCM_8,
        /// AES-256 in CCM mode with tags of 8 bytes.
        AES_256_CCM_8 = GNUTLS_CIPHER_AES_256_CCM_8,
        /// ChaCha20 with Poly1305 (RFC 8439).
        CHACHA20_POLY1305 = GNUTLS_CIPHER_CHACHA20_POLY1305,
        /// AES-128 in SIV mode (RFC 5297).
        AES_128_SIV = GNUTLS_CIPHER_AES_128_SIV,
        /// AES-256 in SIV mode (RFC 5297).
        AES_256_SIV = GNUTLS_CIPHER_AES_256_SIV,
        /// AES-128 in GCM-SIV mode (RFC 8452).
        #[cfg(gnutls_3_8_2)]
        AES_128_SIV_GCM = GNUTLS_CIPHER_AES_128_SIV_GCM,
        /// AES-256 in GCM-SIV mode (RFC 8452).
        #[cfg(gnutls_3_8_2)]
        AES_256_SIV_GCM = GNUTLS_CIPHER_AES_256_SIV_GCM,
        /// AES-128 in CFB mode, 8 bits at a time.
        AES_128_CFB8 = GNUTLS_CIPHER_AES_128_CFB8,
        /// AES-192 in CFB mode, 8 bits at a time.
        AES_192_CFB8 = GNUTLS_CIPHER_AES_192_CFB8,
        /// AES-256 in CFB mode, 8 bits at a time.
        AES_256_CFB8 = GNUTLS_CIPHER_AES_256_CFB8,
        /// AES-128 in CFB mode.
        #[cfg(gnutls_3_8_11)]
        AES_128_CFB = GNUTLS_CIPHER_AES_128_CFB,
        /// AES-192 in CFB mode.
        #[cfg(gnutls_3_8_11)]
        AES_192_CFB = GNUTLS_CIPHER_AES_192_CFB,
        /// AES-256 in CFB mode.
        #[cfg(gnutls_3_8_11)]
        AES_256_CFB = GNUTLS_CIPHER_AES_256_CFB,
        /// AES-128 in XTS mode, for disks; two keys.
        AES_128_XTS = GNUTLS_CIPHER_AES_128_XTS,
        /// AES-256 in XTS mode, for disks; two keys.
        AES_256_XTS = GNUTLS_CIPHER_AES_256_XTS,
        /// ChaCha20 alone, with a counter of 32 bits as the first part of the IV.
        CHACHA20_32 = GNUTLS_CIPHER_CHACHA20_32,
        /// ChaCha20 alone, with a counter of 64 bits as the first part of the IV.
        CHACHA20_64 = GNUTLS_CIPHER_CHACHA20_64,
        /// Camellia-128 in CBC mode.
        CAMELLIA_128_CBC = GNUTLS_CIPHER_CAMELLIA_128_CBC,
        /// Camellia-192 in CBC mode.
        CAMELLIA_192_CBC = GNUTLS_CIPHER_CAMELLIA_192_CBC,
        /// Camellia-256 in CBC mode.
        CAMELLIA_256_CBC = GNUTLS_CIPHER_CAMELLIA_256_CBC,
        /// Camellia-128 in Galois/counter mode.
        CAMELLIA_128_GCM = GNUTLS_CIPHER_CAMELLIA_128_GCM,
        /// Camellia-256 in Galois/counter mode.
        CAMELLIA_256_GCM = GNUTLS_CIPHER_CAMELLIA_256_GCM,
        /// Triple DES in CBC mode, for old data only.
        TRIPLE_DES_CBC = GNUTLS_CIPHER_3DES_CBC,
        /// DES in CBC mode, for old data only: it is broken.
        DES_CBC = GNUTLS_CIPHER_DES_CBC,
        /// RC4 with 128 bits, for old data only: it is broken.
        ARCFOUR_128 = GNUTLS_CIPHER_ARCFOUR_128,
        /// RC4 with 40 bits, for old data only: it is broken.
        ARCFOUR_40 = GNUTLS_CIPHER_ARCFOUR_40,
        /// RC2 with 40 bits, for old data only: it is broken.
        RC2_40_CBC = GNUTLS_CIPHER_RC2_40_CBC,
        /// Salsa20 with 20 rounds.
        SALSA20_256 = GNUTLS_CIPHER_SALSA20_256,
        /// Salsa20 with 12 rounds.
        ESTREAM_SALSA20_256 = GNUTLS_CIPHER_ESTREAM_SALSA20_256,
        /// GOST 28147-89 in CFB mode with the TC26 Z parameters.
        GOST28147_TC26Z_CFB = GNUTLS_CIPHER_GOST28147_TC26Z_CFB,
        /// GOST 28147-89 in CFB mode with the CryptoPro A parameters.
        GOST28147_CPA_CFB = GNUTLS_CIPHER_GOST28147_CPA_CFB,
        /// GOST 28147-89 in CFB mode with the CryptoPro B parameters.
        GOST28147_CPB_CFB = GNUTLS_CIPHER_GOST28147_CPB_CFB,
        /// GOST 28147-89 in CFB mode with the CryptoPro C parameters.
        GOST28147_CPC_CFB = GNUTLS_CIPHER_GOST28147_CPC_CFB,
        /// GOST 28147-89 in CFB mode with the CryptoPro D parameters.
        GOST28147_CPD_CFB = GNUTLS_CIPHER_GOST28147_CPD_CFB,
        /// GOST 28147-89 in counter mode with the TC26 Z parameters.
        GOST28147_TC26Z_CNT = GNUTLS_CIPHER_GOST28147_TC26Z_CNT,
        /// GOST R 34.12-2015 Magma in CTR-ACPKM mode.
        MAGMA_CTR_ACPKM = GNUTLS_CIPHER_MAGMA_CTR_ACPKM,
        /// GOST R 34.12-2015 Kuznyechik in CTR-ACPKM mode.
        KUZNYECHIK_CTR_ACPKM = GNUTLS_CIPHER_KUZNYECHIK_CTR_ACPKM,
    }
}

listed! { Cipher, gnutls_cipher_list, "gnutls_cipher_list", gnutls_cipher_get_id, "gnutls_cipher_get_id", GNUTLS_CIPHER_UNKNOWN }

impl Cipher {
    /// The key's size in bytes; 0 if this GnuTLS does not know the cipher.
    #[doc(alias = "gnutls_cipher_get_key_size")]
    pub fn key_size(self) -> usize {
        // SAFETY: takes any number and looks it up in a table.
        unsafe { sys::gnutls_cipher_get_key_size(self.0) }
    }

    /// The block's size in bytes; 1 for stream ciphers, and 0 if this GnuTLS does not know the cipher.
    #[doc(alias = "gnutls_cipher_get_block_size")]
    pub fn block_size(self) -> usize {
        // SAFETY: as above.
        unsafe { sys::gnutls_cipher_get_block_size(self.0) as usize }
    }

    /// The size in bytes of the initialisation vector, or of the nonce.
    #[doc(alias = "gnutls_cipher_get_iv_size")]
    pub fn iv_size(self) -> usize {
        // SAFETY: as above.
        unsafe { sys::gnutls_cipher_get_iv_size(self.0) as usize }
    }

    /// The size in bytes of the authentication tag; 0 if the cipher does not authenticate.
    #[doc(alias = "gnutls_cipher_get_tag_size")]
    pub fn tag_size(self) -> usize {
        // SAFETY: as above.
        unsafe { sys::gnutls_cipher_get_tag_size(self.0) as usize }
    }
}
