//! One connection: handshake, service, close_notify, close.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use gnutls::transport::Transport;
use gnutls::{ClientAuth, EarlyData, ServerConfig, Session};

use crate::http::{self, Answer};
use crate::key_material::KeyMaterial;
use crate::listen::human;
use crate::{echo, report};

/// How long the client may take to close after we have.
const LINGER: Duration = Duration::from_secs(2);

/// What all connections share.
pub(crate) struct Server {
    pub(crate) config: ServerConfig,
    pub(crate) service: Service,
    /// Client certificates are verified.
    pub(crate) verifies: bool,
    /// What a client that wants something secret is asked for.
    pub(crate) secret: ClientAuth,
    pub(crate) quiet: bool,
    pub(crate) key_material: KeyMaterial,
    /// How long a client may be silent, where the command line says so: for ever, or so long.
    pub(crate) patience: Option<Option<Duration>>,
}

/// What clients get.
pub(crate) enum Service {
    Echo,
    Http(Answer),
}

impl Service {
    /// What gnutls-serv calls itself in this role.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Service::Echo => "Echo Server",
            Service::Http(_) => "HTTP Server",
        }
    }
}

impl Server {
    /// Serves a client to the end, whichever that is, and tells of it.
    pub(crate) fn serve(&self, stream: TcpStream, peer: SocketAddr) {
        let peer = human(peer);
        self.say(&format!("\n* Accepted connection from {peer}"));
        let below = stream.try_clone();
        if let Err(error) = self.converse(stream) {
            // One write for a whole line, so that lines of other connections do not come in between.
            let text = report::inner(&error).map_or_else(|| error.to_string(), report::error);
            let _ = io::stderr().write_all(format!("Error with {peer}: {text}\n").as_bytes());
        }
        if let Ok(stream) = below {
            linger(&stream);
        }
        self.say(&format!("* Closed connection from {peer}"));
    }

    /// After an error nothing more is sent: the session has sent the alert that fits.
    fn converse(&self, stream: TcpStream) -> io::Result<()> {
        // Answers go out at once, however short; where this fails they come a little later.
        let _ = stream.set_nodelay(true);
        let mut session = self.config.accept(stream)?;
        // An echo does no harm when it is repeated, and neither does a page.
        let early = session.early_data().map(EarlyData::into_replayable).unwrap_or_default();
        self.introduce(&session, early.len())?;
        let patience = |usual| self.patience.unwrap_or(usual);
        match &self.service {
            Service::Echo => {
                session.set_read_timeout(patience(None));
                session.set_write_timeout(patience(None));
                session = echo::echo(session, &early, self.secret)?;
            }
            Service::Http(answer) => {
                session.set_read_timeout(patience(Some(http::PATIENCE)));
                session.set_write_timeout(patience(Some(http::PATIENCE)));
                http::serve(&session, &early, answer, self.secret)?;
            }
        }
        Ok(session.close()?)
    }

    pub(crate) fn introduce<T: Transport>(&self, session: &Session<T>, early: usize) -> gnutls::Result<()> {
        let mut lines = [report::session(session), report::details(session)].concat();
        if session.is_resumed() {
            lines.insert(0, "*** This is a resumed session".to_owned());
        }
        if early > 0 {
            lines.push(format!("- Early data: {early} bytes"));
        }
        let chain = session.peer_certificates()?;
        lines.extend(report::certificates(&chain, false));
        if !chain.is_empty() {
            let verified = if self.verifies { "was verified." } else { "was NOT verified." };
            lines.push(format!("- Peer's certificate {verified}"));
        }
        if !self.quiet {
            lines.extend(self.key_material.line(session)?);
        }
        self.say(&lines.join("\n"));
        Ok(())
    }

    /// Tells whoever watches, if somebody does.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            let _ = io::stdout().write_all(format!("{text}\n").as_bytes());
        }
    }
}

/// Closes so that our last words arrive: a socket that is closed with bytes unread resets the connection, and the
/// client may then not see what we sent before. Errors say that the client is gone, which is what we wait for.
fn linger(stream: &TcpStream) {
    let deadline = Instant::now() + LINGER;
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.set_nonblocking(false);
    let _ = stream.set_read_timeout(Some(LINGER));
    let mut unread = [0; 16 * 1024];
    let mut stream = stream;
    while Instant::now() < deadline && matches!(stream.read(&mut unread), Ok(n) if n > 0) {}
}
