//! Resumption, as sessions and their builders offer it: tickets on demand, ids, secrets agreed on elsewhere.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use gnutls_sys as sys;

use super::{ClientConfigBuilder, Connect, ServerConfig, Session, WriteHalf};
use crate::algorithm::{Cipher, KeyExchange, Mac, Protocol};
use crate::engine::{Engine, Premaster, ticket_hook};
use crate::error::{Error, Result};
use crate::ffi::Wiped;
use crate::resumption::SessionData;
use crate::secret::SecretBytes;
use crate::transport::{Transport, Wait};

/// What a connection resumes.
#[derive(Clone, Default)]
pub(super) struct Resume {
    pub(super) data: Option<SessionData>,
    premaster: Option<Premaster>,
    pub(super) early: Option<Arc<Wiped>>,
}

impl Resume {
    /// Gives it to a session that nobody else has yet.
    pub(super) fn apply(&self, engine: &mut Engine) -> Result<()> {
        if let Some(data) = &self.data {
            engine.resume(data)?;
        }
        if let Some(premaster) = &self.premaster {
            engine.set_premaster(premaster)?;
        }
        if let Some(early) = &self.early {
            engine.send_early(early, self.data.as_ref().filter(|_| self.premaster.is_none()))?;
        }
        Ok(())
    }
}

impl<T: Transport> Session<T> {
    /// [`send_tickets`](Session::send_tickets) that never waits.
    ///
    /// # Errors
    /// [`would_block`](crate::Error::would_block) if the transport is too far behind; otherwise as there.
    #[doc(alias = "gnutls_session_ticket_send")]
    pub fn try_send_tickets(&self, count: u8) -> Result<()> {
        self.shared.engine.send_tickets(&self.shared.io, count)
    }

    /// The session's id: what resumes it in TLS 1.2 from a server's [store](crate::SessionStore). In TLS 1.3 it means
    /// nothing (RFC 8446, section 4.1.2), and with tickets little.
    #[doc(alias = "gnutls_session_get_id2")]
    pub fn session_id(&self) -> Vec<u8> {
        self.shared.engine.session_id()
    }

    /// The master secret (48 bytes) of TLS 1.2 and before, for protocols that go on with it. **Who has it can read and
    /// change the session**, now and when it is resumed. `None` in TLS 1.3, where an exporter does this.
    #[doc(alias = "gnutls_session_get_master_secret")]
    pub fn master_secret(&self) -> Option<SecretBytes> {
        self.shared.engine.master_secret().map(SecretBytes::from)
    }

    /// Whether the client asked to resume a session; on a server. That it did is [`is_resumed`](Session::is_resumed).
    #[doc(alias = "gnutls_session_resumption_requested")]
    pub fn is_resumption_requested(&self) -> bool {
        self.shared.engine.is_resumption_requested()
    }

    /// What [`session_data`](Session::session_data) gives, in the form that programs in C know from
    /// `gnutls_session_get_data`, and [`SessionData::from_gnutls`] takes back. Where that has data that are kept from before
    /// a key update, this fails.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_session_get_data")]
    pub fn gnutls_session_data(&self) -> Result<Option<SecretBytes>> {
        Ok(self.shared.engine.raw_session_data()?.map(SecretBytes::from))
    }

    /// Removes this session from the server's [store](crate::ServerConfigBuilder::session_store), if it has one: the client
    /// cannot resume it by its id any more. Its tickets stay good; they are nowhere but with the client.
    ///
    /// # Errors
    /// [`Misuse`](crate::ErrorKind::Misuse) inside a callback of this session.
    #[doc(alias = "gnutls_db_remove_session")]
    pub fn forget(&self) -> Result<()> {
        self.shared.engine.forget()
    }
}

impl<T: Wait> Session<T> {
    /// Gives the client `count` tickets more to resume this session with (TLS 1.3); on a server, and while both directions
    /// are in use. The handshake itself sends two. A client that opens many connections at once needs one for each, so
    /// that they cannot be told to be of one client.
    ///
    /// Nothing is sent where clients get [no tickets](crate::ServerConfigBuilder::tickets), or where the session that this
    /// one resumes has come to the end of its [lifetime](crate::ServerConfigBuilder::session_lifetime).
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) on a client and before TLS 1.3; otherwise as
    /// [`send`](Session::send).
    #[doc(alias = "gnutls_session_ticket_send")]
    pub fn send_tickets(&self, count: u8) -> Result<()> {
        self.shared.send_tickets(count)
    }
}

