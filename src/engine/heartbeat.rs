//! Heartbeats (RFC 6520), under RECV and SEND.
//!
//! GnuTLS takes answers only from a peer whose heartbeats it takes as well, and libgnutls ends the process (an assertion)
//! when the first of those is empty, for its buffer has no memory then. So a session is given one that is not empty before
//! its handshake begins: afterwards the buffer has memory, and empty ones do no harm.

use std::ffi::c_uint;
use std::io;
use std::ptr;
use std::time::Duration;

use gnutls_sys as sys;
use parking_lot::Mutex;

use super::sides::{Held, SendSide};
use super::{Engine, code, frame};
use crate::algorithm::Protocol;
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::transport::Transport;

const DOING: &str = "sending a heartbeat";

/// What a heartbeat has beside its payload: type, length and padding.
const HEAD: usize = 3;
/// GnuTLS takes this from the size that it is given, for the padding.
const PADDING: usize = 16;

impl Engine {
    /// Has a session, which nobody shares yet and which has its priorities, agree to heartbeats of both sides; `retransmit` and
    /// `total` are the times of one that is not answered.
    pub(crate) fn allow_heartbeats(&mut self, retransmit: Duration, total: Duration) -> Result<()> {
        const DOING: &str = "allowing heartbeats";
        let millis = |time: Duration| c_uint::try_from(time.as_millis()).unwrap_or(c_uint::MAX).max(1);
        // SAFETY: a fresh session.
        unsafe { sys::gnutls_heartbeat_enable(self.raw(), sys::GNUTLS_HB_PEER_ALLOWED_TO_SEND) };
        // SAFETY: as above.
        unsafe { sys::gnutls_heartbeat_set_timeouts(self.raw(), millis(retransmit), millis(total)) };
        // SAFETY: as above.
        if unsafe { sys::gnutls_heartbeat_allowed(self.raw(), sys::GNUTLS_HB_PEER_ALLOWED_TO_SEND) } == 0 {
            // This GnuTLS was built without: nobody is asked, and nobody can ask.
            return Ok(());
        }
        let first = First(Mutex::new(Some(self.first_heartbeat())));
        let mut buf = [0_u8; 1];
        let called = frame::call(self, &first, self.lock.both(), |session| {
            // SAFETY: the frame holds both locks; room for one byte, and no number. Unlike `gnutls_record_recv` this takes
            // records before the handshake; the record is our own.
            unsafe { sys::gnutls_record_recv_seq(session, buf.as_mut_ptr().cast(), buf.len(), ptr::null_mut()) }
        });
        drop(called.held);
        if code(called.value) != sys::GNUTLS_E_HEARTBEAT_PING_RECEIVED {
            // SAFETY: a fresh session that nobody shares.
            unsafe { sys::gnutls_heartbeat_enable(self.raw(), sys::GNUTLS_HB_PEER_NOT_ALLOWED_TO_SEND) };
            let why = "the heartbeats of this GnuTLS are not safe";
            return Err(Failure::new(ErrorKind::Unsupported, DOING).detail(why).into());
        }
        Ok(())
    }

