//! Senders that wait for room in a socket, many in one.
//!
//! The `poll_` methods of a socket of tokio keep the waker of whoever polled last, and forget the one before. Its futures
//! keep one each. So a sender that finds no room keeps such a future, and is woken by it.
//!
//! A socket that has had an error while there was room (`EPOLLOUT | EPOLLERR`, with `IP_RECVERR` say) is closed for writing in
//! tokio's eyes, which means ready for ever: its own `send` tries again and again as long as there is no room. So does nobody
//! here; who finds no room where there should be some comes again after a pause.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use ::tokio::runtime::Handle;
use ::tokio::time::sleep;
use parking_lot::Mutex;

/// How long a sender leaves a socket alone that says it has room, and has none.
const PAUSE: Duration = Duration::from_millis(1);

/// One sender's place among those that wait.
#[derive(Default)]
pub(super) struct Room(Mutex<Option<Wait>>);

type Wait = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

impl Room {
    /// Does `send` when the socket is `ready`; if it is not, waits with `writable`, which is a future of the socket's own.
    pub(super) fn poll_send<R, W>(
        &self,
        cx: &mut Context<'_>,
        send: impl FnMut() -> io::Result<R>,
        ready: impl FnMut(&mut Context<'_>) -> Poll<io::Result<()>>,
        writable: impl FnOnce() -> W,
    ) -> Poll<io::Result<R>>
    where
        W: Future<Output = io::Result<()>> + Send + 'static,
    {
        let mut place = self.0.lock();
        match attempt(cx, send, ready) {
            Attempt::Done(sent) => {
                *place = None;
                return Poll::Ready(sent);
            }
            Attempt::NoRoom => {
                *place = None;
                come_again(cx);
                return Poll::Pending;
            }
            Attempt::NotReady => {}
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

/// Does `send` for a socket's only sender. `ready` keeps its waker.
pub(super) fn poll_send_alone<R>(
    cx: &mut Context<'_>,
    send: impl FnMut() -> io::Result<R>,
    ready: impl FnMut(&mut Context<'_>) -> Poll<io::Result<()>>,
) -> Poll<io::Result<R>> {
    match attempt(cx, send, ready) {
        Attempt::Done(sent) => Poll::Ready(sent),
        Attempt::NotReady => Poll::Pending,
        Attempt::NoRoom => {
            come_again(cx);
            Poll::Pending
        }
    }
}

/// What has come of a send.
enum Attempt<R> {
    Done(io::Result<R>),
    /// The socket is not ready.
    NotReady,
    /// It says that it is, and has no room.
    NoRoom,
}

fn attempt<R>(
    cx: &mut Context<'_>,
    mut send: impl FnMut() -> io::Result<R>,
    mut ready: impl FnMut(&mut Context<'_>) -> Poll<io::Result<()>>,
) -> Attempt<R> {
    // What is said first may be old: tokio believes it until it hears of a send that found no room.
    for _ in 0..2 {
        match ready(cx) {
            Poll::Pending => return Attempt::NotReady,
            Poll::Ready(Err(error)) => return Attempt::Done(Err(error)),
            Poll::Ready(Ok(())) => {}
        }
        match send() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            sent => return Attempt::Done(sent),
        }
    }
    Attempt::NoRoom
}

/// Wakes the task after a pause, or at once where there is no runtime that could.
fn come_again(cx: &Context<'_>) {
    /// Wakes also if the pause cannot be: the runtime may have no time, or end.
    struct Wake(Waker);
    impl Drop for Wake {
        fn drop(&mut self) {
            self.0.wake_by_ref();
        }
    }
    let wake = Wake(cx.waker().clone());
    if let Ok(runtime) = Handle::try_current() {
        drop(runtime.spawn(async move {
            let _wake = wake;
            sleep(PAUSE).await;
        }));
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use ::tokio::io::Interest;
    use ::tokio::net::{UdpSocket, UnixDatagram};
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
        let sent =
            poll_fn(|cx| room.poll_send(cx, || socket.try_send(datagram), |cx| socket.poll_send_ready(cx), writable))
                .await;
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

    /// A socket that has heard from the kernel that nobody receives what it sends, and that keeps the word.
    #[cfg(target_os = "linux")]
    async fn marked() -> UdpSocket {
        let gone = std::net::UdpSocket::bind("127.0.0.1:0").and_then(|gone| gone.local_addr()).expect("an address");
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        nix::sys::socket::setsockopt(&socket, nix::sys::socket::sockopt::Ipv4RecvErr, &true)
            .expect("an option of Linux");
        socket.connect(gone).await.expect("connecting");
        socket.send(b"nobody receives this").await.expect("it was sent");
        socket.recv(&mut [0; 10]).await.expect_err("it is refused");
        socket
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_socket_with_an_error_is_tried_now_and_then_and_not_all_the_time() {
        const PAUSES: u32 = 20;
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let socket = Arc::new(marked().await);
            for alone in [false, true] {
                let (room, began, mut tries) = (Room::default(), Instant::now(), 0);
                // A socket of UDP is never full on the loopback interface, so this only says so.
                let mut send = || {
                    tries += 1;
                    let full = || Err(io::ErrorKind::WouldBlock.into());
                    if tries <= 2 * PAUSES { socket.try_io(Interest::WRITABLE, full) } else { Ok(()) }
                };
                let ready = |cx: &mut Context<'_>| socket.poll_send_ready(cx);
                let writable = || {
                    let socket = Arc::clone(&socket);
                    async move { socket.writable().await }
                };
                let sent = poll_fn(|cx| match alone {
                    true => poll_send_alone(cx, &mut send, ready),
                    false => room.poll_send(cx, &mut send, ready, writable),
                });
                timeout(Duration::from_secs(60), sent).await.expect("it comes again").expect("sending");
                assert_eq!(tries, 2 * PAUSES + 1);
                assert!(began.elapsed() >= PAUSE * PAUSES, "alone: {alone}");
            }
        });
    }
}
