//! What this side has shown, and with what credentials it came.

use std::ptr;

use gnutls_sys as sys;

use super::Engine;
use crate::algorithm::CredentialsType;
use crate::ffi::copied;

impl Engine {
    /// The certificate, or the raw public key, that this side has shown, in DER.
    pub(crate) fn own_certificate(&self) -> Option<Vec<u8>> {
        let _held = self.asked().both();
        // SAFETY: both locks are held.
        let shown = unsafe { sys::gnutls_certificate_get_ours(self.raw()) };
        // SAFETY: null, or a datum of an identity that the session keeps alive.
        let shown = unsafe { shown.as_ref() }?;
        // SAFETY: as above; copied at once.
        Some(unsafe { copied(shown) })
    }

    /// Whether the server of this client has asked for a certificate.
    pub(crate) fn certificate_requested(&self) -> bool {
        let _held = self.asked().both();
        // SAFETY: both locks are held.
        !self.is_server && unsafe { sys::gnutls_certificate_client_get_request_status(self.raw()) } != 0
    }

    /// Whether the session was given credentials of a kind.
    pub(crate) fn has_credentials(&self, kind: CredentialsType) -> bool {
        let (_held, mut found) = (self.asked().both(), ptr::null_mut());
        // SAFETY: both locks are held; a valid out pointer.
        unsafe { sys::gnutls_credentials_get(self.raw(), kind.raw(), &mut found) == 0 && !found.is_null() }
    }

    /// A server does not tell clients whom it trusts, before anybody shares the session.
    pub(crate) fn hide_authorities(&mut self) {
        // SAFETY: nobody shares the session yet.
        unsafe { sys::gnutls_certificate_send_x509_rdn_sequence(self.raw(), 1) };
    }
}
