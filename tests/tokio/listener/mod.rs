//! Many clients on one socket of tokio: at once, silent, lying, coming again, leaving in any order, of other programs.

mod ends;
mod hostile;
mod limits;
mod restarts;
mod tools;
mod traffic;

use std::net::SocketAddr;
use std::os::fd::AsRawFd;

use gnutls::Progress;
use gnutls::dtls::DatagramTransport;
use gnutls::tokio::dtls::{self, AsyncDatagram, DtlsListener, DtlsPeer, DtlsStream, Incoming};
use gnutls::transport::memory::{self, DatagramEnd};
use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv};
use tokio::net::UdpSocket;

use crate::common::HOST;
use crate::dtls::configs;

type Client = DtlsStream<UdpSocket>;
type Session = DtlsStream<DtlsPeer>;

async fn listen() -> DtlsListener {
    DtlsListener::bind("127.0.0.1:0").await.expect("a listener")
}

/// A socket that is connected to the listener.
async fn dial(listener: &DtlsListener) -> UdpSocket {
    dial_at(listener.local_addr().expect("an address")).await
}

async fn dial_at(address: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    socket.connect(address).await.expect("connecting");
    socket
}

async fn arrive(socket: UdpSocket) -> gnutls::Result<Client> {
    dtls::connect(configs().0.to(HOST).expect("a name"), socket).await
}

async fn let_in(incoming: Incoming) -> Session {
    incoming.accept(&configs().1).await.expect("the server's handshake")
}

/// A new client, and its session here; it is the only one that comes.
async fn join(listener: &DtlsListener) -> (Client, Session) {
    let socket = dial(listener).await;
    let address = socket.local_addr().expect("an address");
    let here = async {
        let incoming = listener.accept().await.expect("a client");
        assert_eq!(incoming.address(), address);
        let_in(incoming).await
    };
    let (client, session) = tokio::join!(arrive(socket), here);
    (client.expect("the client's handshake"), session)
}

/// One datagram there, and one back.
async fn talk<IO: AsyncDatagram + Unpin>(client: &mut DtlsStream<IO>, session: &mut Session, word: &[u8]) {
    let mut buf = [0; 2000];
    client.send(word).await.expect("sending");
    let length = session.recv(&mut buf).await.expect("receiving");
    assert_eq!(&buf[..length], word);
    session.send(word).await.expect("sending");
    let length = client.recv(&mut buf).await.expect("receiving");
    assert_eq!(&buf[..length], word);
}

/// A client that says what it is told to, and nothing by itself.
struct Puppet {
    socket: UdpSocket,
    /// What it said first, and what it says with its cookie.
    first: Vec<u8>,
    hello: Vec<u8>,
}

/// One that has its cookie and has not shown it. It takes an answer of the listener, so that what was sent to that before
/// has been looked at.
async fn puppet(listener: &DtlsListener) -> Puppet {
    let socket = dial(listener).await;
    let (first, hello) = hellos(&socket).await;
    Puppet { socket, first, hello }
}

/// What a client says first, and with its cookie, which it is told at `socket`.
async fn hellos(socket: &UdpSocket) -> (Vec<u8>, Vec<u8>) {
    let (near, far) = memory::datagram_pair(1500);
    let going = configs().0.to(HOST).expect("a name").start_datagram(near).expect("a client");
    let Progress::Pending(going) = going.advance().expect("a hello") else { panic!("nobody answered") };
    let first = said(&far);
    let mut buf = [0; 2000];
    socket.send(&first).await.expect("sending");
    let length = socket.recv(&mut buf).await.expect("a request for a cookie");
    assert!(length < first.len(), "an answer is no amplifier");
    far.try_send(&buf[..length]).expect("there is room");
    let Progress::Pending(_going) = going.advance().expect("another") else { panic!("nobody answered") };
    (first, said(&far))
}

/// The last that it said: before that it may have said again what it said before.
fn said(far: &DatagramEnd) -> Vec<u8> {
    let mut buf = [0; 2000];
    let all = std::iter::from_fn(|| far.try_recv(&mut buf).ok().map(|length| buf[..length].to_vec()));
    all.last().expect("a datagram")
}

impl Puppet {
    fn address(&self) -> SocketAddr {
        self.socket.local_addr().expect("an address")
    }

    async fn show_cookie(&self) {
        self.socket.send(&self.hello).await.expect("sending");
    }
}

/// Whether nothing has come to a socket. The loopback interface takes no time: what was sent has come.
fn nothing_came(socket: &UdpSocket) -> bool {
    let came = recv(socket.as_raw_fd(), &mut [0; 2000], MsgFlags::MSG_DONTWAIT);
    came == Err(Errno::EAGAIN)
}
