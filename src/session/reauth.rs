//! Asking the client for a certificate while data flows.

use gnutls_sys as sys;

use super::{ClientAuth, ReadHalf, Session, WriteHalf};
use crate::engine::Answer;
use crate::error::{Error, Result};
use crate::transport::{Transport, Wait};

/// What has become of asking the client for a certificate [after the handshake](Session::reauthenticate).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reauthentication {
    /// It has been asked and has not answered. Data that is received until then has come before the answer.
    Awaited,
    /// It has shown a certificate, which was accepted. Data that is received from now on has come after that.
    Authenticated,
    /// It has none, or does not show it.
    Declined,
}

impl Reauthentication {
    fn of(answer: Answer) -> Option<Reauthentication> {
        match answer {
            Answer::NotAsked => None,
            Answer::Awaited => Some(Reauthentication::Awaited),
            Answer::Shown => Some(Reauthentication::Authenticated),
            Answer::Declined => Some(Reauthentication::Declined),
        }
    }
}

impl ClientAuth {
    /// As GnuTLS has it.
    pub(crate) fn raw(self) -> sys::gnutls_certificate_request_t {
        match self {
            ClientAuth::None => sys::GNUTLS_CERT_IGNORE,
            ClientAuth::Request => sys::GNUTLS_CERT_REQUEST,
            ClientAuth::Require => sys::GNUTLS_CERT_REQUIRE,
        }
    }

    /// The same, of a question.
    pub(crate) fn question(self) -> Result<sys::gnutls_certificate_request_t> {
        match self {
            ClientAuth::None => {
                Err(Error::input("asking the client for a certificate", "ClientAuth::None asks nothing"))
            }
            demand => Ok(demand.raw()),
        }
    }
}

impl<T: Transport> Session<T> {
    /// [`reauthenticate`](Session::reauthenticate) that does not wait: it asks, and the answer comes in the course of
    /// receiving, by whichever call and thread. [`reauthentication`](Session::reauthentication) says what it is. Asked
    /// again before that, it does nothing.
    ///
    /// # Errors
    /// [`would_block`](crate::Error::would_block) if the transport is too far behind; otherwise as there. If the answer is
    /// not accepted, the receive that meets it fails.
    #[doc(alias = "gnutls_reauth")]
    pub fn try_reauthenticate(&self, demand: ClientAuth) -> Result<()> {
        self.shared.engine.ask_client(&self.shared.io, demand.question()?)
    }

    /// What has become of the last question to the client; `None` if there was none.
    pub fn reauthentication(&self) -> Option<Reauthentication> {
        Reauthentication::of(self.shared.engine.client_answer())
    }

    /// Whether this client may be asked for a certificate: it offers it, and this server's configuration
    /// [wants to](crate::ServerConfigBuilder::post_handshake_auth).
    #[doc(alias = "gnutls_session_get_flags")]
    pub fn can_reauthenticate(&self) -> bool {
        self.shared.engine.info().is_some_and(|info| info.can_ask)
    }
}

impl<T: Wait> Session<T> {
    /// Asks the client for a certificate (TLS 1.3; RFC 8446, section 4.6.2) and waits for the answer: true if it has shown
    /// one, which was accepted and is in [`peer_certificates`](Session::peer_certificates) now; false if it has none, which
    /// with [`ClientAuth::Require`] is an error. Both directions may be in full use.
    ///
    /// What the client sent before its answer is not lost: where nobody else receives, it is kept for the reads that
    /// follow, up to 1 MiB in 4096 records. It waits as long as a write does ([`set_write_timeout`](Session::set_write_timeout)); the question
    /// stays asked after a timeout.
    ///
    /// A client that shows a certificate, in the handshake or since, must show one each time. One that updates its keys
    /// at the moment when it is asked is taken by GnuTLS to break the protocol, which ends the session.
    ///
    /// # Errors
    /// [`Misuse`](crate::ErrorKind::Misuse) on a client, or if the configuration does not
    /// [want it](crate::ServerConfigBuilder::post_handshake_auth); [`Unsupported`](crate::ErrorKind::Unsupported) before TLS
    /// 1.3, for a client that does not offer it, and in a session that stands on a pre-shared key;
    /// [`Resource`](crate::ErrorKind::Resource) for more data than is kept: receive it, and call again.
    /// [`Verification`](crate::ErrorKind::Verification) for a certificate that is missing or not accepted, and
    /// [`Protocol`](crate::ErrorKind::Protocol) for an answer that is none, end the session; the client is told.
    ///
    /// # Examples
    /// ```no_run
    /// use gnutls::{ClientAuth, Identity, ServerConfig};
    /// # fn f(io: std::net::TcpStream) -> Result<(), gnutls::Error> {
    /// let config = ServerConfig::builder()
    ///     .with_identity(Identity::from_files("server.pem", "server.key")?)?
    ///     .with_trust_file("clients.pem")?
    ///     .post_handshake_auth(true)
    ///     .build()?;
    /// let tls = config.accept(io)?;
    /// // The client asks for something secret:
    /// if tls.reauthenticate(ClientAuth::Request)? {
    ///     println!("{}", tls.peer_certificates()?[0].subject()?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "gnutls_reauth")]
    pub fn reauthenticate(&self, demand: ClientAuth) -> Result<bool> {
        self.shared.reauthenticate(demand.question()?, true)
    }
}

impl<T: Transport> ReadHalf<T> {
    /// [`Session::reauthentication`].
    pub fn reauthentication(&self) -> Option<Reauthentication> {
        Reauthentication::of(self.shared.engine.client_answer())
    }
}

impl<T: Transport> WriteHalf<T> {
    /// [`Session::try_reauthenticate`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_reauth")]
    pub fn try_reauthenticate(&mut self, demand: ClientAuth) -> Result<()> {
        self.shared.engine.ask_client(&self.shared.io, demand.question()?)
    }

    /// [`Session::reauthentication`].
    pub fn reauthentication(&self) -> Option<Reauthentication> {
        Reauthentication::of(self.shared.engine.client_answer())
    }
}

impl<T: Wait> WriteHalf<T> {
    /// [`Session::reauthenticate`] for this half: the other may be reading all the while, and must read if the client
    /// sends data before its answer (or be dropped).
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_reauth")]
    pub fn reauthenticate(&mut self, demand: ClientAuth) -> Result<bool> {
        self.shared.reauthenticate(demand.question()?, false)
    }
}
