//! What is done in each cell.

use std::io::{self, Read, Write};
use std::thread;

use gnutls::transport::Transport;
use gnutls::{ClientConfig, Error, ErrorKind, KeyUpdateRequest, ServerConfig, Session, SessionData};

use crate::cells::{Cell, Feature, Peer, Role, Version, What};
use crate::common::HOST;
use crate::datagrams;
use crate::early;
use crate::exchange::{self, ASKING, Plan, check_key_updates};
use crate::inside;
use crate::other::{CLOSE, Kind, Other, REKEY};
use crate::ours::{self, Tls, inner, is, patient, read_line};
use crate::outcome::Outcome;
use crate::reauth;
use crate::text;
use crate::tools;
use crate::world::World;

/// Why a cell does not work.
pub(crate) enum Trouble {
    /// By the rules: an alert, or nothing shared.
    Refused(String),
    Broken(String),
}

pub(crate) type Tried<T> = Result<T, Trouble>;

/// Our side, ready for several connections.
pub(crate) enum Side {
    Client(ClientConfig),
    Server(ServerConfig),
}

/// Runs `cell`: what came of it, and the peer's command line. Panics are for the caller to take as broken.
pub(crate) fn run(cell: &Cell, world: &World) -> (Outcome, String) {
    let mut command = String::new();
    let outcome = attempt(cell, world, &mut command);
    (outcome_of(outcome), command)
}

pub(crate) fn outcome_of(tried: Tried<String>) -> Outcome {
    match tried {
        Ok(description) => Outcome::Works(description),
        Err(Trouble::Refused(why)) => Outcome::Refused(why),
        Err(Trouble::Broken(why)) => Outcome::Broken(why),
    }
}

fn attempt(cell: &Cell, world: &World, command: &mut String) -> Tried<String> {
    let side = match cell.ours {
        Role::Client => Side::Client(ours::client(cell, world)?.build()?),
        Role::Server => Side::Server(ours::server(cell, world)?),
    };
    if cell.version.is_datagram() {
        return datagrams::attempt(cell, &side, world, command);
    }
    if is(cell, Feature::EarlyData) {
        return early::attempt(cell, &side, world, command);
    }
    let saved = world.files.path(&format!("session-{}", cell.version));
    let resumes = is(cell, Feature::Resumption) || is(cell, Feature::ResumptionById);
    let visits = resumes && cell.ours == Role::Server && cell.peer == Peer::Openssl;
    let first: &[&str] = if visits { &["-sess_out", &saved] } else { &[] };
    let other = start(cell, world, first)?;
    command.clone_from(&other.command);
    match side.handshake(&other, None) {
        Ok(session) => {
            let description = session.description();
            if visits {
                hello(&session, &other, 1)?;
                drop(session);
                let _ = other.complaint();
                let again = start(cell, world, &["-sess_in", &saved])?;
                let session = side.handshake(&again, None)?;
                resumed(&session)?;
                hello(&session, &again, 2)?;
            } else {
                visit(cell, &side, session, other)?;
            }
            Ok(description)
        }
        Err(error) => Err(with_complaint(error.into(), other)),
    }
}

pub(crate) fn start(cell: &Cell, world: &World, extra: &[&str]) -> Tried<Other> {
    match cell.peer {
        Peer::Gnutls | Peer::Openssl => Ok(tools::start(cell, world, extra)),
        Peer::Ours | Peer::Rustls | Peer::Against => inside::start(cell, world).map_err(Trouble::Refused),
    }
}

/// Adds what the other side had to say.
pub(crate) fn with_complaint(trouble: Trouble, other: Other) -> Trouble {
    let complaint = other.complaint();
    let add = |why: String| if complaint.is_empty() { why } else { format!("{why}; the peer: {complaint}") };
    match trouble {
        Trouble::Refused(why) => Trouble::Refused(add(why)),
        Trouble::Broken(why) => Trouble::Broken(add(why)),
    }
}

impl Side {
    /// The next session with `other`.
    fn handshake(&self, other: &Other, resume: Option<&SessionData>) -> Result<Tls, HandshakeError> {
        let tcp = other.tcp()?;
        Ok(patient(match (self, resume) {
            (Side::Client(config), None) => config.connect(HOST, tcp)?,
            (Side::Client(config), Some(data)) => config.to(HOST)?.resume(data).connect(tcp)?,
            (Side::Server(config), _) => config.accept(tcp)?,
        }))
    }
}

