//! What a task asks of a session: each poll is a call that never waits, and the wakers that come after it.

use std::cell::Cell;
use std::io::IoSlice;
use std::task::{Context, Poll};

use super::family::Family;
use super::io::{TaskIo, Turn};
use super::wakers::Half;
use crate::duplex::interest::Interest;
use crate::engine::{Answer, Looked};
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::session::{ClientAuth, KeyUpdateRequest, Shared};

/// The result of a step, or what it waits for.
type Step<R> = std::result::Result<Result<R>, Interest>;

impl<IO: Send + Unpin, F: Family<IO>> Shared<TaskIo<IO, F>> {
    pub(super) fn poll_read(&self, cx: &Context<'_>, buf: &mut [u8]) -> Poll<Result<usize>> {
        self.reading(cx, |turn| self.engine.recv(turn, buf))
    }

    /// The same with the number of the record.
    #[cfg(feature = "tokio")]
    pub(super) fn poll_read_numbered(&self, cx: &Context<'_>, buf: &mut [u8]) -> Poll<Result<(usize, u64)>> {
        self.reading(cx, |turn| self.engine.recv_numbered(turn, buf))
    }

    fn reading<R>(&self, cx: &Context<'_>, mut receive: impl FnMut(&Turn<'_, IO, F>) -> Result<R>) -> Poll<Result<R>> {
        let turn = Turn { io: &self.io, half: Half::Reader };
        self.io.wakers.readable.take_fired();
        let answer = self.engine.client_answer();
        let polled = self.io.wakers.attempt(Half::Reader, cx, || match receive(&turn) {
            Err(error) if error.would_block() => Err(self.engine.recv_interest() | self.flush_answers()),
            other => Ok(other),
        });
        if answer == Answer::Awaited || self.engine.client_answer() != answer {
            self.io.wakers.wake(Half::Writer);
        }
        polled
    }

    /// Asks the client for a certificate, once (`asked` says whether it has been done), and waits for the answer; `alone`:
    /// nobody reads meanwhile.
    pub(super) fn poll_reauthenticate(
        &self,
        cx: &Context<'_>,
        demand: ClientAuth,
        asked: &mut bool,
        alone: bool,
    ) -> Poll<Result<bool>> {
        let asked = Cell::from_mut(asked);
        self.writing(cx, |turn| {
            if !asked.get() {
                match demand.question().and_then(|demand| self.engine.ask_client(turn, demand)) {
                    Ok(()) => asked.set(true),
                    Err(error) if error.would_block() => return self.blocked(turn),
                    Err(error) => return Ok(Err(error)),
                }
            }
            match self.engine.client_answer() {
                Answer::Shown => return Ok(Ok(true)),
                Answer::Declined => return Ok(Ok(false)),
                Answer::NotAsked | Answer::Awaited => {}
            }
            let unsent =
                match self.engine.flush(turn).map(|gone| if gone { self.flush_io() } else { step(Poll::Pending) }) {
                    Err(error) | Ok(Ok(Err(error))) => return Ok(Err(error)),
                    Ok(Ok(Ok(()))) => Interest::NONE,
                    Ok(Err(want)) => want,
                };
            match self.engine.look_for_answer(turn, alone, alone) {
                Ok(Looked::Taken) => Err(Interest::now()),
                Ok(Looked::Nothing | Looked::Readers) => Err(Interest::new(true, false) | unsent),
                Err(error) => Ok(Err(error)),
            }
        })
    }

    pub(super) fn poll_write(&self, cx: &Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    /// Small slices go together in one record.
    pub(super) fn poll_write_vectored(&self, cx: &Context<'_>, bufs: &[IoSlice<'_>]) -> Poll<Result<usize>> {
        self.writing(cx, |turn| match self.engine.send(turn, bufs) {
            Err(error) if error.would_block() => Err(self.engine.send_interest()),
            other => Ok(other),
        })
    }

    pub(super) fn poll_flush(&self, cx: &Context<'_>) -> Poll<Result<()>> {
        self.writing(cx, |turn| match self.engine.flush(turn) {
            Ok(true) => self.flush_io(),
            Ok(false) => self.blocked(turn),
            Err(error) => Ok(Err(error)),
        })
    }

    /// Sends close_notify; with `all`, shuts down the writing side of the byte stream as well.
    pub(super) fn poll_close(&self, cx: &Context<'_>, all: bool) -> Poll<Result<()>> {
        self.writing(cx, |turn| match self.engine.close(turn) {
            Ok(true) if all => step(self.io.poll_close()),
            Ok(true) => self.flush_io(),
            Ok(false) => self.blocked(turn),
            Err(error) => Ok(Err(error)),
        })
    }

    pub(super) fn poll_update_keys(&self, cx: &Context<'_>, request: KeyUpdateRequest) -> Poll<Result<()>> {
        let ask = request == KeyUpdateRequest::Requested;
        self.writing(cx, |turn| match self.engine.update_keys(turn, ask) {
            Err(error) if error.would_block() => self.blocked(turn),
            other => Ok(other),
        })
    }

    pub(super) fn poll_ask_renegotiation(&self, cx: &Context<'_>) -> Poll<Result<()>> {
        self.writing(cx, |turn| match self.engine.ask_renegotiation(turn) {
            Err(error) if error.would_block() => self.blocked(turn),
            other => Ok(other),
        })
    }

    pub(super) fn poll_refuse_renegotiation(&self, cx: &Context<'_>) -> Poll<Result<()>> {
        self.writing(cx, |turn| match self.engine.refuse_renegotiation(turn) {
            Err(error) if error.would_block() => self.blocked(turn),
            other => Ok(other),
        })
    }

    pub(super) fn poll_send_tickets(&self, cx: &Context<'_>, count: u8) -> Poll<Result<()>> {
        self.writing(cx, |turn| match self.engine.send_tickets(turn, count) {
            Err(error) if error.would_block() => self.blocked(turn),
            other => Ok(other),
        })
    }

    /// Goes on with a handshake by `handshake`, then sees out what that left to send, be it the last flight or an alert.
    /// `outcome` is kept between the calls.
    pub(super) fn poll_handshake(
        &self,
        cx: &Context<'_>,
        outcome: &mut Option<Result<()>>,
        handshake: impl Fn() -> Step<()>,
    ) -> Poll<Result<()>> {
        self.io.wakers.attempt(Half::Reader, cx, || {
            let outcome = match outcome {
                Some(outcome) => &*outcome,
                None => outcome.insert(handshake().map_err(|want| want | self.flush_answers())?),
            };
            if outcome.as_ref().is_err_and(|error| error.alert_sent().is_none()) {
                return Ok(outcome.clone());
            }
            let seen_out = match self.engine.flush(&self.io) {
                Ok(true) => self.flush_io(),
                Ok(false) => Err(Interest::new(false, true)),
                Err(error) => Ok(Err(error)),
            };
            match seen_out {
                // Tickets. The peer has finished, and may not read before something else happens.
                Err(_) if outcome.is_ok() && self.engine.has_only_tickets_left() => Ok(Ok(())),
                Err(want) => Err(want),
                Ok(seen_out) => Ok(outcome.clone().and(seen_out)),
            }
        })
    }

    fn writing<R>(&self, cx: &Context<'_>, attempt: impl Fn(&Turn<'_, IO, F>) -> Step<R>) -> Poll<Result<R>> {
        // The reader was woken and has not come since, perhaps because its future was dropped: looking for the peer's
        // messages is for who writes, until it comes.
        if self.io.wakers.readable.take_fired() {
            self.engine.stop_waiting();
        }
        let turn = Turn { io: &self.io, half: Half::Writer };
        self.io.wakers.attempt(Half::Writer, cx, || attempt(&turn))
    }

    /// What is left over does not go: what to wait for. If that includes messages of the peer, they are looked for: a peer
    /// that writes before it reads gives room only to who takes its data away.
    fn blocked<R>(&self, turn: &Turn<'_, IO, F>) -> Step<R> {
        let want = self.engine.send_interest();
        if want.readable() || want.ready_now() {
            match self.engine.send(turn, &[]) {
                Err(error) if !error.would_block() && error.kind() != ErrorKind::Closed => return Ok(Err(error)),
                _ => {}
            }
        }
        Err(want)
    }

    /// What receiving made us send must not stay in a byte stream that holds it back: what to wait for on its behalf.
    fn flush_answers(&self) -> Interest {
        match self.io.poll_flush_answers() {
            // An error is that of the sending direction, which finds it by itself.
            Poll::Ready(_) => Interest::NONE,
            Poll::Pending => Interest::new(false, true),
        }
    }

    fn flush_io(&self) -> Step<()> {
        step(self.io.poll_flush())
    }
}

fn step<R>(polled: Poll<std::io::Result<R>>) -> Step<R> {
    match polled {
        Poll::Ready(result) => Ok(result.map_err(|error| Error::from(Failure::of_io(error, "sending")))),
        Poll::Pending => Err(Interest::new(false, true)),
    }
}
