//! Owning a `gnutls_session_t`.

use std::ffi::c_uint;
use std::ptr;

use gnutls_sys as sys;

use super::frame;
use crate::error::Result;
use crate::ffi::check;
use crate::global;

/// A C session, freed once.
pub(super) struct Handle(sys::gnutls_session_t);

// SAFETY: a session may be used from any thread as long as its calls are kept apart (GnuTLS manual, "Thread safety");
// the engine makes each of them under the lock that keeps it apart. It holds no thread-local state.
unsafe impl Send for Handle {}
// SAFETY: as above; `&Handle` gives only the pointer.
unsafe impl Sync for Handle {}

impl Handle {
    /// A session whose transport is the frame of each call, and whose incoming handshake messages pass our hook.
    pub(super) fn new(flags: c_uint) -> Result<Handle> {
        global::ready()?;
        let mut raw = ptr::null_mut();
        let flags = flags | sys::GNUTLS_NONBLOCK | sys::GNUTLS_NO_SIGNAL | sys::GNUTLS_NO_AUTO_REKEY;
        // SAFETY: a valid place for the new session.
        check(unsafe { sys::gnutls_init(&mut raw, flags) }, "creating a session")?;
        let handle = Handle(raw);
        // Not a descriptor, should anything in GnuTLS take it for one (kTLS does, for its own transport).
        let no_descriptor = ptr::without_provenance_mut(usize::MAX);
        // SAFETY: a fresh session; the pointer is handed back to our callbacks, which ignore it.
        unsafe { sys::gnutls_transport_set_ptr(raw, no_descriptor) };
        // SAFETY: a fresh session; `pull` keeps the contract of gnutls_pull_func.
        unsafe { sys::gnutls_transport_set_pull_function(raw, Some(frame::pull)) };
        if flags & sys::GNUTLS_DATAGRAM != 0 {
            // Each datagram by itself: GnuTLS would put several that fit into one vector.
            // SAFETY: as above, of gnutls_push_func.
            unsafe { sys::gnutls_transport_set_push_function(raw, Some(frame::push)) };
        } else {
            // All records of a flight in one call.
            // SAFETY: as above, of gnutls_vec_push_func.
            unsafe { sys::gnutls_transport_set_vec_push_function(raw, Some(frame::push_vector)) };
        }
        // SAFETY: as above, of gnutls_errno_func.
        unsafe { sys::gnutls_transport_set_errno_function(raw, Some(frame::why)) };
        // SAFETY: as above, of gnutls_pull_timeout_func.
        unsafe { sys::gnutls_transport_set_pull_timeout_function(raw, Some(frame::pull_timeout)) };
        // SAFETY: as above, of gnutls_handshake_hook_func.
        unsafe {
            sys::gnutls_handshake_set_hook_function(
                raw,
                sys::GNUTLS_HANDSHAKE_ANY,
                sys::GNUTLS_HOOK_BOTH,
                Some(frame::hook),
            );
        };
        // GnuTLS comes with a function that writes every session's secrets to the file that SSLKEYLOGFILE names, asked
        // or not.
        // SAFETY: a fresh session; null is for no function.
        unsafe { sys::gnutls_session_set_keylog_function(raw, None) };
        // SAFETY: as above, of gnutls_certificate_verify_function.
        unsafe { sys::gnutls_session_set_verify_function(raw, Some(frame::verify)) };
        Ok(handle)
    }

    pub(super) fn raw(&self) -> sys::gnutls_session_t {
        self.0
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: as below. It forgets the credentials before their owner can let go of them.
        unsafe { sys::gnutls_credentials_clear(self.0) };
        // SAFETY: made by gnutls_init and freed here only; nobody else has the engine any more.
        unsafe { sys::gnutls_deinit(self.0) };
    }
}
