//! Server configurations: who to be, and what to demand of clients.

use std::ffi::{c_int, c_uint};
mod alpn;
mod hello;
mod reauth;
mod renegotiation;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use gnutls_sys as sys;

pub(super) use renegotiation::{demanded, handshake_timeout};

use super::early::early_policy;
use super::handshaking::Prepared;
use super::setup::additions::additions_builder_methods;
use super::setup::dtls::{DtlsSettings, dtls_builder_methods};
use super::setup::identity::{identity_builder_methods, identity_config_methods};
use super::setup::limits::{dangerous_limits_methods, limits_builder_methods};
use super::setup::raw_keys::raw_key_builder_methods;
use super::setup::renegotiation::renegotiation_builder_methods;
use super::setup::staples::{staple_builder_methods, staple_config_methods};
use super::setup::trusting::{dangerous_trust_methods, trust_builder_methods, trust_config_methods};
use super::setup::verifying::{dangerous_verify_methods, verify_builder_methods};
use super::setup::{Common, alpn_names, common_builder_methods};
use super::{Handshaking, Session};
use crate::algorithm::CertificateType;
use crate::credentials::{AnonymousCredentials, CertificateCredentials, Identity, PreparedIdentity, PskSource};
use crate::engine::{EarlyPolicy, Engine, HandshakeView, IdentityHook, IdentityRequest, RawKeyTrust, Verify};
use crate::error::{ErrorKind, Failure, Refusal, Result};
use crate::key::{self, Pcert};
use crate::key_log::KeyLog;
use crate::priority::Priority;
use crate::resumption::{AntiReplay, SessionStore, Sessions, TicketKey, apply_store};
use crate::secret::SecretBytes;
use crate::transport::{Transport, Wait};
use crate::x509::{self, Certificate, Format, Purpose, VerifyDemands};

/// How servers behave; cheap to clone and to share between threads.
///
/// # Examples
/// ```no_run
/// use std::net::TcpListener;
/// use gnutls::{Identity, ServerConfig};
///
/// let identity = Identity::from_files("server.pem", "server.key")?;
/// let config = ServerConfig::builder().with_identity(identity)?.build()?;
/// for connection in TcpListener::bind("127.0.0.1:5556")?.incoming() {
///     let config = config.clone();
///     std::thread::spawn(move || -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///         let (mut reader, mut writer) = config.accept(connection?)?.into_split();
///         std::io::copy(&mut reader, &mut writer)?;
///         writer.close()?;
///         Ok(())
///     });
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Certificates that change
/// A configuration never changes: when there are new files, build another and accept the next client with it, for example
/// from an `RwLock` that holds the present one (or its `TlsAcceptor`). Sessions keep the one that they began with. Clients
/// resume across the change if both have the same [`ticket_key`](ServerConfigBuilder::ticket_key); whoever is to be verified
/// anew, because the trusted authorities are others, wants another key. To have one configuration that asks in each
/// handshake: [`choose_identity`](ServerConfigBuilder::choose_identity).
#[doc(alias = "reload")]
#[derive(Clone)]
pub struct ServerConfig(Arc<Inner>);

struct Inner {
    common: Common,
    client_auth: ClientAuth,
    verify: bool,
    tickets: Option<TicketKey>,
    store: Option<Sessions>,
    lifetime: Option<Duration>,
    early: Option<EarlyPolicy>,
}

/// Whether clients show certificates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[doc(alias = "gnutls_certificate_request_t")]
pub enum ClientAuth {
    /// They are not asked.
    #[default]
    None,
    /// They are asked, and may have none. One that is shown must be valid.
    Request,
    /// They must show a valid one. (One that has a [pre-shared key](ServerConfigBuilder::with_psk) is known by that.)
    ///
    /// In TLS 1.3 a client has finished its handshake before the server has looked: it learns of a refusal when it reads,
    /// as an alert (`certificate_required`, `unknown_ca`, ...). A write may fail before that, with a broken pipe and no
    /// reason; reading tells it all the same.
    Require,
}

/// Builds a [`ServerConfig`].
pub struct ServerConfigBuilder {
    pub(super) common: Result<Common>,
    trusting: bool,
    client_auth: ClientAuth,
    hide_authorities: bool,
    verify: bool,
    tickets: Option<bool>,
    ticket_key: Option<TicketKey>,
    store: Option<Arc<dyn SessionStore>>,
    lifetime: Option<Duration>,
    pub(super) early: Option<(u32, AntiReplay)>,
}

