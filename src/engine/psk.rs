//! Asking the caller's code for pre-shared keys, inside the handshake, whose frame holds both locks.

use std::ffi::{CStr, c_int};
use std::slice;

use gnutls_sys as sys;

use super::Engine;
use super::frame;
use crate::credentials::{Psk, PskFunctions, PskSource};
use crate::ffi::give;

/// What GnuTLS calls for keys that code has.
pub(crate) const PSK_FUNCTIONS: PskFunctions = PskFunctions {
    client: Some(frame::choose_psk),
    server: Some(frame::find_psk),
    #[cfg(gnutls_3_8_1)]
    client_importing: Some(frame::choose_importing_psk),
    #[cfg(gnutls_3_8_1)]
    server_importing: Some(frame::find_imported_psk),
};

/// For `gnutls_psk_server_credentials_function2`: GnuTLS goes on with a random key, so that nobody learns which
/// identities there are.
pub(super) const UNKNOWN_IDENTITY: c_int = 1;

impl Engine {
    /// The callback of a client: 0 if it has given a key.
    ///
    /// # Safety
    /// Both data may be written; what they get is C's to free.
    pub(super) unsafe fn choose_psk(&self, identity: *mut sys::gnutls_datum_t, key: *mut sys::gnutls_datum_t) -> c_int {
        let Some(PskSource::Choice(choose)) = &self.terms.psk else { return sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS };
        let hint = self.psk_hint();
        let chosen = self.run_hook("with_psk_callback", |_| Ok(choose(hint.as_deref()))).flatten();
        let Some(psk) = chosen else { return sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS };
        // SAFETY: the caller's promise.
        unsafe { give_psk(&psk, identity, key) }
    }

    /// The callback of a server: 0 if it has given a key.
    ///
    /// # Safety
    /// `identity` is a datum that is valid during the call; `key` may be written, and what it gets is C's to free.
    pub(super) unsafe fn find_psk(&self, identity: *const sys::gnutls_datum_t, key: *mut sys::gnutls_datum_t) -> c_int {
        let Some(PskSource::Lookup(find)) = &self.terms.psk else { return sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS };
        // SAFETY: the caller's promise.
        let identity = unsafe { view(identity) };
        match self.run_hook("the lookup of with_psk", |_| Ok(find(identity))) {
            None => sys::GNUTLS_E_INTERNAL_ERROR,
            Some(None) => UNKNOWN_IDENTITY,
            // GnuTLS would take no bytes for a key that everybody has.
            Some(Some(found)) if found.is_empty() => UNKNOWN_IDENTITY,
            // SAFETY: the caller's promise.
            Some(Some(found)) if unsafe { give(&found, key) } => 0,
            Some(Some(_)) => sys::GNUTLS_E_MEMORY_ERROR,
        }
    }

    /// The identity as text, of a server's session.
    pub(crate) fn psk_name(&self) -> Option<String> {
        let _held = self.asked().both();
        self.info()?.psk_identity().and_then(|_| psk_name(self.raw()))
    }

    /// What the server said to help the client choose; TLS 1.2 has it. Both locks are held.
    pub(super) fn psk_hint(&self) -> Option<Vec<u8>> {
        psk_hint(self.raw())
    }
}

/// The hint that a client's session has received, with both locks held.
pub(super) fn psk_hint(session: sys::gnutls_session_t) -> Option<Vec<u8>> {
    // SAFETY: a live session, both locks held.
    let hint = unsafe { sys::gnutls_psk_client_get_hint(session) };
    if hint.is_null() {
        return None;
    }
    // SAFETY: a NUL-terminated string in the session, which is copied at once.
    Some(unsafe { CStr::from_ptr(hint) }.to_bytes().to_vec()).filter(|hint| !hint.is_empty())
}

/// The identity that a server's session was begun with, with both locks held.
pub(super) fn psk_identity(session: sys::gnutls_session_t) -> Option<Vec<u8>> {
    let mut identity = sys::gnutls_datum_t { data: std::ptr::null_mut(), size: 0 };
    // SAFETY: a live session, both locks held; the datum is filled with a view into the session.
    let code = unsafe { sys::gnutls_psk_server_get_username2(session, &mut identity) };
    // SAFETY: GnuTLS filled it with a view that is valid while the session is; it is copied at once.
    (code == 0).then(|| unsafe { view(&raw const identity) }.to_vec()).filter(|identity| !identity.is_empty())
}

/// The identity as text, for the session of a server, with both locks held. GnuTLS looks into a null pointer where there
/// is none: it is asked only after [`psk_identity`] has found one.
fn psk_name(session: sys::gnutls_session_t) -> Option<String> {
    // SAFETY: a live session with an identity, both locks held.
    let name = unsafe { sys::gnutls_psk_server_get_username(session) };
    if name.is_null() {
        return None;
    }
    // SAFETY: a NUL-terminated string in the session, which is copied at once.
    unsafe { CStr::from_ptr(name) }.to_str().ok().map(str::to_owned)
}

/// # Safety
/// As [`Engine::choose_psk`].
pub(super) unsafe fn give_psk(psk: &Psk, identity: *mut sys::gnutls_datum_t, key: *mut sys::gnutls_datum_t) -> c_int {
    // GnuTLS frees neither if this fails, so the key, which would stay unwiped, comes last.
    // SAFETY: the caller's promise.
    if !unsafe { give(psk.identity(), identity) } {
        return sys::GNUTLS_E_MEMORY_ERROR;
    }
    // SAFETY: the caller's promise.
    if unsafe { give(psk.key(), key) } { 0 } else { sys::GNUTLS_E_MEMORY_ERROR }
}

/// # Safety
/// The datum is valid, and its bytes are as long as they are looked at.
pub(super) unsafe fn view<'a>(datum: *const sys::gnutls_datum_t) -> &'a [u8] {
    // SAFETY: the caller's promise.
    let datum = unsafe { &*datum };
    if datum.data.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(datum.data, datum.size as usize) }
}
