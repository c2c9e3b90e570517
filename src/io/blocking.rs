//! Calls that wait. The wait is always here, outside every lock, between two calls that do not.

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::duplex::interest::Interest;
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::session::{ReadHalf, Session, Shared, WriteHalf};
use crate::transport::{Readiness, Wait};

/// A writer that waits for room alone looks that often whether it is the only one left: nothing wakes it when the other
/// half is dropped, and a peer that writes before it reads gives room only to who takes its data away.
const SLICE: Duration = Duration::from_secs(1);

/// How long one call may still wait.
struct Patience {
    nonblocking: bool,
    timeout: Option<Duration>,
    deadline: Option<Instant>,
}

impl Patience {
    /// The deadline is set by the first wait: a call that need not wait does not ask for the time.
    fn new(nonblocking: bool, timeout: Option<Duration>) -> Patience {
        Patience { nonblocking, timeout, deadline: None }
    }

    /// Waits for `want`; `blocked` is the answer that made it necessary.
    fn wait(&mut self, io: &impl Wait, want: Interest, blocked: Error) -> Result<()> {
        // Nothing to wait for: another thread has done meanwhile what this call was waiting for.
        if want.ready_now() || want.readiness() == Readiness::default() {
            return Ok(());
        }
        if self.nonblocking {
            return Err(blocked);
        }
        if let (Some(timeout), None) = (self.timeout, self.deadline) {
            self.deadline = Some(Instant::now() + timeout);
        }
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(timed_out(blocked.doing().to_owned()));
        }
        let slice = if want.readable() { left } else { Some(left.map_or(SLICE, |left| left.min(SLICE))) };
        let waited = io.wait(want.readiness(), slice);
        waited.map(drop).map_err(|error| Failure::of_io(error, "waiting for the transport").into())
    }
}

fn timed_out(doing: impl Into<Cow<'static, str>>) -> Error {
    Failure::new(ErrorKind::TimedOut, doing).detail("the timeout ran out").into()
}

impl<T: Wait> Shared<T> {
    fn patience(&self, timeout: Option<Duration>) -> Patience {
        Patience::new(self.mode.nonblocking.load(Ordering::Relaxed), timeout)
    }

    fn read(&self, buf: &mut [u8]) -> Result<usize> {
        let mut patience = self.patience(self.mode.read_timeout.get());
        let turn = self.reading.try_lock();
        let _turn = match (turn, patience.timeout) {
            (Some(turn), _) => Some(turn),
            (None, _) if patience.nonblocking => None,
            (None, None) => Some(self.reading.lock()),
            (None, Some(timeout)) => Some(self.reading.try_lock_for(timeout).ok_or_else(|| timed_out("receiving"))?),
        };
        loop {
            match self.engine.recv(&self.io, buf) {
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

    /// Takes some of `buf` and sees it out to the transport.
    fn write(&self, buf: &[u8]) -> Result<usize> {
        let mut patience = self.patience(self.mode.write_timeout.get());
        let taken = loop {
            match self.engine.send(&self.io, buf) {
                Err(error) if error.would_block() => {
                    self.wait_to_write(&mut patience, error)?;
                }
                other => break other?,
            }
        };
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

    fn flush(&self) -> Result<()> {
        self.drain(&mut self.patience(self.mode.write_timeout.get()))
    }

    fn drain(&self, patience: &mut Patience) -> Result<()> {
        while !self.engine.flush(&self.io)? {
            if self.wait_to_write(patience, Error::blocked("flushing"))? {
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
    fn wait_to_write(&self, patience: &mut Patience, blocked: Error) -> Result<bool> {
        let want = self.engine.send_interest();
        // Without left-overs (a receiver that met a key change, or another writer, saw them out since `blocked`) there
        // is nothing to wait for, and a wait for the peer alone could be one without end.
        if want.writable() {
            patience.wait(&self.io, want, blocked)?;
        }
        Ok(want.readable() || want.ready_now())
    }

    pub(crate) fn close(&self) -> Result<()> {
        let mut patience = self.patience(self.mode.write_timeout.get());
        while !self.engine.close(&self.io)? {
            if self.wait_to_write(&mut patience, Error::blocked("closing"))? {
                self.look()?;
            }
        }
        Ok(())
    }

    pub(crate) fn update_keys(&self, ask: bool) -> Result<()> {
        let mut patience = self.patience(self.mode.write_timeout.get());
        loop {
            match self.engine.update_keys(&self.io, ask) {
                Err(error) if error.would_block() => {
                    if self.wait_to_write(&mut patience, error)? {
                        self.look()?;
                    }
                }
                other => break other?,
            }
        }
        // The update is made; what it left over goes out with the next call if it cannot now.
        if patience.nonblocking { Ok(()) } else { self.drain(&mut patience) }
    }
}

/// `Read` and `Write` that pass on to `Shared`.
macro_rules! face {
    (read $type:ty) => {
        impl<T: Wait> Read for $type {
            fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                Ok(self.shared.read(buf)?)
            }
        }
    };
    (write $type:ty) => {
        impl<T: Wait> Write for $type {
            fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
                Ok(self.shared.write(buf)?)
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
