//! The TLS of QUIC (RFC 9001): a handshake whose messages the caller carries, and which gives secrets instead of
//! protecting data. For QUIC stacks, and for others whose records are not GnuTLS's.
//!
//! # Examples
//! ```
//! # use gnutls::{ClientConfig, Identity, Priority, ServerConfig};
//! # use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
//! use gnutls::quic::{Handshake, PRIORITY};
//!
//! # let ca_key = PrivateKey::generate(KeyType::EcdsaP256)?;
//! # let ca = CertificateBuilder::new().subject("CN=an authority").ca(None).self_signed(&ca_key)?;
//! # let key = PrivateKey::generate(KeyType::EcdsaP256)?;
//! # let builder = CertificateBuilder::new().subject("CN=a server").dns_name("localhost");
//! # let identity = Identity::new(vec![builder.signed_by(&key, &ca, &ca_key)?], key)?;
//! let client = ClientConfig::builder().priority(Priority::new(PRIORITY)?).with_trust(&[ca])?.build()?;
//! let server = ServerConfig::builder().priority(Priority::new(PRIORITY)?).with_identity(identity)?.build()?;
//! let mut client = Handshake::client(client.to("localhost")?, *b"\x01\x02\x67\x10")?;
//! let mut server = Handshake::server(&server, *b"\x01\x02\x67\x10")?;
//! while !client.is_finished() || !server.is_finished() {
//!     while let Some((level, crypto)) = client.next_message() {
//!         server.receive(level, &crypto)?; // in CRYPTO frames, of the packets that the level has
//!     }
//!     while let Some((level, crypto)) = server.next_message() {
//!         client.receive(level, &crypto)?;
//!     }
//! }
//! while let Some(secrets) = client.next_secrets() {
//!     println!("{:?}: {}", secrets.level, secrets.cipher); // the packets' keys are derived from these
//! }
//! # Ok::<(), gnutls::Error>(())
//! ```

use std::borrow::Cow;
use std::fmt;

use super::handshaking::Prepared;
use super::{Connect, ServerConfig};
use crate::alert::Alert;
use crate::algorithm::{Cipher, Group, Protocol};
use crate::engine::{Engine, Extension, Info, QUIC_PARAMETERS};
pub use crate::engine::{Level, Secrets};
use crate::error::{Error, Result};
use crate::resumption::SessionData;
use crate::secret::SecretBytes;
use crate::x509::Certificate;

/// Priorities for QUIC: TLS 1.3, without what makes it look like TLS 1.2 (RFC 9001, section 8.4).
pub const PRIORITY: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3:%DISABLE_TLS13_COMPAT_MODE";

/// One side of a handshake. It never waits.
///
/// Its configuration says what others say, too: whom to trust, who to be, the application protocols (QUIC demands one),
/// tickets, callbacks. Its [priorities](PRIORITY) must be for TLS 1.3 alone.
pub struct Handshake {
    engine: Engine,
    doing: Cow<'static, str>,
}

impl Handshake {
    /// The client's side: its first message is there at once. `parameters` are what this side's transport says of itself,
    /// encoded (`quic_transport_parameters`; at most 4096 bytes).
    ///
    /// # Errors
    /// [`ErrorKind::Priority`](crate::ErrorKind::Priority) if the priorities allow another version than TLS 1.3, and as
    /// [`Connect::start`].
    pub fn client(connect: Connect, parameters: impl Into<Vec<u8>>) -> Result<Handshake> {
        connect.has_tls13_alone()?;
        Handshake::new(connect.prepare()?, parameters.into())
    }

    /// The server's side.
    ///
    /// # Errors
    /// As [`client`](Handshake::client).
    pub fn server(config: &ServerConfig, parameters: impl Into<Vec<u8>>) -> Result<Handshake> {
        config.has_tls13_alone()?;
        Handshake::new(config.prepare()?, parameters.into())
    }

    #[doc(alias = "gnutls_handshake_set_read_function")]
    fn new(prepared: Prepared, parameters: Vec<u8>) -> Result<Handshake> {
        let Prepared { mut engine, doing, .. } = prepared;
        engine.leave_records(Extension::new(QUIC_PARAMETERS, "quic_transport_parameters").data(parameters))?;
        let handshake = Handshake { engine, doing };
        handshake.engine.step_outside(&|| handshake.doing.clone())?;
        Ok(handshake)
    }

