//! Protection profiles of SRTP.

use std::ffi::CString;

use gnutls_sys as sys;

named! {
    /// How SRTP protects its packets (RFC 5764, section 4.1.2; RFC 7714).
    SrtpProfile(gnutls_srtp_profile_t), gnutls_srtp_get_profile_name, "gnutls_srtp_get_profile_name" {
        /// AES-128 in counter mode, HMAC-SHA1 with 80 bits.
        AES128_CM_HMAC_SHA1_80 = GNUTLS_SRTP_AES128_CM_HMAC_SHA1_80,
        /// AES-128 in counter mode, HMAC-SHA1 with 32 bits.
        AES128_CM_HMAC_SHA1_32 = GNUTLS_SRTP_AES128_CM_HMAC_SHA1_32,
        /// No encryption, HMAC-SHA1 with 80 bits.
        NULL_HMAC_SHA1_80 = GNUTLS_SRTP_NULL_HMAC_SHA1_80,
        /// No encryption, HMAC-SHA1 with 32 bits.
        NULL_HMAC_SHA1_32 = GNUTLS_SRTP_NULL_HMAC_SHA1_32,
    }
}

impl SrtpProfile {
    /// AES-128 in Galois/counter mode, for a GnuTLS that has it.
    #[doc(alias = "GNUTLS_SRTP_AEAD_AES_128_GCM")]
    pub const AEAD_AES_128_GCM: SrtpProfile = SrtpProfile::from_raw(7);
    /// AES-256 in Galois/counter mode, for a GnuTLS that has it.
    #[doc(alias = "GNUTLS_SRTP_AEAD_AES_256_GCM")]
    pub const AEAD_AES_256_GCM: SrtpProfile = SrtpProfile::from_raw(8);

    /// The profile that GnuTLS calls `name`.
    #[doc(alias = "gnutls_srtp_get_profile_id")]
    pub fn from_name(name: &str) -> Option<SrtpProfile> {
        let name = CString::new(name).ok()?;
        let mut profile = 0;
        // SAFETY: a NUL-terminated string that lives through the call, and a valid place for the profile.
        let code = unsafe { sys::gnutls_srtp_get_profile_id(name.as_ptr(), &mut profile) };
        (code == 0).then_some(SrtpProfile::from_raw(profile))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_have_names_and_names_profiles() {
        let profile = SrtpProfile::AES128_CM_HMAC_SHA1_80;
        assert_eq!(profile.name(), Some("SRTP_AES128_CM_HMAC_SHA1_80"));
        assert_eq!(SrtpProfile::from_name("SRTP_AES128_CM_HMAC_SHA1_80"), Some(profile));
        assert_eq!(SrtpProfile::from_name("ROT13"), None);
    }
}
