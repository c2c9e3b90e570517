//! What the programs share: where a client goes, what it says there, and how a server serves.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use gnutls::{ClientConfig, ClientConfigBuilder, ServerConfig, Session};

use crate::{Ended, crowd};

pub(crate) const REQUEST: &[u8] = b"GET / HTTP/1.0\r\n\r\n";

/// How long a peer may take for its handshake, and be silent where it is to speak or to read.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How long a client may take to close after we have.
const LINGER: Duration = Duration::from_secs(5);

/// The server that a client talks to.
#[derive(Args, Debug)]
pub(crate) struct Target {
    /// Name or address of the server
    host: String,

    /// Port of the server
    #[arg(short, long, default_value_t = 5556)]
    port: u16,

    /// Name that the server is to have, if it is another than HOST
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

impl Target {
    pub(crate) fn dial(&self) -> io::Result<TcpStream> {
        TcpStream::connect((self.host.as_str(), self.port)).map_err(|error| self.unreachable(&error))
    }

    fn unreachable(&self, error: &io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("connecting to {} at port {}: {error}", self.host, self.port))
    }

    /// A socket that sends to the server, and hears nobody else.
    pub(crate) fn dial_udp(&self) -> io::Result<UdpSocket> {
        let addresses = (self.host.as_str(), self.port).to_socket_addrs();
        let mut addresses = addresses.map_err(|error| self.unreachable(&error))?;
        let server = addresses.next().ok_or_else(|| io::Error::other("the server has no address"))?;
        let ours: SocketAddr = match server {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(ours)?;
        socket.connect(server)?;
        Ok(socket)
    }

    /// The name that the server's certificate must have.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.host)
    }

    pub(crate) fn connect(&self, config: &ClientConfig) -> Result<Session<TcpStream>, Box<dyn std::error::Error>> {
        let session = config.connect(self.name(), self.dial()?)?;
        session.set_read_timeout(Some(PATIENCE));
        session.set_write_timeout(Some(PATIENCE));
        println!("- Session info: {}", session.description());
        Ok(session)
    }
}

/// Whom a client trusts.
#[derive(Args, Debug)]
pub(crate) struct Trust {
    /// Authorities to trust [default: those that this machine trusts]
    #[arg(long, value_name = "FILE")]
    x509cafile: Option<PathBuf>,
}

impl Trust {
    pub(crate) fn builder(&self) -> gnutls::Result<ClientConfigBuilder> {
        let builder = ClientConfig::builder().handshake_timeout(PATIENCE);
        match &self.x509cafile {
            Some(file) => builder.with_trust_file(file),
            None => builder.with_system_trust(),
        }
    }
}

/// Sends a request, closes this side, and prints what comes back until the server closes its own.
pub(crate) fn talk(mut session: Session<TcpStream>) -> Ended {
    session.write_all(REQUEST)?;
    hear_out(session)
}

/// Closes this side, and prints what comes back until the server closes its own.
pub(crate) fn hear_out(mut session: Session<TcpStream>) -> Ended {
    session.close()?;
    let mut answer = Vec::new();
    session.read_to_end(&mut answer)?;
    println!("- Received {} bytes: {}", answer.len(), String::from_utf8_lossy(&answer));
    println!("- Peer has closed the TLS connection");
    Ok(())
}

/// Where a server listens.
#[derive(Args, Debug)]
pub(crate) struct Listen {
    /// Port to listen at; with 0 the system chooses one
    #[arg(short, long, default_value_t = 5556)]
    port: u16,
}

impl Listen {
    pub(crate) fn at(port: u16) -> Listen {
        Listen { port }
    }

    pub(crate) fn listen(&self) -> io::Result<TcpListener> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).map_err(|error| self.taken(&error))?;
        println!("Server ready. Listening to port '{}'.", listener.local_addr()?.port());
        Ok(listener)
    }

    pub(crate) fn listen_udp(&self) -> io::Result<UdpSocket> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, self.port)).map_err(|error| self.taken(&error))?;
        println!("Server ready. Listening to port '{}'.", socket.local_addr()?.port());
        Ok(socket)
    }

    fn taken(&self, error: &io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("listening at port {}: {error}", self.port))
    }

    /// Serves for ever: a thread for each client, and what is wrong with one is no matter for the next.
    pub(crate) fn serve(&self, config: &ServerConfig, who: fn(&Session<TcpStream>) -> String) -> Ended {
        let config = config.clone();
        crowd::serve(&self.listen()?, move |stream, _| {
            if let Err(error) = echo(&config, stream, who) {
                println!("- {error}");
            }
        })
    }
}

/// Gives a client back what it says.
fn echo(config: &ServerConfig, stream: TcpStream, who: fn(&Session<TcpStream>) -> String) -> Ended {
    println!("- Connection from {}", stream.peer_addr()?);
    let session = config.accept(stream)?;
    println!("- Handshake was completed. {}", who(&session));
    session.set_read_timeout(Some(PATIENCE));
    session.set_write_timeout(Some(PATIENCE));
    io::copy(&mut &session, &mut &session)?;
    session.close()?;
    // Until the client has read it all; one that goes on sending is not waited for.
    let (stream, end) = (session.into_inner(), Instant::now() + LINGER);
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(LINGER))?;
    while (&stream).read(&mut [0; 1000])? > 0 && Instant::now() < end {}
    Ok(())
}
