//! `gnutls_anon_client_credentials_t` and `gnutls_anon_server_credentials_t`: leave to know nobody.

use std::ffi::c_void;
use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::check;
use crate::global;

const CREATING: &str = "creating anonymous credentials";

/// Made once and then shared by sessions.
pub(crate) enum AnonymousCredentials {
    Client(sys::gnutls_anon_client_credentials_t),
    Server(sys::gnutls_anon_server_credentials_t),
}

// SAFETY: the manual ("Thread safety") lets sessions of several threads share credentials that nobody changes; these are
// changed only where they are made.
unsafe impl Send for AnonymousCredentials {}
// SAFETY: as above.
unsafe impl Sync for AnonymousCredentials {}

impl AnonymousCredentials {
    pub(crate) fn client() -> Result<AnonymousCredentials> {
        global::ready()?;
        let mut raw = ptr::null_mut();
        // SAFETY: a valid place for the new credentials.
        check(unsafe { sys::gnutls_anon_allocate_client_credentials(&mut raw) }, CREATING)?;
        Ok(AnonymousCredentials::Client(raw))
    }

    /// Those of a server offer finite fields, too, in the groups of RFC 7919, to clients that know no curves.
    pub(crate) fn server() -> Result<AnonymousCredentials> {
        global::ready()?;
        let mut raw = ptr::null_mut();
        // SAFETY: a valid place for the new credentials.
        check(unsafe { sys::gnutls_anon_allocate_server_credentials(&mut raw) }, CREATING)?;
        let owner = AnonymousCredentials::Server(raw);
        // SAFETY: live credentials that nobody else uses.
        let code = unsafe { sys::gnutls_anon_set_server_known_dh_params(raw, sys::GNUTLS_SEC_PARAM_MEDIUM) };
        check(code, "choosing a Diffie-Hellman group")?;
        Ok(owner)
    }

    /// What `gnutls_credentials_set` takes.
    pub(crate) fn raw(&self) -> *mut c_void {
        match *self {
            AnonymousCredentials::Client(raw) => raw.cast(),
            AnonymousCredentials::Server(raw) => raw.cast(),
        }
    }
}

impl Drop for AnonymousCredentials {
    fn drop(&mut self) {
        match *self {
            // SAFETY: made by us and freed once; sessions keep the owner of this value alive.
            AnonymousCredentials::Client(raw) => unsafe { sys::gnutls_anon_free_client_credentials(raw) },
            // SAFETY: as above.
            AnonymousCredentials::Server(raw) => unsafe { sys::gnutls_anon_free_server_credentials(raw) },
        }
    }
}
