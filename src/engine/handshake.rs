//! The handshake, under RECV and SEND.

use std::borrow::Cow;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use gnutls_sys as sys;

use super::Engine;
use super::frame::{self, Stop};
use super::inspect::Info;
use super::keys::record_limit;
use super::receive::stop_error;
use super::sides::Held;
use crate::duplex::interest::Interest;
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::transport::Transport;

const DOING: &str = "the handshake";

impl Engine {
    /// Takes the handshake as far as the transport allows: `Ok` when it is finished.
    ///
    /// `doing` is told to who reads the error ("the handshake with example.org").
    pub(crate) fn handshake(&self, io: &dyn Transport, doing: &dyn Fn() -> Cow<'static, str>) -> Result<()> {
        self.not_inside(DOING)?;
        let mut warnings = false;
        loop {
            if let Some(failure) = self.failure.get() {
                return Err(failure.clone());
            }
            // Anybody can send datagrams under the peer's name; and GnuTLS keeps few of those.
            let most = if self.is_datagram() { usize::MAX } else { MOST + self.early_room() };
            let bounded = Bounded { io, read: &self.handshake_read, most };
            let called = frame::call(self, &bounded, self.lock.both(), |session| {
                // SAFETY: the frame holds RECV and SEND.
                unsafe { sys::gnutls_handshake(session) }
            });
            let mut held = called.held;
            let early = self.after_handshake_call(&mut held);
            held = self.flush_held(io, held);
            self.note_timer(&mut held);
            // The flight comes again, in smaller pieces.
            self.shrink_mtu(io, &mut held);
            if self.left.get().is_some() {
                // Not all that GnuTLS asks makes it fail.
                return Err(self.fail(io, held, sys::GNUTLS_E_USER_ERROR, doing()).0);
            }
            match (called.value, called.stop) {
                _ if early < 0 => return Err(self.fail(io, held, early, doing()).0),
                (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, _) if bounded.is_exhausted() => {
                    return Err(self.fail(io, held, sys::GNUTLS_E_HANDSHAKE_TOO_LARGE, doing()).0);
                }
                (0, _) => return self.establish(io, held, doing),
                (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, Some(Stop::Data)) => {
                    self.take_data(&bounded, held, doing)?;
                }
                (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, Some(stop)) => {
                    return Err(starved(held, stop, doing));
                }
                // A part of a message; GnuTLS bounds how much of them there can be.
                (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, None) => {}
                // GnuTLS would begin again.
                (sys::GNUTLS_E_WARNING_ALERT_RECEIVED, _) if self.ends_renegotiation(&mut held) => {
                    return Err(self.fail(io, held, sys::GNUTLS_E_WARNING_ALERT_RECEIVED, doing()).0);
                }
                (sys::GNUTLS_E_WARNING_ALERT_RECEIVED, _) => warnings = true,
                // In the middle of a client's hello.
                (sys::GNUTLS_E_GOT_APPLICATION_DATA, _) => {
                    return Err(self.fail(io, held, sys::GNUTLS_E_UNEXPECTED_PACKET, doing()).0);
                }
                // GnuTLS bears 16 of them, and calls the next an internal error.
                (sys::GNUTLS_E_INTERNAL_ERROR, _) if warnings => {
                    return Err(self.fail(io, held, sys::GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS, doing()).0);
                }
                // As those who take the steps say it.
                (sys::GNUTLS_E_TIMEDOUT, _) => return Err(too_long(doing())),
                (code, _) => return Err(self.fail(io, held, code, doing()).0),
            }
        }
    }

    /// The handshake is done.
    pub(super) fn establish<'a>(
        &'a self,
        io: &'a dyn Transport,
        mut held: Held<'a>,
        doing: &dyn Fn() -> Cow<'static, str>,
    ) -> Result<()> {
        let info = Info::read(self.raw(), self.is_server);
        self.establish_datagram(&mut held, &info);
        self.note_early_outcome(&mut held);
        let again = self.end_renegotiation(&mut held, &info);
        let code = again.map_or_else(|code| code, |_| self.verify_established(&info));
        if code < 0 {
            return Err(self.fail(io, held, code, doing()).0);
        }
        if let Some(side) = held.recv_side() {
            side.inbox.rest();
        }
        if let Some(side) = held.send_side() {
            // A last flight that did not fit is for whichever direction is used first to see out.
            self.owes.store(!side.outbox.is_empty(), Ordering::Relaxed);
            let limit = record_limit(self.terms.record_limit, info.protocol, info.cipher);
            (side.records, side.record_limit) = (0, limit.unwrap_or(0));
            if again != Ok(true) {
                side.all_records = 0;
            }
        }
        if let Some(side) = held.recv_side() {
            side.pulled = false;
        }
        // A handshake succeeds once, and a renegotiation has taken what was there.
        let _ = self.info.set(info);
        Ok(())
    }

    /// What an unfinished handshake waits for.
    pub(crate) fn handshake_interest(&self) -> Interest {
        let mut held = self.asked().both();
        if self.is_datagram() {
            let unread = held.recv_side().is_some_and(|side| !side.inbox.is_empty());
            let Some(side) = held.send_side() else { return Interest::NONE };
            let want = Interest::new(true, !side.outbox.is_empty()).with_deadline(side.timer);
            return if unread { want | Interest::now() } else { want };
        }
        // SAFETY: RECV and SEND are held, so the direction is that of the last call.
        let writing = unsafe { sys::gnutls_record_get_direction(self.raw()) } == 1;
        let left_over = held.send_side().is_some_and(|side| !side.outbox.is_empty());
        Interest::new(!writing, writing || left_over)
    }
}

/// The error for a handshake that waits for the transport.
pub(super) fn starved(mut held: Held<'_>, stop: Stop, doing: &dyn Fn() -> Cow<'static, str>) -> Error {
    if let Some(side) = held.recv_side() {
        side.inbox.rest();
    }
    // What the peer said before it stopped listening has been read by now.
    let broken = held.send_side().and_then(|side| side.broken.clone().or(side.lost.take()));
    named(broken.unwrap_or_else(|| stop_error(stop, DOING)), doing)
}

/// The error for a handshake whose time has run out.
pub(crate) fn too_long(doing: Cow<'static, str>) -> Error {
    Failure::new(ErrorKind::TimedOut, doing).detail("the peer took too long").into()
}

/// What the peer may send in a handshake, in bytes. GnuTLS keeps a message of any length (up to 16 MB) before it knows
/// who sends it; certificates and tickets of more than a part of this are nobody's.
pub(super) const MOST: usize = 1 << 20;

/// A transport that gives only so much.
struct Bounded<'a> {
    io: &'a dyn Transport,
    /// What it has given, in all calls.
    read: &'a AtomicUsize,
    most: usize,
}

impl Bounded<'_> {
    fn is_exhausted(&self) -> bool {
        self.read.load(Ordering::Relaxed) >= self.most
    }
}

impl Transport for Bounded<'_> {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        if self.is_exhausted() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let read = self.io.try_read(buf)?;
        self.read.fetch_add(read, Ordering::Relaxed);
        Ok(read)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.io.try_write(buf)
    }
}

/// The error with the full name of the handshake, unless it only says to come again.
fn named(error: Error, doing: &dyn Fn() -> Cow<'static, str>) -> Error {
    if error.would_block() { error } else { error.while_doing(doing()) }
}
