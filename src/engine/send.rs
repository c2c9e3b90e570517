//! Sending application data, under SEND.

use std::io::IoSlice;
use std::sync::atomic::Ordering;

use gnutls_sys as sys;

use super::frame::{self, Called};
use super::pieces::{FULL_RECORD, Pieces};
use super::sides::Held;
use super::{Engine, code};
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::transport::Transport;

const DOING: &str = "sending";

/// After so many records without a look at what the peer sent, a sender looks.
const WATCH_RECORDS: usize = 32;

impl Engine {
    /// Encrypts from `bufs` as much as there is room for and offers it to the transport: the number of bytes taken.
    /// What is taken is sent, whatever is passed to the next call. Empty `bufs` only offer what is left over.
    pub(crate) fn send(&self, io: &dyn Transport, bufs: &[IoSlice<'_>]) -> Result<usize> {
        if self.is_datagram() {
            return self.send_datagram(io, bufs);
        }
        let mut pieces = Pieces::new(bufs);
        let asked = pieces.left();
        self.send_with(io, asked, |held| {
            let (held, sent) = self.send_record(io, held, &mut pieces);
            (held, sent, pieces.left() == 0)
        })
    }

    /// Sends with `record`, which sends one and says how much it took and whether it was the last.
    pub(super) fn send_with<'a>(
        &'a self,
        io: &'a dyn Transport,
        asked: usize,
        mut record: impl FnMut(Held<'a>) -> (Held<'a>, Result<usize>, bool),
    ) -> Result<usize> {
        self.not_inside(DOING)?;
        let mut held = self.lock.send();
        let (mut taken, mut last) = (0, asked == 0);
        let result = loop {
            let ready;
            (held, ready) = self.make_ready(io, held);
            match ready {
                Ok(true) if !last => {}
                Ok(_) => break Ok(()),
                Err(error) => break Err(error),
            }
            let sent;
            (held, sent, last) = record(held);
            match sent {
                Ok(sent) => taken += sent,
                Err(error) => break Err(error),
            }
            if last {
                break Ok(());
            }
        };
        let mut held = self.flush_held(io, held);
        let watch = self.after_send(&mut held, taken, if last { taken } else { asked });
        drop(held);
        if watch {
            self.look_for_messages(io);
        }
        match result {
            // An error that comes after bytes were taken is kept, and is the next call's.
            _ if taken > 0 => Ok(taken),
            Ok(()) if last => Ok(0),
            Ok(()) => Err(Error::blocked(DOING)),
            Err(error) => Err(error),
        }
    }

    /// The caller was not given the error that `flush` found: it is the next call's.
    pub(crate) fn keep_error(&self) {
        if let Some(side) = self.lock.send().send_side() {
            side.told = false;
        }
    }

    /// Offers the transport what is left over: true if everything has gone.
    pub(crate) fn flush(&self, io: &dyn Transport) -> Result<bool> {
        self.not_inside(DOING)?;
        self.flushed(self.flush_held(io, self.lock.send()))
    }

    /// Whether everything has gone to the transport. SEND is held.
    pub(super) fn flushed(&self, mut held: Held<'_>) -> Result<bool> {
        if self.is_datagram() {
            return self.flushed_datagrams(&mut held);
        }
        match held.send_side() {
            Some(side) => match &side.broken {
                Some(error) => {
                    side.told = true;
                    Err(error.clone())
                }
                None => Ok(side.outbox.is_empty()),
            },
            None => Ok(false),
        }
    }

    /// Prepares for one record: true if there is room for it, keys renewed if that is due. Leaves `held` with SEND.
    pub(super) fn make_ready<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> (Held<'a>, Result<bool>) {
        if held.send_side().is_some_and(|side| side.outbox.is_full()) {
            held = self.flush_held(io, held);
            // A receiver that met a key change waits for SEND; a writer in full swing must not keep it from it.
            held.yield_send();
        }
        if let Err(error) = self.may_send(&mut held, DOING) {
            return (held, Err(error));
        }
        if held.send_side().is_some_and(|side| side.rekey_is_due()) {
            let result;
            (held, result) = self.rekey_if_due(io, held.into_both());
            held.release_recv();
            if let Err(error) = result.and_then(|()| self.may_send(&mut held, DOING)) {
                return (held, Err(error));
            }
        }
        let room = held.send_side().is_some_and(|side| !side.outbox.is_full());
        (held, Ok(room))
    }

