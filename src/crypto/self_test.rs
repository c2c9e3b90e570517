//! GnuTLS's tests of itself, with known answers, for one algorithm or for all.

use std::ffi::c_int;

use gnutls_sys as sys;

use super::unsupported;
use crate::algorithm::{Cipher, Digest, Mac, PublicKeyAlgorithm};
use crate::error::Result;
use crate::ffi::check;
use crate::global;

/// Gives one of the tests, which all have one shape.
macro_rules! self_test {
    ($(#[$doc:meta])* $name:ident($kind:ident), $call:ident, $alias:literal) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// [`ErrorKind::Internal`](crate::ErrorKind::Internal) if an answer is wrong,
        /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if there is no test for it.
        #[doc(alias = $alias)]
        pub fn $name(algorithm: impl Into<Option<$kind>>) -> Result<()> {
            let algorithm = algorithm.into().map($kind::raw);
            run(algorithm, concat!("testing with ", $alias), |flags, number| {
                // SAFETY: takes any numbers; it works on objects of its own.
                unsafe { sys::$call(flags, number) }
            })
        }
    };
}

self_test! {
    /// Tests a cipher, or all with `None`.
    cipher(Cipher), gnutls_cipher_self_test, "gnutls_cipher_self_test"
}
self_test! {
    /// Tests a MAC, or all with `None`.
    mac(Mac), gnutls_mac_self_test, "gnutls_mac_self_test"
}
self_test! {
    /// Tests a digest, or all with `None`.
    digest(Digest), gnutls_digest_self_test, "gnutls_digest_self_test"
}
self_test! {
    /// Tests an algorithm of keys, or all with `None`.
    public_key(PublicKeyAlgorithm), gnutls_pk_self_test, "gnutls_pk_self_test"
}
self_test! {
    /// Tests HKDF with a MAC, or with all with `None`.
    hkdf(Mac), gnutls_hkdf_self_test, "gnutls_hkdf_self_test"
}
self_test! {
    /// Tests PBKDF2 with a MAC, or with all with `None`.
    pbkdf2(Mac), gnutls_pbkdf2_self_test, "gnutls_pbkdf2_self_test"
}
self_test! {
    /// Tests the pseudorandom function of TLS with a MAC, or with all with `None`.
    tls_prf(Mac), gnutls_tlsprf_self_test, "gnutls_tlsprf_self_test"
}

fn run(algorithm: Option<u32>, doing: &'static str, test: impl FnOnce(u32, u32) -> c_int) -> Result<()> {
    global::ready()?;
    let code = match algorithm {
        Some(number) => test(0, number),
        None => test(sys::GNUTLS_SELF_TEST_FLAG_ALL, 0),
    };
    if code == sys::GNUTLS_E_NO_SELF_TEST {
        return Err(unsupported(doing, "this GnuTLS has no such test"));
    }
    check(code, doing).map(drop)
}
