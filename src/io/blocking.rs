//! Calls that wait. The wait is always here, outside every lock, between two calls that do not.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, IoSlice, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::duplex::interest::Interest;
use crate::duplex::signal::Signal;
use crate::engine::{Engine, Packet};
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::session::{ReadHalf, Session, Shared, WriteHalf};
use crate::transport::{self, Readiness, Transport, Wait};

/// A writer that waits for room alone looks that often whether it is the only one left: nothing wakes it when the other
/// half is dropped, and a peer that writes before it reads gives room only to who takes its data away.
const SLICE: Duration = Duration::from_secs(1);

/// How long one call may still wait.
pub(super) struct Patience<'a> {
    nonblocking: bool,
    timeout: Option<Duration>,
    deadline: Option<Instant>,
    /// Where its waits are counted.
    waits: &'a AtomicU64,
}

impl Patience<'_> {
    /// The deadline is set by the first wait: a call that need not wait does not ask for the time.
    fn new(nonblocking: bool, timeout: Option<Duration>, waits: &AtomicU64) -> Patience<'_> {
        Patience { nonblocking, timeout, deadline: None, waits }
    }

    /// Waits for `want`; `blocked` is the answer that made it necessary.
    pub(super) fn wait(&mut self, io: &impl Wait, want: Interest, blocked: Error) -> Result<()> {
        // Nothing to wait for: another thread has done meanwhile what this call was waiting for. Or the peer keeps this one
        // busy with what is no data, which it may do for ever.
        if want.ready_now() || want.readiness() == Readiness::default() {
            let timed = self.timeout.is_some() && !self.nonblocking;
            return if timed { self.left(blocked).map(drop) } else { Ok(()) };
        }
        let left = self.left(blocked)?;
        let slice = if want.readable() { left } else { Some(left.map_or(SLICE, |left| left.min(SLICE))) };
        self.waits.fetch_add(1, Ordering::Relaxed);
        let waited = io.wait(want.readiness(), slice);
        waited.map(drop).map_err(|error| Failure::of_io(error, "waiting for the transport").into())
    }

    /// [`wait`](Patience::wait), but not for long: others may take what it waits for.
    pub(super) fn wait_a_while(&mut self, io: &impl Wait, want: Interest, blocked: Error) -> Result<()> {
        let left = self.left(blocked)?;
        self.waits.fetch_add(1, Ordering::Relaxed);
        let waited = io.wait(want.readiness(), Some(left.map_or(SLICE, |left| left.min(SLICE))));
        waited.map(drop).map_err(|error| Failure::of_io(error, "waiting for the transport").into())
    }

    /// Waits for news after `seen` from who receives; it may have gone, so not for long.
    pub(super) fn wait_for(&mut self, news: &Signal, seen: u64, blocked: Error) -> Result<()> {
        let left = self.left(blocked)?;
        news.wait(seen, left.map_or(SLICE, |left| left.min(SLICE)));
        Ok(())
    }

    /// For how long it may wait, if not without end.
    fn left(&mut self, blocked: Error) -> Result<Option<Duration>> {
        if self.nonblocking {
            return Err(blocked);
        }
        if self.deadline.is_none() {
            self.deadline = transport::deadline(self.timeout);
        }
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(timed_out(blocked.doing().to_owned()));
        }
        Ok(left)
    }
}

fn timed_out(doing: impl Into<Cow<'static, str>>) -> Error {
    Failure::new(ErrorKind::TimedOut, doing).detail("the timeout ran out").into()
}

