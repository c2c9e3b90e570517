//! How strictly certificates and signatures are verified.

use std::fmt;

use gnutls_sys as sys;

use crate::cstr::static_text;
use crate::ffi::{bit_set, c_string};

bit_set! {
    /// What verification of certificates and of signatures allows and demands. The upper bits hold a
    /// [profile](VerifyProfile), which is for certificates.
    ///
    /// # Examples
    /// ```
    /// use gnutls::x509::{VerifyFlags, VerifyProfile};
    ///
    /// let flags = VerifyFlags::DISABLE_TIME_CHECKS.with_profile(VerifyProfile::HIGH);
    /// assert!(flags.contains(VerifyFlags::DISABLE_TIME_CHECKS));
    /// assert_eq!(flags.profile(), VerifyProfile::HIGH);
    /// ```
    #[doc(alias = "gnutls_certificate_verify_flags")]
    VerifyFlags {
        /// A trusted certificate that is no authority may have signed.
        DISABLE_CA_SIGN = GNUTLS_VERIFY_DISABLE_CA_SIGN;
        /// A host name that is an IP address matches no certificate.
        DO_NOT_ALLOW_IP_MATCHES = GNUTLS_VERIFY_DO_NOT_ALLOW_IP_MATCHES;
        /// A trusted certificate does not vouch for itself.
        DO_NOT_ALLOW_SAME = GNUTLS_VERIFY_DO_NOT_ALLOW_SAME;
        /// Certificates of version 1 may be authorities, also below the root.
        ALLOW_ANY_X509_V1_CA_CRT = GNUTLS_VERIFY_ALLOW_ANY_X509_V1_CA_CRT;
        /// Signatures with MD2 count.
        ALLOW_SIGN_RSA_MD2 = GNUTLS_VERIFY_ALLOW_SIGN_RSA_MD2;
        /// Signatures with MD5 count.
        ALLOW_SIGN_RSA_MD5 = GNUTLS_VERIFY_ALLOW_SIGN_RSA_MD5;
        /// Certificates are good at any time.
        DISABLE_TIME_CHECKS = GNUTLS_VERIFY_DISABLE_TIME_CHECKS;
        /// Trusted certificates are good at any time.
        DISABLE_TRUSTED_TIME_CHECKS = GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS;
        /// Trusted certificates of version 1 are no authorities.
        DO_NOT_ALLOW_X509_V1_CA_CRT = GNUTLS_VERIFY_DO_NOT_ALLOW_X509_V1_CA_CRT;
        /// Revocation lists do not count.
        DISABLE_CRL_CHECKS = GNUTLS_VERIFY_DISABLE_CRL_CHECKS;
        /// Chains need no order (as is the case by default).
        ALLOW_UNSORTED_CHAIN = GNUTLS_VERIFY_ALLOW_UNSORTED_CHAIN;
        /// Chains must be in order.
        DO_NOT_ALLOW_UNSORTED_CHAIN = GNUTLS_VERIFY_DO_NOT_ALLOW_UNSORTED_CHAIN;
        /// Wildcards match no host name.
        DO_NOT_ALLOW_WILDCARDS = GNUTLS_VERIFY_DO_NOT_ALLOW_WILDCARDS;
        /// A digest was signed without saying which, as TLS before 1.2 does with RSA.
        USE_TLS1_RSA = GNUTLS_VERIFY_USE_TLS1_RSA;
        /// Critical extensions need not be known.
        IGNORE_UNKNOWN_CRIT_EXTENSIONS = GNUTLS_VERIFY_IGNORE_UNKNOWN_CRIT_EXTENSIONS;
        /// Signatures with SHA-1 count.
        ALLOW_SIGN_WITH_SHA1 = GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1;
    }
}

/// Where the profile stands in the flags (`GNUTLS_PROFILE_TO_VFLAGS`).
const PROFILE_SHIFT: u32 = 24;

