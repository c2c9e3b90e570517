//! The C objects behind keys: made, and given back once.

use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::check;
use crate::global;

/// Declares the owner of one kind of C object.
macro_rules! handle {
    ($(#[$doc:meta])* $name:ident($raw:ident), $init:ident, $deinit:ident, $doing:literal) => {
        $(#[$doc])*
        pub(crate) struct $name(sys::$raw);

        impl $name {
            /// An empty one.
            pub(super) fn new() -> Result<$name> {
                global::ready()?;
                let mut raw = ptr::null_mut();
                // SAFETY: the out pointer is valid.
                let code = unsafe { sys::$init(&mut raw) };
                check(code, $doing)?;
                Ok($name(raw))
            }

            pub(crate) fn raw(&self) -> sys::$raw {
                self.0
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                // SAFETY: initialised and ours; released once.
                unsafe { sys::$deinit(self.0) };
            }
        }
    };
}

handle! {
    /// A `gnutls_privkey_t` and the duty to release it, which overwrites a key in memory first.
    PrivateHandle(gnutls_privkey_t), gnutls_privkey_init, gnutls_privkey_deinit, "allocating a private key"
}
handle! {
    /// A `gnutls_pubkey_t` and the duty to release it.
    PublicHandle(gnutls_pubkey_t), gnutls_pubkey_init, gnutls_pubkey_deinit, "allocating a public key"
}
handle! {
    /// A `gnutls_x509_spki_t` and the duty to release it.
    SpkiHandle(gnutls_x509_spki_t), gnutls_x509_spki_init, gnutls_x509_spki_deinit, "allocating the parameters of a key"
}
