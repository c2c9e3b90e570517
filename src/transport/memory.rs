//! A pair of connected in-memory transports: a connection without a socket, for tests and for use inside one process.

mod datagrams;
pub use datagrams::{DatagramEnd, datagram_pair};

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::{Readiness, Transport, Wait};

/// Two connected ends; each direction holds up to `capacity` bytes (at least 1).
///
/// Dropping an end ends the stream: the other reads what is left and then 0, and writing there fails with
/// `BrokenPipe`.
///
/// # Examples
/// ```
/// use gnutls::transport::{Transport, memory};
///
/// let (left, right) = memory::pair(64 * 1024);
/// assert_eq!(left.try_write(b"hello")?, 5);
/// let mut buf = [0; 16];
/// assert_eq!(right.try_read(&mut buf)?, 5);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn pair(capacity: usize) -> (End, End) {
    let wire = Arc::new(Wire {
        pipes: [Pipe::new(), Pipe::new()],
        capacity: capacity.max(1),
        waiting: AtomicUsize::new(0),
        gate: Mutex::new(()),
        changed: Condvar::new(),
    });
    (End { wire: Arc::clone(&wire), reads: 0 }, End { wire, reads: 1 })
}

/// One end of a [`pair`].
pub struct End {
    wire: Arc<Wire>,
    /// The index of the pipe this end reads; it writes the other.
    reads: usize,
}

struct Wire {
    pipes: [Pipe; 2],
    capacity: usize,
    /// Threads in `wait`; whoever changes a pipe while there are any passes the gate and wakes them.
    waiting: AtomicUsize,
    gate: Mutex<()>,
    changed: Condvar,
}

struct Pipe(Mutex<PipeState>);

struct PipeState {
    bytes: VecDeque<u8>,
    closed: bool,
}

impl Pipe {
    fn new() -> Pipe {
        Pipe(Mutex::new(PipeState { bytes: VecDeque::new(), closed: false }))
    }
}

impl Wire {
    fn wake(&self) {
        // A waiter counts itself before it looks at the pipes, and the change was made under a pipe's mutex: either
        // the waiter saw the change, or it is counted here.
        if self.waiting.load(Ordering::SeqCst) > 0 {
            drop(self.gate.lock());
            self.changed.notify_all();
        }
    }
}

impl End {
    fn incoming(&self) -> &Pipe {
        &self.wire.pipes[self.reads]
    }

    fn outgoing(&self) -> &Pipe {
        &self.wire.pipes[1 - self.reads]
    }

    fn is_ready(&self, want: Readiness) -> bool {
        let readable = || {
            let pipe = self.incoming().0.lock();
            pipe.closed || !pipe.bytes.is_empty()
        };
        let writable = || {
            let pipe = self.outgoing().0.lock();
            pipe.closed || pipe.bytes.len() < self.wire.capacity
        };
        (want.readable && readable()) || (want.writable && writable())
    }
}

impl Transport for End {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let mut pipe = self.incoming().0.lock();
        if pipe.bytes.is_empty() {
            return if pipe.closed { Ok(0) } else { Err(io::ErrorKind::WouldBlock.into()) };
        }
        let (front, back) = pipe.bytes.as_slices();
        let from_front = front.len().min(buf.len());
        buf[..from_front].copy_from_slice(&front[..from_front]);
        let from_back = back.len().min(buf.len() - from_front);
        buf[from_front..from_front + from_back].copy_from_slice(&back[..from_back]);
        let taken = from_front + from_back;
        pipe.bytes.drain(..taken);
        drop(pipe);
        self.wire.wake();
        Ok(taken)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        let mut pipe = self.outgoing().0.lock();
        if pipe.closed {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let room = self.wire.capacity - pipe.bytes.len();
        if room == 0 && !buf.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let taken = room.min(buf.len());
        pipe.bytes.extend(&buf[..taken]);
        drop(pipe);
        self.wire.wake();
        Ok(taken)
    }

    fn shutdown(&self) {
        self.wire.pipes.iter().for_each(|pipe| pipe.0.lock().closed = true);
        self.wire.wake();
    }
}

impl Wait for End {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        let deadline = super::deadline(timeout);
        self.wire.waiting.fetch_add(1, Ordering::SeqCst);
        let mut gate = self.wire.gate.lock();
        let ready = loop {
            if self.is_ready(want) {
                break true;
            }
            match deadline {
                None => self.wire.changed.wait(&mut gate),
                Some(deadline) => {
                    if self.wire.changed.wait_until(&mut gate, deadline).timed_out() {
                        break self.is_ready(want);
                    }
                }
            }
        };
        drop(gate);
        self.wire.waiting.fetch_sub(1, Ordering::SeqCst);
        Ok(ready)
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl fmt::Debug for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("End").field("capacity", &self.wire.capacity).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    const READ: Readiness = Readiness { readable: true, writable: false };
    const WRITE: Readiness = Readiness { readable: false, writable: true };

    #[test]
    fn a_full_pipe_refuses_and_a_waiter_wakes_when_there_is_room() {
        let (left, right) = pair(3);
        assert_eq!(left.try_write(b"abcd").expect("3 fit"), 3);
        let full = left.try_write(b"d").expect_err("no room");
        assert_eq!(full.kind(), io::ErrorKind::WouldBlock);
        let waiter = thread::spawn(move || left.wait(WRITE, None).map(|ready| (ready, left)));
        let mut buf = [0; 2];
        assert_eq!(right.try_read(&mut buf).expect("2 come"), 2);
        let (ready, _left) = waiter.join().expect("no panic").expect("no error");
        assert!(ready);
    }

    #[test]
    fn a_dropped_end_is_the_end_of_the_stream_after_its_bytes() {
        let (left, right) = pair(8);
        left.try_write(b"last").expect("fits");
        drop(left);
        assert!(right.wait(READ, None).expect("readable"));
        let mut buf = [0; 8];
        assert_eq!(right.try_read(&mut buf).expect("the bytes"), 4);
        assert_eq!(right.try_read(&mut buf).expect("the end"), 0);
        assert_eq!(right.try_write(b"x").expect_err("closed").kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn a_wait_that_runs_out_says_so() {
        let (left, _right) = pair(8);
        assert!(!left.wait(READ, Some(Duration::ZERO)).expect("no error"));
    }
}
