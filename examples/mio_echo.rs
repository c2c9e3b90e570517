//! An echo server for many clients in one thread, with mio: what an event loop asks of a session.
//!
//! ```text
//! cargo run --example mio_echo -- server.pem server.key [PORT]
//! ```
//!
//! mio tells of changes, not of states: a session is served until it says itself that it waits
//! ([`Session::interest`](gnutls::Session::interest)), and not again before mio tells of it.

#[macro_use]
#[path = "shared/say.rs"]
mod say;

use std::collections::HashMap;
use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;

use gnutls::{Handshaking, Identity, Progress, ServerConfig, Session};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

const LISTENER: Token = Token(0);

/// The most that is kept for a client that does not read, in bytes.
const MOST: usize = 64 * 1024;

/// Work that is done for one client before the others get their turn.
const TURNS: usize = 64;

/// How long a client may take for its handshake.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to leave clients alone when the system has no descriptors left.
const PAUSE: Duration = Duration::from_millis(100);

/// An echo server for many clients in one thread, with mio.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Certificate with its chain, in PEM or DER
    certificate: PathBuf,

    /// Its private key
    key: PathBuf,

    /// Port to listen at on 127.0.0.1; with 0 the system chooses one
    #[arg(default_value_t = 5556)]
    port: u16,

    /// After how many seconds a client is forgotten that neither sends nor reads
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    idle: u32,
}

enum Client {
    Handshaking(Box<Handshaking<TcpStream>>),
    Talking(Box<Talk>),
}

struct Talk {
    session: Session<TcpStream>,
    echo: Vec<u8>,
    /// The client has closed its side.
    ended: bool,
    /// When data went through the session last.
    moved: Instant,
}

/// How it stands with a client after its turn.
enum After {
    Waits(Client),
    /// It has more to do at once.
    Busy(Client),
    Done,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(never) => match never {},
        Err(error) => {
            eprintln!("mio_echo: {error}\nTry 'mio_echo --help'.");
            ExitCode::FAILURE
        }
    }
}

/// Serves; comes back only if that is impossible.
fn run(options: &Options) -> Result<Infallible, Box<dyn Error>> {
    let identity = Identity::from_files(&options.certificate, &options.key)?;
    let config = ServerConfig::builder().with_identity(identity)?.handshake_timeout(PATIENCE).build()?;
    let listener = TcpListener::bind(([127, 0, 0, 1], options.port).into());
    let mut listener = listener.map_err(|error| format!("listening at port {}: {error}", options.port))?;
    println!("listening on {}", listener.local_addr()?);

    let mut poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    let (mut clients, mut next) = (HashMap::new(), 1);
    let mut busy: Vec<Token> = Vec::new();
    // When to look at the listener without an event: of what was not accepted mio does not tell again.
    let mut again: Option<Instant> = None;
    let idle = Duration::from_secs(options.idle.into());
    loop {
        match poll.poll(&mut events, patience(&busy, again, &clients, idle)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        }
        let mut ready = std::mem::take(&mut busy);
        ready.extend(events.iter().map(|event| event.token()));
        // Their time is over: they have an error to hear. A server of very many would keep a list of who is due.
        ready.extend(clients.iter().filter(|(_, client)| client.left(idle).is_zero()).map(|(token, _)| *token));
        ready.extend(again.take_if(|again| *again <= Instant::now()).map(|_| LISTENER));
        ready.sort_unstable();
        ready.dedup();
        for token in ready {
            if token == LISTENER {
                if let Err(error) = welcome(&listener, &poll, &config, &mut clients, &mut next) {
                    eprintln!("accepting: {error}");
                    // Descriptors have run out, as a rule: give those who have them time to finish.
                    again = Some(Instant::now() + PAUSE);
                }
                continue;
            }
            // An event may be about a client that is gone.
            let Some(client) = clients.remove(&token) else { continue };
            match serve(client, idle) {
                Ok(After::Waits(client)) => drop(clients.insert(token, client)),
                Ok(After::Busy(client)) => {
                    clients.insert(token, client);
                    busy.push(token);
                }
                Ok(After::Done) => {}
                Err(error) => eprintln!("client {}: {error}", token.0),
            }
        }
    }
}

