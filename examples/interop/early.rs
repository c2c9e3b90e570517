//! Early data (0-RTT): a session, and one that resumes it with a line in its first flight.

use std::fs;

use gnutls::{ClientConfig, EarlyOutcome, ServerConfig};

use crate::cells::{Cell, Peer};
use crate::common::HOST;
use crate::other::{Kind, Other};
use crate::ours::{Tls, patient, read_line};
use crate::tries::{HandshakeError, Side, Tried, Trouble, expected, hello, resumed, start, the_end};
use crate::world::World;

/// What goes early.
pub(crate) const EARLY: &str = "0123 early\n";

/// How much of that a server takes, in bytes.
pub(crate) const MOST: u32 = 16384;

/// How often it is tried: GnuTLS refuses early data now and then for the age of a ticket, which is rounded.
const TRIES: u32 = 20;

pub(crate) fn attempt(cell: &Cell, side: &Side, world: &World, command: &mut String) -> Tried<String> {
    let accepted = match side {
        Side::Client(config) => client(cell, config, world, command),
        Side::Server(config) => server(cell, config, world, command),
    };
    accepted?.ok_or_else(|| Trouble::Broken(format!("early data are refused {TRIES} times")))
}

fn client(cell: &Cell, config: &ClientConfig, world: &World, command: &mut String) -> Tried<Option<String>> {
    let other = start(cell, world, &[])?;
    command.clone_from(&other.command);
    for number in 0..TRIES {
        let session = patient(config.connect(HOST, other.tcp()?)?);
        hello(&session, &other, 2 * number)?;
        session.close()?;
        match the_end(&session) {
            // OpenSSL 1.1.1 has no close_notify; the cells of closing are about that.
            Err(Trouble::Refused(_)) if cell.peer == Peer::Openssl => {}
            other => other?,
        }
        other.settle()?;
        let data = session.session_data()?.filter(|data| data.max_early_data() >= EARLY.len());
        let data = data.ok_or_else(|| Trouble::Broken("there is no ticket that allows early data".to_owned()))?;
        let connect = config.to(HOST)?.resume(&data).early_data(EARLY.as_bytes());
        let session = patient(connect.connect(other.tcp()?)?);
        resumed(&session)?;
        if session.early_outcome() == Some(EarlyOutcome::Accepted) {
            match (cell.peer, other.tool()) {
                // It receives them, and loses them.
                (Peer::Gnutls, _) if !gnutls::is_at_least(c"3.8.10") => {}
                (Peer::Openssl, Some(tool)) => {
                    // It prints them past the buffer that its words are in.
                    tool.stdout.wait_for("Early data received:\n");
                    tool.stdout.wait_for(EARLY);
                }
                (..) => expected("early line", EARLY, &read_line(&session)?)?,
            }
            hello(&session, &other, 2 * number + 1)?;
            return Ok(Some(session.description()));
        }
        end(&session, &other)?;
    }
    Ok(None)
}

fn server(cell: &Cell, config: &ServerConfig, world: &World, command: &mut String) -> Tried<Option<String>> {
    let [file, saved] = ["early", "early-session"].map(|name| world.files.path(&format!("{name}-{}", cell.peer)));
    fs::write(&file, EARLY)?;
    let accept =
        |other: &Other| -> Tried<Tls> { Ok(patient(config.accept(other.tcp()?).map_err(HandshakeError::Tls)?)) };
    let first: &[&str] = match cell.peer {
        Peer::Gnutls => &["--resume", "--waitresumption", "--earlydata", &file],
        Peer::Openssl => &["-sess_out", &saved],
        _ => &[],
    };
    for number in 0..TRIES {
        let mut other = start(cell, world, first)?;
        command.clone_from(&other.command);
        let session = accept(&other)?;
        match (cell.peer, &other.kind) {
            // It goes by itself, and comes back.
            (Peer::Gnutls, _) => the_end(&session)?,
            (Peer::Openssl, _) => {
                hello(&session, &other, 2 * number)?;
                drop(session);
                let _ = other.complaint();
                other = start(cell, world, &["-sess_in", &saved, "-early_data", &file])?;
                command.clone_from(&other.command);
            }
            (_, Kind::Inside(..)) => {
                hello(&session, &other, 2 * number)?;
                end(&session, &other)?;
            }
            _ => {}
        }
        let session = accept(&other)?;
        resumed(&session)?;
        if let Some(early) = session.early_data() {
            expected("early data", EARLY, &String::from_utf8_lossy(early.replayable()))?;
            hello(&session, &other, 2 * number + 1)?;
            return Ok(Some(session.description()));
        }
        if let Kind::Inside(..) = other.kind {
            end(&session, &other)?;
        }
    }
    Ok(None)
}

/// The end of a session in which nothing more is said.
fn end(session: &Tls, other: &Other) -> Tried<()> {
    session.close()?;
    the_end(session)?;
    other.settle()
}
