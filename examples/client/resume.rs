//! `--resume` and `^resume^`: from one connection to the next.

use std::io::Read;
use std::os::fd::BorrowedFd;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use gnutls::transport::Wait;
use gnutls::{Session, SessionData};

use crate::failure::Failure;
use crate::log::{self, Log};

/// How long to wait for a ticket, and then for the server's goodbye.
const PATIENCE: Duration = Duration::from_secs(5);

type Connect<'a, T> = &'a dyn Fn(Option<&SessionData>) -> Result<Session<T>, Failure>;

/// The socket of a session, to wait for.
pub(crate) type Socket<T> = for<'a> fn(&'a Session<T>) -> BorrowedFd<'a>;

/// How to connect again.
pub(crate) struct Again<'a, T: Wait> {
    pub(crate) connect: Connect<'a, T>,
    /// The most that a datagram carries, if it is about datagrams.
    pub(crate) most: fn(&Session<T>) -> Option<usize>,
    pub(crate) socket: Socket<T>,
    /// Something comes with each ticket.
    pub(crate) tickets: Receiver<()>,
    /// Waits for a ticket as long as it takes.
    pub(crate) patient: bool,
}

impl<T: Wait> Again<'_, T> {
    /// Connects, resuming `earlier` if there is one.
    pub(crate) fn connect(&self, earlier: Option<&SessionData>, log: &Log) -> Result<Session<T>, Failure> {
        if earlier.is_none() {
            log.say("*** The server has sent nothing to resume with (see --waitresumption)");
        }
        log.say("\n\n- Connecting again- trying to resume previous session");
        let session = (self.connect)(earlier)?;
        log.say("- Resume Handshake was completed");
        log.say(match session.is_resumed() {
            true => "*** This is a resumed session",
            false => "*** This is a new session: the server has not taken up the previous one",
        });
        Ok(session)
    }

    /// The data that resumes `session`, which another thread receives on. In TLS 1.3 the server sends it after the
    /// handshake, maybe never.
    pub(crate) fn data(&self, session: &Session<T>) -> Result<Option<SessionData>, Failure> {
        loop {
            if let Some(data) = session.session_data()? {
                return Ok(Some(data));
            }
            let came =
                if self.patient { self.tickets.recv().is_ok() } else { self.tickets.recv_timeout(PATIENCE).is_ok() };
            if !came {
                return Ok(session.session_data()?);
            }
        }
    }

    fn patience(&self) -> Option<Duration> {
        (!self.patient).then_some(PATIENCE)
    }
}

/// Ends `session` and resumes it on a new connection.
pub(crate) fn resume<T: Wait>(session: Session<T>, again: &Again<'_, T>, log: &Log) -> Result<Session<T>, Failure> {
    let earlier = what_resumes(&session, again.patience())?;
    log.say("- Disconnecting");
    disconnect(session)?;
    again.connect(earlier.as_ref(), log)
}

/// The data that resumes `session`, which nobody else receives on.
fn what_resumes<T: Wait>(session: &Session<T>, patience: Option<Duration>) -> Result<Option<SessionData>, Failure> {
    let deadline = patience.map(|patience| Instant::now() + patience);
    let mut buf = [0; 16 * 1024];
    loop {
        if let Some(data) = session.session_data()? {
            return Ok(Some(data));
        }
        match session.recv(&mut buf) {
            Ok(0) => return Ok(session.session_data()?),
            Ok(n) => log::show(&buf[..n])?,
            // Looking for data takes in a ticket on the way.
            Err(error) if error.would_block() => {
                if let Some(data) = session.session_data()? {
                    return Ok(Some(data));
                }
                let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
                if !session.get_ref().wait(session.recv_interest().readiness(), left)? {
                    return Ok(None);
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Says goodbye and hears the server out: a connection that is closed with bytes unread is reset, and the server may
/// then forget the session.
fn disconnect<T: Wait>(session: Session<T>) -> Result<(), Failure> {
    session.close()?;
    session.set_read_timeout(Some(PATIENCE));
    let mut buf = [0; 16 * 1024];
    let mut from = &session;
    // However the server ends this connection, it is over.
    while let Ok(1..) = from.read(&mut buf) {}
    Ok(())
}
