//! One client's part of a listener's socket, and the datagrams that wait for it.

use std::fmt;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::clients::{Clients, Inlet, Newcomer};
use super::hearsay;
use super::waiting::{End, Waiting};
use crate::transport::{DatagramTransport, DatagramWait, Readiness};

/// The transport of one client: its part of the listener's socket. When it is dropped the client is forgotten.
pub struct DtlsPeer {
    shared: Arc<Shared>,
    address: SocketAddr,
    queue: Arc<Queue>,
}

/// What the clients of a listener have in common.
pub(super) struct Shared {
    pub(super) socket: UdpSocket,
    pub(super) clients: Clients<Queue>,
}

#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    /// The client has a new session: there is nobody to send to, either.
    superseded: AtomicBool,
}

#[derive(Default)]
struct State {
    waiting: Waiting,
    /// The session has failed: nobody waits any more.
    over: bool,
}

impl DtlsPeer {
    /// A client that is heard from now on, beginning with `first`.
    pub(super) fn new(shared: &Arc<Shared>, address: SocketAddr, newcomer: &Newcomer, first: &[u8]) -> DtlsPeer {
        let queue = Arc::new(Queue::default());
        queue.put(first);
        shared.clients.add(address, newcomer, Arc::clone(&queue), Instant::now());
        DtlsPeer { shared: Arc::clone(shared), address, queue }
    }

    /// The client's address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many datagrams under the client's address were lost because the session had not taken those before: up to 256
    /// wait for it, of up to 128 KiB together.
    pub fn lost(&self) -> u64 {
        self.queue.state.lock().waiting.lost()
    }
}

impl DatagramTransport for DtlsPeer {
    fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.queue.state.lock().waiting.take(buf)
    }

    fn try_send(&self, datagram: &[u8]) -> io::Result<()> {
        if self.queue.superseded.load(Ordering::Relaxed) {
            return Err(End::Superseded.into());
        }
        hearsay::past(|| self.shared.socket.send_to(datagram, self.address)).map(drop)
    }

    fn shutdown(&self) {
        self.queue.state.lock().over = true;
        self.queue.changed.notify_all();
    }

    fn established(&self) {
        self.shared.clients.establish(self.address, &self.queue);
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
            if state.over || state.waiting.is_ready() {
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

impl Inlet for Queue {
    fn put(&self, datagram: &[u8]) {
        self.state.lock().waiting.put(datagram);
        self.changed.notify_all();
    }

    fn end(&self, end: End) {
        if matches!(end, End::Superseded) {
            self.superseded.store(true, Ordering::Relaxed);
        }
        self.state.lock().waiting.end(end);
        self.changed.notify_all();
    }
}

impl Drop for DtlsPeer {
    fn drop(&mut self) {
        self.shared.clients.forget(self.address, &self.queue);
    }
}

impl fmt::Debug for DtlsPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DtlsPeer").field("address", &self.address).finish_non_exhaustive()
    }
}