impl ServerConfig {
    identity_config_methods!();
    trust_config_methods!();
    staple_config_methods!();

    /// Starts a configuration. (A GnuTLS that cannot be used is reported by the first call that returns a `Result`.)
    #[doc(alias = "gnutls_certificate_allocate_credentials")]
    #[doc(alias = "gnutls_certificate_free_credentials")]
    #[doc(alias = "gnutls_certificate_set_known_dh_params")]
    pub fn builder() -> ServerConfigBuilder {
        let common = Common::new().and_then(|mut common| {
            common.credentials.offer_finite_fields()?;
            Ok(common)
        });
        ServerConfigBuilder {
            common,
            trusting: false,
            client_auth: ClientAuth::None,
            hide_authorities: false,
            verify: true,
            tickets: None,
            ticket_key: None,
            store: None,
            lifetime: None,
            early: None,
        }
    }

    /// Does the handshake with a client. Waits for the transport as long as it takes, or for the
    /// [handshake timeout](ServerConfigBuilder::handshake_timeout).
    ///
    /// # Errors
    /// [`ErrorKind::Negotiation`] if the two share nothing to talk in, [`ErrorKind::Verification`] for a client
    /// certificate that is missing or not accepted, [`ErrorKind::Protocol`] for what is no TLS at all, and those of
    /// the transport. The client has been sent the alert that fits.
    #[doc(alias = "gnutls_handshake")]
    #[doc(alias = "gnutls_credentials_set")]
    pub fn accept<T: Wait>(&self, io: T) -> Result<Session<T>> {
        self.start(io)?.complete()
    }

    /// Begins the handshake without waiting for the transport.
    ///
    /// # Errors
    /// If the session cannot be set up, or the transport not be made non-blocking.
    pub fn start<T: Transport>(&self, io: T) -> Result<Handshaking<T>> {
        self.prepare()?.start(io)
    }

    /// For QUIC, which has no other.
    pub(super) fn has_tls13_alone(&self) -> Result<()> {
        self.0.common.has_tls13_alone()
    }

    /// Everything before the handshake that needs no transport.
    pub(crate) fn prepare(&self) -> Result<Prepared> {
        self.prepare_with(0)
    }

    /// [`prepare`](ServerConfig::prepare) with more flags of `gnutls_init`.
    pub(super) fn prepare_with(&self, flags: c_uint) -> Result<Prepared> {
        let Inner { common, client_auth, tickets, store, lifetime, early, .. } = &*self.0;
        let verify = self.0.verify(*client_auth);
        let mut flags = common.dtls.flags(flags) | sys::GNUTLS_SERVER | common.raw_keys.flags() | self.0.ticket_flags();
        if early.is_some() {
            flags |= sys::GNUTLS_ENABLE_EARLY_DATA;
        }
        flags |= common.flags();
        let keep = Arc::clone(&self.0);
        let mut engine =
            Engine::new(flags, verify, Arc::clone(&common.client_demands), Arc::clone(&common.terms), keep)?;
        common.apply(&mut engine)?;
        let resumable = engine.is_resumable();
        // GnuTLS would take a key for the wish to use it.
        let tickets = tickets.as_ref().filter(|_| flags & sys::GNUTLS_NO_TICKETS == 0);
        common.apply_verification(&mut engine, false)?;
        let session = engine.raw_mut();
        // SAFETY: a fresh session.
        unsafe { sys::gnutls_certificate_server_set_request(session, client_auth.raw()) };
        if let (Some(key), true) = (tickets, resumable) {
            key.apply(session)?;
        }
        if let (Some(store), true) = (store, resumable) {
            apply_store(session, store);
        }
        if let Some(early) = early {
            engine.take_early(early)?;
        }
        let session = engine.raw_mut();
        if let Some(lifetime) = lifetime {
            let seconds = c_int::try_from(lifetime.as_secs()).unwrap_or(c_int::MAX).max(1);
            // SAFETY: a fresh session; GnuTLS takes what is more than a week for a week.
            unsafe { sys::gnutls_db_set_cache_expiration(session, seconds) };
        }
        let timeout = DtlsSettings::timeout(&engine, common.handshake_timeout);
        Ok(Prepared { engine, doing: "the handshake with a client".into(), timeout })
    }
}

