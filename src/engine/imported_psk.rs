//! Asking the caller's code for keys from outside (RFC 9258), inside the handshake, whose frame holds both locks.

use std::ffi::c_int;

use gnutls_sys as sys;

use super::Engine;
use super::psk::{UNKNOWN_IDENTITY, give_psk, view};
use crate::credentials::{ImportedIdentity, PskSource};
use crate::ffi::give;

impl Engine {
    /// As [`choose_psk`](Engine::choose_psk), with a key that may be imported. In TLS 1.2, which imports none, there is no
    /// place for the flags.
    ///
    /// # Safety
    /// As there; `flags` is null or may be written.
    pub(super) unsafe fn choose_importing_psk(
        &self,
        identity: *mut sys::gnutls_datum_t,
        key: *mut sys::gnutls_datum_t,
        flags: *mut sys::gnutls_psk_key_flags,
    ) -> c_int {
        let chosen = match &self.terms.psk {
            Some(PskSource::Key(psk)) => Some(psk.clone()),
            Some(PskSource::Choice(choose)) => {
                let hint = self.psk_hint();
                self.run_hook("with_psk_callback", |_| Ok(choose(hint.as_deref()))).flatten()
            }
            _ => None,
        };
        let Some(psk) = chosen else { return sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS };
        if flags.is_null() && psk.is_imported() {
            return sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS;
        }
        if !flags.is_null() {
            let value = if psk.is_imported() { sys::GNUTLS_PSK_KEY_EXT } else { sys::GNUTLS_PSK_KEY_RAW };
            // SAFETY: the caller's promise.
            unsafe { flags.write(value) };
        }
        // SAFETY: the caller's promise.
        unsafe { give_psk(&psk, identity, key) }
    }

    /// As [`find_psk`](Engine::find_psk), for keys that are imported and no others.
    ///
    /// # Safety
    /// As there; `flags` is null or may be written.
    pub(super) unsafe fn find_imported_psk(
        &self,
        identity: *const sys::gnutls_datum_t,
        key: *mut sys::gnutls_datum_t,
        flags: *mut sys::gnutls_psk_key_flags,
    ) -> c_int {
        let Some(PskSource::Imported(find)) = &self.terms.psk else { return sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS };
        if flags.is_null() {
            return UNKNOWN_IDENTITY;
        }
        // GnuTLS reads it whatever this returns.
        // SAFETY: the caller's promise.
        unsafe { flags.write(sys::GNUTLS_PSK_KEY_RAW) };
        // SAFETY: the caller's promise.
        let Some(identity) = ImportedIdentity::from_bytes(unsafe { view(identity) }) else { return UNKNOWN_IDENTITY };
        match self.run_hook("the lookup of with_imported_psk", |_| Ok(find(&identity))) {
            None => sys::GNUTLS_E_INTERNAL_ERROR,
            Some(Some(found)) if !found.is_empty() => {
                // SAFETY: the caller's promise.
                unsafe { flags.write(sys::GNUTLS_PSK_KEY_EXT) };
                // SAFETY: the caller's promise.
                if unsafe { give(&found, key) } { 0 } else { sys::GNUTLS_E_MEMORY_ERROR }
            }
            // GnuTLS would take no bytes for a key that everybody has.
            Some(_) => UNKNOWN_IDENTITY,
        }
    }
}
