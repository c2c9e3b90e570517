//! Many clients on one UDP socket: who is new, and whose a datagram is.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::cookie::{Cookie, CookieKey, Prestate};
use crate::error::{Failure, Result};
use crate::session::{DtlsSession, Handshaking, ServerConfig};
use crate::transport::{Datagram, DatagramTransport, DatagramWait, Readiness};

const DOING: &str = "listening for datagrams";

/// How many datagrams wait for one client's session. What comes then is lost, as it would be in the kernel.
const MOST: usize = 256;

/// The largest datagram of UDP, in bytes.
const LARGEST: usize = 65_535;

/// A UDP socket for the sessions of many clients.
///
/// A client is known by its address and port. Who has no session is asked for a [cookie](CookieKey) before anything is kept of
/// it. Somebody must go on calling [`accept`](DtlsListener::accept) or [`next`](DtlsListener::next): that is what reads the
/// socket, for the sessions too.
///
/// A client that begins anew from the same port is not heard while its old session is there: drop those that are idle.
///
/// # Examples
/// A thread for each client; `examples/dtls_server.rs` has one thread with a poll loop.
/// ```no_run
/// use std::io::{Read, Write};
/// use std::net::UdpSocket;
/// use std::thread;
/// use gnutls::dtls::DtlsListener;
///
/// # fn f(config: gnutls::ServerConfig) -> Result<(), gnutls::Error> {
/// let listener = DtlsListener::new(UdpSocket::bind("0.0.0.0:5684").expect("a port"))?;
/// loop {
///     let (incoming, config) = (listener.accept()?, config.clone());
///     thread::spawn(move || -> std::io::Result<()> {
///         let mut session = incoming.accept(&config)?;
///         let mut buf = [0; 2048];
///         while let length @ 1.. = session.read(&mut buf)? {
///             session.write_all(&buf[..length])?;
///         }
///         Ok(())
///     });
/// }
/// # }
/// ```
pub struct DtlsListener {
    shared: Arc<Shared>,
    key: CookieKey,
    /// One reader at a time.
    buffer: Mutex<Vec<u8>>,
}

struct Shared {
    socket: UdpSocket,
    peers: Mutex<HashMap<SocketAddr, Arc<Queue>>>,
}

/// What a datagram was about.
#[derive(Debug)]
pub enum Event {
    /// A client that has shown its cookie, and no session yet.
    Client(Incoming),
    /// A datagram for the session of this client: it can go on.
    Datagram(SocketAddr),
    /// Nothing is there any more: wait until the socket is readable.
    Nothing,
}

/// A client that receives at its address, before its handshake.
#[derive(Debug)]
pub struct Incoming {
    peer: DtlsPeer,
    prestate: Prestate,
}

/// The transport of one client: its part of the listener's socket. When it is dropped the client is forgotten.
pub struct DtlsPeer {
    shared: Arc<Shared>,
    address: SocketAddr,
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    state: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    datagrams: VecDeque<Vec<u8>>,
    /// The session has failed: nobody waits any more.
    over: bool,
}

impl DtlsListener {
    /// Listens on a socket that is bound, and makes it non-blocking; with a new cookie key.
    ///
    /// # Errors
    /// If the socket cannot be made non-blocking, or there are no random numbers.
    pub fn new(socket: UdpSocket) -> Result<DtlsListener> {
        DtlsListener::with_key(socket, CookieKey::generate()?)
    }

    /// As [`new`](DtlsListener::new), with a key that others have, too.
    ///
    /// # Errors
    /// If the socket cannot be made non-blocking.
    pub fn with_key(socket: UdpSocket, key: CookieKey) -> Result<DtlsListener> {
        socket.set_nonblocking(true).map_err(|error| Failure::of_io(error, DOING))?;
        let shared = Arc::new(Shared { socket, peers: Mutex::default() });
        Ok(DtlsListener { shared, key, buffer: Mutex::new(vec![0; LARGEST]) })
    }

