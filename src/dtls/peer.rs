//! One client's part of a listener's socket, and the datagrams that wait for it.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::transport::{DatagramTransport, DatagramWait, Readiness};

/// How many datagrams wait for one client's session, and of how many bytes. What comes then is lost, as it would be in the
/// kernel.
const MOST: usize = 256;
const MOST_BYTES: usize = 128 << 10;

/// The transport of one client: its part of the listener's socket. When it is dropped the client is forgotten.
pub struct DtlsPeer {
    shared: Arc<Shared>,
    address: SocketAddr,
    queue: Arc<Queue>,
}

/// What the clients of a listener have in common.
pub(super) struct Shared {
    pub(super) socket: UdpSocket,
    pub(super) peers: Mutex<HashMap<SocketAddr, Arc<Queue>>>,
}

#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    datagrams: VecDeque<Vec<u8>>,
    bytes: usize,
    lost: u64,
    /// The session has failed: nobody waits any more.
    over: bool,
    /// The listener is gone: nothing comes any more.
    orphaned: bool,
}

impl DtlsPeer {
    /// A client that is heard from now on, beginning with `first`.
    pub(super) fn new(shared: &Arc<Shared>, address: SocketAddr, first: &[u8]) -> DtlsPeer {
        let queue = Arc::new(Queue::default());
        queue.put(first);
        shared.peers.lock().insert(address, Arc::clone(&queue));
        DtlsPeer { shared: Arc::clone(shared), address, queue }
    }

    /// The client's address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many datagrams under the client's address were lost because the session had not taken those before: up to 256
    /// wait for it, of up to 128 KiB together.
    pub fn lost(&self) -> u64 {
        self.queue.state.lock().lost
    }
}

impl DatagramTransport for DtlsPeer {
    fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        let datagram = self.queue.take()?;
        let length = datagram.len().min(buf.len());
        buf[..length].copy_from_slice(&datagram[..length]);
        Ok(length)
    }

    fn try_send(&self, datagram: &[u8]) -> io::Result<()> {
        self.shared.socket.send_to(datagram, self.address).map(drop)
    }

    fn shutdown(&self) {
        self.queue.state.lock().over = true;
        self.queue.changed.notify_all();
    }
}

impl DatagramWait for DtlsPeer {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        if want.writable {
            let writable = Readiness { readable: false, writable: true };
            return self.shared.socket.wait(writable, timeout);
        }
        let deadline = crate::transport::deadline(timeout);
        let mut state = self.queue.state.lock();
        loop {
            if state.over || state.orphaned || !state.datagrams.is_empty() {
                return Ok(true);
            }
            match deadline {
                None => self.queue.changed.wait(&mut state),
                Some(deadline) if Instant::now() >= deadline => return Ok(false),
                Some(deadline) => drop(self.queue.changed.wait_until(&mut state, deadline)),
            }
        }
    }
}

impl Queue {
    pub(super) fn put(&self, datagram: &[u8]) {
        let mut state = self.state.lock();
        if state.datagrams.len() < MOST && state.bytes + datagram.len() <= MOST_BYTES {
            state.bytes += datagram.len();
            state.datagrams.push_back(datagram.to_vec());
        } else {
            state.lost += 1;
        }
        drop(state);
        self.changed.notify_all();
    }

    fn take(&self) -> io::Result<Vec<u8>> {
        let mut state = self.state.lock();
        match state.datagrams.pop_front() {
            Some(datagram) => {
                state.bytes -= datagram.len();
                Ok(datagram)
            }
            None if state.orphaned => {
                Err(io::Error::new(io::ErrorKind::NotConnected, "the listener of this client is gone"))
            }
            None => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    /// Nothing comes any more: whoever waits is told.
    pub(super) fn orphan(&self) {
        self.state.lock().orphaned = true;
        self.changed.notify_all();
    }
}

impl Drop for DtlsPeer {
    fn drop(&mut self) {
        self.shared.peers.lock().remove(&self.address);
    }
}

impl fmt::Debug for DtlsPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DtlsPeer").field("address", &self.address).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_for_a_session_is_bounded_in_number_and_in_bytes_and_the_rest_is_counted() {
        let queue = Queue::default();
        for i in 0..MOST + 10 {
            queue.put(&[u8::try_from(i % 256).expect("a byte")]);
        }
        assert_eq!(queue.state.lock().lost, 10);
        for i in 0..MOST {
            assert_eq!(usize::from(queue.take().expect("a datagram")[0]), i % 256, "the first are kept");
        }
        assert_eq!(queue.take().expect_err("nothing").kind(), io::ErrorKind::WouldBlock);
        let large = vec![7; MOST_BYTES / 3];
        (0..5).for_each(|_| queue.put(&large));
        let lost_and_kept = || {
            let state = queue.state.lock();
            (state.lost, state.datagrams.len())
        };
        assert_eq!(lost_and_kept(), (12, 3));
        // Nor does a small one fit any more.
        queue.put(b"small");
        queue.take().expect("a large one");
        queue.put(&large);
        assert_eq!(lost_and_kept(), (13, 3), "what is taken makes room");
        queue.orphan();
        (0..3).for_each(|_| drop(queue.take().expect("what has come is there")));
        assert_eq!(queue.state.lock().bytes, 0);
        assert_eq!(queue.take().expect_err("nothing comes").kind(), io::ErrorKind::NotConnected);
    }
}
