//! Receiving application data, under RECV.

use std::ptr;
use std::sync::atomic::Ordering;

use gnutls_sys as sys;

use super::frame::{self, Stop};
use super::packet::Packet;
use super::reauth::Step;
use super::renegotiation::refused;
use super::sides::{End, Held};
use super::{Engine, code};
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::transport::Transport;

const DOING: &str = "receiving";

/// Records without data (key updates, tickets, empty ones) taken in one call before the locks are let go.
const QUIET_RECORDS: u32 = 32;

/// Records for nobody that a sender takes from the transport before it goes on sending.
const UNREAD_RECORDS: u32 = 32;

impl Engine {
    /// Receives into `buf`: the number of bytes, 0 at the peer's close_notify (or if `buf` is empty).
    pub(crate) fn recv(&self, io: &dyn Transport, buf: &mut [u8]) -> Result<usize> {
        self.not_inside(DOING)?;
        if buf.is_empty() {
            return Ok(0);
        }
        let mut held = self.lock.recv();
        if let Some(received) = take_aside(&mut held, buf) {
            self.tell_news();
            return Ok(received);
        }
        let (held, result) = self.receive(io, held, &mut |session| {
            // SAFETY: `receive` holds RECV, and adds SEND when keys change; `buf` is writable for its length.
            unsafe { sys::gnutls_record_recv(session, buf.as_mut_ptr().cast(), buf.len()) }
        });
        let result = note_result(held, result);
        self.tell_news();
        result
    }

    /// [`recv`](Engine::recv) with the number of the record.
    pub(crate) fn recv_numbered(&self, io: &dyn Transport, buf: &mut [u8]) -> Result<(usize, u64)> {
        self.not_inside(DOING)?;
        if buf.is_empty() {
            return Ok((0, 0));
        }
        let mut held = self.lock.recv();
        if let Some(packet) = held.recv_side().and_then(|side| side.set_aside.front()) {
            let number = packet.sequence_number();
            let received = take_aside(&mut held, buf).map_or((0, 0), |received| (received, number));
            self.tell_news();
            return Ok(received);
        }
        let mut number = [0; 8];
        let (held, result) = self.receive(io, held, &mut |session| {
            let (data, number) = (buf.as_mut_ptr().cast(), number.as_mut_ptr());
            // SAFETY: `receive` holds RECV, and adds SEND when keys change; `buf` is writable for its length, and the number
            // has its eight bytes.
            unsafe { sys::gnutls_record_recv_seq(session, data, buf.len(), number) }
        });
        let result = note_result(held, result);
        self.tell_news();
        Ok((result?, u64::from_be_bytes(number)))
    }

    /// Receives a record, or what is left of it, without copying; `None` at the peer's close_notify.
    pub(crate) fn recv_packet(&self, io: &dyn Transport) -> Result<Option<Packet>> {
        self.not_inside(DOING)?;
        let mut held = self.lock.recv();
        if let Some(side) = held.recv_side() {
            if let Some(packet) = side.set_aside.pop_front() {
                side.bytes += packet.len() as u64;
                self.tell_news();
                return Ok(Some(packet));
            }
        }
        let (held, result) = self.receive_packet(io, held);
        let received = result.as_ref().map(|packet| packet.as_ref().map_or(0, |packet| packet.len()));
        let noted = note_result(held, received.map_err(Error::clone));
        self.tell_news();
        noted?;
        result
    }

    /// The reader gave up: it does not wait for the transport any more, so a sender may look there for messages.
    pub(crate) fn stop_waiting(&self) {
        if let Some(side) = self.lock.recv().recv_side() {
            side.starved = false;
        }
        self.tell_news();
    }

