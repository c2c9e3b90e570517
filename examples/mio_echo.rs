//! An echo server for many clients in one thread, with mio: what an event loop asks of a session.
//!
//! ```text
//! cargo run --example mio_echo -- server.pem server.key [PORT]
//! ```
//!
//! mio tells of changes, not of states: a session is served until it says itself that it waits
//! ([`Session::interest`](gnutls::Session::interest)), and not again before mio tells of it.

use std::collections::HashMap;
use std::error::Error;

use gnutls::{Handshaking, Identity, Progress, ServerConfig, Session};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

const LISTENER: Token = Token(0);

/// The most that is kept for a client that does not read, in bytes.
const MOST: usize = 64 * 1024;

/// Work that is done for one client before the others get their turn.
const TURNS: usize = 64;

enum Client {
    Handshaking(Box<Handshaking<TcpStream>>),
    Talking { session: Session<TcpStream>, echo: Vec<u8>, ended: bool },
}

/// How it stands with a client after its turn.
enum After {
    Waits(Client),
    /// It has more to do at once.
    Busy(Client),
    Done,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (chain, key, port) = match &args[..] {
        [chain, key] => (chain, key, 5556),
        [chain, key, port] => (chain, key, port.parse()?),
        _ => return Err("usage: mio_echo CERTIFICATE KEY [PORT]".into()),
    };
    let config = ServerConfig::builder().with_identity(Identity::from_files(chain, key)?)?.build()?;
    let mut listener = TcpListener::bind(([127, 0, 0, 1], port).into())?;
    println!("listening on {}", listener.local_addr()?);

    let mut poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    let (mut clients, mut next) = (HashMap::new(), 1);
    let mut busy: Vec<Token> = Vec::new();
    loop {
        let timeout = (!busy.is_empty()).then_some(std::time::Duration::ZERO);
        match poll.poll(&mut events, timeout) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            other => other?,
        }
        let mut ready = std::mem::take(&mut busy);
        for event in &events {
            if event.token() != LISTENER {
                ready.push(event.token());
                continue;
            }
            while let Some((mut tcp, _)) = accepted(&listener)? {
                let token = Token(next);
                next += 1;
                // Both, once and for all: the session knows what it waits for.
                poll.registry().register(&mut tcp, token, Interest::READABLE | Interest::WRITABLE)?;
                clients.insert(token, Client::Handshaking(Box::new(config.start(tcp)?)));
            }
        }
        ready.sort_unstable();
        ready.dedup();
        for token in ready {
            // An event may be about a client that is gone.
            let Some(client) = clients.remove(&token) else { continue };
            match serve(client) {
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

fn accepted(listener: &TcpListener) -> std::io::Result<Option<(TcpStream, std::net::SocketAddr)>> {
    match listener.accept() {
        Ok(accepted) => Ok(Some(accepted)),
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}

fn serve(client: Client) -> Result<After, gnutls::Error> {
    let (session, mut echo, mut ended) = match client {
        Client::Talking { session, echo, ended } => (session, echo, ended),
        Client::Handshaking(handshaking) => match handshaking.advance()? {
            Progress::Pending(unfinished) => return Ok(After::Waits(Client::Handshaking(Box::new(unfinished)))),
            Progress::Done(session) => (session, Vec::new(), false),
        },
    };
    for _ in 0..TURNS {
        let received = !ended && receive(&session, &mut echo, &mut ended)?;
        let sent = send(&session, &mut echo)?;
        if ended && echo.is_empty() && session.try_close()? {
            return Ok(After::Done);
        }
        if !received && !sent {
            return Ok(After::Waits(Client::Talking { session, echo, ended }));
        }
    }
    Ok(After::Busy(Client::Talking { session, echo, ended }))
}

/// True if there may be more. What does not fit is left to the peer, and to its patience.
fn receive(session: &Session<TcpStream>, echo: &mut Vec<u8>, ended: &mut bool) -> Result<bool, gnutls::Error> {
    if echo.len() >= MOST {
        return Ok(false);
    }
    let mut buf = [0; 16 * 1024];
    match session.recv(&mut buf) {
        Ok(0) => *ended = true,
        Ok(received) => echo.extend_from_slice(&buf[..received]),
        // It may say that it is ready all the same: after records without data.
        Err(error) if error.would_block() => return Ok(session.recv_interest().ready_now()),
        Err(error) => return Err(error),
    }
    Ok(true)
}

/// True if something went.
fn send(session: &Session<TcpStream>, echo: &mut Vec<u8>) -> Result<bool, gnutls::Error> {
    if echo.is_empty() {
        session.try_flush()?;
        return Ok(false);
    }
    match session.send(echo) {
        Ok(sent) => {
            echo.drain(..sent);
            Ok(sent > 0)
        }
        Err(error) if error.would_block() => Ok(false),
        Err(error) => Err(error),
    }
}
