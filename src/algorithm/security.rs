//! Security levels, and the sizes of keys that reach them.

use gnutls_sys as sys;

use super::PublicKeyAlgorithm;

named! {
    /// A security level, in the strength of a symmetric key; larger is stronger.
    #[doc(alias = "gnutls_sec_param_t")]
    SecurityParameter(gnutls_sec_param_t), gnutls_sec_param_get_name, "gnutls_sec_param_get_name" {
        /// Less than 42 bits: broken at once.
        INSECURE = GNUTLS_SEC_PARAM_INSECURE,
        /// 42 bits: the export grade of the 1990s.
        EXPORT = GNUTLS_SEC_PARAM_EXPORT,
        /// 64 bits.
        VERY_WEAK = GNUTLS_SEC_PARAM_VERY_WEAK,
        /// 72 bits.
        WEAK = GNUTLS_SEC_PARAM_WEAK,
        /// 80 bits.
        LOW = GNUTLS_SEC_PARAM_LOW,
        /// 96 bits.
        LEGACY = GNUTLS_SEC_PARAM_LEGACY,
        /// 112 bits: what GnuTLS makes keys with by default.
        MEDIUM = GNUTLS_SEC_PARAM_MEDIUM,
        /// 128 bits.
        HIGH = GNUTLS_SEC_PARAM_HIGH,
        /// 192 bits.
        ULTRA = GNUTLS_SEC_PARAM_ULTRA,
        /// 256 bits.
        FUTURE = GNUTLS_SEC_PARAM_FUTURE,
    }
}

impl SecurityParameter {
    /// The level that a key of `bits` bits reaches.
    #[doc(alias = "gnutls_pk_bits_to_sec_param")]
    pub fn of_key(algorithm: PublicKeyAlgorithm, bits: u32) -> SecurityParameter {
        // SAFETY: takes any numbers and looks them up in a table.
        SecurityParameter(unsafe { sys::gnutls_pk_bits_to_sec_param(algorithm.raw(), bits) })
    }

    /// The size in bits that a key of `algorithm` needs for this level; 0 if there is none.
    #[doc(alias = "gnutls_sec_param_to_pk_bits")]
    pub fn key_bits(self, algorithm: PublicKeyAlgorithm) -> u32 {
        // SAFETY: as above.
        unsafe { sys::gnutls_sec_param_to_pk_bits(algorithm.raw(), self.0) }
    }

    /// The size in bits of a symmetric key of this level; 0 for a level without name.
    #[doc(alias = "gnutls_sec_param_to_symmetric_bits")]
    pub fn symmetric_bits(self) -> u32 {
        // SAFETY: as above.
        unsafe { sys::gnutls_sec_param_to_symmetric_bits(self.0) }
    }
}
