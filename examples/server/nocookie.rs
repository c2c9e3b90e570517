//! `--nocookie`: whoever says hello over UDP is served, one client after the other, wherever the hello is from.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use gnutls::transport::{DatagramTransport, DatagramWait, Readiness};

use crate::connection::Server;
use crate::udp;

/// The first byte of records of the handshake, and of hellos of clients behind the record's head.
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const HEAD: usize = 13;

/// One client's part of the socket: what others send meanwhile is lost, and they send it again.
struct Only {
    socket: UdpSocket,
    client: SocketAddr,
}

impl DatagramTransport for Only {
    fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.socket.recv_from(buf)? {
                (n, from) if from == self.client => return Ok(n),
                _ => {}
            }
        }
    }

    fn try_send(&self, datagram: &[u8]) -> io::Result<()> {
        self.socket.send_to(datagram, self.client).map(drop)
    }
}

impl DatagramWait for Only {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        self.socket.wait(want, timeout)
    }
}

/// Serves; comes back only if that is impossible.
pub(crate) fn serve(socket: &UdpSocket, server: &Server) -> Result<Infallible, Box<dyn Error>> {
    socket.set_nonblocking(true)?;
    let readable = Readiness { readable: true, writable: false };
    let mut head = [0; HEAD + 1];
    loop {
        socket.wait(readable, None)?;
        // The hello stays where it is: it is the session's.
        let (n, client) = match socket.peek_from(&mut head) {
            Ok(came) => came,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error.into()),
        };
        if n <= HEAD || head[0] != HANDSHAKE || head[HEAD] != CLIENT_HELLO {
            let _ = socket.recv_from(&mut head);
            continue;
        }
        let only = Only { socket: socket.try_clone()?, client };
        udp::talk(server, client, || server.config.accept_datagram(only));
    }
}
