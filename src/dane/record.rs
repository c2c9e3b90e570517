//! TLSA records.

use std::fmt;

use gnutls_sys as sys;

use crate::cstr::static_text;

macro_rules! field {
    ($(#[$doc:meta])* $name:ident, $get_name:ident, $alias:literal { $($(#[$item:meta])* $item_name:ident = $value:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(u32);

        impl $name {
            $($(#[$item])* pub const $item_name: $name = $name(sys::$value);)*

            /// The value for a number of the record.
            pub const fn from_raw(raw: u32) -> $name {
                $name(raw)
            }

            /// The number in the record.
            pub const fn raw(self) -> u32 {
                self.0
            }

            /// The name for it, if it has one.
            #[doc(alias = $alias)]
            pub fn name(self) -> Option<&'static str> {
                // SAFETY: takes any number and looks it up in a table.
                let name = unsafe { sys::$get_name(self.0) };
                // SAFETY: null or a static string.
                unsafe { static_text(name) }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({}: {})", stringify!($name), self.0, self.name().unwrap_or("?"))
            }
        }
    };
}

field! {
    /// Whose certificate a record is about.
    #[doc(alias = "dane_cert_usage_t")]
    Usage, dane_cert_usage_name, "dane_cert_usage_name" {
        /// An authority in the chain, which must be trusted as well.
        CA = DANE_CERT_USAGE_CA,
        /// The server, whose chain must be trusted as well.
        END_ENTITY = DANE_CERT_USAGE_EE,
        /// An authority in the chain.
        LOCAL_CA = DANE_CERT_USAGE_LOCAL_CA,
        /// The server.
        LOCAL_END_ENTITY = DANE_CERT_USAGE_LOCAL_EE,
    }
}

field! {
    /// Which part of the certificate a record is about.
    #[doc(alias = "dane_cert_type_t")]
    Selector, dane_cert_type_name, "dane_cert_type_name" {
        /// All of it.
        CERTIFICATE = DANE_CERT_X509,
        /// Its public key.
        PUBLIC_KEY = DANE_CERT_PK,
    }
}

field! {
    /// How a record says that part.
    #[doc(alias = "dane_match_type_t")]
    Matching, dane_match_type_name, "dane_match_type_name" {
        /// As it is.
        EXACT = DANE_MATCH_EXACT,
        /// By its SHA-256 digest.
        SHA256 = DANE_MATCH_SHA2_256,
        /// By its SHA-512 digest.
        SHA512 = DANE_MATCH_SHA2_512,
    }
}

/// A TLSA record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// Whose certificate.
    pub usage: Usage,
    /// Which part of it.
    pub selector: Selector,
    /// How that is said.
    pub matching: Matching,
    /// The part, or its digest.
    pub data: Vec<u8>,
}
