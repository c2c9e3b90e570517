//! OCSP responses in the handshake: those that this side staples, and those that the peer has stapled.

use std::ffi::{c_int, c_uint};
use std::sync::Arc;

use gnutls_sys as sys;

use super::Engine;
use super::frame;
use super::view::HandshakeView;
use crate::error::{Refusal, Result};
use crate::ffi::{check, copied, give, no_datum};

/// A program's own source of responses.
pub(crate) type StapleHook = dyn Fn(&HandshakeView<'_>) -> std::result::Result<Option<Vec<u8>>, Refusal> + Send + Sync;

/// What GnuTLS calls for responses that code has. Its pointer is the number of the chain.
pub(crate) const STAPLE_FUNCTION: sys::gnutls_status_request_ocsp_func = Some(frame::staple);

impl Engine {
    /// Asks the server for OCSP responses. The session is nobody else's yet.
    pub(crate) fn ask_for_staples(&mut self) -> Result<()> {
        let (none, nothing) = (std::ptr::null_mut(), std::ptr::null_mut());
        // SAFETY: a fresh session; what is null is no longer used.
        let code = unsafe { sys::gnutls_ocsp_status_request_enable_client(self.raw(), none, 0, nothing) };
        check(code, "asking for OCSP responses").map(drop)
    }

    /// The callback for the response to a chain's first certificate: 0, or why there is none.
    ///
    /// # Safety
    /// `response` may be written; what it gets is C's to free.
    pub(super) unsafe fn give_staple(&self, chain: usize, response: *mut sys::gnutls_datum_t) -> c_int {
        // GnuTLS looks at it before it looks at our answer.
        // SAFETY: the caller's promise.
        unsafe { response.write(no_datum()) };
        let own = self.hooks.identity_staples.get(&chain);
        let Some(hook) = own.or(self.hooks.staple.as_ref()).map(Arc::clone) else {
            return sys::GNUTLS_E_NO_CERTIFICATE_STATUS;
        };
        let Some(found) = self.run_hook("staple_with", |view| hook(view)) else { return sys::GNUTLS_E_USER_ERROR };
        match found.filter(|bytes| !bytes.is_empty()) {
            None => sys::GNUTLS_E_NO_CERTIFICATE_STATUS,
            // SAFETY: the caller's promise.
            Some(bytes) if unsafe { give(&bytes, response) } => 0,
            Some(_) => sys::GNUTLS_E_MEMORY_ERROR,
        }
    }

    /// The response to the peer's own certificate.
    pub(crate) fn staple(&self) -> Result<Option<Vec<u8>>> {
        self.not_inside("reading the peer's OCSP response")?;
        let _held = self.lock.both();
        Ok(own_staple(self.raw()))
    }

    /// The response to one of the peer's certificates.
    pub(crate) fn staple_of(&self, certificate: usize) -> Result<Option<Vec<u8>>> {
        self.not_inside("reading the peer's OCSP response")?;
        let _held = self.lock.both();
        Ok(staple_of(self.raw(), certificate))
    }

    /// Whether verification has gone by a response.
    pub(crate) fn is_staple_checked(&self) -> bool {
        let _held = self.asked().both();
        // SAFETY: both locks are held.
        unsafe { sys::gnutls_ocsp_status_request_is_checked(self.raw(), 0) != 0 }
    }
}

/// The response to the certificate of the peer of a session, whose both locks are held.
pub(super) fn own_staple(session: sys::gnutls_session_t) -> Option<Vec<u8>> {
    let mut response = no_datum();
    // SAFETY: both locks are held; the datum is filled with a view into the session.
    let code = unsafe { sys::gnutls_ocsp_status_request_get(session, &mut response) };
    // SAFETY: the view is valid while the locks are held; it is copied at once.
    (code == 0).then(|| unsafe { copied(&response) })
}

/// The response to a certificate of the peer of a session, whose both locks are held.
pub(super) fn staple_of(session: sys::gnutls_session_t, certificate: usize) -> Option<Vec<u8>> {
    let (index, mut response) = (c_uint::try_from(certificate).ok()?, no_datum());
    // SAFETY: both locks are held; GnuTLS checks the index, and fills the datum with a view into the session.
    let code = unsafe { sys::gnutls_ocsp_status_request_get2(session, index, &mut response) };
    // SAFETY: the view is valid while the locks are held; it is copied at once.
    (code == 0).then(|| unsafe { copied(&response) })
}

impl HandshakeView<'_> {
    /// The OCSP response (in DER) that the peer has stapled to one of its certificates, its own counted as 0: in the
    /// verification of its chain. Verification has gone by it.
    #[doc(alias = "gnutls_ocsp_status_request_get2")]
    pub fn ocsp_response_of(&self, certificate: usize) -> Option<Vec<u8>> {
        staple_of(self.raw(), certificate)
    }
}
