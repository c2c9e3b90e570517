//! Many clients on one UDP socket of tokio, each with a task of its own.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use ::tokio::net::{ToSocketAddrs, UdpSocket};
use ::tokio::sync::Mutex;

use super::peer::DtlsPeer;
use super::reader::{self, Arrivals, Shared};
use super::{DtlsStream, accept_from};
use crate::dtls::{CookieKey, Prestate};
use crate::error::{Failure, Result};
use crate::session::ServerConfig;

const DOING: &str = "listening for datagrams";

/// A UDP socket for the sessions of many clients, as [`TcpListener`](::tokio::net::TcpListener) is for connections.
///
/// A client is known by its address and port. A task of the runtime reads the socket for all of them, whatever the program
/// does meanwhile, from [`new`](DtlsListener::new) until the listener and all its [peers](DtlsPeer) are dropped.
///
/// ```no_run
/// use std::time::Duration;
/// use gnutls::{ServerConfig, tokio::dtls::DtlsListener};
/// use tokio::time::timeout;
///
/// # async fn f(config: ServerConfig) -> Result<(), gnutls::Error> {
/// let listener = DtlsListener::bind("0.0.0.0:5684").await?;
/// listener.set_max_clients(100);
/// loop {
///     let incoming = listener.accept().await?;
///     let config = config.clone();
///     tokio::spawn(async move {
///         let mut session = incoming.accept(&config).await?; // the handshake
///         let mut buf = [0; 2048];
///         // UDP does not tell who is gone.
///         while let Ok(received) = timeout(Duration::from_secs(120), session.recv(&mut buf)).await {
///             match received? {
///                 0 => break, // close_notify
///                 length => session.send(&buf[..length]).await?,
///             }
///         }
///         session.close_notify().await
///     });
/// }
/// # }
/// ```
///
/// `examples/dtls_echo_tokio.rs` is a whole program.
///
/// # Who stops whom
///
/// * **Handshakes are futures of their own**, [`Incoming::accept`]: spawned, as many go on at once as there are clients, and
///   one that fails or takes long is nothing to [`accept`](DtlsListener::accept) and to the others. So is a session that is
///   not read: what comes for it [is lost](DtlsPeer::lost) when its queue is full.
/// * **A dropped listener** lets nobody else in and forgets who waits to be accepted. The sessions go on, and handshakes that
///   have begun. The socket is closed when the last of them is dropped.
/// * **A dropped session**, or both of its halves, or a dropped [`Incoming`], frees its place at once. Nothing is sent;
///   [`close_notify`](DtlsStream::close_notify) is.
/// * **When the runtime ends** in which the listener was made, receives end with an error of the transport, after what had
///   come before, and so does `accept`.
///
/// # Cancel safety
///
/// | method | what a dropped future has done |
/// |---|---|
/// | [`accept`](DtlsListener::accept) | nothing: the client is given to the next one |
/// | [`Incoming::accept`] | dropped the client, which is forgotten; if it says hello again it comes again |
/// | of the session | what is said at [`recv`](DtlsStream::recv), [`send`](DtlsStream::send) and in [`task`](crate::task) |
///
/// # Who can do what to it
///
/// * **Nothing is kept of who has not shown a [cookie](CookieKey)**, so that datagrams under false addresses cost a hash each,
///   and get an answer that is smaller than they are. Cookies do not age:
///   [replace the key](DtlsListener::replace_key) now and then.
/// * **There are at most so many clients**: 1024, or [as many as you say](DtlsListener::set_max_clients), those included that
///   are in their handshake or wait to be accepted. Who comes then is ignored and [counted](DtlsListener::turned_away); it
///   tries again, as DTLS does anyway, and is let in once another has left. One host has many ports: drop the [`Incoming`] of
///   an [address](Incoming::address) that has enough.
/// * **What waits for one client is bounded**, by 256 datagrams and 128 KiB.
/// * **Who shows a cookie and then says nothing** holds its place until its handshake is over: see
///   [`handshake_timeout`](crate::ServerConfigBuilder::handshake_timeout), a minute if nothing is said.
/// * **Who says nothing after its handshake** is a client until its session is dropped, as above with a timeout.
/// * **A client that begins anew from the same port** is let in beside its old session, which lives until the handshake of the new
///   one is done: before, nobody has proved to be the client (RFC 6347, section 4.2.8). Then the old one's sends and, after what
///   had come before, its receives are errors of [`Transport`](crate::ErrorKind::Transport), each with an `io::Error` of the kind
///   [`ConnectionAborted`](std::io::ErrorKind::ConnectionAborted). Drop it: a client has two sessions at most, and is not heard
///   again before. Its second one takes no place from others, and [`Incoming::is_restart`] tells it. A handshake that is two
///   seconds old gives way to a new one of its client.
/// * **Who shows somebody's hello again**, with its cookie, begins a handshake that comes to nothing; a cookie is of one hello, so
///   that nobody can make others with it. Who receives and sends at a client's address can begin anew in its place, as he could
///   keep it from being heard.
/// * **What ICMP says**, which anybody may have sent, ends neither the listener nor a session.
pub struct DtlsListener {
    shared: Arc<Shared>,
    arrivals: Mutex<Arrivals>,
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
    /// Listens at `address`, with a new cookie key.
    ///
    /// # Errors
    /// If there is no such address or port here, or it is taken.
    ///
    /// # Panics
    /// As [`new`](DtlsListener::new).
    pub async fn bind(address: impl ToSocketAddrs) -> Result<DtlsListener> {
        DtlsListener::new(UdpSocket::bind(address).await.map_err(|error| Failure::of_io(error, DOING))?)
    }