/// Everything after the first handshake.
fn visit(cell: &Cell, side: &Side, session: Tls, other: Other) -> Tried<()> {
    match cell.what {
        What::Feature(Feature::Resumption | Feature::ResumptionById) => resume(side, session, &other),
        What::Feature(Feature::BigTransfer) => carry(session, &other, &big(cell)),
        What::Feature(Feature::KeyUpdate) => carry(session, &other, &Plan { ours: &ASKING, ..small() }),
        What::Feature(Feature::KeyUpdateTheirs) => their_updates(cell, &session, &other),
        What::Feature(Feature::CloseOursFirst) => {
            hello(&session, &other, 1)?;
            session.close()?;
            the_end(&session)?;
            other.end().map_err(|complaint| Trouble::Broken(format!("the peer did not like our end: {complaint}")))
        }
        What::Feature(Feature::PostHandshakeAuth) => reauth::attempt(cell, &session, &other),
        What::Feature(Feature::CloseTheirsFirst) => close_theirs_first(cell, &session, other),
        _ => match hello(&session, &other, 1) {
            Ok(()) => check(cell, &session),
            Err(trouble) => Err(with_complaint(trouble, other)),
        },
    }
}

/// A line in each direction.
pub(crate) fn hello(session: &Tls, other: &Other, number: u32) -> Tried<()> {
    let (ours, theirs) = (format!("welcome {number}\n"), format!("hello {number}\n"));
    { session }.write_all(ours.as_bytes())?;
    let wanted = match other.tool().filter(|_| !other.echoes) {
        Some(tool) => {
            // A server that does not like what we are says so before it says this.
            tool.stdout.wait_for(&ours);
            tool.say(&theirs);
            theirs
        }
        None => ours,
    };
    let line = read_line(session)?;
    expected("line", &wanted, &line)
}

/// Whether the session is what the cell insists on.
pub(crate) fn check<T: Transport>(cell: &Cell, session: &Session<T>) -> Tried<()> {
    expected("version", cell.version.name(), &session.protocol().to_string())?;
    match cell.what {
        What::Suite(cipher, group) => {
            expected("cipher", cipher, &session.cipher().to_string())?;
            // Groups of their own for finite fields are not known to every server of TLS 1.2 (RFC 7919).
            if cell.version == Version::Tls12 && group.starts_with("FFDHE") && session.group().name().is_none() {
                return Ok(());
            }
            expected("group", group, &session.group().to_string())
        }
        What::Sign(sign, _) => expected("signature", sign, &session.signature().to_string()),
        What::Feature(Feature::Alpn) => {
            let common = if cell.peer == Peer::Ours { "h2" } else { "http/1.1" };
            expected("protocol", common, &String::from_utf8_lossy(session.alpn().unwrap_or_default()))
        }
        What::Feature(Feature::ClientCertificate) if cell.ours == Role::Server => {
            let shown = session.peer_certificates()?.len();
            if shown > 0 { Ok(()) } else { Err(Trouble::Broken("no certificate was shown".to_owned())) }
        }
        _ => Ok(()),
    }
}

pub(crate) fn expected(what: &str, wanted: &str, found: &str) -> Tried<()> {
    if wanted == found { Ok(()) } else { Err(Trouble::Broken(format!("the {what} is {found:?}, not {wanted:?}"))) }
}

pub(crate) fn resumed<T: Transport>(session: &Session<T>) -> Tried<()> {
    if session.is_resumed() { Ok(()) } else { Err(Trouble::Broken("the session is not resumed".to_owned())) }
}

fn resume(side: &Side, session: Tls, other: &Other) -> Tried<()> {
    let by_itself = matches!(&other.kind, Kind::Cli(..));
    if by_itself {
        // gnutls-cli --resume goes by itself, and comes back.
        the_end(&session)?;
    } else {
        hello(&session, other, 1)?;
        session.close()?;
        the_end(&session)?;
        other.settle()?;
    }
    let data = match side {
        Side::Client(_) => session.session_data()?,
        Side::Server(_) => None,
    };
    drop(session);
    let again = side.handshake(other, data.as_ref())?;
    resumed(&again)?;
    hello(&again, other, 2)
}

fn small() -> Plan<'static> {
    Plan { up: 8000 * text::LINE, down: 4000 * text::LINE, ours: &[], theirs: &[], asking: 0, by_limit: false }
}

fn big(cell: &Cell) -> Plan<'static> {
    // gnutls-cli prints each byte with a system call of its own.
    let down = if (cell.ours, cell.peer) == (Role::Server, Peer::Gnutls) { 512 << 10 } else { 6 << 20 };
    Plan { up: 6 << 20, down, ..small() }
}

