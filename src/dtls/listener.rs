//! Many clients on one UDP socket: who is new, and whose a datagram is.

use std::fmt;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;

use super::clients::{Clients, Whose};
use super::hearsay::is_hearsay;
use super::peer::{DtlsPeer, Shared};
use super::waiting::End;
use crate::cookie::{CookieKey, Prestate};
use crate::error::{Failure, Result};
use crate::session::{DtlsSession, Handshaking, ServerConfig};
use crate::transport::{Datagram, DatagramWait, Readiness};

const DOING: &str = "listening for datagrams";

/// The largest datagram of UDP, in bytes.
pub(crate) const LARGEST: usize = 65_535;

/// A UDP socket for the sessions of many clients.
///
/// A client is known by its address and port. **The sessions hear only while somebody calls [`accept`](DtlsListener::accept) or
/// [`next`](DtlsListener::next)**: that is what reads the socket, for all of them. When the listener is dropped their
/// receives end with an error of the transport, after what had come before; they can still send.
///
/// # Who can do what to it
///
/// * **Nothing is kept of who has not shown a [cookie](CookieKey)**, so that datagrams under false addresses cost a hash each,
///   and get an answer that is smaller than they are. Cookies do not age:
///   [replace the key](DtlsListener::replace_key) now and then.
/// * **There are at most so many clients**: 1024, or [as many as you say](DtlsListener::set_max_clients), those in their
///   handshake included. Who comes then is ignored and [counted](DtlsListener::turned_away); it tries again, as DTLS does
///   anyway, and is let in once another has left. One host has many ports: drop the [`Incoming`] of an
///   [address](Incoming::address) that has enough.
/// * **What waits for one client is bounded**, by 256 datagrams and 128 KiB. What comes then
///   [is lost](DtlsPeer::lost). Who claims a client's address can fill its place there; nobody else's.
/// * **Who shows a cookie and then says nothing** holds its place until its handshake is over: see
///   [`handshake_timeout`](crate::ServerConfigBuilder::handshake_timeout), a minute if nothing is said. The calls that wait
///   mind it; a poll loop finds it in [`Interest::timeout`](crate::Interest::timeout), calls
///   [`advance`](Handshaking::advance) then, and has the error with which the client is forgotten. There is no thread here that
///   would do it. An [`Incoming`] has no such time: start it or drop it.
/// * **Who says nothing after its handshake** is a client until its session is dropped: UDP does not tell who is gone. A
///   [`read timeout`](crate::Session::set_read_timeout), or in a poll loop the time of the last data, tells who is idle. Anybody can
///   send a datagram under a client's address, so that [`Event::Datagram`] is no sign of life; data that
///   [`recv`](crate::Session::recv) has given are.
/// * **A client that begins anew from the same port** is let in beside its old session, which lives until the handshake of the new
///   one is done: before, nobody has proved to be the client (RFC 6347, section 4.2.8). Then the old one's sends and, after what
///   had come before, its receives are errors of [`Transport`](crate::ErrorKind::Transport), each with an `io::Error` of the kind
///   [`ConnectionAborted`](std::io::ErrorKind::ConnectionAborted). Drop it: a client has two sessions at most, and is not heard
///   again before. Its second one takes no place from others, and [`Incoming::is_restart`] tells it: a poll loop must not know its
///   sessions by their addresses alone. A handshake that is two seconds old gives way to a new one of its client.
/// * **Who shows somebody's hello again**, with its cookie, begins a handshake that comes to nothing; a cookie is of one hello, so
///   that nobody can make others with it. Who receives and sends at a client's address can begin anew in its place, as he could
///   keep it from being heard.
///
/// # Examples
/// A thread for each client; `examples/dtls_server.rs` has one thread with a poll loop.
/// ```no_run
/// use std::io::{Read, Write};
/// use std::net::UdpSocket;
/// use std::thread;
/// use std::time::Duration;
/// use gnutls::dtls::DtlsListener;
///
/// # fn f(config: gnutls::ServerConfig) -> Result<(), gnutls::Error> {
/// let listener = DtlsListener::new(UdpSocket::bind("0.0.0.0:5684").expect("a port"))?;
/// listener.set_max_clients(100);
/// loop {
///     let (incoming, config) = (listener.accept()?, config.clone());
///     thread::spawn(move || -> std::io::Result<()> {
///         let mut session = incoming.accept(&config)?;
///         session.set_read_timeout(Some(Duration::from_secs(120)));
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
    /// Who reads the socket has it: one thread at a time.
    buffer: Mutex<Vec<u8>>,
}

