//! `--resume`: from one connection to the next.

use std::io::Read;
use std::time::{Duration, Instant};

use gnutls::transport::Wait;
use gnutls::{ClientConfig, Session, SessionData};

use crate::connect::connect;
use crate::failure::Failure;
use crate::log::{self, Log};
use crate::options::Options;
use crate::stream::{Files, Stream};

/// How long to wait for a ticket, and then for the server's goodbye.
const PATIENCE: Duration = Duration::from_secs(1);

/// Ends `session` and resumes it on a new connection.
pub(crate) fn resume(
    session: Session<Stream>,
    config: &ClientConfig,
    options: &Options,
    trace: &Files,
    log: &Log,
) -> Result<Session<Stream>, Failure> {
    let earlier = what_resumes(&session, (!options.waitresumption).then_some(PATIENCE))?;
    if earlier.is_none() {
        log.say("*** The server has sent nothing to resume with (see --waitresumption)");
    }
    log.say("- Disconnecting");
    disconnect(session)?;

    log.say("\n\n- Connecting again- trying to resume previous session");
    let session = connect(config, options, earlier.as_ref(), trace, log)?;
    log.say("- Resume Handshake was completed");
    log.say(match session.is_resumed() {
        true => "*** This is a resumed session",
        false => "*** This is a new session: the server has not taken up the previous one",
    });
    Ok(session)
}

/// The data that resumes `session`. In TLS 1.3 the server sends it after the handshake, maybe never.
fn what_resumes(session: &Session<Stream>, patience: Option<Duration>) -> Result<Option<SessionData>, Failure> {
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
fn disconnect(session: Session<Stream>) -> Result<(), Failure> {
    session.close()?;
    session.set_read_timeout(Some(PATIENCE));
    let mut buf = [0; 16 * 1024];
    let mut from = &session;
    // However the server ends this connection, it is over.
    while let Ok(1..) = from.read(&mut buf) {}
    Ok(())
}
