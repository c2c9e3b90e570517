//! An echo server for many clients on one UDP socket, in one thread with poll(2).
//!
//! Try it with: gnutls-cli --udp --insecure --port 5684 localhost

#[macro_use]
#[path = "shared/say.rs"]
mod say;

use std::convert::Infallible;
use std::error::Error;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use gnutls::dtls::{Datagram, DtlsListener, DtlsPeer, DtlsSession, Event};
use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
use gnutls::{Handshaking, Identity, Interest, Progress, ServerConfig};
use nix::poll::{PollFd, PollFlags, poll};

/// An echo server for many clients on one UDP socket (DTLS), each with a cookie first.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5684")]
    listen: SocketAddr,

    /// Certificate in PEM or DER. Without, the server makes itself one
    #[arg(long, value_name = "FILE", requires = "x509keyfile")]
    x509certfile: Option<String>,

    /// Its private key
    #[arg(long, value_name = "FILE", requires = "x509certfile")]
    x509keyfile: Option<String>,

    /// The largest datagram to send, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 1200)]
    mtu: u16,

    /// How many clients there may be at once
    #[arg(long, value_name = "NUMBER", default_value_t = 1024)]
    clients: usize,
}

/// Who says nothing for so long is forgotten: a close can be lost.
const IDLE: Duration = Duration::from_secs(120);

/// How many datagrams are looked at before the clients are.
const BATCH: usize = 256;

/// A client, and when it last said something: anybody can send datagrams under its address, but no data.
struct Client {
    address: SocketAddr,
    state: State,
    heard: Instant,
}

#[allow(clippy::large_enum_variant, reason = "there is one for each client, and it is a session as a rule")]
enum State {
    Handshaking(Handshaking<Datagram<DtlsPeer>>),
    Talking(DtlsSession<DtlsPeer>),
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(never) => match never {},
        Err(error) => {
            eprintln!("dtls_server: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves; comes back only if that is impossible.
fn run(options: &Options) -> Result<Infallible, Box<dyn Error>> {
    let identity = match (&options.x509certfile, &options.x509keyfile) {
        (Some(certificate), Some(key)) => Identity::from_files(certificate, key)?,
        _ => self_made()?,
    };
    let config = ServerConfig::builder().with_identity(identity)?.mtu(options.mtu)?.build()?;
    let socket =
        UdpSocket::bind(options.listen).map_err(|error| format!("listening on {}: {error}", options.listen))?;
    let listener = DtlsListener::new(socket)?;
    listener.set_max_clients(options.clients);
    println!("listening on {}", listener.get_ref().local_addr()?);
    // Not by their addresses: a client that begins anew has two sessions there until its new handshake is done.
    let mut clients: Vec<Client> = Vec::new();
    loop {
        wait(&listener, &clients)?;
        // Not for ever: somebody may send faster than this reads, and the clients have timers.
        for _ in 0..BATCH {
            match listener.next()? {
                Event::Client(incoming) => {
                    let (address, heard) = (incoming.address(), Instant::now());
                    let state = State::Handshaking(incoming.start(&config)?);
                    clients.push(Client { address, state, heard });
                }
                Event::Datagram(_) | Event::Stranger(_) => {}
                Event::Nothing => break,
            }
        }
        // All of them: a timer may have run out. A server of very many would keep a list of who is due.
        clients = clients.into_iter().filter_map(go_on).collect();
    }
}

/// Waits until there is a datagram, or the first timer runs out.
fn wait(listener: &DtlsListener, clients: &[Client]) -> nix::Result<()> {
    let timers = clients.iter().map(|client| match &client.state {
        State::Handshaking(handshaking) => handshaking.interest(),
        State::Talking(session) => session.interest(),
    });
    // The socket is readable for all of them; nothing here waits until it is writable.
    let first = timers.fold(Interest::NONE, |first, next| first | next);
    let mut fds = [PollFd::new(listener.get_ref().as_fd(), PollFlags::POLLIN)];
    poll(&mut fds, first.timeout()).map(drop)
}

/// Takes a client as far as it goes; `None` if it is done with.
fn go_on(mut client: Client) -> Option<Client> {
    let address = client.address;
    loop {
        client.state = match client.state {
            State::Handshaking(handshaking) => match handshaking.advance() {
                Ok(Progress::Pending(handshaking)) => {
                    return Some(Client { state: State::Handshaking(handshaking), ..client });
                }
                Ok(Progress::Done(session)) => {
                    println!("{address}: {}", session.description());
                    State::Talking(session)
                }
                Err(error) => {
                    eprintln!("{address}: {error}");
                    return None;
                }
            },
            State::Talking(session) => {
                let open = echo(&session, &mut client.heard);
                let open = open.inspect_err(|error| eprintln!("{address}: {error}")).unwrap_or(false);
                let open = open && client.heard.elapsed() < IDLE;
                return open.then_some(Client { state: State::Talking(session), ..client });
            }
        };
    }
}

/// Sends back all that has come: false once the client has closed its side.
fn echo(session: &DtlsSession<DtlsPeer>, heard: &mut Instant) -> gnutls::Result<bool> {
    loop {
        match session.recv_packet() {
            Ok(Some(packet)) => {
                *heard = Instant::now();
                match session.send(&packet) {
                    // A network without room loses datagrams; so does this.
                    Err(error) if error.would_block() => {}
                    other => drop(other?),
                }
            }
            Ok(None) => {
                session.try_close()?;
                return Ok(false);
            }
            Err(error) if error.would_block() => return Ok(true),
            Err(error) => return Err(error),
        }
    }
}

fn self_made() -> gnutls::Result<Identity> {
    let key = PrivateKey::generate(KeyType::EcdsaP256)?;
    let certificate = CertificateBuilder::new().subject("CN=localhost").dns_name("localhost").self_signed(&key)?;
    Identity::new(vec![certificate], key)
}
