//! A session that has not finished its handshake.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Session;
use super::shared::Shared;
use crate::algorithm::HandshakeMessage;
use crate::duplex::interest::Interest;
use crate::engine::{Engine, too_long};
use crate::error::{Error, Failure, Result};
use crate::transport::{self, Transport, Wait};

/// A session in its handshake: it can be taken further, and nothing else. It becomes a [`Session`].
///
/// # Examples
/// ```no_run
/// # fn f(config: gnutls::ServerConfig, io: std::net::TcpStream) -> Result<(), gnutls::Error> {
/// use gnutls::Progress;
///
/// let mut handshaking = config.start(io)?;
/// let session = loop {
///     match handshaking.advance()? {
///         Progress::Done(session) => break session,
///         Progress::Pending(unfinished) => handshaking = unfinished,
///     }
///     // poll for handshaking.interest() here, among other things
/// };
/// # Ok(())
/// # }
/// ```
///
/// What has not been verified cannot be talked to: this does not compile,
/// ```compile_fail,E0599
/// # fn f(config: gnutls::ServerConfig, io: std::net::TcpStream) -> Result<(), gnutls::Error> {
/// config.start(io)?.send(b"too early")?;
/// # Ok(())
/// # }
/// ```
/// nor does this:
/// ```compile_fail,E0599
/// # fn f(config: gnutls::ServerConfig, io: std::net::TcpStream) -> Result<(), gnutls::Error> {
/// let (reader, writer) = config.start(io)?.into_split();
/// # Ok(())
/// # }
/// ```
pub struct Handshaking<T> {
    pub(super) shared: Shared<T>,
    doing: Cow<'static, str>,
    deadline: Option<Instant>,
    /// A step has been made, so there is something to wait for.
    begun: bool,
}

/// How far a handshake has come.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "it lives for one match; boxing would cost an allocation a handshake")]
pub enum Progress<T> {
    /// It is finished.
    Done(Session<T>),
    /// It waits for the transport: see [`Handshaking::interest`].
    Pending(Handshaking<T>),
}

/// A session that has all its settings and no transport.
pub(crate) struct Prepared {
    pub(super) engine: Engine,
    pub(super) doing: Cow<'static, str>,
    pub(super) timeout: Option<Duration>,
}

impl Prepared {
    pub(super) fn start<T: Transport>(self, io: T) -> Result<Handshaking<T>> {
        let restore = io.acquire().map_err(|error| Failure::of_io(error, "making the transport non-blocking"))?;
        Ok(self.over(io, restore))
    }

    /// `restore`: the transport was blocking before.
    pub(crate) fn over<T: Transport>(self, io: T, restore: bool) -> Handshaking<T> {
        let Prepared { engine, doing, timeout } = self;
        let deadline = transport::deadline(timeout);
        Handshaking { shared: Shared::new(engine, io, restore), doing, deadline, begun: false }
    }
}

impl<T: Transport> Handshaking<T> {
    /// Goes as far as the transport allows, without waiting.
    ///
    /// # Errors
    /// Those of [`ClientConfig::connect`](crate::ClientConfig::connect) and
    /// [`ServerConfig::accept`](crate::ServerConfig::accept); [`TimedOut`](crate::ErrorKind::TimedOut) once the handshake timeout has
    /// run out. The peer has been sent the alert that fits. The transport is dropped.
    #[doc(alias = "gnutls_handshake")]
    pub fn advance(self) -> Result<Progress<T>> {
        match self.step() {
            Ok(()) => {
                self.shared.io.established();
                Ok(Progress::Done(Session::new(Arc::new(self.shared))))
            }
            Err(error) if error.would_block() && self.is_late() => Err(self.timed_out()),
            Err(error) if error.would_block() => Ok(Progress::Pending(Handshaking { begun: true, ..self })),
            Err(error) => Err(error),
        }
    }