impl ServerConfigBuilder {
    common_builder_methods!();
    const STAPLES: bool = true;

    identity_builder_methods!();
    raw_key_builder_methods!();
    renegotiation_builder_methods!();
    trust_builder_methods!();
    verify_builder_methods!();
    staple_builder_methods!();
    limits_builder_methods!();
    additions_builder_methods!();

    /// Whether clients show certificates. Default: [`ClientAuth::None`].
    #[doc(alias = "gnutls_certificate_server_set_request")]
    #[must_use]
    pub fn client_auth(mut self, client_auth: ClientAuth) -> Self {
        self.client_auth = client_auth;
        self
    }

    /// What the certificates of clients must be beside trusted: of whom, for what. (Without a purpose: that of clients.)
    ///
    /// # Examples
    /// ```
    /// use gnutls::ServerConfig;
    /// use gnutls::x509::VerifyDemands;
    ///
    /// let builder = ServerConfig::builder().client_demands(VerifyDemands::new().email("ada@example.org")?);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[doc(alias = "gnutls_certificate_verify_peers")]
    #[must_use]
    pub fn client_demands(mut self, demands: VerifyDemands) -> Self {
        if let Ok(common) = &mut self.common {
            common.client_demands = Arc::new(demands);
        }
        self
    }

    /// Does not tell clients whom this server trusts: they show a certificate whoever issued it. Default: they are told, and
    /// GnuTLS clients show only what was issued by one of those.
    #[doc(alias = "gnutls_certificate_free_ca_names")]
    #[doc(alias = "gnutls_certificate_send_x509_rdn_sequence")]
    #[must_use]
    pub fn hide_authorities(mut self) -> Self {
        self.hide_authorities = true;
        if let Ok(common) = &mut self.common {
            common.identity.hide_authorities = true;
        }
        self
    }

