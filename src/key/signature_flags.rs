//! How signatures are made and checked: open sets of flags.

use std::fmt;
use std::ops::BitOr;

use gnutls_sys as sys;

/// Declares one set of flags.
macro_rules! flags {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $flag:ident = $value:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct $name(u32);

        impl $name {
            $($(#[$item])* pub const $flag: $name = $name(sys::$value);)*

            /// The flags for the bits that C has.
            pub const fn from_raw(bits: u32) -> $name {
                $name(bits)
            }

            /// The bits as C has them.
            pub const fn raw(self) -> u32 {
                self.0
            }

            /// Whether all of `flags` are set.
            pub const fn contains(self, flags: $name) -> bool {
                self.0 & flags.0 == flags.0
            }
        }

        impl BitOr for $name {
            type Output = $name;

            fn bitor(self, other: $name) -> $name {
                $name(self.0 | other.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:#x})", stringify!($name), self.0)
            }
        }
    };
}

flags! {
    /// How a signature is made.
    SignFlags {
        /// With padding of PSS, by an RSA key for any padding, where the digest alone says how to sign.
        RSA_PSS = GNUTLS_PRIVKEY_SIGN_FLAG_RSA_PSS,
        /// The same signature each time: RFC 6979 for (EC)DSA, no salt for RSA-PSS.
        REPRODUCIBLE = GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE,
        /// RSA-PSS with a salt as long as the digest, as TLS 1.3 has it.
        #[cfg(gnutls_3_7_3)]
        RSA_PSS_FIXED_SALT_LENGTH = GNUTLS_PRIVKEY_FLAG_RSA_PSS_FIXED_SALT_LENGTH,
    }
}

flags! {
    /// What is demanded of a signature.
    VerifyFlags {
        /// Signatures with MD5 will do.
        ALLOW_MD5 = GNUTLS_VERIFY_ALLOW_SIGN_RSA_MD5,
        /// Signatures with SHA-1 will do.
        ALLOW_SHA1 = GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1,
        /// Signatures with broken algorithms will do.
        ALLOW_BROKEN = GNUTLS_VERIFY_ALLOW_BROKEN,
        /// A digest was signed without saying which, as TLS before 1.2 does with RSA.
        TLS1_RSA = GNUTLS_VERIFY_USE_TLS1_RSA,
        /// An RSA-PSS salt must be as long as the digest, as TLS 1.3 has it.
        #[cfg(gnutls_3_7_3)]
        RSA_PSS_FIXED_SALT_LENGTH = GNUTLS_VERIFY_RSA_PSS_FIXED_SALT_LENGTH,
    }
}
