//! The parameter sets of GOST keys.

named! {
    /// The substitution boxes of GOST 28147-89 that a GOST key names.
    #[doc(alias = "gnutls_gost_paramset_t")]
    GostParamset(gnutls_gost_paramset_t), gnutls_gost_paramset_get_name, "gnutls_gost_paramset_get_name" {
        /// TC26 Z, of GOST R 34.12-2015.
        TC26_Z = GNUTLS_GOST_PARAMSET_TC26_Z,
        /// CryptoPro A.
        CP_A = GNUTLS_GOST_PARAMSET_CP_A,
        /// CryptoPro B.
        CP_B = GNUTLS_GOST_PARAMSET_CP_B,
        /// CryptoPro C.
        CP_C = GNUTLS_GOST_PARAMSET_CP_C,
        /// CryptoPro D.
        CP_D = GNUTLS_GOST_PARAMSET_CP_D,
    }
}

with_oid! { GostParamset, gnutls_gost_paramset_get_oid, "gnutls_gost_paramset_get_oid" }
from_oid! { GostParamset, gnutls_oid_to_gost_paramset, "gnutls_oid_to_gost_paramset", GNUTLS_GOST_PARAMSET_UNKNOWN }
