//! The C objects behind keys: made, and given back once.

use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{check, handle};
use crate::global;

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