    /// [`receive`](Engine::receive) by the packet.
    pub(super) fn receive_packet<'a>(
        &'a self,
        io: &'a dyn Transport,
        held: Held<'a>,
    ) -> (Held<'a>, Result<Option<Packet>>) {
        let mut raw = ptr::null_mut();
        let (held, result) = self.receive(io, held, &mut |session| {
            // SAFETY: `receive` holds RECV, and adds SEND when keys change; a valid place for the packet.
            unsafe { sys::gnutls_record_recv_packet(session, &mut raw) }
        });
        (held, result.map(|_| (!raw.is_null()).then(|| Packet::new(raw))))
    }

    /// Receives a record with `take`, or says why not. Takes `held` with RECV, leaves it so.
    fn receive<'a>(
        &'a self,
        io: &'a dyn Transport,
        mut held: Held<'a>,
        take: &mut dyn FnMut(sys::gnutls_session_t) -> isize,
    ) -> (Held<'a>, Result<usize>) {
        set_tired(&mut held, false);
        for _ in 0..QUIET_RECORDS {
            if let Some(failure) = self.failure.get() {
                return (held, Err(failure.clone()));
            }
            match held.recv_side().and_then(|side| side.end.clone()) {
                Some(End::Closed { .. }) => return (held, Ok(0)),
                Some(End::Broken { error, .. }) => return (held, Err(*error)),
                None => {}
            }
            if let Some(wanted) = self.is_wanted(&mut held) {
                return (held, Err(wanted));
            }
            if held.recv_side().is_some_and(|side| side.reauth.is_some()) {
                let step;
                (held, step) = self.await_client(io, held);
                match step {
                    Step::Data => {}
                    Step::Again => continue,
                    Step::Stopped(stop) => return self.stopped(io, held, stop),
                    Step::Failed(error) => return (held, Err(error)),
                }
            }
            self.hold_for_receive(&mut held);
            let called = frame::call(self, io, held, &mut *take);
            held = self.settle(called.held);
            if called.stop.is_none() {
                note_record(&mut held);
            }
            let code = match usize::try_from(called.value) {
                Ok(0) => {
                    note_end(&mut held);
                    return (held, Ok(0));
                }
                Ok(received) => {
                    self.note_settled();
                    return (held, Ok(received));
                }
                Err(_) => code(called.value),
            };
            match (code, called.stop) {
                (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, Some(stop)) => return self.stopped(io, held, stop),
                // A record without data for the caller; a warning (TLS 1.2 and before) asks for nothing.
                (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, None) => {}
                (sys::GNUTLS_E_WARNING_ALERT_RECEIVED, _) if self.note_refusal(&mut held) => {
                    return (held, Err(refused()));
                }
                (sys::GNUTLS_E_WARNING_ALERT_RECEIVED, _) => {}
                // The next round says so.
                (sys::GNUTLS_E_REHANDSHAKE, _) if self.note_wish(&mut held) => {}
                (sys::GNUTLS_E_REAUTH_REQUEST, _) => {
                    let answered;
                    (held, answered) = self.answer_server(io, held);
                    if let Err(error) = answered {
                        return (held, Err(error));
                    }
                }
                (sys::GNUTLS_E_HEARTBEAT_PING_RECEIVED, _) => held = self.answer_heartbeat(io, held),
                (sys::GNUTLS_E_HEARTBEAT_PONG_RECEIVED, _) => {
                    if let Some(side) = held.recv_side() {
                        side.pongs += 1;
                    }
                }
                // A stray record, long after the handshake.
                (sys::GNUTLS_E_TIMEDOUT, _) if self.is_datagram() => {}
                _ => {
                    let (error, mut held) = self.fail(io, held, code, DOING.into());
                    held.release_send();
                    return (held, Err(error));
                }
            }
        }
        // The peer keeps this side busy without sending data. Others get their turn; the caller comes again at once.
        set_tired(&mut held, true);
        (held, Err(Error::blocked(DOING)))
    }

    /// The transport gives no more: what was left to send goes, and the caller hears why.
    fn stopped<'a>(&'a self, io: &'a dyn Transport, held: Held<'a>, stop: Stop) -> (Held<'a>, Result<usize>) {
        let mut held = self.see_out(io, held);
        let error = note_stop(&mut held, stop, self.is_datagram());
        (held, Err(error))
    }

    /// A record that is decrypted already, in a packet. RECV is held, and there is one.
    pub(super) fn pending_packet(&self) -> Result<Option<Packet>> {
        let mut raw = ptr::null_mut();
        // SAFETY: RECV is held, so nobody else takes from the session; with data there GnuTLS neither reads nor writes.
        let code = unsafe { sys::gnutls_record_recv_packet(self.raw(), &mut raw) };
        if code < 0 {
            return Err(Failure::of_code(super::code(code), Origin::Session, DOING).into());
        }
        Ok((!raw.is_null()).then(|| Packet::new(raw)))
    }

    /// Ends a receive that may have become exclusive, and notes what it left to send.
    pub(super) fn settle<'a>(&'a self, mut held: Held<'a>) -> Held<'a> {
        if let Some(side) = held.send_side() {
            self.owes.store(side.owes(), Ordering::Relaxed);
        }
        held.release_send();
        held
    }

    /// Sees out what receiving left to send, now that there is nothing more to receive: a key update that the peer asked
    /// for (once, however often it asked), an alert, the end of the handshake. A sender may have done so before.
    fn see_out<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> Held<'a> {
        if !self.owes.load(Ordering::Relaxed) {
            return held;
        }
        held.escalate();
        let held = self.flush_held(io, held);
        let held = self.answer_if_due(io, held);
        let held = self.flush_held(io, held);
        self.settle(held)
    }

    /// Looks for the peer's messages on behalf of a program that only sends: a key update or an alert must not wait
    /// for a reader that never comes. Data is kept for the reader (one record), or dropped if there is none any more.
    pub(super) fn look_for_messages(&self, io: &dyn Transport) {
        let Some(mut held) = self.lock.try_recv() else { return };
        let unread = self.unread.load(Ordering::Relaxed);
        let Some(side) = held.recv_side() else { return };
        if unread {
            // It was kept for a reader that has gone since.
            side.set_aside.clear();
        }
        if !side.set_aside.is_empty() || side.end.is_some() || (side.starved && !unread) {
            return;
        }
        for _ in 0..UNREAD_RECORDS {
            let result;
            (held, result) = self.receive_packet(io, held);
            let (Ok(Some(packet)), Some(side)) = (result, held.recv_side()) else { return };
            if !unread {
                side.set_aside.push_back(packet);
                return;
            }
            side.bytes += packet.len() as u64;
        }
        set_tired(&mut held, true);
    }
}

