//! Supplemental data of the handshake (RFC 4680): TLS 1.2 and older.

use std::fmt;
use std::sync::Arc;

use gnutls_sys as sys;

use crate::alert::Alert;
use crate::engine::frame::{SUPPLEMENTAL_RECEIVED, SUPPLEMENTAL_SENDING};
use crate::engine::view::HandshakeView;
use crate::error::{Refusal, Result};
use crate::ffi::check;

/// The longest supplemental data of one type, in bytes.
const LONGEST: usize = 16384;

type Send = dyn Fn(&HandshakeView<'_>) -> std::result::Result<Vec<u8>, Refusal> + std::marker::Send + Sync;
type Receive = dyn Fn(&HandshakeView<'_>, &[u8]) -> std::result::Result<(), Refusal> + std::marker::Send + Sync;

/// Data that TLS 1.2 sends in the handshake, before the certificates (RFC 4680). TLS 1.3 has none: a session with them does
/// not offer it.
///
/// Both sides must know that they come, or the handshake fails. A configuration with this sends what it has to send, and
/// waits for the peer's if it receives; where an [`Extension`](crate::Extension) negotiates it, its callbacks say so with
/// [`HandshakeView::send_supplemental`] and [`HandshakeView::expect_supplemental`].
#[derive(Clone)]
#[doc(alias = "gnutls_supplemental_data_format_type_t")]
pub struct SupplementalData {
    kind: u16,
    send: Option<Arc<Send>>,
    receive: Option<Arc<Receive>>,
}

impl SupplementalData {
    /// Data of the type (`SupplementalDataType`) of this number.
    pub fn new(kind: u16) -> SupplementalData {
        SupplementalData { kind, send: None, receive: None }
    }

    /// Sends what `send` gives, 1 to 16384 bytes.
    ///
    /// A refusal and a panic end the handshake with [`ErrorKind::Callback`](crate::ErrorKind::Callback).
    #[must_use]
    pub fn on_send(
        self,
        send: impl Fn(&HandshakeView<'_>) -> std::result::Result<Vec<u8>, Refusal> + std::marker::Send + Sync + 'static,
    ) -> SupplementalData {
        SupplementalData { send: Some(Arc::new(send)), ..self }
    }

    /// Tells `receive` what has come.
    ///
    /// A refusal and a panic end the handshake with [`ErrorKind::Callback`](crate::ErrorKind::Callback).
    #[must_use]
    pub fn on_receive(
        self,
        receive: impl Fn(&HandshakeView<'_>, &[u8]) -> std::result::Result<(), Refusal> + std::marker::Send + Sync + 'static,
    ) -> SupplementalData {
        SupplementalData { receive: Some(Arc::new(receive)), ..self }
    }

    /// The number of the type.
    pub fn kind(&self) -> u16 {
        self.kind
    }

    /// Adds it to a fresh session, with the functions for `place`.
    pub(super) fn register(&self, session: sys::gnutls_session_t, place: usize) -> Result<()> {
        let (received, sending) = (SUPPLEMENTAL_RECEIVED[place], SUPPLEMENTAL_SENDING[place]);
        // SAFETY: a fresh session; the name is static; the functions keep the contracts of their types.
        let code = unsafe {
            let (name, kind) = (c"supplemental".as_ptr(), self.kind.into());
            sys::gnutls_session_supplemental_register(session, name, kind, Some(received), Some(sending), 0)
        };
        check(code, "adding supplemental data")?;
        if self.send.is_some() {
            // SAFETY: a fresh session.
            unsafe { sys::gnutls_supplemental_send(session, 1) };
        }
        if self.receive.is_some() {
            // SAFETY: a fresh session.
            unsafe { sys::gnutls_supplemental_recv(session, 1) };
        }
        Ok(())
    }

    pub(super) fn received(&self, view: &HandshakeView<'_>, data: &[u8]) -> std::result::Result<(), Refusal> {
        match &self.receive {
            Some(receive) => receive(view, data),
            None => Err(Refusal::new("supplemental data that nobody wants").alert(Alert::UNEXPECTED_MESSAGE)),
        }
    }

    pub(super) fn to_send(&self, view: &HandshakeView<'_>) -> std::result::Result<Option<Vec<u8>>, Refusal> {
        let Some(send) = &self.send else { return Ok(None) };
        let data = send(view)?;
        if data.is_empty() || data.len() > LONGEST {
            let why = format!("{} bytes of supplemental data are not 1 to {LONGEST}", data.len());
            return Err(Refusal::new(why).alert(Alert::INTERNAL_ERROR));
        }
        Ok(Some(data))
    }
}

impl HandshakeView<'_> {
    /// Whether this side sends its [supplemental data](SupplementalData); for callbacks of extensions.
    #[doc(alias = "gnutls_supplemental_send")]
    pub fn send_supplemental(&self, send: bool) {
        // SAFETY: a live session, whose both locks the callback's frame holds.
        unsafe { sys::gnutls_supplemental_send(self.raw(), send.into()) };
    }

    /// Whether the peer sends [supplemental data](SupplementalData); for callbacks of extensions.
    #[doc(alias = "gnutls_supplemental_recv")]
    pub fn expect_supplemental(&self, expect: bool) {
        // SAFETY: as above.
        unsafe { sys::gnutls_supplemental_recv(self.raw(), expect.into()) };
    }
}

/// Whether the lengths in a message are true (RFC 4680, section 2).
pub(super) fn is_well_formed(body: &[u8]) -> bool {
    let Some((&[a, b, c], mut rest)) = body.split_first_chunk::<3>() else { return false };
    if u32::from_be_bytes([0, a, b, c]) as usize != rest.len() {
        return false;
    }
    while let Some((&[_, _, high, low], data)) = rest.split_first_chunk::<4>() {
        match data.get(u16::from_be_bytes([high, low]).into()..) {
            Some(more) => rest = more,
            None => return false,
        }
    }
    rest.is_empty()
}

impl fmt::Debug for SupplementalData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupplementalData").field("kind", &self.kind).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::is_well_formed;

    #[test]
    fn lengths_that_lie_are_seen() {
        assert!(is_well_formed(&[0, 0, 6, 0, 1, 0, 2, 7, 7]));
        assert!(is_well_formed(&[0, 0, 10, 0, 1, 0, 2, 7, 7, 0, 2, 0, 0]));
        for lie in [
            &[0, 0][..],
            &[0, 0, 7, 0, 1, 0, 2, 7, 7],
            &[0, 0, 6, 0, 1, 0, 3, 7, 7],
            &[0, 0, 6, 0, 1, 0, 1, 7, 7],
            &[0, 0, 4, 0, 1, 255, 255],
        ] {
            assert!(!is_well_formed(lie), "{lie:?}");
        }
    }
}
