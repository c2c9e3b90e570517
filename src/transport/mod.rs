//! The byte stream below a session: never blocking, readable and writable at the same time.
//!
//! [`Transport`] moves bytes, [`Wait`] waits until it can. (For DTLS, [`DatagramTransport`] and [`DatagramWait`].) Any socket-like type of the standard library is both, and
//! so is an end of an [in-memory pair](memory::pair). A session keeps ciphertext in buffers of its own between
//! GnuTLS and the transport, so that a transport which takes one byte at a time, or none, costs nothing but time.

pub(crate) mod datagram;
mod departures;
mod fd;
pub(crate) use fd::poll_timeout;
pub(crate) mod framing;
pub(crate) mod inbox;
pub mod memory;
pub(crate) mod outbox;
pub(crate) mod pool;
pub(crate) mod records;
#[cfg(test)]
mod threads;

use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

pub use datagram::{Datagram, DatagramTransport, DatagramWait};

/// A byte stream that two threads use at once, one reading and one writing, and that never makes either wait.
///
/// It is there already for every type with a file descriptor (`AsFd`) whose shared reference reads and writes:
/// `TcpStream`, `UnixStream`, `socket2::Socket` and the like. Implement it for anything else.
///
/// The transports of the standard library never raise SIGPIPE (they send with `MSG_NOSIGNAL`); one of your own
/// should do the same.
#[doc(alias = "gnutls_transport_set_ptr")]
#[doc(alias = "gnutls_transport_set_ptr2")]
#[doc(alias = "gnutls_transport_set_int2")]
pub trait Transport: Send + Sync {
    /// Reads what is there: the number of bytes, or 0 at the end of the stream.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if nothing is there yet; anything else ends the receiving direction.
    #[doc(alias = "gnutls_transport_set_pull_function")]
    #[doc(alias = "gnutls_transport_set_errno_function")]
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize>;

    /// Writes what fits: the number of bytes taken.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if nothing fits now; anything else ends the sending direction.
    #[doc(alias = "gnutls_transport_set_push_function")]
    #[doc(alias = "gnutls_transport_set_vec_push_function")]
    #[doc(alias = "gnutls_transport_set_errno")]
    fn try_write(&self, buf: &[u8]) -> io::Result<usize>;

    /// The largest datagram that the path takes, for transports of datagrams.
    #[doc(hidden)]
    fn path_mtu(&self) -> Option<usize> {
        None
    }

    /// Called once when a session takes the transport: from here on no call may block.
    /// Returns whether [`release`](Transport::release) has something to undo.
    ///
    /// # Errors
    /// If the transport cannot be made non-blocking.
    fn acquire(&self) -> io::Result<bool> {
        Ok(false)
    }

    /// Called when the session gives the transport back and `acquire` returned true.
    fn release(&self) {}

    /// Ends both directions, so that every thread which waits for this transport wakes.
    /// Called after a fatal error of the session, when RFC 8446 (section 6.2) has the connection closed.
    fn shutdown(&self) {}

    /// As [`DatagramTransport::established`], for transports of datagrams.
    #[doc(hidden)]
    fn established(&self) {}
}

/// A transport with nothing to say and nothing to take.
pub(crate) struct Silent;

impl Transport for Silent {
    fn try_read(&self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn try_write(&self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}

/// Waits until the socket has something to read, or the end, as GnuTLS waits for its own: false if `timeout` ran out
/// first, and `None` waits without end. For pull-timeout functions that are ported; a session waits by its [`Wait`].
///
/// # Errors
/// That of poll(2).
#[doc(alias = "gnutls_system_recv_timeout")]
pub fn wait_readable(socket: impl AsFd, timeout: Option<Duration>) -> io::Result<bool> {
    fd::wait_readable(socket.as_fd(), timeout)
}

/// When `timeout` will have run out; `None` for none, and for one that ends after all time that can be told.
pub(crate) fn deadline(timeout: Option<Duration>) -> Option<Instant> {
    timeout.and_then(|timeout| Instant::now().checked_add(timeout))
}

/// What to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Readiness {
    /// Until there is something to read, or the end.
    pub readable: bool,
    /// Until there is room to write.
    pub writable: bool,
}

/// A transport that can be waited for: what the blocking calls of a session need.
#[doc(alias = "gnutls_transport_set_pull_timeout_function")]
pub trait Wait: Transport {
    /// Waits until `want` may be the case: true then, false if `timeout` ran out first. It may return true too
    /// early, never too late.
    ///
    /// # Errors
    /// If waiting is impossible.
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool>;
}
