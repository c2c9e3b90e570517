//! A byte stream of a task as the transport of a session.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;

use super::family::Family;
use super::wakers::{Half, Waiting, Wakers};
use crate::transport::Transport;

/// The byte stream, locked while it is polled and not longer, and the two wakers that it is polled with.
pub(crate) struct TaskIo<IO, F> {
    io: Mutex<IO>,
    pub(super) wakers: Wakers,
    when_readable: Waker,
    when_writable: Waker,
    /// The reader has written, and the byte stream has not been flushed since.
    answered: AtomicBool,
    family: PhantomData<fn() -> F>,
}

impl<IO, F> TaskIo<IO, F> {
    pub(super) fn new(io: IO) -> TaskIo<IO, F> {
        let wakers = Wakers::new();
        TaskIo {
            io: Mutex::new(io),
            when_readable: wakers.readable.clone().into(),
            when_writable: wakers.writable.clone().into(),
            wakers,
            answered: AtomicBool::new(false),
            family: PhantomData,
        }
    }

    pub(super) fn into_io(self) -> IO {
        self.io.into_inner()
    }

    pub(super) fn get_mut(&mut self) -> &mut IO {
        self.io.get_mut()
    }

    /// Where the byte stream is.
    pub(super) fn as_ptr(&self) -> *const IO {
        self.io.data_ptr()
    }
}

impl<IO: Unpin, F: Family<IO>> TaskIo<IO, F> {
    /// Makes the byte stream see out what it holds back.
    pub(super) fn poll_flush(&self) -> Poll<io::Result<()>> {
        self.poll_writing(Half::Writer, F::poll_flush)
    }

    /// [`poll_flush`](TaskIo::poll_flush), if the reader has written since.
    pub(super) fn poll_flush_answers(&self) -> Poll<io::Result<()>> {
        if !self.answered.swap(false, Ordering::Relaxed) {
            return Poll::Ready(Ok(()));
        }
        let polled = self.poll_writing(Half::Reader, F::poll_flush);
        if polled.is_pending() {
            self.answered.store(true, Ordering::Relaxed);
        }
        polled
    }

    /// Shuts down its writing side.
    pub(super) fn poll_close(&self) -> Poll<io::Result<()>> {
        self.poll_writing(Half::Writer, F::poll_close)
    }

    fn poll_reading<R>(&self, half: Half, poll: impl PollIo<IO, R>) -> Poll<io::Result<R>> {
        self.poll(half, &self.wakers.readable, &self.when_readable, poll)
    }

    fn poll_writing<R>(&self, half: Half, poll: impl PollIo<IO, R>) -> Poll<io::Result<R>> {
        self.poll(half, &self.wakers.writable, &self.when_writable, poll)
    }

    fn poll<R>(&self, half: Half, waiting: &Waiting, waker: &Waker, poll: impl PollIo<IO, R>) -> Poll<io::Result<R>> {
        let mut io = self.io.lock();
        let armed = waiting.arm(half);
        let polled = poll(Pin::new(&mut *io), &mut Context::from_waker(waker));
        drop(io);
        match polled {
            Poll::Pending => armed.owed(),
            // Taken for `Pending`, it would be waited for, with nobody to wake.
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                return Poll::Ready(Err(io::Error::other("the byte stream says WouldBlock where it must say Pending")));
            }
            Poll::Ready(_) => {}
        }
        polled
    }
}

/// One poll of a byte stream.
trait PollIo<IO, R>: FnOnce(Pin<&mut IO>, &mut Context<'_>) -> Poll<io::Result<R>> {}
impl<IO, R, P: FnOnce(Pin<&mut IO>, &mut Context<'_>) -> Poll<io::Result<R>>> PollIo<IO, R> for P {}

fn ready<R>(polled: Poll<io::Result<R>>) -> io::Result<R> {
    match polled {
        Poll::Ready(result) => result,
        Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
    }
}

/// The transport in the hands of one half.
pub(super) struct Turn<'a, IO, F> {
    pub(super) io: &'a TaskIo<IO, F>,
    pub(super) half: Half,
}

impl<IO: Send + Unpin, F: Family<IO>> Transport for Turn<'_, IO, F> {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        ready(self.io.poll_reading(self.half, |io, cx| F::poll_read(io, cx, buf)))
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        let written = ready(self.io.poll_writing(self.half, |io, cx| F::poll_write(io, cx, buf)));
        // What took nothing has nothing to flush; and a flush that is done would be taken for the end of the wait for room.
        if self.half == Half::Reader && written.is_ok() {
            self.io.answered.store(true, Ordering::Relaxed);
        }
        written
    }

    /// The session has failed: a half that waits has something to hear. What is left for the peer, if the byte stream
    /// holds it back, gets one push.
    fn shutdown(&self) {
        // There is an error already, which says more.
        let _ = self.io.poll_flush();
        self.io.wakers.wake_all();
    }
}

/// In one piece, and in the handshake, one task does it all.
impl<IO: Send + Unpin, F: Family<IO>> Transport for TaskIo<IO, F> {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        Turn { io: self, half: Half::Reader }.try_read(buf)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        Turn { io: self, half: Half::Reader }.try_write(buf)
    }

    fn shutdown(&self) {
        Turn { io: self, half: Half::Reader }.shutdown();
    }
}

impl<IO, F> fmt::Debug for TaskIo<IO, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskIo").finish_non_exhaustive()
    }
}
