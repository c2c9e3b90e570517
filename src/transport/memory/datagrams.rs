//! Two connected ends for datagrams, in memory.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::transport::Readiness;
use crate::transport::datagram::{DatagramTransport, DatagramWait, too_large};

/// How many datagrams wait for an end before the other can send no more.
const MOST: usize = 64;

/// Two connected ends for datagrams of up to `mtu` bytes: nothing is lost, and nothing changes places. Up to 64 wait in
/// each direction.
///
/// When an end is dropped the other is told nothing, as with UDP.
///
/// # Examples
/// ```
/// use gnutls::transport::{DatagramTransport, memory};
///
/// let (left, right) = memory::datagram_pair(1200);
/// left.try_send(b"hello")?;
/// let mut buf = [0; 16];
/// assert_eq!(right.try_recv(&mut buf)?, 5);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn datagram_pair(mtu: usize) -> (DatagramEnd, DatagramEnd) {
    let wire = Arc::new(Wire { state: Mutex::default(), changed: Condvar::new(), mtu });
    (DatagramEnd { wire: Arc::clone(&wire), reads: 0 }, DatagramEnd { wire, reads: 1 })
}

/// One end of a [`datagram_pair`].
pub struct DatagramEnd {
    wire: Arc<Wire>,
    /// The index of the queue this end reads; it writes the other.
    reads: usize,
}

struct Wire {
    state: Mutex<State>,
    changed: Condvar,
    mtu: usize,
}

#[derive(Default)]
struct State {
    queues: [VecDeque<Vec<u8>>; 2],
    /// Somebody has shut the pair down: nobody waits any more.
    over: bool,
}

impl DatagramTransport for DatagramEnd {
    fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        let next = self.wire.state.lock().queues[self.reads].pop_front();
        let datagram = next.ok_or(io::ErrorKind::WouldBlock)?;
        self.wire.changed.notify_all();
        let length = datagram.len().min(buf.len());
        buf[..length].copy_from_slice(&datagram[..length]);
        Ok(length)
    }

    fn try_send(&self, datagram: &[u8]) -> io::Result<()> {
        if datagram.len() > self.wire.mtu {
            return Err(too_large());
        }
        let mut state = self.wire.state.lock();
        let queue = &mut state.queues[1 - self.reads];
        if queue.len() >= MOST {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        queue.push_back(datagram.to_vec());
        drop(state);
        self.wire.changed.notify_all();
        Ok(())
    }

    fn path_mtu(&self) -> Option<usize> {
        Some(self.wire.mtu)
    }

    fn shutdown(&self) {
        self.wire.state.lock().over = true;
        self.wire.changed.notify_all();
    }
}

impl DatagramWait for DatagramEnd {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        let deadline = crate::transport::deadline(timeout);
        let mut state = self.wire.state.lock();
        loop {
            let readable = want.readable && !state.queues[self.reads].is_empty();
            let writable = want.writable && state.queues[1 - self.reads].len() < MOST;
            if readable || writable || state.over {
                return Ok(true);
            }
            match deadline {
                None => self.wire.changed.wait(&mut state),
                Some(deadline) if Instant::now() >= deadline => return Ok(false),
                Some(deadline) => drop(self.wire.changed.wait_until(&mut state, deadline)),
            }
        }
    }
}

impl fmt::Debug for DatagramEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatagramEnd").field("mtu", &self.wire.mtu).finish_non_exhaustive()
    }
}
