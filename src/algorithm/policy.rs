//! Changes to the policy of the system, where its configuration lets programs make them.

use gnutls_sys as sys;

use super::{Digest, EccCurve, Protocol, SignatureScheme};
use crate::error::Result;
use crate::ffi::check;
use crate::global;

/// Gives a type one of the setters, which all have one shape.
macro_rules! policy {
    ($name:ident, $method:ident, $call:ident, $alias:literal, $verb:literal) => {
        impl $name {
            #[doc = concat!("Sets for the whole process whether it is ", $verb, ".")]
            ///
            /// # Errors
            /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) unless the configuration of the system works with lists
            /// of what is allowed, and nothing has used it yet.
            ///
            /// # Safety
            /// GnuTLS reads what this changes without a lock: no other thread may be using GnuTLS.
            #[doc(alias = $alias)]
            pub unsafe fn $method(self, on: bool) -> Result<()> {
                global::ready()?;
                // SAFETY: takes any number; that no other thread looks at the table is the caller's promise.
                let code = unsafe { sys::$call(self.raw(), on.into()) };
                check(code, concat!("setting whether it is ", $verb)).map(drop)
            }
        }
    };
}

policy! { EccCurve, set_enabled, gnutls_ecc_curve_set_enabled, "gnutls_ecc_curve_set_enabled", "enabled" }
policy! { Protocol, set_enabled, gnutls_protocol_set_enabled, "gnutls_protocol_set_enabled", "enabled" }
policy! { Digest, set_secure, gnutls_digest_set_secure, "gnutls_digest_set_secure", "secure" }
policy! { SignatureScheme, set_secure, gnutls_sign_set_secure, "gnutls_sign_set_secure", "secure" }
policy! { SignatureScheme, set_secure_for_certificates, gnutls_sign_set_secure_for_certs, "gnutls_sign_set_secure_for_certs", "secure in certificates" }
