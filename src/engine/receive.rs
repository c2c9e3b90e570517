//! Receiving application data, under RECV.

use std::sync::atomic::Ordering;

use gnutls_sys as sys;

use super::frame::{self, Stop};
use super::sides::{End, Held};
use super::{Engine, code};
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::transport::Transport;

const DOING: &str = "receiving";

/// Records without data (key updates, tickets, empty ones) taken in one call before the locks are let go.
const QUIET_RECORDS: u32 = 32;

impl Engine {
    /// Receives into `buf`: the number of bytes, 0 at the peer's close_notify (or if `buf` is empty).
    pub(crate) fn recv(&self, io: &dyn Transport, buf: &mut [u8]) -> Result<usize> {
        self.not_inside(DOING)?;
        let [first, rest @ ..] = buf else { return Ok(0) };
        let mut held = self.lock.recv();
        let set_aside = held.recv_side().and_then(|side| side.set_aside.take());
        if let Some(byte) = set_aside {
            *first = byte;
            let more = self.recv_pending(rest);
            if let Some(side) = held.recv_side() {
                side.bytes += more as u64;
            }
            return Ok(1 + more);
        }
        let held = self.see_out(io, held);
        let (mut held, result) = self.receive(io, held, buf);
        if let Some(side) = held.recv_side() {
            side.starved = result.as_ref().is_err_and(Error::would_block) && side.inbox.is_empty();
            if let Some(End::Closed { told }) = &mut side.end {
                *told = true;
            }
        }
        result
    }

    /// The reader has given up waiting: until it comes back, a sender may look for the peer's messages.
    pub(crate) fn stop_waiting(&self) {
        if let Some(side) = self.lock.recv().recv_side() {
            side.starved = false;
        }
    }

    /// The bytes of the decrypted record that fit into `buf`. RECV is held.
    fn recv_pending(&self, buf: &mut [u8]) -> usize {
        // SAFETY: RECV is held.
        let pending = unsafe { sys::gnutls_record_check_pending(self.raw()) };
        if pending == 0 || buf.is_empty() {
            return 0;
        }
        // SAFETY: RECV is held, `buf` is writable; with decrypted bytes pending GnuTLS copies them and calls nothing.
        let copied = unsafe { sys::gnutls_record_recv(self.raw(), buf.as_mut_ptr().cast(), buf.len()) };
        usize::try_from(copied).unwrap_or(0)
    }

    /// Receives a record, or says why not. Takes `held` with RECV, leaves it so.
    fn receive<'a>(&'a self, io: &'a dyn Transport, held: Held<'a>, buf: &mut [u8]) -> (Held<'a>, Result<usize>) {
        let mut held = held;
        for _ in 0..QUIET_RECORDS {
            if let Some(failure) = self.failure.get() {
                return (held, Err(failure.clone()));
            }
            match held.recv_side().and_then(|side| side.end.clone()) {
                Some(End::Closed { .. }) => return (held, Ok(0)),
                Some(End::Broken(error)) => return (held, Err(error)),
                None => {}
            }
            let called = frame::call(self, io, held, |session| {
                // SAFETY: the frame holds RECV, and adds SEND when keys change; `buf` is writable for its length.
                unsafe { sys::gnutls_record_recv(session, buf.as_mut_ptr().cast(), buf.len()) }
            });
            held = self.settle(io, called.held);
            let code = match usize::try_from(called.value) {
                Ok(received) => {
                    note_received(&mut held, received);
                    return (held, Ok(received));
                }
                Err(_) => code(called.value),
            };
            match (code, called.stop) {
                (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, Some(stop)) => {
                    let error = note_stop(&mut held, stop);
                    return (held, Err(error));
                }
                // A record without data for the caller; a warning (TLS 1.2 and before) asks for nothing.
                (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, None) => {}
                (sys::GNUTLS_E_WARNING_ALERT_RECEIVED, _) => {}
                _ => {
                    let (error, mut held) = self.fail(io, held, code, DOING.into());
                    held.release_send();
                    return (held, Err(error));
                }
            }
        }
        // The peer keeps this side busy without sending data. Others get their turn; the caller comes again at once.
        (held, Err(Error::blocked(DOING)))
    }

    /// Ends a receive that may have become exclusive: what it left to send is sent, and the peer's wish for a key
    /// update is answered, while it still is.
    pub(super) fn settle<'a>(&'a self, io: &'a dyn Transport, held: Held<'a>) -> Held<'a> {
        if !held.has_send() {
            return held;
        }
        let held = self.flush_held(io, held);
        let held = self.answer_if_due(io, held);
        let mut held = self.flush_held(io, held);
        let owes = held.send_side().is_some_and(|side| !side.outbox.is_empty() || side.answer_is_owed());
        self.owes.store(owes, Ordering::Relaxed);
        held.release_send();
        held
    }

    /// Sees out what an earlier receive left to send, and could not.
    fn see_out<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> Held<'a> {
        if self.owes.load(Ordering::Relaxed) {
            held.escalate();
        }
        self.settle(io, held)
    }

    /// Looks for the peer's messages on behalf of a program that only sends: a key update or an alert must not wait
    /// for a reader that never comes. Data is kept for the reader (one record), or dropped if there is none any more.
    pub(super) fn look_for_messages(&self, io: &dyn Transport) {
        let Some(mut held) = self.lock.try_recv() else { return };
        let unread = self.unread.load(Ordering::Relaxed);
        let Some(side) = held.recv_side() else { return };
        if side.set_aside.is_some() || side.end.is_some() || (side.starved && !unread) {
            return;
        }
        let mut byte = [0];
        loop {
            let result;
            (held, result) = self.receive(io, held, &mut byte);
            match (result, held.recv_side()) {
                (Ok(1), Some(side)) if !unread => {
                    side.set_aside = Some(byte[0]);
                    return;
                }
                (Ok(1), _) => self.drop_pending(),
                _ => return,
            }
        }
    }

    /// Forgets the decrypted record that nobody will read. RECV is held.
    fn drop_pending(&self) {
        let mut nobody = [0; 4096];
        while self.recv_pending(&mut nobody) > 0 {}
        // SAFETY: our own array; GnuTLS's memset is not optimised away.
        unsafe { sys::gnutls_memset(nobody.as_mut_ptr().cast(), 0, nobody.len()) };
    }
}

fn note_received(held: &mut Held<'_>, received: usize) {
    if let Some(side) = held.recv_side() {
        side.bytes += received as u64;
        if received == 0 {
            side.end = Some(End::Closed { told: false });
            side.inbox.rest();
        }
    }
}

/// What the transport said instead of giving bytes.
fn note_stop(held: &mut Held<'_>, stop: Stop) -> Error {
    let error = stop_error(stop, DOING);
    if let Some(side) = held.recv_side() {
        if error.would_block() {
            side.inbox.rest();
        } else {
            side.end = Some(End::Broken(error.clone()));
        }
    }
    error
}

/// The error for a transport that gives nothing more.
pub(super) fn stop_error(stop: Stop, doing: &'static str) -> Error {
    match stop {
        Stop::Starved => Error::blocked(doing),
        Stop::Ended => {
            let why = "the connection ended without the peer's close_notify; data may be missing";
            Failure::new(ErrorKind::Truncated, doing).detail(why).into()
        }
        Stop::Failed(error) => Failure::of_io(error, doing).into(),
    }
}