impl<T: Wait> WriteHalf<T> {
    /// [`Session::send_tickets`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_session_ticket_send")]
    pub fn send_tickets(&mut self, count: u8) -> Result<()> {
        self.shared.send_tickets(count)
    }
}

impl ServerConfig {
    /// For how long sessions can be resumed if a configuration [says nothing](crate::ServerConfigBuilder::session_lifetime).
    #[doc(alias = "gnutls_db_get_default_cache_expiration")]
    pub fn default_session_lifetime() -> Duration {
        // SAFETY: returns a constant.
        Duration::from_secs(unsafe { sys::gnutls_db_get_default_cache_expiration() }.into())
    }
}

impl ClientConfigBuilder {
    /// Whether this side takes tickets to resume sessions with. Default: yes. Without them sessions of TLS 1.3 are not
    /// resumed, and those of TLS 1.2 by their id.
    #[doc(alias = "gnutls_session_ticket_enable_client")]
    #[must_use]
    pub fn tickets(mut self, tickets: bool) -> Self {
        if let Ok(common) = self.common() {
            common.no_tickets = !tickets;
        }
        self
    }

    /// Tells `hook` of each ticket that a server sends after the handshake (TLS 1.3), in the call that receives it. Each
    /// resumes the session; so each should be used once (RFC 8446, appendix C.4), and the newest first. (Of a session of
    /// TLS 1.2 [`Session::session_data`] knows after the handshake.)
    ///
    /// `hook` keeps the session waiting as long as it takes. If it panics the session ends with
    /// [`ErrorKind::Callback`](crate::ErrorKind::Callback).
    ///
    /// # Examples
    /// ```
    /// use std::sync::mpsc;
    /// use gnutls::ClientConfig;
    ///
    /// let (tickets, shelf) = mpsc::channel();
    /// let builder = ClientConfig::builder().on_ticket(move |ticket| drop(tickets.send(ticket)));
    /// # drop((builder, shelf));
    /// ```
    #[doc(alias = "gnutls_handshake_set_hook_function")]
    #[must_use]
    pub fn on_ticket(mut self, hook: impl Fn(SessionData) + Send + Sync + 'static) -> Self {
        if let Ok(common) = self.common() {
            Arc::make_mut(&mut common.hooks).ticket = Some(ticket_hook(hook));
        }
        self
    }
}

impl Connect {
    /// Resumes a session that never was: both sides have agreed on its secret by other means, as some tunnels do over HTTPS
    /// (TLS 1.2 and before). If the server resumes it, it has the secret, and needs no certificate; if it does a full
    /// handshake it is verified like any other.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the id is empty or longer than 32 bytes, if the secret is not
    /// 48 bytes long, or for TLS 1.3. GnuTLS's own from [`start`](Connect::start) if there is no such ciphersuite.
    #[doc(alias = "gnutls_session_set_premaster")]
    pub fn resume_secret(mut self, session: SharedSession) -> Result<Connect> {
        const DOING: &str = "setting the secret to resume with";
        let SharedSession { id, protocol, exchange, cipher, mac, secret } = session;
        let why = match () {
            () if id.is_empty() || id.len() > 32 => "a session id has 1 to 32 bytes",
            () if secret.len() != 48 => "a master secret has 48 bytes",
            () if protocol == Protocol::TLS1_3 => "TLS 1.3 resumes with tickets and pre-shared keys only",
            () => {
                let secret = Arc::new(Wiped::new(secret.to_vec()));
                self.resume.premaster = Some(Premaster { id, protocol, exchange, cipher, mac, secret });
                return Ok(self);
            }
        };
        Err(Error::input(DOING, why))
    }
}

/// A session whose parameters and secret both sides have by other means; see [`Connect::resume_secret`].
pub struct SharedSession {
    /// What the server knows it by: 1 to 32 bytes.
    pub id: Vec<u8>,
    /// TLS 1.2 or before.
    pub protocol: Protocol,
    /// With the next two, the ciphersuite.
    pub exchange: KeyExchange,
    /// The cipher.
    pub cipher: Cipher,
    /// The MAC; [`Mac::AEAD`] for ciphers that have none.
    pub mac: Mac,
    /// The master secret: 48 bytes.
    pub secret: SecretBytes,
}

impl fmt::Debug for SharedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedSession")
            .field("protocol", &self.protocol)
            .field("cipher", &self.cipher)
            .finish_non_exhaustive()
    }
}
