//! Renegotiation (TLS 1.2 and older): a second handshake in a session.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::{ClientAuth, Handshaking, ReadHalf, Session, WriteHalf, client, server};
use crate::engine::{Engine, Stage};
use crate::error::{Error, Result};
use crate::transport::Transport;

/// Where a renegotiation stands that somebody has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Renegotiation {
    /// This server [has asked](Session::ask_renegotiation), and the client has not answered.
    Awaited,
    /// The peer wants one. Nothing is received before that is [granted](Session::renegotiate) or
    /// [refused](Session::refuse_renegotiation).
    Wanted,
    /// The client has refused what this server has asked for.
    Refused,
}

impl Renegotiation {
    fn of(engine: &Engine) -> Option<Renegotiation> {
        match engine.renegotiation() {
            Stage::Asked => Some(Renegotiation::Awaited),
            Stage::Wanted => Some(Renegotiation::Wanted),
            Stage::Refused => Some(Renegotiation::Refused),
            Stage::None | Stage::Begun | Stage::UnderWay => None,
        }
    }
}

/// Why a session cannot be renegotiated, and the session, which is what it was.
pub struct RenegotiateError<T> {
    error: Error,
    session: Session<T>,
}

impl<T: Transport> Session<T> {
    /// Renegotiates the session (TLS 1.2 and older; RFC 5246, section 7.4.1): what comes back is a session that has not
    /// finished its handshake, and goes on as the first one did, with the same demands and the same timeout.
    ///
    /// A client may begin at any time. A server begins once a receive has said that its client has
    /// ([`ErrorKind::Renegotiation`](crate::ErrorKind::Renegotiation)), be it that it [was
    /// asked](Session::ask_renegotiation) or that it wants to. Neither sends data meanwhile. What the server sent before it
    /// knew is kept for the reads that follow, up to 1 MiB in 4096 records; more ends the session, and so does a refusal.
    ///
    /// GnuTLS takes a server that asks at the moment when its client begins by itself to break the protocol, which ends the
    /// session: let one side begin.
    ///
    /// What the session says of itself and of its peer is what was agreed on last. A peer that shows another certificate than
    /// before, or another name, is refused. [Gathered](Session::cork) data are sent first. Halves are
    /// [put together](ReadHalf::unsplit) first.
    ///
    /// # Errors
    /// The session comes back with them. [`Misuse`](crate::ErrorKind::Misuse) if the configuration does not
    /// [allow it](crate::ClientConfigBuilder::allow_renegotiation), and on a server whose client has not begun;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) in TLS 1.3, over datagrams, and with a peer that does not bind a
    /// renegotiation to its session (RFC 5746); [`Closed`](crate::ErrorKind::Closed) if either side has closed.
    ///
    /// Those of the handshake itself end the session:
    /// [`Renegotiation`](crate::ErrorKind::Renegotiation) if the peer refuses.
    ///
    /// # Examples
    /// A client that does what its server asks for:
    /// ```no_run
    /// use gnutls::{ErrorKind, Session};
    /// # fn f(mut tls: Session<std::net::TcpStream>) -> Result<(), gnutls::Error> {
    /// let mut buf = [0; 4096];
    /// loop {
    ///     match tls.recv(&mut buf) {
    ///         Err(error) if error.kind() == ErrorKind::Renegotiation => tls = tls.renegotiate()?.complete()?,
    ///         Err(error) if error.would_block() => {} // poll for tls.interest()
    ///         other => break println!("{} bytes", other?),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "gnutls_handshake")]
    pub fn renegotiate(self) -> std::result::Result<Handshaking<T>, RenegotiateError<T>> {
        self.renegotiate_with(|_| Ok(None))
    }

    /// [`renegotiate`](Session::renegotiate) of a server that wants something else of its client's certificate than the
    /// handshake before wanted: as servers do whose clients are nobody until they ask for something secret.
    ///
    /// The configuration must trust somebody to issue such certificates.
    ///
    /// # Errors
    /// As there; [`InvalidInput`](crate::ErrorKind::InvalidInput) for [`ClientAuth::None`].
    #[doc(alias = "gnutls_certificate_server_set_request")]
    pub fn renegotiate_asking(self, demand: ClientAuth) -> std::result::Result<Handshaking<T>, RenegotiateError<T>> {
        self.renegotiate_with(|engine| {
            let request = demand.question()?;
            let verify = server::demanded(engine.configuration(), demand).ok_or_else(|| {
                Error::misuse("renegotiating", "only a server asks for a certificate; a client has renegotiate()")
            })?;
            Ok(Some((verify, request)))
        })
    }

