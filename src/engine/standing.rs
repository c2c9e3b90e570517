//! Where a handshake stands: its last messages, asked under both locks.

use gnutls_sys as sys;

use super::{Engine, HandshakeView};
use crate::algorithm::HandshakeMessage;
use crate::error::Error;

impl Engine {
    /// The last message of the handshake that came from the peer.
    pub(crate) fn last_received(&self) -> Option<HandshakeMessage> {
        self.ask(last_received)
    }

    /// The last message of the handshake that went to the peer.
    pub(crate) fn last_sent(&self) -> Option<HandshakeMessage> {
        self.ask(last_sent)
    }

    /// Notes in an error where the handshake stood that it ended.
    pub(crate) fn stood(&self, error: Error) -> Error {
        if error.would_block() || self.is_inside() {
            return error;
        }
        let raw = |message: Option<HandshakeMessage>| message.map(HandshakeMessage::raw);
        error.after_messages(raw(self.last_received()), raw(self.last_sent()))
    }
}

impl HandshakeView<'_> {
    /// The last message that has come from the peer, if any has.
    #[doc(alias = "gnutls_handshake_get_last_in")]
    pub fn last_received(&self) -> Option<HandshakeMessage> {
        last_received(self.raw())
    }

    /// The last message that we have written, if we have.
    #[doc(alias = "gnutls_handshake_get_last_out")]
    pub fn last_sent(&self) -> Option<HandshakeMessage> {
        last_sent(self.raw())
    }
}

/// With both locks held.
fn last_received(session: sys::gnutls_session_t) -> Option<HandshakeMessage> {
    // SAFETY: a live session, both locks held, and a getter that only looks.
    HandshakeMessage::known(unsafe { sys::gnutls_handshake_get_last_in(session) })
}

/// With both locks held.
fn last_sent(session: sys::gnutls_session_t) -> Option<HandshakeMessage> {
    // SAFETY: as above.
    HandshakeMessage::known(unsafe { sys::gnutls_handshake_get_last_out(session) })
}
