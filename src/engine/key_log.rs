//! What GnuTLS tells of the secrets of a session: nothing, unless somebody asked.

use std::ffi::{CStr, c_char};
use std::slice;

use gnutls_sys as sys;

use super::Engine;
use super::frame;

impl Engine {
    /// From here on the configuration's log gets the session's secrets, if it has one.
    pub(crate) fn tell_keys(&mut self) {
        if self.terms.key_log.is_none() {
            return;
        }
        // SAFETY: nobody shares the session yet; `key_log` keeps the contract of gnutls_keylog_func.
        unsafe { sys::gnutls_session_set_keylog_function(self.raw(), Some(frame::key_log)) };
    }

    /// The key log callback. The frame of the handshake holds both locks.
    ///
    /// # Safety
    /// `label` is a NUL-terminated string and `secret` a datum, both valid during the call.
    pub(super) unsafe fn log_key(&self, label: *const c_char, secret: *const sys::gnutls_datum_t) {
        let Some(log) = &self.terms.key_log else { return };
        if label.is_null() || secret.is_null() {
            return;
        }
        let empty = || sys::gnutls_datum_t { data: std::ptr::null_mut(), size: 0 };
        let (mut client, mut server) = (empty(), empty());
        // SAFETY: both locks are held; the out pointers are valid and get views into the session.
        unsafe { sys::gnutls_session_get_random(self.raw(), &mut client, &mut server) };
        // SAFETY: the caller's promise.
        let label = unsafe { CStr::from_ptr(label) };
        // SAFETY: the caller's promise.
        let secret = unsafe { &*secret };
        // SAFETY: views that GnuTLS keeps alive during the callback.
        let [client, secret] = [&client, secret].map(|datum| unsafe { bytes(datum) });
        log.log(&label.to_string_lossy(), client, secret);
    }
}

/// # Safety
/// The datum is empty, or a view that is valid as long as the reference.
unsafe fn bytes(datum: &sys::gnutls_datum_t) -> &[u8] {
    if datum.data.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(datum.data, datum.size as usize) }
}
