//! Many senders that wait for room in one socket.
//!
//! The `poll_` methods of a socket of tokio keep the waker of whoever polled last, and forget the one before. Its futures
//! keep one each. So a sender that finds no room keeps such a future, and is woken by it.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use parking_lot::Mutex;

/// One sender's place among those that wait.
#[derive(Default)]
pub(super) struct Room(Mutex<Option<Wait>>);

type Wait = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

impl Room {
    /// Does `send`, a poll of the socket; if there is no room, waits with `writable`, which is a future of the socket's own.
    pub(super) fn poll_send<R, W>(
        &self,
        cx: &mut Context<'_>,
        mut send: impl FnMut(&mut Context<'_>) -> Poll<io::Result<R>>,
        writable: impl FnOnce() -> W,
    ) -> Poll<io::Result<R>>
    where
        W: Future<Output = io::Result<()>> + Send + 'static,
    {
        let mut place = self.0.lock();
        if let Poll::Ready(sent) = send(cx) {
            *place = None;
            return Poll::Ready(sent);
        }
        let wait = place.get_or_insert_with(|| Box::pin(writable()));
        // An error comes again with the next try.
        let _ = ready!(wait.as_mut().poll(cx));
        // There is room by now, or there was when the task had done enough for one turn (tokio's budget): it comes again.
        *place = None;
        drop(place);
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::Arc;
    use std::time::Duration;

    use ::tokio::net::UnixDatagram;
    use ::tokio::runtime::Builder;
    use ::tokio::time::timeout;

    use super::*;

    const SENDERS: u8 = 16;
    const DATAGRAMS: usize = 200;

    /// Sends one datagram; a socket of UDP is never full on the loopback interface, but this one is.
    async fn send(room: &Room, socket: &Arc<UnixDatagram>, datagram: &[u8]) {
        let writable = || {
            let socket = Arc::clone(socket);
            async move { socket.writable().await }
        };
        let sent = poll_fn(|cx| room.poll_send(cx, |cx| socket.poll_send(cx, datagram), writable)).await;
        assert_eq!(sent.expect("sending"), datagram.len());
    }

    async fn senders() {
        let (near, far) = UnixDatagram::pair().expect("sockets");
        let near = Arc::new(near);
        while near.try_send(b"full").is_ok() {}
        let each = |i: u8| {
            let socket = Arc::clone(&near);
            async move {
                let room = Room::default();
                for _ in 0..DATAGRAMS {
                    // Each is given up if there is no room at once, which leaves a place behind, and done again.
                    let datagram = [i];
                    let sent = timeout(Duration::ZERO, send(&room, &socket, &datagram)).await;
                    if sent.is_err() {
                        send(&room, &socket, &datagram).await;
                    }
                }
            }
        };
        let senders: Vec<_> = (0..SENDERS).map(|i| ::tokio::spawn(each(i))).collect();
        let mut came = vec![0; SENDERS.into()];
        let mut buf = [0; 10];
        while came.iter().any(|&came| came < DATAGRAMS) {
            if far.recv(&mut buf).await.expect("receiving") == 1 {
                came[usize::from(buf[0])] += 1;
            }
        }
        for sender in senders {
            sender.await.expect("no panic");
        }
    }

    #[test]
    fn each_of_many_senders_is_woken_when_there_is_room() {
        for threads in [1, 4] {
            let runtime = Builder::new_multi_thread().worker_threads(threads).enable_all().build().expect("a runtime");
            // Only a wake-up that was lost takes so long.
            runtime.block_on(async { timeout(Duration::from_secs(60), senders()).await.expect("none is forgotten") });
        }
    }
}