    /// What the next [`advance`](Handshaking::advance) waits for, and until when; the first waits for nothing. Over datagrams
    /// a flight is sent again then.
    #[doc(alias = "gnutls_dtls_get_timeout")]
    pub fn interest(&self) -> Interest {
        if !self.begun {
            return Interest::now();
        }
        self.waits_for()
    }

    /// The last message that has come from the peer, if any has. Of a handshake that failed its
    /// [error](Error::handshake_received) says it.
    ///
    /// # Panics
    /// Inside a callback of the same session.
    #[doc(alias = "gnutls_handshake_get_last_in")]
    pub fn last_received(&self) -> Option<HandshakeMessage> {
        self.shared.engine.last_received()
    }

    /// The last message that we have written, if we have; see [`last_received`](Handshaking::last_received).
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_handshake_get_last_out")]
    pub fn last_sent(&self) -> Option<HandshakeMessage> {
        self.shared.engine.last_sent()
    }

    /// The transport below.
    pub fn get_ref(&self) -> &T {
        &self.shared.io
    }

    fn step(&self) -> Result<()> {
        let stepped = self.shared.engine.handshake(&self.shared.io, &|| self.doing.clone());
        stepped.map_err(|error| self.shared.engine.stood(error))
    }

    fn waits_for(&self) -> Interest {
        self.shared.engine.handshake_interest() | Interest::NONE.with_deadline(self.deadline)
    }

    fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    fn timed_out(&self) -> Error {
        self.shared.engine.stood(too_long(self.doing.clone()))
    }
}

impl<T> Handshaking<T> {
    /// A session that is renegotiated.
    pub(super) fn again(shared: Shared<T>, timeout: Option<Duration>) -> Handshaking<T> {
        let deadline = transport::deadline(timeout);
        Handshaking { shared, doing: "renegotiating".into(), deadline, begun: false }
    }
}

/// For the faces that keep the transport when a handshake fails.
#[cfg(feature = "task")]
impl<T: Transport> Handshaking<T> {
    pub(crate) fn shared(&self) -> &Shared<T> {
        &self.shared
    }

    /// [`advance`](Handshaking::advance) without a change of type: `None` if it waits for the transport.
    pub(crate) fn try_step(&self) -> Option<Result<()>> {
        match self.step() {
            Err(error) if error.would_block() => self.is_late().then(|| Err(self.timed_out())),
            other => Some(other),
        }
    }

    /// What [`try_step`](Handshaking::try_step) waits for.
    pub(crate) fn step_interest(&self) -> Interest {
        self.waits_for()
    }

    /// The session, once a step has succeeded.
    pub(crate) fn into_session(self) -> Session<T> {
        Session::new(Arc::new(self.shared))
    }

    pub(crate) fn into_io(self) -> T {
        self.shared.into_io()
    }
}

impl<T: Wait> Handshaking<T> {
    /// Finishes the handshake, waiting for the transport as needed.
    ///
    /// # Errors
    /// As [`advance`](Handshaking::advance).
    pub fn complete(self) -> Result<Session<T>> {
        while let Err(error) = self.step() {
            if !error.would_block() {
                return Err(error);
            }
            self.wait(self.waits_for())?;
        }
        self.shared.io.established();
        // The last flight may still be ours to send. Not so tickets: the peer has finished, and may not read before
        // something else happens; whoever uses the session first sees them out.
        while !self.shared.engine.flush(&self.shared.io)? && !self.shared.engine.has_only_tickets_left() {
            self.wait(Interest::new(false, true).with_deadline(self.deadline))?;
        }
        Ok(Session::new(Arc::new(self.shared)))
    }

    fn wait(&self, want: Interest) -> Result<()> {
        if self.is_late() {
            return Err(self.timed_out());
        }
        let waited = self.shared.io.wait(want.readiness(), want.remaining());
        waited.map(drop).map_err(|error| Failure::of_io(error, "waiting for the transport").into())
    }
}

impl<T> fmt::Debug for Handshaking<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handshaking").field("doing", &self.doing).finish_non_exhaustive()
    }
}