    /// Asks `hook` once the client has said what it offers, before anything is answered: it may
    /// [refuse](Refusal) by the [name](HandshakeView::server_name) the client asks for, say. It keeps the thread of the
    /// handshake waiting as long as it takes, and is asked for resumed sessions as well. A hook that panics fails the
    /// handshake ([`ErrorKind::Callback`]).
    ///
    /// # Examples
    /// ```
    /// use gnutls::{Alert, Refusal, ServerConfig};
    ///
    /// let builder = ServerConfig::builder().on_client_hello(|client| match client.server_name().as_deref() {
    ///     Some("example.org") => Ok(()),
    ///     _ => Err(Refusal::new("another's name").alert(Alert::UNRECOGNIZED_NAME)),
    /// });
    /// ```
    #[doc(alias = "gnutls_handshake_set_post_client_hello_function")]
    #[must_use]
    pub fn on_client_hello(
        mut self,
        hook: impl Fn(&HandshakeView<'_>) -> std::result::Result<(), Refusal> + Send + Sync + 'static,
    ) -> Self {
        if let Ok(common) = &mut self.common {
            Arc::make_mut(&mut common.hooks).client_hello = Some(Arc::new(hook));
        }
        self
    }

    /// Whether clients get tickets to resume with (RFC 8446, section 4.6.1; RFC 5077). Default: yes, with a key that
    /// is made by [`build`](ServerConfigBuilder::build) and that GnuTLS rotates; no with
    /// [passwords](ServerConfigBuilder::with_srp), because GnuTLS forgets the users' names.
    #[doc(alias = "gnutls_session_ticket_enable_server")]
    #[must_use]
    pub fn tickets(mut self, tickets: bool) -> Self {
        self.tickets = Some(tickets);
        self
    }

    /// Gives out tickets that are sealed with this key: servers that have the same resume each other's sessions. Default:
    /// a key that is made by [`build`](ServerConfigBuilder::build).
    #[doc(alias = "gnutls_session_ticket_enable_server")]
    #[must_use]
    pub fn ticket_key(mut self, key: TicketKey) -> Self {
        self.ticket_key = Some(key);
        self.tickets(true)
    }

    /// How long after its beginning a session can be resumed: a second to a week, in whole seconds. Default: 6 hours. The
    /// keys of tickets change every three times that long.
    #[doc(alias = "gnutls_db_set_cache_expiration")]
    #[must_use]
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Where TLS 1.2 sessions are kept that clients without tickets resume by their id. Default: nowhere.
    /// (TLS 1.3 has tickets only.) What it keeps is sealed with the ticket key: servers that share a store share
    /// [that](ServerConfigBuilder::ticket_key), even if they give out no tickets.
    #[doc(alias = "gnutls_db_set_ptr")]
    #[must_use]
    pub fn session_store(mut self, store: Arc<dyn SessionStore>) -> Self {
        self.store = Some(store);
        self
    }

    /// Takes clients that have a key which this side has, too: `lookup` finds it by the identity that the client sends,
    /// any bytes. The client knows this server by the key, so an identity of our own, a certificate, is not needed:
    /// without, only clients with a key are talked to. With both, **clients without a key come in** as they do without
    /// this, unless [`ClientAuth::Require`] has them show a certificate. [`Session::psk_identity`] says who came.
    ///
    /// With `None` the handshake goes on and fails as if the client had the wrong key, so that nobody learns which
    /// identities there are. If `lookup` panics the handshake fails, with its message ([`ErrorKind::Callback`]).
    /// `lookup` is called in the handshake's own calls, and keeps their thread waiting as long as it takes. It is not called
    /// when a session is resumed: servers with keys and the same [`TicketKey`] take each other's clients.
    ///
    /// # Examples
    /// ```
    /// use std::collections::HashMap;
    /// use gnutls::ServerConfig;
    ///
    /// let keys = HashMap::from([(b"sensor 12".to_vec(), vec![7; 32])]);
    /// let config = ServerConfig::builder().with_psk(move |identity| Some(keys.get(identity)?.clone().into())).build()?;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[doc(alias = "gnutls_psk_allocate_server_credentials")]
    #[doc(alias = "gnutls_psk_set_server_credentials_function")]
    #[doc(alias = "gnutls_psk_set_server_credentials_function2")]
    #[doc(alias = "gnutls_psk_set_server_known_dh_params")]
    #[must_use]
    pub fn with_psk(self, lookup: impl Fn(&[u8]) -> Option<SecretBytes> + Send + Sync + 'static) -> Self {
        self.psk(PskSource::Lookup(Arc::new(lookup)))
    }

    /// As [`with_psk`](ServerConfigBuilder::with_psk), with the keys of a file that `psktool` has written: a line
    /// `IDENTITY:KEY` for each, the key in hexadecimal digits, and so the identity after a `#`. It is read in each handshake,
    /// so that a new one counts at once. Of this and `with_psk` the last counts.
    #[doc(alias = "gnutls_psk_set_server_credentials_file")]
    #[must_use]
    pub fn with_psk_file(self, path: impl AsRef<Path>) -> Self {
        self.psk(PskSource::File(path.as_ref().to_owned()))
    }

    /// As [`with_psk`](ServerConfigBuilder::with_psk), with keys from outside that TLS 1.3 derives its own from (RFC 9258):
    /// clients have them by [`Psk::imported`](crate::Psk::imported). Other clients with keys are unknown, those of TLS 1.2
    /// among them. Of this and `with_psk` the last counts.
    #[cfg(gnutls_3_8_1)]
    #[doc(alias = "gnutls_psk_set_server_credentials_function3")]
    #[must_use]
    pub fn with_imported_psk(
        self,
        lookup: impl Fn(&crate::credentials::ImportedIdentity) -> Option<SecretBytes> + Send + Sync + 'static,
    ) -> Self {
        self.psk(PskSource::Imported(Arc::new(lookup)))
    }

    /// What clients with several keys are told so that they take the right one (TLS 1.2).
    #[doc(alias = "gnutls_psk_set_server_credentials_hint")]
    #[must_use]
    pub fn psk_hint(mut self, hint: &str) -> Self {
        if let Ok(common) = &mut self.common {
            common.psk_hint = Some(hint.to_owned());
        }
        self
    }

    fn psk(mut self, source: PskSource) -> Self {
        if let Ok(common) = &mut self.common {
            common.psk = Some(source);
        }
        self
    }

    /// Settings that give up safety.
    pub fn dangerous(self) -> DangerousServer {
        DangerousServer(self)
    }

    /// The finished configuration.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if client certificates are to be verified and no authority is trusted, or if the
    /// [file of pre-shared keys](ServerConfigBuilder::with_psk_file) cannot be read. [`ErrorKind::Priority`] if there are
    /// such keys, and [priorities](ServerConfigBuilder::priority) that do not use them. [`ErrorKind::Misuse`] for
    /// [early data](ServerConfigBuilder::early_data) without tickets, or whose repetitions other servers with the same ticket
    /// key would not recognise. [`ErrorKind::Unsupported`] for early data with GnuTLS 3.7.1. [`ErrorKind::InvalidInput`] for
    /// a [hint](ServerConfigBuilder::psk_hint) with a NUL byte.
    pub fn build(self) -> Result<ServerConfig> {
        const DOING: &str = "building a server configuration";
        let mut common = self.common?;
        let asks = self.client_auth != ClientAuth::None || common.reauth;
        let trusting = self.trusting || common.raw_keys.trusted;
        if asks && self.verify && !trusting {
            let why = "client certificates are asked for, but no authority is trusted that could have issued them; \
                       call with_trust_file() or another of these";
            return Err(Failure::new(ErrorKind::Credentials, DOING).detail(why).into());
        }
        if self.hide_authorities {
            common.credentials.hide_authorities();
        }
        (common.raw_keys.is_server, common.raw_keys.certificates_trusted) = (true, self.trusting || !self.verify);
        let certificates = common.has_identity;
        let tickets = self.tickets.unwrap_or(common.srp.is_none());
        common.finish(certificates)?;
        let key_is_given = self.ticket_key.is_some();
        let key = self.ticket_key.map_or_else(TicketKey::generate, Ok)?;
        let store = self.store.map(|store| Sessions::new(store, key.clone()));
        let tickets = tickets.then_some(key);
        let early = self.early.map(|early| early_policy(early, tickets.is_some(), key_is_given)).transpose()?;
        let terms = Arc::make_mut(&mut common.terms);
        terms.early.clone_from(&early);
        let later = if self.verify { Verify::Client } else { Verify::Nothing };
        terms.verify_later = common.reauth.then_some(later);
        let demands = Arc::unwrap_or_clone(common.client_demands);
        common.client_demands = Arc::new(demands.or_purpose(Purpose::CLIENT_AUTH));
        let (client_auth, verify, lifetime) = (self.client_auth, self.verify, self.lifetime);
        Ok(ServerConfig(Arc::new(Inner { common, client_auth, verify, tickets, store, lifetime, early })))
    }
}

dtls_builder_methods!(ServerConfigBuilder);

/// Settings of a [`ServerConfigBuilder`] that give up safety.
pub struct DangerousServer(ServerConfigBuilder);

impl DangerousServer {
    dangerous_trust_methods!(ServerConfigBuilder);
    dangerous_verify_methods!(ServerConfigBuilder);
    dangerous_limits_methods!(ServerConfigBuilder);

