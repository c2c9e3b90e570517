//! What a session may be asked in the middle of a call, by the callback that the call runs.

use std::fmt;
use std::marker::PhantomData;

use gnutls_sys as sys;

use super::Engine;
use super::inspect;
use crate::algorithm::Protocol;

/// A session in the middle of its handshake, as its callbacks see it.
///
/// A callback has this and not the session: nothing in it waits, sends or receives.
pub struct HandshakeView<'a> {
    engine: &'a Engine,
    /// It stays on the thread whose call holds the locks.
    _here: PhantomData<*const ()>,
}

impl<'a> HandshakeView<'a> {
    /// For a callback of `engine`'s session, whose frame holds both locks as long as this lives.
    pub(super) fn new(engine: &'a Engine) -> HandshakeView<'a> {
        HandshakeView { engine, _here: PhantomData }
    }

    /// The engine, both of whose locks are held.
    pub(super) fn engine(&self) -> &'a Engine {
        self.engine
    }

    /// The C session, with both locks held.
    pub(super) fn raw(&self) -> sys::gnutls_session_t {
        self.engine.raw()
    }

    /// Whether this is the server's side.
    pub fn is_server(&self) -> bool {
        self.engine.is_server
    }

    /// The name of the server that the client asks for (RFC 6066, section 3): on a server, once it has come.
    #[doc(alias = "gnutls_server_name_get")]
    pub fn server_name(&self) -> Option<String> {
        inspect::server_name(self.raw())
    }

    /// The version, as far as it is agreed on.
    #[doc(alias = "gnutls_protocol_get_version")]
    pub fn protocol(&self) -> Protocol {
        // SAFETY: a live session, whose both locks the callback's frame holds.
        Protocol::from_raw(unsafe { sys::gnutls_protocol_get_version(self.raw()) })
    }
}

impl fmt::Debug for HandshakeView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandshakeView").field("is_server", &self.is_server()).finish_non_exhaustive()
    }
}
