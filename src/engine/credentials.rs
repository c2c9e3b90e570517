//! Credentials beside certificates, given to a session before its handshake.

use gnutls_sys as sys;

use super::Engine;
use crate::credentials::{AnonymousCredentials, PskCredentials};
use crate::error::Result;
use crate::ffi::check;

impl Engine {
    /// Gives the session, which nobody else has yet, credentials that live as long as its configuration.
    pub(crate) fn set_psk(&mut self, credentials: &PskCredentials) -> Result<()> {
        // SAFETY: a fresh session; the caller keeps the credentials alive, which are of the session's side.
        let code = unsafe { sys::gnutls_credentials_set(self.raw(), sys::GNUTLS_CRD_PSK, credentials.raw()) };
        check(code, "setting the pre-shared keys").map(drop)
    }

    /// Lets the session, which nobody else has yet, be one between strangers. The credentials live as long as its
    /// configuration.
    pub(crate) fn set_anonymous(&mut self, credentials: &AnonymousCredentials) -> Result<()> {
        // SAFETY: a fresh session; the caller keeps the credentials alive, which are of the session's side.
        let code = unsafe { sys::gnutls_credentials_set(self.raw(), sys::GNUTLS_CRD_ANON, credentials.raw()) };
        check(code, "setting anonymous credentials").map(drop)
    }
}