    /// Waits for the next client, and meanwhile gives the sessions of the others their datagrams.
    ///
    /// # Errors
    /// Those of the socket.
    pub fn accept(&self) -> Result<Incoming> {
        loop {
            match self.next()? {
                Event::Client(incoming) => return Ok(incoming),
                Event::Datagram(_) => {}
                Event::Nothing => {
                    let readable = Readiness { readable: true, writable: false };
                    self.shared.socket.wait(readable, None).map_err(|error| Failure::of_io(error, DOING))?;
                }
            }
        }
    }

    /// Takes one datagram from the socket, gives it to the session that it is for or answers it, and says which it was. Never
    /// waits.
    ///
    /// # Errors
    /// Those of the socket.
    #[allow(clippy::should_implement_trait, reason = "it ends when nothing is there, and goes on later")]
    pub fn next(&self) -> Result<Event> {
        let mut buffer = self.buffer.lock();
        loop {
            let (length, from) = match self.shared.socket.recv_from(&mut buffer) {
                Ok(came) => came,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Event::Nothing),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failure::of_io(error, DOING).into()),
            };
            let datagram = &buffer[..length];
            if let Some(queue) = self.shared.peers.lock().get(&from) {
                queue.put(datagram);
                return Ok(Event::Datagram(from));
            }
            match self.key.check(datagram, from.to_string().as_bytes())? {
                Cookie::Valid(prestate) => {
                    let queue = Arc::new(Queue::default());
                    queue.put(datagram);
                    self.shared.peers.lock().insert(from, Arc::clone(&queue));
                    let peer = DtlsPeer { shared: Arc::clone(&self.shared), address: from, queue };
                    return Ok(Event::Client(Incoming { peer, prestate }));
                }
                // If it does not arrive the client asks again.
                Cookie::Missing(reply) => drop(self.shared.socket.send_to(&reply, from)),
                Cookie::NoHello => {}
            }
        }
    }

    /// How many clients have sessions, or are about to.
    pub fn clients(&self) -> usize {
        self.shared.peers.lock().len()
    }

    /// The socket: to poll it, and to ask it.
    pub fn get_ref(&self) -> &UdpSocket {
        &self.shared.socket
    }
}

impl Incoming {
    /// The client's address.
    pub fn address(&self) -> SocketAddr {
        self.peer.address
    }

    /// Does the handshake. Another thread must call [`DtlsListener::accept`] meanwhile: it brings the datagrams.
    ///
    /// # Errors
    /// As [`ServerConfig::accept_datagram`].
    pub fn accept(self, config: &ServerConfig) -> Result<DtlsSession<DtlsPeer>> {
        self.start(config)?.complete()
    }

    /// Begins the handshake without waiting.
    ///
    /// # Errors
    /// As [`ServerConfig::start_datagram`].
    pub fn start(self, config: &ServerConfig) -> Result<Handshaking<Datagram<DtlsPeer>>> {
        config.start_datagram_from(self.prestate, self.peer)
    }
}

impl DtlsPeer {
    /// The client's address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl DatagramTransport for DtlsPeer {
    fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        let datagram = self.queue.state.lock().datagrams.pop_front().ok_or(io::ErrorKind::WouldBlock)?;
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
        let deadline = timeout.map(|timeout| Instant::now() + timeout);
        let mut state = self.queue.state.lock();
        loop {
            if state.over || !state.datagrams.is_empty() {
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
    fn put(&self, datagram: &[u8]) {
        let mut state = self.state.lock();
        if state.datagrams.len() < MOST {
            state.datagrams.push_back(datagram.to_vec());
        }
        drop(state);
        self.changed.notify_all();
    }
}

impl Drop for DtlsPeer {
    fn drop(&mut self) {
        self.shared.peers.lock().remove(&self.address);
    }
}

impl fmt::Debug for DtlsListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DtlsListener").field("socket", &self.shared.socket).field("clients", &self.clients()).finish()
    }
}

impl fmt::Debug for DtlsPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DtlsPeer").field("address", &self.address).finish_non_exhaustive()
    }
}
