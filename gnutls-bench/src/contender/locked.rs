//! One session under one mutex, over a socket that does not block: what a program does with a library whose sessions
//! bear one thread. The mutex is never held while somebody waits, or the other direction would wait as well.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::{Halves, Reads, Writes};

/// A session whose calls never wait: they fail with `WouldBlock`.
pub(super) trait Session: Send + 'static {
    fn try_read(&mut self, buf: &mut [u8]) -> io::Result<usize>;

    /// Takes some of `buf`.
    fn try_write(&mut self, buf: &[u8]) -> io::Result<usize>;

    /// Sees out what was taken.
    fn try_flush(&mut self) -> io::Result<()>;
}

/// Waits until `socket` can be read or written.
pub(super) fn wait(socket: &TcpStream, events: PollFlags) -> io::Result<()> {
    poll(&mut [PollFd::new(socket.as_fd(), events)], PollTimeout::NONE)?;
    Ok(())
}

/// Two halves of a `session` over `socket`.
pub(super) fn halves<S: Session>(session: S, socket: TcpStream) -> Halves {
    let shared = Arc::new(Shared { session: Mutex::new(session), socket });
    Halves { reader: Box::new(Reads(Half(Arc::clone(&shared)))), writer: Box::new(Writes(Half(shared))) }
}

struct Shared<S> {
    session: Mutex<S>,
    socket: TcpStream,
}

struct Half<S>(Arc<Shared<S>>);

impl<S> Half<S> {
    fn lock(&self) -> MutexGuard<'_, S> {
        self.0.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes `call` under the mutex until it need not wait.
    fn until_ready<R>(&self, events: PollFlags, mut call: impl FnMut(&mut S) -> io::Result<R>) -> io::Result<R> {
        loop {
            let result = call(&mut self.lock());
            match result {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait(&self.0.socket, events)?,
                other => return other,
            }
        }
    }
}

impl<S: Session> Read for Half<S> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.until_ready(PollFlags::POLLIN, |session| session.try_read(buf))
    }
}

impl<S: Session> Write for Half<S> {
    /// As with ours and with C, what is written has reached the socket when the call returns.
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let taken = self.until_ready(PollFlags::POLLOUT, |session| session.try_write(buf))?;
        self.flush()?;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.until_ready(PollFlags::POLLOUT, Session::try_flush)
    }
}
