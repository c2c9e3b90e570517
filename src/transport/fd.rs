//! Everything with a file descriptor that reads and writes through a shared reference.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::ptr;
use std::time::{Duration, Instant};

use gnutls_sys as sys;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket;

use super::{Readiness, Transport, Wait};

impl<T> Transport for T
where
    T: AsFd + Send + Sync,
    for<'a> &'a T: Read + Write,
{
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let mut stream = self;
        stream.read(buf)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        let mut stream = self;
        stream.write(buf)
    }

    fn acquire(&self) -> io::Result<bool> {
        make_nonblocking(self)
    }

    fn release(&self) {
        make_blocking(self);
    }

    fn shutdown(&self) {
        // What is no socket, or is closed already, has nobody waiting who could be woken.
        let _ = socket::shutdown(self.as_fd().as_raw_fd(), socket::Shutdown::Both);
    }
}

impl<T> Wait for T
where
    T: AsFd + Send + Sync,
    for<'a> &'a T: Read + Write,
{
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        wait(self, want, timeout)
    }
}

/// [`Transport::acquire`] for a descriptor.
pub(super) fn make_nonblocking(fd: &impl AsFd) -> io::Result<bool> {
    let flags = OFlag::from_bits_retain(fcntl(fd.as_fd(), FcntlArg::F_GETFL)?);
    if flags.contains(OFlag::O_NONBLOCK) {
        return Ok(false);
    }
    fcntl(fd.as_fd(), FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
    Ok(true)
}

/// [`Transport::release`] for a descriptor.
pub(super) fn make_blocking(fd: &impl AsFd) {
    if let Ok(flags) = fcntl(fd.as_fd(), FcntlArg::F_GETFL) {
        let blocking = OFlag::from_bits_retain(flags) - OFlag::O_NONBLOCK;
        // The descriptor took these flags before; if it does not now, there is nobody to tell.
        let _ = fcntl(fd.as_fd(), FcntlArg::F_SETFL(blocking));
    }
}

/// How long a descriptor is left alone of which poll(2) says nothing but that there is an error. Reads and writes are told of
/// an error once, but what the kernel keeps for who asks (`IP_RECVERR`, time stamps) stays, and poll(2) does not wait while it
/// is there.
const PAUSE: Duration = Duration::from_millis(1);

/// [`Wait::wait`] for a descriptor.
pub(super) fn wait(fd: &impl AsFd, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
    let deadline = super::deadline(timeout);
    let mut flags = PollFlags::empty();
    flags.set(PollFlags::POLLIN, want.readable);
    flags.set(PollFlags::POLLOUT, want.writable);
    loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let mut fds = [PollFd::new(fd.as_fd(), flags)];
        match poll(&mut fds, left.map_or(PollTimeout::NONE, poll_timeout)) {
            Ok(0) if left.is_none_or(|left| !left.is_zero()) => {}
            Ok(ready) => {
                if fds[0].revents() == Some(PollFlags::POLLERR) {
                    // That of nothing ends with the time.
                    let _ = poll(&mut [], poll_timeout(left.map_or(PAUSE, |left| left.min(PAUSE))));
                }
                return Ok(ready > 0);
            }
            Err(nix::errno::Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

/// `left` in the milliseconds of poll(2), rounded up so that a wait never ends early and spins.
pub(crate) fn poll_timeout(left: Duration) -> PollTimeout {
    let millis = left.as_micros().div_ceil(1000);
    i32::try_from(millis).ok().and_then(|millis| PollTimeout::try_from(millis).ok()).unwrap_or(PollTimeout::MAX)
}

/// `gnutls_system_recv_timeout`, which takes its descriptor for a pointer.
pub(super) fn wait_readable(socket: BorrowedFd<'_>, timeout: Option<Duration>) -> io::Result<bool> {
    let descriptor = usize::try_from(socket.as_raw_fd()).unwrap_or(usize::MAX);
    let pointer = ptr::without_provenance_mut(descriptor);
    // C polls with a signed number.
    let longest = i32::MAX.unsigned_abs();
    let millis = timeout.map(|timeout| timeout.as_micros().div_ceil(1000).try_into().unwrap_or(longest).min(longest));
    // SAFETY: a descriptor that is open during the call, which only polls it.
    let ready = unsafe { sys::gnutls_system_recv_timeout(pointer, millis.unwrap_or(sys::GNUTLS_INDEFINITE_TIMEOUT)) };
    if ready < 0 { Err(io::Error::last_os_error()) } else { Ok(ready > 0) }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no UDP")]
    fn an_error_that_the_kernel_keeps_does_not_make_a_wait_spin() {
        const WAITS: u32 = 20;
        let gone = UdpSocket::bind("127.0.0.1:0").and_then(|gone| gone.local_addr()).expect("an address");
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        socket::setsockopt(&socket, socket::sockopt::Ipv4RecvErr, &true).expect("an option of Linux");
        socket.connect(gone).expect("connecting");
        socket.send(b"nobody receives this").expect("it was sent");
        let began = Instant::now();
        assert_eq!(socket.recv(&mut [0; 10]).expect_err("it is refused").kind(), io::ErrorKind::ConnectionRefused);
        let readable = Readiness { readable: true, writable: false };
        for _ in 0..WAITS {
            assert!(wait(&socket, readable, None).expect("waiting"), "there is still an error");
        }
        assert!(began.elapsed() >= PAUSE * WAITS, "each takes its time");
        let writable = Readiness { readable: false, writable: true };
        assert!(wait(&socket, writable, Some(Duration::ZERO)).expect("waiting"), "there is room");
    }
}