/// Data both ways at once, with our key updates in the middle; every byte is checked.
fn carry(session: Tls, other: &Other, plan: &Plan<'_>) -> Tried<()> {
    if let Some(tool) = other.tool().filter(|_| !other.echoes) {
        exchange::run(session, tool, plan);
        return Ok(());
    }
    let (mut reader, mut writer) = session.into_split();
    thread::scope(|scope| {
        scope.spawn(|| {
            text::send(&mut writer, (1, plan.up), 40_000, plan.ours.len(), |writer, i| {
                writer.update_keys(plan.ours[i]).expect("a key update");
            });
        });
        text::receive(&mut reader, (1, plan.up));
    });
    let session = reader.unsplit(writer).map_err(|error| Trouble::Broken(error.to_string()))?;
    if !plan.ours.is_empty() {
        check_key_updates(session.counters(), plan.ours, 0, 0);
    }
    Ok(())
}

/// Two updates of the peer's, the second of which asks for ours.
fn their_updates(cell: &Cell, session: &Tls, other: &Other) -> Tried<()> {
    for number in 0..2 {
        match (other.tool(), cell.peer) {
            (Some(tool), Peer::Gnutls) => tool.say(["^rekey1^\n", "^rekey^\n"][number]),
            (Some(tool), _) => tool.say(["k\n", "K\n"][number]),
            (None, _) => {
                { session }.write_all(REKEY.as_bytes())?;
                expected("answer", REKEY, &read_line(session)?)?;
            }
        }
    }
    // The first line comes under the new keys, and ours of the second goes out under our own new ones.
    hello(session, other, 1)?;
    hello(session, other, 2)?;
    let counters = session.counters();
    expected("number of their updates", "2", &counters.key_updates_received.to_string())?;
    if counters.key_updates_sent == 0 {
        Err(Trouble::Broken("their wish for ours is unanswered".to_owned()))
    } else {
        Ok(())
    }
}

fn close_theirs_first(cell: &Cell, session: &Tls, mut other: Other) -> Tried<()> {
    match (&mut other.kind, cell.peer) {
        (Kind::Cli(tool, _), _) => {
            tool.say("hello\n");
            read_line(session)?;
            tool.hang_up();
        }
        (Kind::Serv(_), _) => {
            { session }.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
            let mut page = String::new();
            { session }.read_to_string(&mut page)?;
        }
        (Kind::Inside(..), _) => { session }.write_all(CLOSE.as_bytes())?,
    }
    the_end(session)?;
    session.close()?;
    other.end().map_err(|complaint| Trouble::Broken(format!("the peer did not like our end: {complaint}")))
}

/// The peer's close_notify.
pub(crate) fn the_end(session: &Tls) -> Tried<()> {
    match { session }.read(&mut [0; 100]) {
        Ok(0) => Ok(()),
        Ok(more) => Err(Trouble::Broken(format!("{more} bytes came instead of close_notify"))),
        Err(error) if inner(&error).is_some_and(|error| error.kind() == ErrorKind::Truncated) => {
            Err(Trouble::Refused("the peer ends the connection without a close_notify of its own".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// What keeps a handshake from being made.
pub(crate) enum HandshakeError {
    Tls(Error),
    Tcp(io::Error),
}

impl From<Error> for HandshakeError {
    fn from(error: Error) -> HandshakeError {
        HandshakeError::Tls(error)
    }
}

impl From<io::Error> for HandshakeError {
    fn from(error: io::Error) -> HandshakeError {
        HandshakeError::Tcp(error)
    }
}

impl From<HandshakeError> for Trouble {
    fn from(error: HandshakeError) -> Trouble {
        match error {
            HandshakeError::Tls(error) => error.into(),
            HandshakeError::Tcp(error) => error.into(),
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Trouble {
        let why = match error.alert_sent() {
            Some(alert) => format!("{error} (we sent {alert})"),
            None => error.to_string(),
        };
        match error.kind() {
            ErrorKind::Alert | ErrorKind::Negotiation => Trouble::Refused(why),
            _ => Trouble::Broken(why),
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        match inner(&error) {
            Some(ours) => ours.clone().into(),
            None => Trouble::Broken(error.to_string()),
        }
    }
}

/// A key update of ours, by name, for those that talk to servers they know nothing about.
pub(crate) const ASK: KeyUpdateRequest = KeyUpdateRequest::Requested;