impl<T: Wait> Shared<T> {
    fn read_patience(&self) -> Patience<'_> {
        self.patience(self.mode.read_timeout.get(), &self.mode.read_waits)
    }

    pub(super) fn write_patience(&self) -> Patience<'_> {
        self.patience(self.mode.write_timeout.get(), &self.mode.write_waits)
    }

    fn patience<'a>(&self, timeout: Option<Duration>, waits: &'a AtomicU64) -> Patience<'a> {
        Patience::new(self.mode.nonblocking.load(Ordering::Relaxed), timeout, waits)
    }

    /// Makes `receive`, again after each wait, until it has something.
    fn read<R>(&self, mut receive: impl FnMut(&Engine, &T) -> Result<R>) -> Result<R> {
        let mut patience = self.read_patience();
        let turn = self.engine.readers_turn().try_lock();
        let _turn = match (turn, patience.timeout) {
            (Some(turn), _) => Some(turn),
            (None, _) if patience.nonblocking => None,
            (None, None) => Some(self.engine.readers_turn().lock()),
            (None, Some(timeout)) => {
                Some(self.engine.readers_turn().try_lock_for(timeout).ok_or_else(|| timed_out("receiving"))?)
            }
        };
        loop {
            match receive(&self.engine, &self.io) {
                Err(error) if error.would_block() => {
                    let waited = patience.wait(&self.io, self.engine.recv_interest(), error);
                    waited.inspect_err(|error| {
                        if error.kind() == ErrorKind::TimedOut {
                            self.engine.stop_waiting();
                        }
                    })?;
                }
                other => return other,
            }
        }
    }

    /// Makes `send`, again after each wait, until it has taken something, and sees that out to the transport.
    fn write(&self, send: impl FnMut(&Engine, &T) -> Result<usize>) -> Result<usize> {
        let mut patience = self.write_patience();
        let taken = self.retry(&mut patience, send)?;
        match self.drain(&mut patience) {
            Ok(()) => Ok(taken),
            // What is taken is on its way; an error that lasts is the next call's.
            Err(_) if taken > 0 => {
                self.engine.keep_error();
                Ok(taken)
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) fn write_file(&self, file: &File, count: u64) -> Result<u64> {
        let mut sent = 0;
        while sent < count {
            let wanted = usize::try_from(count - sent).unwrap_or(usize::MAX);
            match self.write(|engine, io| engine.send_file(io, file, wanted))? {
                0 => break,
                taken => sent += taken as u64,
            }
        }
        Ok(sent)
    }

    pub(crate) fn uncork(&self) -> Result<()> {
        let mut patience = self.write_patience();
        self.finish(&mut patience, "sending what was gathered", Engine::uncork)
    }

    fn flush(&self) -> Result<()> {
        self.drain(&mut self.write_patience())
    }

    fn drain(&self, patience: &mut Patience<'_>) -> Result<()> {
        while !self.engine.flush(&self.io)? {
            if self.wait_to_write(patience, Error::blocked("flushing"))? {
                self.look()?;
            }
        }
        Ok(())
    }

    /// Makes `call`, again after each wait, until it does not block.
    pub(super) fn retry<R>(
        &self,
        patience: &mut Patience<'_>,
        mut call: impl FnMut(&Engine, &T) -> Result<R>,
    ) -> Result<R> {
        loop {
            match call(&self.engine, &self.io) {
                Err(error) if error.would_block() => {
                    if self.wait_to_write(patience, error)? {
                        self.look()?;
                    }
                }
                other => return other,
            }
        }
    }

    /// Makes `call`, again after each wait, until it says that everything has gone.
    fn finish(
        &self,
        patience: &mut Patience<'_>,
        doing: &'static str,
        call: impl Fn(&Engine, &dyn Transport) -> Result<bool>,
    ) -> Result<()> {
        while !call(&self.engine, &self.io)? {
            if self.wait_to_write(patience, Error::blocked(doing))? {
                self.look()?;
            }
        }
        Ok(())
    }

    /// Looks for the peer's messages; a direction that is closed does so, too.
    fn look(&self) -> Result<()> {
        match self.engine.send(&self.io, &[]) {
            Err(error) if error.kind() != ErrorKind::Closed => Err(error),
            _ => Ok(()),
        }
    }

    /// Waits until bytes that are left over can go: true if the writer looks for the peer's messages meanwhile.
    fn wait_to_write(&self, patience: &mut Patience<'_>, blocked: Error) -> Result<bool> {
        let want = self.engine.send_interest();
        // Without left-overs (a receiver that met a key change, or another writer, saw them out since `blocked`) there
        // is nothing to wait for, and a wait for the peer alone could be one without end.
        if want.writable() {
            patience.wait(&self.io, want, blocked)?;
        }
        Ok(want.readable() || want.ready_now())
    }

    pub(crate) fn close(&self) -> Result<()> {
        let mut patience = self.write_patience();
        self.finish(&mut patience, "closing", Engine::close)
    }

    pub(crate) fn send_tickets(&self, count: u8) -> Result<()> {
        let mut patience = self.write_patience();
        self.retry(&mut patience, |engine, io| engine.send_tickets(io, count))?;
        if patience.nonblocking { Ok(()) } else { self.drain(&mut patience) }
    }

    pub(crate) fn update_keys(&self, ask: bool) -> Result<()> {
        let mut patience = self.write_patience();
        self.retry(&mut patience, |engine, io| engine.update_keys(io, ask))?;
        // The update is made; what it left over goes out with the next call if it cannot now.
        if patience.nonblocking { Ok(()) } else { self.drain(&mut patience) }
    }
}

/// Waiting for a record without copying it.
macro_rules! packets {
    ($type:ty, $self:ty) => {
        impl<T: Wait> $type {
            /// [`recv_packet`](Self::recv_packet) that waits, as `read` does: the data of one record, or `None` at the
            /// end of what the peer sends.
            ///
            /// # Errors
            /// As `read`.
            #[doc(alias = "gnutls_record_recv_packet")]
            pub fn read_packet(self: $self) -> Result<Option<Packet>> {
                self.shared.read(|engine, io| engine.recv_packet(io))
            }
        }
    };
}

packets!(Session<T>, &Self);
packets!(ReadHalf<T>, &mut Self);

/// `Read` and `Write` that pass on to `Shared`.
macro_rules! face {
    (read $type:ty) => {
        impl<T: Wait> Read for $type {
            fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                Ok(self.shared.read(|engine, io| engine.recv(io, buf))?)
            }
        }
    };
    (write $type:ty) => {
        impl<T: Wait> Write for $type {
            fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
                self.write_vectored(&[IoSlice::new(buf)])
            }

            fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
                Ok(self.shared.write(|engine, io| engine.send(io, bufs))?)
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(self.shared.flush()?)
            }
        }
    };
}

face!(read Session<T>);
face!(read &Session<T>);
face!(read ReadHalf<T>);
face!(write Session<T>);
face!(write &Session<T>);
face!(write WriteHalf<T>);
