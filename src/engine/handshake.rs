//! The handshake, under RECV and SEND.

use std::borrow::Cow;

use gnutls_sys as sys;

use super::Engine;
use super::frame;
use super::inspect::Info;
use super::receive::stop_error;
use super::sides::Held;
use crate::algorithm::{Cipher, Protocol};
use crate::duplex::interest::Interest;
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::transport::Transport;

const DOING: &str = "the handshake";

/// Warning alerts that one call passes over.
const WARNINGS: u32 = 32;

impl Engine {
    /// Takes the handshake as far as the transport allows: `Ok` when it is finished.
    ///
    /// `doing` is told to who reads the error ("the handshake with example.org").
    pub(crate) fn handshake(&self, io: &dyn Transport, doing: &dyn Fn() -> Cow<'static, str>) -> Result<()> {
        self.not_inside(DOING)?;
        for _ in 0..WARNINGS {
            if let Some(failure) = self.failure.get() {
                return Err(failure.clone());
            }
            let called = frame::call(self, io, self.lock.both(), |session| {
                // SAFETY: the frame holds RECV and SEND.
                unsafe { sys::gnutls_handshake(session) }
            });
            let mut held = self.flush_held(io, called.held);
            match (called.value, called.stop) {
                (0, _) => return self.establish(io, held, doing),
                (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, Some(stop)) => {
                    if let Some(side) = held.recv_side() {
                        side.inbox.rest();
                    }
                    // What the peer said before it stopped listening has been read by now.
                    let broken = held.send_side().and_then(|side| side.broken.clone());
                    return Err(named(broken.unwrap_or_else(|| stop_error(stop, DOING)), doing));
                }
                (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, None) => {}
                (sys::GNUTLS_E_WARNING_ALERT_RECEIVED, _) => {}
                (code, _) => return Err(self.fail(io, held, code, doing()).0),
            }
        }
        let why = "the peer sends warnings without end";
        Err(Failure::new(ErrorKind::Protocol, doing()).detail(why).into())
    }

    /// The handshake is done.
    fn establish<'a>(
        &'a self,
        io: &'a dyn Transport,
        mut held: Held<'a>,
        doing: &dyn Fn() -> Cow<'static, str>,
    ) -> Result<()> {
        let info = Info::read(self.raw());
        // GnuTLS verifies certificates that are sent. A resumed session brings those of the earlier one, which may have
        // been another server's, or not verified.
        let code = if info.resumed { self.verify_peer() } else { 0 };
        if code < 0 {
            return Err(self.fail(io, held, code, doing()).0);
        }
        if let Some(side) = held.send_side() {
            side.records = 0;
            side.record_limit = record_limit(&info, self.record_limit);
        }
        // A handshake succeeds once.
        let _ = self.info.set(info);
        Ok(())
    }

    /// What an unfinished handshake waits for.
    pub(crate) fn handshake_interest(&self) -> Interest {
        let mut held = self.lock.both();
        // SAFETY: RECV and SEND are held, so the direction is that of the last call.
        let writing = unsafe { sys::gnutls_record_get_direction(self.raw()) } == 1;
        let left_over = held.send_side().is_some_and(|side| !side.outbox.is_empty());
        Interest::new(!writing, writing || left_over)
    }
}

/// After how many records the sending keys change: GnuTLS's own limit for AES (RFC 8446, section 5.5, would bear 2^24.5
/// full records), and never where there is no need or no way.
fn record_limit(info: &Info, configured: Option<u64>) -> u64 {
    match (info.protocol, info.cipher) {
        (Protocol::TLS1_3, Cipher::CHACHA20_POLY1305) => configured.unwrap_or(u64::MAX),
        (Protocol::TLS1_3, _) => configured.unwrap_or(1 << 24),
        _ => u64::MAX,
    }
}

/// The error with the full name of the handshake, unless it only says to come again.
fn named(error: Error, doing: &dyn Fn() -> Cow<'static, str>) -> Error {
    if error.would_block() { error } else { error.while_doing(doing()) }
}