    /// Takes what the peer has sent in CRYPTO frames, in the order of its stream, from packets protected at `level`.
    ///
    /// # Errors
    /// Those of [`Handshaking::advance`](crate::Handshaking::advance); [`alert`](Handshake::alert) has what the peer is to be
    /// told, and every later call gives the same error. [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) for a peer
    /// without transport parameters, for data of a level that is over, and for a KeyUpdate (RFC 9001, section 6).
    #[doc(alias = "gnutls_handshake_write")]
    pub fn receive(&mut self, level: Level, crypto: &[u8]) -> Result<()> {
        self.engine.take_outside(level, crypto, &|| self.doing.clone()).map(drop)
    }

    /// What is to be sent next in CRYPTO frames, and the level of the packets; `None` if there is nothing.
    #[doc(alias = "gnutls_handshake_set_read_function")]
    pub fn next_message(&mut self) -> Option<(Level, Vec<u8>)> {
        self.engine.next_message()
    }

    /// The next secrets, in the order in which they were made; `None` if there are no more.
    #[doc(alias = "gnutls_handshake_set_secret_function")]
    pub fn next_secrets(&mut self) -> Option<Secrets> {
        self.engine.next_secrets()
    }

    /// The alert with which this side has ended the handshake: CONNECTION_CLOSE takes it to the peer (0x0100 and this).
    #[doc(alias = "gnutls_alert_set_read_function")]
    pub fn alert(&self) -> Option<Alert> {
        self.engine.alert_outside()
    }

    /// Whether it is finished, and the peer known.
    pub fn is_finished(&self) -> bool {
        self.engine.info().is_some()
    }

    /// What the peer's transport says of itself, encoded. **Who the peer is is known when the handshake is finished.**
    pub fn peer_parameters(&self) -> Option<Vec<u8>> {
        self.engine.received_extension(QUIC_PARAMETERS)
    }

    /// The application protocol that both sides agreed on (ALPN), once it is finished.
    #[doc(alias = "gnutls_alpn_get_selected_protocol")]
    pub fn alpn(&self) -> Option<&[u8]> {
        self.info()?.alpn.as_deref()
    }

    /// The version of the protocol, once it is finished: TLS 1.3.
    pub fn protocol(&self) -> Option<Protocol> {
        Some(self.info()?.protocol)
    }

    /// The cipher, once it is finished.
    pub fn cipher(&self) -> Option<Cipher> {
        Some(self.info()?.cipher)
    }

    /// The group of the key exchange, once it is finished.
    pub fn group(&self) -> Option<Group> {
        Some(self.info()?.group)
    }

    /// Whether it resumed an earlier one, once it is finished.
    pub fn is_resumed(&self) -> bool {
        self.info().is_some_and(|info| info.resumed)
    }

    /// The name that the client asked for; on a server.
    #[doc(alias = "gnutls_server_name_get")]
    pub fn server_name(&self) -> Option<String> {
        self.engine.server_name()
    }

    /// The peer's certificate chain, its own first; empty if it showed none.
    ///
    /// # Errors
    /// As [`Session::peer_certificates`](crate::Session::peer_certificates).
    pub fn peer_certificates(&self) -> Result<Vec<Certificate>> {
        self.engine.peer_certificates()?.iter().map(|der| Certificate::from_peer(der)).collect()
    }

    /// Keys for other purposes; see [`Session::export`](crate::Session::export).
    ///
    /// # Errors
    /// As there; [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) before it is finished.
    #[doc(alias = "gnutls_prf_rfc5705")]
    pub fn export(&self, label: &str, context: Option<&[u8]>, length: usize) -> Result<SecretBytes> {
        if !self.is_finished() {
            return Err(Error::misuse("exporting keys", "the handshake is not finished"));
        }
        self.engine.export(label, context, length)
    }

    /// What a client resumes this session with later, once a ticket has come.
    ///
    /// # Errors
    /// As [`Session::session_data`](crate::Session::session_data).
    pub fn session_data(&self) -> Result<Option<SessionData>> {
        if self.is_finished() { self.engine.session_data() } else { Ok(None) }
    }

    /// Derives the secret that the peer goes over to with a KeyUpdate, for records of TLS that somebody else reads, such as
    /// a kernel; [`next_secrets`](Handshake::next_secrets) has it then. (QUIC derives its own: RFC 9001, section 6.1.)
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) before it is finished.
    #[cfg(gnutls_3_8_11)]
    #[doc(alias = "gnutls_handshake_update_receiving_key")]
    pub fn update_receiving_key(&mut self) -> Result<()> {
        self.engine.update_receiving_key()
    }

    fn info(&self) -> Option<&Info> {
        self.engine.info()
    }
}

impl fmt::Debug for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handshake").field("doing", &self.doing).field("finished", &self.is_finished()).finish()
    }
}