/// How long to wait for events at most.
fn patience(
    busy: &[Token],
    again: Option<Instant>,
    clients: &HashMap<Token, Client>,
    idle: Duration,
) -> Option<Duration> {
    if !busy.is_empty() {
        return Some(Duration::ZERO);
    }
    let clients = clients.values().map(|client| client.left(idle));
    clients.chain(again.map(|again| again.saturating_duration_since(Instant::now()))).min()
}

impl Client {
    /// The time that a client has left, for its handshake or to move something.
    fn left(&self, idle: Duration) -> Duration {
        match self {
            Client::Handshaking(handshaking) => handshaking.interest().remaining().unwrap_or(PATIENCE),
            Client::Talking(talk) => idle.saturating_sub(talk.moved.elapsed()),
        }
    }
}

/// Lets in everybody who has come.
fn welcome(
    listener: &TcpListener,
    poll: &Poll,
    config: &ServerConfig,
    clients: &mut HashMap<Token, Client>,
    next: &mut usize,
) -> Result<(), Box<dyn Error>> {
    while let Some((mut tcp, _)) = accepted(listener)? {
        let token = Token(*next);
        *next += 1;
        // Both, once and for all: the session knows what it waits for.
        poll.registry().register(&mut tcp, token, Interest::READABLE | Interest::WRITABLE)?;
        clients.insert(token, Client::Handshaking(Box::new(config.start(tcp)?)));
    }
    Ok(())
}

fn accepted(listener: &TcpListener) -> io::Result<Option<(TcpStream, std::net::SocketAddr)>> {
    match listener.accept() {
        Ok(accepted) => Ok(Some(accepted)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}

fn serve(client: Client, idle: Duration) -> Result<After, Box<dyn Error>> {
    let mut talk = match client {
        Client::Talking(talk) => talk,
        Client::Handshaking(handshaking) => match handshaking.advance()? {
            Progress::Pending(unfinished) => return Ok(After::Waits(Client::Handshaking(Box::new(unfinished)))),
            Progress::Done(session) => {
                Box::new(Talk { session, echo: Vec::new(), ended: false, moved: Instant::now() })
            }
        },
    };
    for _ in 0..TURNS {
        let received = !talk.ended && receive(&mut talk)?;
        let sent = send(&mut talk)?;
        if talk.ended && talk.echo.is_empty() && talk.session.try_close()? {
            return Ok(After::Done);
        }
        if !received && !sent {
            if talk.moved.elapsed() >= idle {
                return Err("it neither sends nor reads".into());
            }
            return Ok(After::Waits(Client::Talking(talk)));
        }
    }
    Ok(After::Busy(Client::Talking(talk)))
}

/// True if there may be more. What does not fit is left to the peer, and to its patience.
fn receive(talk: &mut Talk) -> Result<bool, gnutls::Error> {
    if talk.echo.len() >= MOST {
        return Ok(false);
    }
    let mut buf = [0; 16 * 1024];
    match talk.session.recv(&mut buf) {
        Ok(0) => talk.ended = true,
        Ok(received) => {
            talk.echo.extend_from_slice(&buf[..received]);
            talk.moved = Instant::now();
        }
        // It may say that it is ready all the same: after records without data.
        Err(error) if error.would_block() => return Ok(talk.session.recv_interest().ready_now()),
        Err(error) => return Err(error),
    }
    Ok(true)
}

/// True if something went.
fn send(talk: &mut Talk) -> Result<bool, gnutls::Error> {
    if talk.echo.is_empty() {
        talk.session.try_flush()?;
        return Ok(false);
    }
    match talk.session.send(&talk.echo) {
        Ok(sent) => {
            talk.echo.drain(..sent);
            talk.moved = Instant::now();
            Ok(sent > 0)
        }
        Err(error) if error.would_block() => Ok(false),
        Err(error) => Err(error),
    }
}