/// What a datagram was about.
#[derive(Debug)]
pub enum Event {
    /// A client that has shown its cookie, and no session yet. It may be one that [begins anew](DtlsListener), beside a session of the
    /// same address.
    Client(Incoming),
    /// A datagram for the sessions of this client (as a rule one), or of somebody who claims its address: they can go on.
    Datagram(SocketAddr),
    /// A datagram for no session: whoever sent it was asked for a cookie, turned away or ignored.
    Stranger(SocketAddr),
    /// Nothing is there any more: wait until the socket is readable.
    Nothing,
}

/// A client that receives at its address, before its handshake. When it is dropped it is forgotten; a session that the client
/// has stays.
#[derive(Debug)]
pub struct Incoming {
    peer: DtlsPeer,
    prestate: Prestate,
    is_restart: bool,
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
        let shared = Arc::new(Shared { socket, clients: Clients::new(key) });
        Ok(DtlsListener { shared, buffer: Mutex::new(vec![0; LARGEST]) })
    }

    /// Waits for the next client, and meanwhile gives the sessions of the others their datagrams.
    ///
    /// # Errors
    /// Those of the socket.
    pub fn accept(&self) -> Result<Incoming> {
        loop {
            match self.next()? {
                Event::Client(incoming) => return Ok(incoming),
                Event::Datagram(_) | Event::Stranger(_) => {}
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
    /// A loop that calls this until nothing is there may never end while somebody sends enough: look after the timers of the
    /// sessions now and then.
    ///
    /// # Errors
    /// Those of the socket.
    #[allow(clippy::should_implement_trait, reason = "it ends when nothing is there, and goes on later")]
    pub fn next(&self) -> Result<Event> {
        let mut buffer = self.buffer.lock();
        let (length, from) = loop {
            match self.shared.socket.recv_from(&mut buffer) {
                Ok(came) => break came,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Event::Nothing),
                // What is said of one client is nothing to the others.
                Err(error) if error.kind() == io::ErrorKind::Interrupted || is_hearsay(&error) => {}
                Err(error) => return Err(Failure::of_io(error, DOING).into()),
            }
        };
        let datagram = &buffer[..length];
        match self.shared.clients.sort(datagram, from, true, Instant::now())? {
            Whose::Known => return Ok(Event::Datagram(from)),
            Whose::New(newcomer) => {
                let peer = DtlsPeer::new(&self.shared, from, &newcomer, datagram);
                let (prestate, is_restart) = (newcomer.prestate, newcomer.is_restart);
                return Ok(Event::Client(Incoming { peer, prestate, is_restart }));
            }
            // If it does not arrive the client asks again.
            Whose::Asked(reply) => drop(self.shared.socket.send_to(&reply, from)),
            Whose::Nobody => {}
        }
        Ok(Event::Stranger(from))
    }

    /// Sets how many clients there may be at once, those in their handshake included. Default: 1024. Those that are there
    /// stay; with 0 nobody else is let in.
    pub fn set_max_clients(&self, clients: usize) {
        self.shared.clients.set_most(clients);
    }

    /// How many clients have sessions, or are about to. One that begins anew is one.
    pub fn clients(&self) -> usize {
        self.shared.clients.count()
    }

    /// How many hellos with a cookie were ignored because there were [enough clients](DtlsListener::set_max_clients). A client
    /// says hello again and again.
    pub fn turned_away(&self) -> u64 {
        self.shared.clients.turned_away()
    }

    /// Makes cookies with another key. Those of the key so far are good until the next call, so that nobody has to begin
    /// anew: a program that calls this every minute takes no cookie that is older than two.
    ///
    /// Who once received at an address can otherwise have us answer there for ever, whoever has the address then.
    pub fn replace_key(&self, key: CookieKey) {
        self.shared.clients.replace_key(key);
    }

    /// The socket: to poll it, and to ask it.
    pub fn get_ref(&self) -> &UdpSocket {
        &self.shared.socket
    }
}

impl Incoming {
    /// The client's address.
    pub fn address(&self) -> SocketAddr {
        self.peer.address()
    }

    /// Whether the client [has begun anew](DtlsListener): there is a session with it that the program has not dropped.
    pub fn is_restart(&self) -> bool {
        self.is_restart
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

impl Drop for DtlsListener {
    fn drop(&mut self) {
        self.shared.clients.end(End::Orphaned("the listener of this client is gone"));
    }
}

impl fmt::Debug for DtlsListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DtlsListener").field("socket", &self.shared.socket).field("clients", &self.clients()).finish()
    }
}