    /// A heartbeat in the clear with one byte, as this session reads it before its handshake.
    fn first_heartbeat(&self) -> Vec<u8> {
        const LENGTH: u8 = 20;
        const BODY: [u8; HEAD + 1 + PADDING] = {
            let mut body = [0; LENGTH as usize];
            (body[0], body[2]) = (1, 1);
            body
        };
        /// Its number: the peer's records before it still count as new, in the 64 that GnuTLS remembers.
        const NUMBER: u8 = 63;
        const HEARTBEAT: u8 = 24;
        // SAFETY: a fresh session that nobody shares.
        let version = Protocol::from_raw(unsafe { sys::gnutls_protocol_get_version(self.raw()) });
        let (major, minor) = match version {
            Protocol::TLS1_0 => (3, 1),
            Protocol::TLS1_1 => (3, 2),
            Protocol::DTLS0_9 => (1, 0),
            Protocol::DTLS1_0 => (254, 255),
            Protocol::DTLS1_2 => (254, 253),
            _ => (3, 3),
        };
        let mut record = vec![HEARTBEAT, major, minor];
        if self.is_datagram() {
            record.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, NUMBER]);
        }
        record.extend_from_slice(&[0, LENGTH]);
        record.extend_from_slice(&BODY);
        record
    }

    /// Answers the peer's heartbeat, if there is room for it. Takes `held` with RECV, leaves it so.
    pub(super) fn answer_heartbeat<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> Held<'a> {
        held.escalate();
        let ready =
            |side: &mut SendSide| !side.corked && !side.outbox.is_full() && !side.closed && side.broken.is_none();
        if held.send_side().is_some_and(ready) {
            let called = frame::call(self, io, held, |session| {
                // SAFETY: the frame holds both locks. What it answers is in the session.
                unsafe { sys::gnutls_heartbeat_pong(session, 0) }
            });
            // Without an answer the peer asks again; what ended the session is the next call's.
            held = self.flush_held(io, called.held);
        }
        self.settle(held)
    }

    /// Whether the peer answers heartbeats.
    pub(crate) fn may_ping(&self) -> bool {
        let _held = self.asked().both();
        // SAFETY: both locks are held.
        unsafe { sys::gnutls_heartbeat_allowed(self.raw(), sys::GNUTLS_HB_LOCAL_ALLOWED_TO_SEND) != 0 }
    }

    /// Sends a heartbeat with so many random bytes.
    pub(crate) fn ping(&self, io: &dyn Transport, payload: usize) -> Result<()> {
        self.not_inside(DOING)?;
        if !self.may_ping() {
            let why = "the peer has not agreed to answer heartbeats";
            return Err(Failure::new(ErrorKind::Unsupported, DOING).detail(why).into());
        }
        let most = if self.is_datagram() { self.data_mtu() } else { self.max_record_size() };
        let most = most.saturating_sub(HEAD + PADDING);
        if payload == 0 || payload > most {
            return Err(Error::input(DOING, format!("{payload} bytes are not between 1 and {most}")));
        }
        let mut held = self.flush_held(io, self.lock.both());
        self.may_send(&mut held, DOING)?;
        if held.send_side().is_some_and(|side| side.corked || side.outbox.is_full()) {
            return Err(Error::blocked(DOING));
        }
        let called = frame::call(self, io, held, |session| {
            // SAFETY: the frame holds both locks. The payload is not empty, and fits into a record; without the flag for it
            // GnuTLS does not wait.
            unsafe { sys::gnutls_heartbeat_ping(session, payload + PADDING, 0, 0) }
        });
        let mut held = called.held;
        if called.value < 0 {
            return Err(self.fail(io, held, called.value, DOING.into()).0);
        }
        if let Some(side) = held.recv_side() {
            side.pings += 1;
        }
        self.flushed(self.flush_held(io, held)).map(drop)
    }

    /// How many heartbeats were answered of those that were sent.
    pub(crate) fn pongs(&self) -> (u64, u64) {
        self.asked().recv().recv_side().map_or((0, 0), |side| (side.pongs.into(), side.pings.into()))
    }

    /// The time until a heartbeat that is not answered should be sent again.
    pub(crate) fn ping_again(&self) -> Duration {
        let _held = self.asked().both();
        // SAFETY: both locks are held.
        Duration::from_millis(unsafe { sys::gnutls_heartbeat_get_timeout(self.raw()) }.into())
    }
}

/// A transport with one record, and nothing else.
struct First(Mutex<Option<Vec<u8>>>);

impl Transport for First {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let record = self.0.lock().take().ok_or(io::ErrorKind::WouldBlock)?;
        buf[..record.len()].copy_from_slice(&record);
        Ok(record.len())
    }

    fn try_write(&self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}
