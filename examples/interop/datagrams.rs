//! DTLS: a session over UDP, a datagram in each direction, and a session that resumes it.

use std::net::{Ipv4Addr, UdpSocket};
use std::thread;

use gnutls::dtls::{DatagramWait, DtlsSession};
use gnutls::{ClientConfig, ServerConfig};

use crate::WATCHDOG;
use crate::cells::{Cell, Feature, Peer};
use crate::common::HOST;
use crate::other::Other;
use crate::ours::{self, is};
use crate::tools;
use crate::tries::{Side, Tried, Trouble, check, expected, resumed, with_complaint};
use crate::world::World;

pub(crate) fn attempt(cell: &Cell, side: &Side, world: &World, command: &mut String) -> Tried<String> {
    match side {
        Side::Client(config) => client(cell, config, world, command),
        Side::Server(config) => server(cell, config, world, command),
    }
}

/// Where a client of ours finds its server.
enum Far {
    Tool(Other),
    Ours(ServerConfig),
}

fn client(cell: &Cell, config: &ClientConfig, world: &World, command: &mut String) -> Tried<String> {
    let far = match cell.peer {
        Peer::Ours => Far::Ours(ours::server(cell, world)?),
        _ => Far::Tool(tools::start(cell, world, &[])),
    };
    *command = match &far {
        Far::Tool(other) => other.command.clone(),
        Far::Ours(_) => format!("(in the same process: --only {cell})"),
    };
    let tried = || -> Tried<String> {
        let session = patient(config.connect_datagram(HOST, far.dial()?)?);
        hello(&session, far.tool(), 1)?;
        check(cell, &session)?;
        if is(cell, Feature::Resumption) {
            session.close()?;
            let data = session.session_data()?;
            let data = data.ok_or_else(|| Trouble::Broken("there is nothing to resume with".to_owned()))?;
            let again = patient(config.to(HOST)?.resume(&data).connect_datagram(far.dial()?)?);
            resumed(&again)?;
            hello(&again, far.tool(), 2)?;
        }
        Ok(session.description())
    };
    let tried = tried();
    match far {
        Far::Tool(other) => tried.map_err(|trouble| with_complaint(trouble, other)),
        Far::Ours(_) => tried,
    }
}

fn server(cell: &Cell, config: &ServerConfig, world: &World, command: &mut String) -> Tried<String> {
    let saved = world.files.path(&format!("session-{}", cell.version));
    // gnutls-cli comes back by itself, openssl s_client is started again.
    let visits = is(cell, Feature::Resumption) && cell.peer == Peer::Openssl;
    let first: &[&str] = if visits { &["-sess_out", &saved] } else { &[] };
    let mut other = tools::start(cell, world, first);
    command.clone_from(&other.command);
    let mut tried = || -> Tried<String> {
        let session = patient(other.udp()?.accept(config)?);
        let description = session.description();
        if is(cell, Feature::Resumption) {
            if visits {
                hello(&session, Some(&other), 1)?;
                drop(session);
                let next = tools::start(cell, world, &["-sess_in", &saved]);
                let _ = std::mem::replace(&mut other, next).complaint();
            } else if session.read_packet()?.is_some() {
                return Err(Trouble::Broken("data came instead of close_notify".to_owned()));
            }
            let again = patient(other.udp()?.accept(config)?);
            resumed(&again)?;
            hello(&again, Some(&other), 2)?;
        } else {
            hello(&session, Some(&other), 1)?;
            check(cell, &session)?;
        }
        Ok(description)
    };
    let tried = tried();
    tried.map_err(|trouble| with_complaint(trouble, other))
}

impl Far {
    fn tool(&self) -> Option<&Other> {
        match self {
            Far::Tool(other) => Some(other),
            Far::Ours(_) => None,
        }
    }

    /// A socket that is connected to the server.
    fn dial(&self) -> Tried<UdpSocket> {
        let near = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        match self {
            Far::Tool(other) => near.connect((Ipv4Addr::LOCALHOST, other.port()))?,
            Far::Ours(config) => {
                let (far, config) = (UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?, config.clone());
                near.connect(far.local_addr()?)?;
                far.connect(near.local_addr()?)?;
                // What goes wrong there is seen here.
                thread::spawn(move || echo(&config, far));
            }
        }
        Ok(near)
    }
}

/// Gives back what it receives until the peer's close_notify.
fn echo(config: &ServerConfig, socket: UdpSocket) -> gnutls::Result<()> {
    let session = patient(config.accept_datagram(socket)?);
    while let Some(packet) = session.read_packet()? {
        session.send(&packet)?;
    }
    session.close()
}

/// A datagram in each direction.
fn hello<T: DatagramWait>(session: &DtlsSession<T>, other: Option<&Other>, number: u32) -> Tried<()> {
    let (ours, theirs) = (format!("welcome {number}\n"), format!("hello {number}\n"));
    session.send(ours.as_bytes())?;
    let wanted = match other.filter(|other| !other.echoes).and_then(Other::tool) {
        Some(tool) => {
            tool.stdout.wait_for(&ours);
            tool.say(&theirs);
            theirs
        }
        None => ours,
    };
    let packet = session.read_packet()?;
    expected("datagram", &wanted, &String::from_utf8_lossy(packet.as_deref().unwrap_or_default()))
}

pub(crate) fn patient<T: DatagramWait>(session: DtlsSession<T>) -> DtlsSession<T> {
    session.set_read_timeout(Some(WATCHDOG));
    session.set_write_timeout(Some(WATCHDOG));
    session
}
