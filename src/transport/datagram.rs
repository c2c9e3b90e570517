//! Datagrams below a DTLS session: each arrives whole or not at all, in any order, once or more.

use std::io;
use std::net::UdpSocket;
use std::ops::Deref;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::socket;

use super::{Readiness, Transport, Wait, fd};

/// Datagrams to and from one peer, used by two threads at once, that never makes either wait.
///
/// It is there already for `UdpSocket` and `UnixDatagram`, **connected** to the peer. Implement it for anything else.
pub trait DatagramTransport: Send + Sync {
    /// Takes one datagram: its length. What does not fit into `buf` is lost.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if none is there. Anything else is told to whoever receives; the session goes on.
    fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize>;

    /// Sends one datagram, whole.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if there is no room for it now. `EMSGSIZE` if it is larger than the path takes. With
    /// any other the datagram is lost, the error told to whoever sends, and the session goes on.
    fn try_send(&self, datagram: &[u8]) -> io::Result<()>;

    /// The largest datagram that the path to the peer takes, in bytes, if it is known: asked after an `EMSGSIZE`.
    fn path_mtu(&self) -> Option<usize> {
        None
    }

    /// As [`Transport::acquire`].
    ///
    /// # Errors
    /// If the transport cannot be made non-blocking.
    fn acquire(&self) -> io::Result<bool> {
        Ok(false)
    }

    /// As [`Transport::release`].
    fn release(&self) {}

    /// As [`Transport::shutdown`]: every thread that waits for this transport wakes.
    fn shutdown(&self) {}

    /// The handshake of the session over this transport is done: who is at the other end has proved that it has had this side's
    /// messages. Who tells peers apart by their addresses can end an older session of the same address now, but not before. Called
    /// after each handshake, renegotiations included, by the thread that has finished it. Nobody calls it in tasks.
    fn established(&self) {}
}

/// Datagrams that can be waited for: what the blocking calls of a session need.
pub trait DatagramWait: DatagramTransport {
    /// As [`Wait::wait`].
    ///
    /// # Errors
    /// If waiting is impossible.
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool>;
}

/// The transport of a [`DtlsSession`](crate::dtls::DtlsSession), which dereferences to the one that it was given.
#[derive(Debug)]
pub struct Datagram<T>(T);

impl<T> Datagram<T> {
    pub(crate) fn new(io: T) -> Datagram<T> {
        Datagram(io)
    }

    /// The transport that the session was given.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Datagram<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DatagramTransport> Transport for Datagram<T> {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.try_recv(buf)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.0.try_send(buf).map(|()| buf.len())
    }

    fn path_mtu(&self) -> Option<usize> {
        self.0.path_mtu()
    }

    fn acquire(&self) -> io::Result<bool> {
        self.0.acquire()
    }

    fn release(&self) {
        self.0.release();
    }

    fn shutdown(&self) {
        self.0.shutdown();
    }

    fn established(&self) {
        self.0.established();
    }
}

impl<T: DatagramWait> Wait for Datagram<T> {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        self.0.wait(want, timeout)
    }
}

/// Whether an error says that a datagram is larger than the path takes.
pub(crate) fn is_too_large(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::EMSGSIZE as i32)
}

/// The error of a transport that takes no datagram of such a size.
pub(crate) fn too_large() -> io::Error {
    Errno::EMSGSIZE.into()
}

/// What the kernel has found out about the path of a connected socket, without the headers of IP and UDP.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn udp_path_mtu(socket: &UdpSocket) -> Option<usize> {
    /// Of UDP, of IPv4 and of IPv6, in bytes.
    const HEADERS: (usize, usize, usize) = (8, 20, 40);
    let whole = socket::getsockopt(socket, socket::sockopt::IpMtu).ok()?;
    let ip = if socket.peer_addr().ok()?.is_ipv4() { HEADERS.1 } else { HEADERS.2 };
    usize::try_from(whole).ok()?.checked_sub(HEADERS.0 + ip)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn udp_path_mtu(_: &UdpSocket) -> Option<usize> {
    None
}

/// The two connected sockets of the standard library.
macro_rules! socket {
    ($type:ty, $path_mtu:expr) => {
        impl DatagramTransport for $type {
            fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize> {
                self.recv(buf)
            }

            fn try_send(&self, datagram: &[u8]) -> io::Result<()> {
                self.send(datagram).map(drop)
            }

            fn path_mtu(&self) -> Option<usize> {
                $path_mtu(self)
            }

            fn acquire(&self) -> io::Result<bool> {
                fd::make_nonblocking(self)
            }

            fn release(&self) {
                fd::make_blocking(self);
            }

            fn shutdown(&self) {
                // What is not connected has nobody waiting who could be woken.
                let _ = socket::shutdown(self.as_fd().as_raw_fd(), socket::Shutdown::Both);
            }
        }

        impl DatagramWait for $type {
            fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
                fd::wait(self, want, timeout)
            }
        }
    };
}

socket!(UdpSocket, udp_path_mtu);
socket!(UnixDatagram, |_| None);