    /// Whether this direction is open. SEND is held.
    pub(super) fn may_send(&self, held: &mut Held<'_>, doing: &'static str) -> Result<()> {
        if let Some(failure) = self.failure.get() {
            return Err(failure.clone());
        }
        match held.send_side() {
            Some(side) if side.broken.is_some() => {
                side.told = true;
                side.broken.clone().map_or(Ok(()), Err)
            }
            Some(side) if side.closed => {
                let why = "close_notify has been sent; nothing can follow it (RFC 8446, section 6.1)";
                Err(Failure::new(ErrorKind::Closed, doing).detail(why).into())
            }
            _ => Ok(()),
        }
    }

    /// Encrypts one record, or gathers its data if the session is corked: the number of bytes it took.
    pub(super) fn send_record<'a>(
        &'a self,
        io: &'a dyn Transport,
        mut held: Held<'a>,
        pieces: &mut Pieces<'_>,
    ) -> (Held<'a>, Result<usize>) {
        let left = pieces.left();
        let mut data = pieces.next();
        if let Some(side) = held.send_side() {
            side.last = data.len() == left && left <= FULL_RECORD;
            if side.corked {
                data = &data[..data.len().min(FULL_RECORD)];
            }
        }
        let called = frame::call(self, io, held, |session| {
            // SAFETY: the frame holds SEND; `data` is readable for its length. The push function takes whole records,
            // so GnuTLS never keeps a part of this data for a later call.
            unsafe { sys::gnutls_record_send(session, data.as_ptr().cast(), data.len()) }
        });
        let (held, result) = self.sent(io, called);
        pieces.advance(*result.as_ref().unwrap_or(&0));
        (held, result)
    }

    /// What a call that sends a record returned, as a result.
    pub(super) fn sent<'a>(&'a self, io: &'a dyn Transport, called: Called<'a, isize>) -> (Held<'a>, Result<usize>) {
        match usize::try_from(called.value) {
            Ok(sent) => {
                let (held, result) = self.uncork_full(io, called.held);
                (held, result.map(|()| sent))
            }
            Err(_) => {
                let (error, mut held) = self.fail(io, called.held, code(called.value), DOING.into());
                held.release_recv();
                (held, Err(error))
            }
        }
    }

    /// Offers the outbox to the transport; an error of the transport is kept for this direction. With SEND held.
    pub(super) fn flush_held<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> Held<'a> {
        if held.send_side().is_none_or(|side| side.outbox.is_empty()) {
            return held;
        }
        let mut called = frame::flush(self, io, held);
        if let Some(side) = called.held.send_side() {
            match called.value {
                Ok(true) => self.owes.store(side.answer_is_owed(), Ordering::Relaxed),
                Ok(false) => {}
                Err(error) if self.is_datagram() => side.lost = Some(Failure::of_io(error, DOING).into()),
                Err(error) => {
                    side.outbox.clear();
                    side.broken = Some(Failure::of_io(error, DOING).into());
                }
            }
        }
        called.held
    }

    /// Keeps the books after a send; true if it is time to look at what the peer sent.
    pub(super) fn after_send(&self, held: &mut Held<'_>, taken: usize, asked: usize) -> bool {
        let unread = self.unread.load(Ordering::Relaxed);
        let Some(side) = held.send_side() else { return false };
        side.bytes += taken as u64;
        if taken > 0 {
            // The caller hears of the bytes; the error is the next call's.
            side.told = false;
        }
        side.short = taken < asked;
        side.unwatched += 1 + taken / FULL_RECORD;
        let watch = unread || side.unwatched >= WATCH_RECORDS || (asked == 0 && taken == 0);
        if watch {
            side.unwatched = 0;
        }
        watch
    }
}