    /// Listens on a socket that is bound and not connected, with a new cookie key.
    ///
    /// # Errors
    /// If there are no random numbers.
    ///
    /// # Panics
    /// Outside a runtime of tokio: it is to run the task that reads the socket. It needs its time as well.
    pub fn new(socket: UdpSocket) -> Result<DtlsListener> {
        Ok(DtlsListener::with_key(socket, CookieKey::generate()?))
    }

    /// As [`new`](DtlsListener::new), with a key that others have, too.
    ///
    /// # Panics
    /// As there.
    pub fn with_key(socket: UdpSocket, key: CookieKey) -> DtlsListener {
        let (shared, arrivals) = reader::start(socket, key);
        DtlsListener { shared, arrivals: Mutex::new(arrivals) }
    }

    /// Waits for the next client that has shown its cookie. Several tasks may wait; a dropped future has taken nobody.
    ///
    /// # Errors
    /// Those of the socket, which say nothing of a single client, each once: the next call goes on. They are no reason to end.
    /// But once the runtime has ended there is nothing else.
    pub async fn accept(&self) -> Result<Incoming> {
        let told = self.arrivals.lock().await.recv().await;
        match told.unwrap_or_else(|| Err(io::Error::new(io::ErrorKind::NotConnected, reader::GONE))) {
            Ok(arrival) => {
                let peer = DtlsPeer::new(&self.shared, arrival.address, arrival.queue);
                Ok(Incoming { peer, prestate: arrival.prestate, is_restart: arrival.is_restart })
            }
            Err(error) => {
                self.shared.error_taken();
                Err(Failure::of_io(error, DOING).into())
            }
        }
    }

    /// The address that it listens at.
    ///
    /// # Errors
    /// Those of the socket.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.shared.socket.local_addr()
    }

    /// Sets how many clients there may be at once, those included that are in their handshake or wait to be accepted. Default:
    /// 1024. Those that are there stay; with 0 nobody else is let in.
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

    /// The socket: to ask it and to set its options. What is received from it is missing from the sessions.
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

    /// Does the handshake. A dropped future drops the client.
    ///
    /// # Errors
    /// As [`ServerConfig::accept_datagram`]; the client is forgotten then.
    #[doc(alias = "gnutls_handshake")]
    pub async fn accept(self, config: &ServerConfig) -> Result<DtlsStream<DtlsPeer>> {
        let session = accept_from(config, self.prestate, self.peer).await?;
        session.get_ref().established();
        Ok(session)
    }
}

/// Who waits to be accepted is forgotten.
impl Drop for DtlsListener {
    fn drop(&mut self) {
        let arrivals = self.arrivals.get_mut();
        arrivals.close();
        while let Ok(told) = arrivals.try_recv() {
            if let Ok(arrival) = told {
                self.shared.clients.forget(arrival.address, &arrival.queue);
            }
        }
    }
}

impl fmt::Debug for DtlsListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DtlsListener").field("socket", self.get_ref()).field("clients", &self.clients()).finish()
    }
}