    /// Takes any certificate that a client shows: it proves nothing about who the client is. Of raw public keys
    /// still only [those that are trusted](ServerConfigBuilder::trust_raw_keys) are taken.
    #[must_use]
    pub fn accept_any_client_certificate(self) -> ServerConfigBuilder {
        ServerConfigBuilder { verify: false, ..self.0 }
    }

    /// Also talks to clients to which it proves nothing, and they nothing to it (anonymous key exchanges, TLS 1.2 and
    /// older): **anyone on the path can read and change everything.** An identity is not needed then. With
    /// [`ClientAuth::Require`] nobody gets in that way.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_anon_allocate_server_credentials")]
    #[doc(alias = "gnutls_anon_free_server_credentials")]
    #[doc(alias = "gnutls_anon_set_server_known_dh_params")]
    pub fn with_anonymous(mut self) -> Result<ServerConfigBuilder> {
        self.0.common()?.anonymous = Some(AnonymousCredentials::server()?);
        Ok(self.0)
    }
}

impl fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("ServerConfig");
        out.field("priority", &self.0.common.priority).field("client_auth", &self.0.client_auth);
        out.finish_non_exhaustive()
    }
}

impl fmt::Debug for ServerConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerConfigBuilder").finish_non_exhaustive()
    }
}

impl fmt::Debug for DangerousServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DangerousServer").finish_non_exhaustive()
    }
}
