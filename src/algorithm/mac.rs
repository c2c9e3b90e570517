//! Message authentication codes: names, sizes.

use gnutls_sys as sys;

named! {
    /// A message authentication code.
    #[doc(alias = "gnutls_mac_algorithm_t")]
    Mac(gnutls_mac_algorithm_t), gnutls_mac_get_name, "gnutls_mac_get_name" {
        /// HMAC with MD5, for old data only: it is broken.
        MD5 = GNUTLS_MAC_MD5,
        /// HMAC with SHA-1, for old data only: it is broken.
        SHA1 = GNUTLS_MAC_SHA1,
        /// HMAC with RIPEMD-160.
        RMD160 = GNUTLS_MAC_RMD160,
        /// HMAC with SHA-224 (FIPS 180-4).
        SHA224 = GNUTLS_MAC_SHA224,
        /// HMAC with SHA-256 (FIPS 180-4).
        SHA256 = GNUTLS_MAC_SHA256,
        /// HMAC with SHA-384 (FIPS 180-4).
        SHA384 = GNUTLS_MAC_SHA384,
        /// HMAC with SHA-512 (FIPS 180-4).
        SHA512 = GNUTLS_MAC_SHA512,
        /// HMAC with SHA3-224 (FIPS 202).
        SHA3_224 = GNUTLS_MAC_SHA3_224,
        /// HMAC with SHA3-256 (FIPS 202).
        SHA3_256 = GNUTLS_MAC_SHA3_256,
        /// HMAC with SHA3-384 (FIPS 202).
        SHA3_384 = GNUTLS_MAC_SHA3_384,
        /// HMAC with SHA3-512 (FIPS 202).
        SHA3_512 = GNUTLS_MAC_SHA3_512,
        /// HMAC with GOST R 34.11-94.
        GOSTR_94 = GNUTLS_MAC_GOSTR_94,
        /// HMAC with GOST R 34.11-2012 with 256 bits.
        STREEBOG_256 = GNUTLS_MAC_STREEBOG_256,
        /// HMAC with GOST R 34.11-2012 with 512 bits.
        STREEBOG_512 = GNUTLS_MAC_STREEBOG_512,
        /// No MAC of its own: the cipher authenticates.
        AEAD = GNUTLS_MAC_AEAD,
        /// UMAC with tags of 96 bits (RFC 4418).
        UMAC_96 = GNUTLS_MAC_UMAC_96,
        /// UMAC with tags of 128 bits (RFC 4418).
        UMAC_128 = GNUTLS_MAC_UMAC_128,
        /// CMAC with AES-128 (RFC 4493).
        AES_CMAC_128 = GNUTLS_MAC_AES_CMAC_128,
        /// CMAC with AES-256.
        AES_CMAC_256 = GNUTLS_MAC_AES_CMAC_256,
        /// GMAC with AES-128 (NIST SP 800-38D).
        AES_GMAC_128 = GNUTLS_MAC_AES_GMAC_128,
        /// GMAC with AES-192.
        AES_GMAC_192 = GNUTLS_MAC_AES_GMAC_192,
        /// GMAC with AES-256.
        AES_GMAC_256 = GNUTLS_MAC_AES_GMAC_256,
        /// GOST 28147-89 imitovstavka with the TC26 Z parameters.
        GOST28147_TC26Z_IMIT = GNUTLS_MAC_GOST28147_TC26Z_IMIT,
        /// OMAC with Magma (GOST R 34.13-2015).
        MAGMA_OMAC = GNUTLS_MAC_MAGMA_OMAC,
        /// OMAC with Kuznyechik (GOST R 34.13-2015).
        KUZNYECHIK_OMAC = GNUTLS_MAC_KUZNYECHIK_OMAC,
        /// PBMAC1 of PKCS#12 files (RFC 9579).
        #[cfg(gnutls_3_8_6)]
        PBMAC1 = GNUTLS_MAC_PBMAC1,
    }
}

listed! { Mac, gnutls_mac_list, "gnutls_mac_list", gnutls_mac_get_id, "gnutls_mac_get_id", GNUTLS_MAC_UNKNOWN }
from_oid! { Mac, gnutls_oid_to_mac, "gnutls_oid_to_mac", GNUTLS_MAC_UNKNOWN }

impl Mac {
    /// The size of the code in bytes; 0 if this GnuTLS cannot compute it.
    #[doc(alias = "gnutls_hmac_get_len")]
    pub fn output_size(self) -> usize {
        // SAFETY: takes any number and looks it up in a table.
        unsafe { sys::gnutls_hmac_get_len(self.0) as usize }
    }

    /// The usual size of a key in bytes, and the only one where the code is not an HMAC.
    #[doc(alias = "gnutls_hmac_get_key_size")]
    pub fn key_size(self) -> usize {
        // SAFETY: as above.
        unsafe { sys::gnutls_hmac_get_key_size(self.0) as usize }
    }

    /// The size in bytes of the key that TLS takes for it: as [`key_size`](Mac::key_size), also for those that this
    /// GnuTLS cannot compute.
    #[doc(alias = "gnutls_mac_get_key_size")]
    pub fn tls_key_size(self) -> usize {
        // SAFETY: as above.
        unsafe { sys::gnutls_mac_get_key_size(self.0) }
    }

    /// The size of the nonce in bytes; 0 if it takes none.
    #[doc(alias = "gnutls_mac_get_nonce_size")]
    pub fn nonce_size(self) -> usize {
        // SAFETY: as above.
        unsafe { sys::gnutls_mac_get_nonce_size(self.0) }
    }

    /// Whether it is an HMAC (RFC 2104), which takes keys of any size.
    pub fn is_hmac(self) -> bool {
        // The enumeration gives an HMAC the number of its digest, and all others numbers from 200 on.
        (sys::GNUTLS_MAC_MD5..sys::GNUTLS_MAC_AEAD).contains(&self.0) && self.output_size() > 0
    }
}