    fn renegotiate_with(
        self,
        demand: impl FnOnce(&Engine) -> Result<Option<crate::engine::Demand>>,
    ) -> std::result::Result<Handshaking<T>, RenegotiateError<T>> {
        let demand = match demand(&self.shared.engine) {
            Ok(demand) => demand,
            Err(error) => return Err(RenegotiateError { error, session: self }),
        };
        let Ok(mut shared) = Arc::try_unwrap(self.shared) else {
            // A session is made of one `Arc`, and halves give it back when they are joined.
            unreachable!("a session in one piece has no other owner");
        };
        if let Err(error) = shared.engine.renegotiate(&shared.io, demand) {
            return Err(RenegotiateError { error, session: Session::new(Arc::new(shared)) });
        }
        let configuration = shared.engine.configuration();
        let of_client = client::handshake_timeout(configuration);
        let timeout = of_client.or_else(|| server::handshake_timeout(configuration));
        Ok(Handshaking::again(shared, timeout))
    }

    /// Asks the client to renegotiate; on a server. Never waits. Data goes on in both directions until a receive says what
    /// the client does: it begins ([`ErrorKind::Renegotiation`](crate::ErrorKind::Renegotiation), and
    /// [`Renegotiation::Wanted`]: see [`renegotiate`](Session::renegotiate)), or it refuses (the same, with the
    /// [alert](crate::Error::alert_received) `no_renegotiation`), and the session goes on. It may also do neither. Asked again
    /// meanwhile, this does nothing.
    ///
    /// # Errors
    /// [`would_block`](crate::Error::would_block) if the transport is too far behind; otherwise as
    /// [`renegotiate`](Session::renegotiate).
    #[doc(alias = "gnutls_rehandshake")]
    pub fn ask_renegotiation(&self) -> Result<()> {
        self.shared.engine.ask_renegotiation(&self.shared.io)
    }

    /// Refuses what the server has asked for (`no_renegotiation`); on a client. The session goes on. Never waits.
    ///
    /// # Errors
    /// [`would_block`](crate::Error::would_block) if the transport is too far behind; [`Misuse`](crate::ErrorKind::Misuse) if
    /// the server has not asked; [`Unsupported`](crate::ErrorKind::Unsupported) on a server, whose GnuTLS reads nothing
    /// behind the hello of a client.
    #[doc(alias = "gnutls_alert_send")]
    pub fn refuse_renegotiation(&self) -> Result<()> {
        self.shared.engine.refuse_renegotiation(&self.shared.io)
    }

    /// Where a renegotiation stands; `None` if nobody has asked for one since the last.
    pub fn renegotiation(&self) -> Option<Renegotiation> {
        Renegotiation::of(&self.shared.engine)
    }
}

impl<T: Transport> ReadHalf<T> {
    /// [`Session::refuse_renegotiation`].
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_alert_send")]
    pub fn refuse_renegotiation(&mut self) -> Result<()> {
        self.shared.engine.refuse_renegotiation(&self.shared.io)
    }

    /// [`Session::renegotiation`].
    pub fn renegotiation(&self) -> Option<Renegotiation> {
        Renegotiation::of(&self.shared.engine)
    }
}

impl<T: Transport> WriteHalf<T> {
    /// [`Session::ask_renegotiation`] for this half. What the client does the other half is told.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_rehandshake")]
    pub fn ask_renegotiation(&mut self) -> Result<()> {
        self.shared.engine.ask_renegotiation(&self.shared.io)
    }

    /// [`Session::renegotiation`].
    pub fn renegotiation(&self) -> Option<Renegotiation> {
        Renegotiation::of(&self.shared.engine)
    }
}

impl<T> RenegotiateError<T> {
    /// Why.
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// Both.
    pub fn into_parts(self) -> (Error, Session<T>) {
        (self.error, self.session)
    }
}

/// For `?`; the session goes.
impl<T> From<RenegotiateError<T>> for Error {
    fn from(error: RenegotiateError<T>) -> Error {
        error.error
    }
}

impl<T> fmt::Display for RenegotiateError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<T> fmt::Debug for RenegotiateError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RenegotiateError").field(&self.error).finish()
    }
}

impl<T> StdError for RenegotiateError<T> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}