fn set_tired(held: &mut Held<'_>, tired: bool) {
    if let Some(side) = held.recv_side() {
        side.tired = tired;
    }
}

/// What a sender met and set aside, as much as fits.
fn take_aside(held: &mut Held<'_>, buf: &mut [u8]) -> Option<usize> {
    let side = held.recv_side()?;
    let packet = side.set_aside.front_mut()?;
    let received = packet.read(buf);
    side.bytes += received as u64;
    if packet.is_empty() {
        side.set_aside.pop_front();
    }
    Some(received)
}

/// Keeps the books of a receive that the caller hears of.
fn note_result(mut held: Held<'_>, result: Result<usize>) -> Result<usize> {
    if let Some(side) = held.recv_side() {
        side.bytes += result.as_ref().map_or(0, |&received| received as u64);
        side.starved = result.as_ref().is_err_and(Error::would_block) && side.inbox.is_dry() && !side.tired;
        // Whether the caller comes back for more is not known: a session that may be idle holds no buffer.
        side.inbox.rest();
        if let Some(End::Closed { told } | End::Broken { told, .. }) = &mut side.end {
            *told = true;
        }
    }
    result
}

/// What GnuTLS pulled made a record. (What it gives without pulling is the rest of an earlier one.)
pub(super) fn note_record(held: &mut Held<'_>) {
    if let Some(side) = held.recv_side() {
        side.records += u64::from(std::mem::take(&mut side.pulled));
    }
}

fn note_end(held: &mut Held<'_>) {
    if let Some(side) = held.recv_side() {
        side.end = Some(End::Closed { told: false });
    }
}

/// What the transport said instead of giving bytes.
pub(super) fn note_stop(held: &mut Held<'_>, stop: Stop, datagram: bool) -> Error {
    let error = stop_error(stop, DOING);
    if let Some(side) = held.recv_side() {
        if error.would_block() {
            side.inbox.rest();
        } else if !datagram {
            side.end = Some(End::Broken { error: Box::new(error.clone()), told: false });
        }
    }
    error
}

/// The error for a transport that gives nothing more.
pub(super) fn stop_error(stop: Stop, doing: &'static str) -> Error {
    match stop {
        Stop::Starved | Stop::Data => Error::blocked(doing),
        Stop::Ended => {
            let why = "the connection ended without the peer's close_notify; data may be missing";
            Failure::new(ErrorKind::Truncated, doing).detail(why).into()
        }
        Stop::Failed(error) => Failure::of_io(error, doing).into(),
    }
}