impl VerifyFlags {
    /// Signatures with broken algorithms count: with MD2 and MD5.
    pub const ALLOW_BROKEN: VerifyFlags = VerifyFlags(sys::GNUTLS_VERIFY_ALLOW_BROKEN);

    /// An RSA-PSS salt must be as long as the digest, as TLS 1.3 has it.
    #[cfg(gnutls_3_7_3)]
    pub const RSA_PSS_FIXED_SALT_LENGTH: VerifyFlags = VerifyFlags(sys::GNUTLS_VERIFY_RSA_PSS_FIXED_SALT_LENGTH);

    /// The same flags, with another profile.
    #[must_use]
    pub const fn with_profile(self, profile: VerifyProfile) -> VerifyFlags {
        VerifyFlags(self.0 & !(0xFF << PROFILE_SHIFT) | profile.0 << PROFILE_SHIFT)
    }

    /// The same flags without a profile.
    pub(crate) const fn without_profile(self) -> VerifyFlags {
        self.with_profile(VerifyProfile::UNKNOWN)
    }

    /// The profile; [`VerifyProfile::UNKNOWN`] for the system's own choice.
    pub const fn profile(self) -> VerifyProfile {
        VerifyProfile(self.0 >> PROFILE_SHIFT)
    }
}

/// How strong the algorithms must be.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_certificate_verification_profiles_t")]
pub struct VerifyProfile(u32);

macro_rules! profiles {
    ($($(#[$doc:meta])* $name:ident = $value:ident;)*) => {
        impl VerifyProfile {
            $($(#[$doc])* pub const $name: VerifyProfile = VerifyProfile(sys::$value);)*
        }
    };
}

profiles! {
    /// The system's own choice.
    UNKNOWN = GNUTLS_PROFILE_UNKNOWN;
    /// 64 bits: what is broken by those who want to.
    VERY_WEAK = GNUTLS_PROFILE_VERY_WEAK;
    /// 80 bits.
    LOW = GNUTLS_PROFILE_LOW;
    /// 96 bits.
    LEGACY = GNUTLS_PROFILE_LEGACY;
    /// 112 bits.
    MEDIUM = GNUTLS_PROFILE_MEDIUM;
    /// 128 bits.
    HIGH = GNUTLS_PROFILE_HIGH;
    /// 192 bits.
    ULTRA = GNUTLS_PROFILE_ULTRA;
    /// 256 bits.
    FUTURE = GNUTLS_PROFILE_FUTURE;
    /// Suite B, 128 bits (RFC 6460).
    SUITEB128 = GNUTLS_PROFILE_SUITEB128;
    /// Suite B, 192 bits (RFC 6460).
    SUITEB192 = GNUTLS_PROFILE_SUITEB192;
}

impl VerifyProfile {
    /// The profile for a number of the C enumeration.
    pub const fn from_raw(raw: u32) -> VerifyProfile {
        VerifyProfile(raw)
    }

    /// The number of the C enumeration.
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// The profile of a name ("medium"), in capitals or not.
    #[doc(alias = "gnutls_certificate_verification_profile_get_id")]
    pub fn from_name(name: &str) -> Option<VerifyProfile> {
        let name = c_string(name, "naming a profile").ok()?;
        // SAFETY: a NUL-terminated string that lives through the call.
        let profile = unsafe { sys::gnutls_certificate_verification_profile_get_id(name.as_ptr()) };
        (profile != sys::GNUTLS_PROFILE_UNKNOWN).then_some(VerifyProfile(profile))
    }

    /// GnuTLS's name for it, if it has one.
    #[doc(alias = "gnutls_certificate_verification_profile_get_name")]
    pub fn name(self) -> Option<&'static str> {
        // SAFETY: takes any number and looks it up in a table.
        let name = unsafe { sys::gnutls_certificate_verification_profile_get_name(self.0) };
        // SAFETY: null or a static string.
        unsafe { static_text(name) }
    }
}

impl fmt::Debug for VerifyProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "VerifyProfile({name})"),
            None => write!(f, "VerifyProfile({})", self.0),
        }
    }
}
