//! Digests: names, object identifiers, sizes.

use gnutls_sys as sys;

named! {
    /// A digest (hash) algorithm.
    #[doc(alias = "gnutls_digest_algorithm_t")]
    Digest(gnutls_digest_algorithm_t), gnutls_digest_get_name, "gnutls_digest_get_name" {
        /// MD5, for old data only: it is broken.
        MD5 = GNUTLS_DIG_MD5,
        /// SHA-1, for old data only: it is broken.
        SHA1 = GNUTLS_DIG_SHA1,
        /// RIPEMD-160.
        RMD160 = GNUTLS_DIG_RMD160,
        /// MD2, for old data only: it is broken.
        MD2 = GNUTLS_DIG_MD2,
        /// MD5 and SHA-1 side by side, as TLS before 1.2 signs.
        MD5_SHA1 = GNUTLS_DIG_MD5_SHA1,
        /// SHA-224 (FIPS 180-4).
        SHA224 = GNUTLS_DIG_SHA224,
        /// SHA-256 (FIPS 180-4).
        SHA256 = GNUTLS_DIG_SHA256,
        /// SHA-384 (FIPS 180-4).
        SHA384 = GNUTLS_DIG_SHA384,
        /// SHA-512 (FIPS 180-4).
        SHA512 = GNUTLS_DIG_SHA512,
        /// SHA3-224 (FIPS 202).
        SHA3_224 = GNUTLS_DIG_SHA3_224,
        /// SHA3-256 (FIPS 202).
        SHA3_256 = GNUTLS_DIG_SHA3_256,
        /// SHA3-384 (FIPS 202).
        SHA3_384 = GNUTLS_DIG_SHA3_384,
        /// SHA3-512 (FIPS 202).
        SHA3_512 = GNUTLS_DIG_SHA3_512,
        /// SHAKE128 (FIPS 202), of any output length.
        SHAKE_128 = GNUTLS_DIG_SHAKE_128,
        /// SHAKE256 (FIPS 202), of any output length.
        SHAKE_256 = GNUTLS_DIG_SHAKE_256,
        /// GOST R 34.11-94.
        GOSTR_94 = GNUTLS_DIG_GOSTR_94,
        /// GOST R 34.11-2012 with 256 bits.
        STREEBOG_256 = GNUTLS_DIG_STREEBOG_256,
        /// GOST R 34.11-2012 with 512 bits.
        STREEBOG_512 = GNUTLS_DIG_STREEBOG_512,
    }
}

listed! { Digest, gnutls_digest_list, "gnutls_digest_list", gnutls_digest_get_id, "gnutls_digest_get_id", GNUTLS_DIG_UNKNOWN }
with_oid! { Digest, gnutls_digest_get_oid, "gnutls_digest_get_oid" }
from_oid! { Digest, gnutls_oid_to_digest, "gnutls_oid_to_digest", GNUTLS_DIG_UNKNOWN }

impl Digest {
    /// The size of the digest in bytes; 0 if this GnuTLS cannot compute it, or if the output may have any length.
    #[doc(alias = "gnutls_hash_get_len")]
    pub fn output_size(self) -> usize {
        // SAFETY: takes any number and looks it up in a table.
        unsafe { sys::gnutls_hash_get_len(self.0) as usize }
    }
}
