//! What a session negotiates: protocol versions, ciphers, groups, signatures. Open types: unknown values are kept.

use std::fmt;

use gnutls_sys as sys;

use crate::cstr::static_text;

/// Declares one open type over a GnuTLS enumeration, with the function that names its values.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident($raw:ident), $get_name:ident, $alias:literal { $($(#[$item:meta])* $item_name:ident = $value:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(sys::$raw);

        impl $name {
            $($(#[$item])* pub const $item_name: $name = $name(sys::$value);)*

            /// The value for a number of the C enumeration.
            pub const fn from_raw(raw: sys::$raw) -> $name {
                $name(raw)
            }

            /// The number of the C enumeration.
            pub const fn raw(self) -> sys::$raw {
                self.0
            }

            /// GnuTLS's name for it, if it has one.
            #[doc(alias = $alias)]
            pub fn name(self) -> Option<&'static str> {
                // SAFETY: takes any number and looks it up in a table.
                let name = unsafe { sys::$get_name(self.0) };
                // SAFETY: null or a static string.
                unsafe { static_text(name) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "{}({})", stringify!($name), self.0),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

named! {
    /// A version of the protocol.
    Protocol(gnutls_protocol_t), gnutls_protocol_get_name, "gnutls_protocol_get_name" {
        /// TLS 1.0 (RFC 2246), deprecated by RFC 8996.
        TLS1_0 = GNUTLS_TLS1_0,
        /// TLS 1.1 (RFC 4346), deprecated by RFC 8996.
        TLS1_1 = GNUTLS_TLS1_1,
        /// TLS 1.2 (RFC 5246).
        TLS1_2 = GNUTLS_TLS1_2,
        /// TLS 1.3 (RFC 8446).
        TLS1_3 = GNUTLS_TLS1_3,
    }
}

named! {
    /// A bulk cipher.
    Cipher(gnutls_cipher_algorithm_t), gnutls_cipher_get_name, "gnutls_cipher_get_name" {
        /// AES-128 in Galois/counter mode.
        AES_128_GCM = GNUTLS_CIPHER_AES_128_GCM,
        /// AES-256 in Galois/counter mode.
        AES_256_GCM = GNUTLS_CIPHER_AES_256_GCM,
        /// AES-128 in CCM mode.
        AES_128_CCM = GNUTLS_CIPHER_AES_128_CCM,
        /// ChaCha20 with Poly1305 (RFC 8439).
        CHACHA20_POLY1305 = GNUTLS_CIPHER_CHACHA20_POLY1305,
    }
}

named! {
    /// A group of a (EC)DHE key exchange.
    Group(gnutls_group_t), gnutls_group_get_name, "gnutls_group_get_name" {
        /// X25519 (RFC 7748).
        X25519 = GNUTLS_GROUP_X25519,
        /// NIST P-256.
        SECP256R1 = GNUTLS_GROUP_SECP256R1,
        /// NIST P-384.
        SECP384R1 = GNUTLS_GROUP_SECP384R1,
    }
}

named! {
    /// A signature algorithm.
    SignatureScheme(gnutls_sign_algorithm_t), gnutls_sign_get_name, "gnutls_sign_get_name" {
        /// ECDSA with SHA-256.
        ECDSA_SHA256 = GNUTLS_SIGN_ECDSA_SHA256,
        /// RSA-PSS with an rsaEncryption key and SHA-256.
        RSA_PSS_RSAE_SHA256 = GNUTLS_SIGN_RSA_PSS_RSAE_SHA256,
        /// Ed25519 (RFC 8032).
        EDDSA_ED25519 = GNUTLS_SIGN_EDDSA_ED25519,
    }
}

named! {
    /// The algorithm of a public key or of the private key that belongs to it.
    PublicKeyAlgorithm(gnutls_pk_algorithm_t), gnutls_pk_algorithm_get_name, "gnutls_pk_algorithm_get_name" {
        /// RSA, for any padding (RFC 8017).
        RSA = GNUTLS_PK_RSA,
        /// RSA for PSS signatures only (RFC 4055).
        RSA_PSS = GNUTLS_PK_RSA_PSS,
        /// ECDSA on a NIST curve (RFC 5480).
        ECDSA = GNUTLS_PK_ECDSA,
        /// Ed25519 (RFC 8410).
        ED25519 = GNUTLS_PK_EDDSA_ED25519,
        /// Ed448 (RFC 8410).
        ED448 = GNUTLS_PK_EDDSA_ED448,
    }
}

named! {
    /// A digest (hash) algorithm.
    Digest(gnutls_digest_algorithm_t), gnutls_digest_get_name, "gnutls_digest_get_name" {
        /// MD5, for old data only: it is broken.
        MD5 = GNUTLS_DIG_MD5,
        /// SHA-1, for old data only: it is broken.
        SHA1 = GNUTLS_DIG_SHA1,
        /// SHA-224 (FIPS 180-4).
        SHA224 = GNUTLS_DIG_SHA224,
        /// SHA-256 (FIPS 180-4).
        SHA256 = GNUTLS_DIG_SHA256,
        /// SHA-384 (FIPS 180-4).
        SHA384 = GNUTLS_DIG_SHA384,
        /// SHA-512 (FIPS 180-4).
        SHA512 = GNUTLS_DIG_SHA512,
    }
}

named! {
    /// An elliptic curve.
    EccCurve(gnutls_ecc_curve_t), gnutls_ecc_curve_get_name, "gnutls_ecc_curve_get_name" {
        /// NIST P-256.
        SECP256R1 = GNUTLS_ECC_CURVE_SECP256R1,
        /// NIST P-384.
        SECP384R1 = GNUTLS_ECC_CURVE_SECP384R1,
        /// NIST P-521.
        SECP521R1 = GNUTLS_ECC_CURVE_SECP521R1,
        /// Ed25519 (RFC 8032).
        ED25519 = GNUTLS_ECC_CURVE_ED25519,
    }
}

named! {
    /// The substitution boxes of GOST 28147-89 that a GOST key names.
    GostParamset(gnutls_gost_paramset_t), gnutls_gost_paramset_get_name, "gnutls_gost_paramset_get_name" {
        /// TC26 Z, of GOST R 34.12-2015.
        TC26_Z = GNUTLS_GOST_PARAMSET_TC26_Z,
        /// CryptoPro A.
        CP_A = GNUTLS_GOST_PARAMSET_CP_A,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_have_names_and_unknown_ones_survive() {
        assert_eq!(Protocol::TLS1_3.to_string(), "TLS1.3");
        assert_eq!(Cipher::AES_128_GCM.to_string(), "AES-128-GCM");
        assert_eq!(Group::from_raw(54_321).to_string(), "Group(54321)");
    }
}
