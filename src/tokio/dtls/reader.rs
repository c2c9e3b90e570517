//! The task that reads a listener's socket, for all its clients.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use ::tokio::io::ReadBuf;
use ::tokio::net::UdpSocket;
use ::tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use ::tokio::task::AbortHandle;
use ::tokio::time::sleep;

use super::peer::Queue;
use crate::dtls::clients::{Clients, Inlet, Whose};
use crate::dtls::hearsay::is_hearsay;
use crate::dtls::listener::LARGEST;
use crate::dtls::waiting::End;
use crate::dtls::{CookieKey, Prestate};

/// Why nothing comes any more.
pub(super) const GONE: &str = "the runtime that read the socket of this client has ended";

/// How long nobody reads a socket that cannot be read, so that one that is broken for good does not take a processor.
const PAUSE: Duration = Duration::from_millis(100);

/// What the listener and its clients have in common. The task that reads ends with it.
pub(super) struct Shared {
    pub(super) socket: UdpSocket,
    pub(super) clients: Clients<Queue>,
    /// There is an error that the listener has not taken yet.
    failing: AtomicBool,
    task: OnceLock<AbortHandle>,
}

/// A client that has shown its cookie, and is known and heard from now on. It keeps nothing alive, for whoever is to take it
/// may be gone.
pub(super) struct Arrival {
    pub(super) address: SocketAddr,
    pub(super) prestate: Prestate,
    pub(super) queue: Arc<Queue>,
    pub(super) is_restart: bool,
}

/// What the listener is told: of at most as many clients as there may be, and of one error.
type News = UnboundedSender<io::Result<Arrival>>;
pub(super) type Arrivals = UnboundedReceiver<io::Result<Arrival>>;

/// Starts the task.
pub(super) fn start(socket: UdpSocket, key: CookieKey) -> (Arc<Shared>, Arrivals) {
    let (clients, failing, task) = (Clients::new(key), AtomicBool::new(false), OnceLock::new());
    let shared = Arc::new(Shared { socket, clients, failing, task });
    let (news, arrivals) = mpsc::unbounded_channel();
    let reading = ::tokio::spawn(read(Reader(Arc::downgrade(&shared)), news));
    shared.task.get_or_init(|| reading.abort_handle());
    (shared, arrivals)
}

async fn read(reader: Reader, news: News) {
    let mut buffer = vec![0; LARGEST];
    while let Some((shared, came)) = poll_fn(|cx| reader.poll(cx, &mut buffer)).await {
        match came {
            Ok((length, from)) => shared.sort(&buffer[..length], from, &news),
            // What is said of one client is nothing to the others.
            Err(error) if is_hearsay(&error) => {}
            Err(error) => {
                shared.fail(error, &news);
                drop(shared);
                sleep(PAUSE).await;
            }
        }
    }
}

/// The socket, as long as others have it: the task keeps it for nobody, and holds it only while it looks.
struct Reader(Weak<Shared>);

/// A datagram in the buffer: its length, and whence it came.
type Came = io::Result<(usize, SocketAddr)>;

impl Reader {
    fn poll(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Option<(Arc<Shared>, Came)>> {
        let Some(shared) = self.0.upgrade() else { return Poll::Ready(None) };
        let mut buffer = ReadBuf::new(buffer);
        let polled = shared.socket.poll_recv_from(cx, &mut buffer);
        polled.map(|came| Some((shared, came.map(|from| (buffer.filled().len(), from)))))
    }
}

/// The runtime has ended, if there is anybody left.
impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            shared.clients.end(End::Orphaned(GONE));
        }
    }
}

impl Shared {
    fn sort(&self, datagram: &[u8], from: SocketAddr, news: &News) {
        let now = Instant::now();
        // Without a listener nobody is there to accept.
        match self.clients.sort(datagram, from, !news.is_closed(), now) {
            Ok(Whose::New(newcomer)) => {
                let queue = Arc::new(Queue::default());
                queue.put(datagram);
                self.clients.add(from, &newcomer, Arc::clone(&queue), now);
                let (prestate, is_restart) = (newcomer.prestate, newcomer.is_restart);
                if let Err(unsent) = news.send(Ok(Arrival { address: from, prestate, queue, is_restart })) {
                    // The listener has gone meanwhile.
                    unsent.0.iter().for_each(|arrival| self.clients.forget(from, &arrival.queue));
                }
            }
            // If it does not arrive the client asks again.
            Ok(Whose::Asked(reply)) => drop(self.socket.try_send_to(&reply, from)),
            Ok(Whose::Known | Whose::Nobody) => {}
            Err(error) => self.fail(io::Error::other(error), news),
        }
    }

    /// Tells the listener of an error, unless it has not taken the one before.
    fn fail(&self, error: io::Error, news: &News) {
        if !self.failing.swap(true, Ordering::Relaxed) {
            drop(news.send(Err(error)));
        }
    }

    pub(super) fn error_taken(&self) {
        self.failing.store(false, Ordering::Relaxed);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }
}
