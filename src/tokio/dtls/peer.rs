//! One client's part of a listener's socket.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker, ready};

use parking_lot::Mutex;

use super::reader::Shared;
use super::room::Room;
use crate::dtls::clients::Inlet;
use crate::dtls::hearsay::{TRIES, is_hearsay};
use crate::dtls::waiting::{End, Waiting};
use crate::task::AsyncDatagram;

/// The datagrams of one client: its part of the listener's socket. When it is dropped the client is forgotten.
pub struct DtlsPeer {
    shared: Arc<Shared>,
    address: SocketAddr,
    queue: Arc<Queue>,
    room: Room,
}

/// What came for a client, and the task that waits for it.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    /// The client has a new session: there is nobody to send to, either.
    superseded: AtomicBool,
}

#[derive(Default)]
struct State {
    waiting: Waiting,
    reader: Option<Waker>,
}

impl DtlsPeer {
    /// A client that is known already.
    pub(super) fn new(shared: &Arc<Shared>, address: SocketAddr, queue: Arc<Queue>) -> DtlsPeer {
        DtlsPeer { shared: Arc::clone(shared), address, queue, room: Room::default() }
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

impl DtlsPeer {
    /// The handshake is done: the session that the client has had before has its end.
    pub(super) fn established(&self) {
        self.shared.clients.establish(self.address, &self.queue);
    }
}

impl AsyncDatagram for DtlsPeer {
    fn poll_recv(&self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        self.queue.poll_take(cx, buf)
    }

    fn poll_send(&self, cx: &mut Context<'_>, datagram: &[u8]) -> Poll<io::Result<()>> {
        if self.queue.superseded.load(Ordering::Relaxed) {
            return Poll::Ready(Err(End::Superseded.into()));
        }
        let mut tries = 0;
        loop {
            let send = || self.shared.socket.try_send_to(datagram, self.address);
            let ready = |cx: &mut Context<'_>| self.shared.socket.poll_send_ready(cx);
            let writable = || {
                let shared = Arc::clone(&self.shared);
                async move { shared.socket.writable().await }
            };
            tries += 1;
            match ready!(self.room.poll_send(cx, send, ready, writable)) {
                Err(error) if is_hearsay(&error) && tries < TRIES => {}
                sent => return Poll::Ready(sent.map(drop)),
            }
        }
    }
}

impl Inlet for Queue {
    fn put(&self, datagram: &[u8]) {
        self.change(|waiting| waiting.put(datagram));
    }

    fn end(&self, end: End) {
        if matches!(end, End::Superseded) {
            self.superseded.store(true, Ordering::Relaxed);
        }
        self.change(|waiting| waiting.end(end));
    }
}

impl Queue {
    /// Changes what is there and wakes who waits, not under the lock: whoever is woken may come at once.
    fn change(&self, change: impl FnOnce(&mut Waiting)) {
        let mut state = self.state.lock();
        change(&mut state.waiting);
        let reader = state.reader.take();
        drop(state);
        reader.into_iter().for_each(Waker::wake);
    }

    /// Takes a datagram, or leaves the waker under the same lock, so that none comes in between.
    fn poll_take(&self, cx: &Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut state = self.state.lock();
        match state.waiting.take(buf) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let before = state.reader.replace(cx.waker().clone());
                drop(state);
                drop(before);
                Poll::Pending
            }
            taken => Poll::Ready(taken),
        }
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
