//! Client configurations: whom to trust, and how to begin.

mod key_shares;
mod priorities;
mod reauth;
mod renegotiation;
mod verifying;

use std::ffi::c_uint;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use gnutls_sys as sys;

pub(super) use renegotiation::handshake_timeout;

use super::handshaking::Prepared;
use super::resuming::Resume;
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
use crate::credentials::{AnonymousCredentials, CertificateCredentials, Identity, PreparedIdentity, Psk, PskSource};
use crate::engine::{Engine, HandshakeView, IdentityHook, IdentityRequest, RawKeyTrust, Verify};
use crate::error::{Error, ErrorKind, Failure, Refusal, Result};
use crate::ffi::{c_string, check};
use crate::key::{self, Pcert};
use crate::key_log::KeyLog;
use crate::priority::Priority;
use crate::resumption::SessionData;
use crate::transport::{Transport, Wait};
use crate::x509::{self, Certificate, Format};

/// How clients behave; cheap to clone and to share between threads.
///
/// The server is verified by default: its certificate must be trusted, valid now, meant for a server, and issued for
/// the name that was asked for. Or it has the [pre-shared key](ClientConfigBuilder::with_psk) that this side has.
///
/// # Examples
/// ```no_run
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
/// use gnutls::ClientConfig;
///
/// let config = ClientConfig::builder().with_system_trust()?.build()?;
/// let mut tls = config.connect("example.org", TcpStream::connect("example.org:443")?)?;
/// tls.write_all(b"GET / HTTP/1.0\r\nHost: example.org\r\n\r\n")?;
/// let mut page = String::new();
/// tls.read_to_string(&mut page)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ClientConfig(Arc<Inner>);

struct Inner {
    common: Common,
    verify: bool,
    any_purpose: bool,
}

/// Builds a [`ClientConfig`].
pub struct ClientConfigBuilder {
    pub(super) common: Result<Common>,
    trusting: bool,
    verify: bool,
    any_purpose: bool,
}

impl ClientConfig {
    identity_config_methods!();
    trust_config_methods!();
    staple_config_methods!();

    /// Starts a configuration. (A GnuTLS that cannot be used is reported by the first call that returns a `Result`.)
    #[doc(alias = "gnutls_certificate_allocate_credentials")]
    #[doc(alias = "gnutls_certificate_free_credentials")]
    pub fn builder() -> ClientConfigBuilder {
        ClientConfigBuilder { common: Common::new(), trusting: false, verify: true, any_purpose: false }
    }

    /// Connects to the server `host`: sends the name, does the handshake, verifies the certificate against the name.
    /// Waits for the transport as long as it takes, or for the
    /// [handshake timeout](ClientConfigBuilder::handshake_timeout).
    ///
    /// # Errors
    /// [`ErrorKind::Verification`] if the server is not who it should be, [`ErrorKind::Negotiation`] if the two share
    /// nothing to talk in, [`ErrorKind::Alert`] if the server refused, and those of the transport.
    #[doc(alias = "gnutls_handshake")]
    #[doc(alias = "gnutls_credentials_set")]
    #[doc(alias = "gnutls_session_set_verify_cert")]
    pub fn connect<T: Wait>(&self, host: &str, io: T) -> Result<Session<T>> {
        self.to(host)?.connect(io)
    }

    /// A connection to `host` (a DNS name or an IP address) that can be given more settings before it starts. The scope of an
    /// address (`fe80::1%eth0`) means something to this machine alone: it is neither sent nor looked for in certificates.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if the name is empty or contains a NUL byte.
    pub fn to(&self, host: &str) -> Result<Connect> {
        let doing = format!("connecting to {host:?}");
        // A final dot is the root of the DNS; certificates and server names do not have it.
        let name = without_scope(host.strip_suffix('.').unwrap_or(host));
        if name.is_empty() {
            return Err(Error::input(doing, "the host name is empty"));
        }
        let sni = name.parse::<IpAddr>().is_err().then(|| name.to_owned());
        c_string(name, doing)?;
        let resume = Resume::default();
        let own = verifying::Own::default();
        Ok(Connect { config: self.clone(), name: name.to_owned(), sni, resume, own, priorities: None })
    }
}

impl ClientConfigBuilder {
    common_builder_methods!();
    /// Clients staple no OCSP responses.
    const STAPLES: bool = false;

    identity_builder_methods!();
    raw_key_builder_methods!();
    renegotiation_builder_methods!();
    trust_builder_methods!();
    verify_builder_methods!();
    staple_builder_methods!();
    limits_builder_methods!();
    additions_builder_methods!();

    /// Lets the server be known by a key that both sides have, instead of a certificate; the server knows this client by
    /// it. No authority need be trusted then: without any, only servers with the key are talked to.
    ///
    /// With authorities, either will do: **a server with the key may have any name**. The server chooses, and one with
    /// both takes the key in TLS 1.3, the certificate in TLS 1.2. [`Session::peer_authentication`] says which it was.
    #[doc(alias = "gnutls_psk_allocate_client_credentials")]
    #[doc(alias = "gnutls_psk_set_client_credentials")]
    #[doc(alias = "gnutls_psk_set_client_credentials2")]
    #[must_use]
    pub fn with_psk(self, psk: Psk) -> Self {
        self.psk(PskSource::Key(psk))
    }

    /// As [`with_psk`](ClientConfigBuilder::with_psk), with a key that `choose` chooses in the handshake, by the hint that
    /// the server gives (TLS 1.2; in TLS 1.3 there is none). A handshake may ask more than once: before it is known
    /// which version it will have, and after.
    ///
    /// With `None` the handshake fails, and so it does if `choose` panics, whose message is that of the error
    /// ([`ErrorKind::Callback`]).
    #[doc(alias = "gnutls_psk_set_client_credentials_function")]
    #[doc(alias = "gnutls_psk_set_client_credentials_function2")]
    #[must_use]
    pub fn with_psk_callback(self, choose: impl Fn(Option<&[u8]>) -> Option<Psk> + Send + Sync + 'static) -> Self {
        self.psk(PskSource::Choice(Arc::new(choose)))
    }

    fn psk(mut self, source: PskSource) -> Self {
        if let Ok(common) = &mut self.common {
            common.psk = Some(source);
        }
        self
    }

    /// Settings that give up safety.
    pub fn dangerous(self) -> DangerousClient {
        DangerousClient(self)
    }

    /// The finished configuration.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if no authority is trusted and there is no pre-shared key: no server could be verified.
    /// [`ErrorKind::Priority`] if there is one, and [priorities](ClientConfigBuilder::priority) that do not use it.
    pub fn build(self) -> Result<ClientConfig> {
        let mut common = self.common?;
        common.raw_keys.certificates_trusted = self.trusting || !self.verify;
        let certificates = self.trusting || !self.verify || common.raw_keys.trusted;
        if !certificates && common.psk.is_none() && common.srp.is_none() && common.anonymous.is_none() {
            let why = "no authority is trusted, so no server can be verified; \
                       call with_system_trust(), with_trust_file() or another of these";
            return Err(Failure::new(ErrorKind::Credentials, "building a client configuration").detail(why).into());
        }
        common.finish(certificates)?;
        Ok(ClientConfig(Arc::new(Inner { common, verify: self.verify, any_purpose: self.any_purpose })))
    }
}

dtls_builder_methods!(ClientConfigBuilder);

/// Settings of a [`ClientConfigBuilder`] that give up safety.
pub struct DangerousClient(ClientConfigBuilder);

impl DangerousClient {
    dangerous_trust_methods!(ClientConfigBuilder);
    dangerous_verify_methods!(ClientConfigBuilder);
    dangerous_limits_methods!(ClientConfigBuilder);

    /// Talks to any server, whatever its certificate: anyone on the path can read and change everything.
    /// Of raw public keys still only [those that are trusted](ClientConfigBuilder::trust_raw_keys) are taken.
    #[must_use]
    pub fn accept_any_certificate(self) -> ClientConfigBuilder {
        ClientConfigBuilder { verify: false, ..self.0 }
    }

    /// Also talks to servers that prove nothing at all (anonymous key exchanges, TLS 1.2 and older): **anyone on the path
    /// can be the server**, whatever certificates the others are asked for. No authority need be trusted then.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_anon_allocate_client_credentials")]
    #[doc(alias = "gnutls_anon_free_client_credentials")]
    pub fn with_anonymous(mut self) -> Result<ClientConfigBuilder> {
        self.0.common()?.anonymous = Some(AnonymousCredentials::client()?);
        Ok(self.0)
    }
}

/// A connection that has not started.
#[derive(Clone)]
pub struct Connect {
    config: ClientConfig,
    name: String,
    sni: Option<String>,
    pub(super) resume: Resume,
    own: verifying::Own,
    priorities: Option<priorities::Priorities>,
}

impl Connect {
    /// Sends another server name (RFC 6066) than the one that is verified.
    #[doc(alias = "gnutls_server_name_set")]
    #[must_use]
    pub fn server_name(self, name: &str) -> Connect {
        Connect { sni: Some(name.to_owned()), ..self }
    }

    /// Sends no server name.
    #[must_use]
    pub fn without_server_name(self) -> Connect {
        Connect { sni: None, ..self }
    }

    /// Resumes an earlier session with the same server, if the server agrees.
    #[doc(alias = "gnutls_session_set_data")]
    #[must_use]
    pub fn resume(mut self, data: &SessionData) -> Connect {
        self.resume.data = Some(data.clone());
        self
    }

    /// Does the handshake; see [`ClientConfig::connect`].
    ///
    /// # Errors
    /// As [`ClientConfig::connect`].
    pub fn connect<T: Wait>(self, io: T) -> Result<Session<T>> {
        self.start(io)?.complete()
    }

    /// Begins the handshake without waiting for the transport.
    ///
    /// # Errors
    /// If the session cannot be set up, or the transport not be made non-blocking.
    pub fn start<T: Transport>(self, io: T) -> Result<Handshaking<T>> {
        self.prepare()?.start(io)
    }

    /// For QUIC, which has no other.
    pub(super) fn has_tls13_alone(&self) -> Result<()> {
        self.config.0.common.has_tls13_alone()
    }

    /// Everything before the handshake that needs no transport.
    pub(crate) fn prepare(self) -> Result<Prepared> {
        self.prepare_with(0)
    }

    /// [`prepare`](Connect::prepare) with more flags of `gnutls_init`.
    pub(super) fn prepare_with(self, flags: c_uint) -> Result<Prepared> {
        let Inner { common, verify, .. } = &*self.config.0;
        let doing = format!("the handshake with {}", self.name);
        let verify = match verify {
            true => Verify::Server,
            false => Verify::Nothing,
        };
        let demands = Arc::new(self.demands()?);
        let keep = Arc::clone(&self.config.0);
        let flags = common.dtls.flags(flags)
            | sys::GNUTLS_CLIENT
            | common.raw_keys.flags()
            | if common.no_tickets { sys::GNUTLS_NO_TICKETS } else { 0 };
        let flags = flags | common.flags();
        let mut engine = Engine::new(flags, verify, demands, Arc::clone(&common.terms), keep)?;
        common.apply(&mut engine)?;
        if let Some(priorities) = &self.priorities {
            priorities.apply(&mut engine)?;
        }
        // A profile of the configuration takes the place of what the priorities say.
        self.apply_verification(&mut engine)?;
        engine.ask_for_staples()?;
        engine.take_tickets(!common.no_tickets)?;
        if let Some(name) = &self.sni {
            set_server_name(&mut engine, name)?;
        }
        self.resume.apply(&mut engine)?;
        let timeout = DtlsSettings::timeout(&engine, common.handshake_timeout);
        Ok(Prepared { engine, doing: doing.into(), timeout })
    }
}

/// An address without its scope (RFC 6874); any other name as it is.
fn without_scope(name: &str) -> &str {
    match name.split_once('%') {
        Some((address, _)) if address.parse::<Ipv6Addr>().is_ok() => address,
        _ => name,
    }
}

fn set_server_name(engine: &mut Engine, name: &str) -> Result<()> {
    const DOING: &str = "setting the server name";
    c_string(name, DOING)?;
    // SAFETY: a fresh session; GnuTLS copies the `len` bytes during the call.
    let code = unsafe {
        sys::gnutls_server_name_set(engine.raw_mut(), sys::GNUTLS_NAME_DNS, name.as_ptr().cast(), name.len())
    };
    check(code, DOING).map(drop)
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig").field("priority", &self.0.common.priority).finish_non_exhaustive()
    }
}

impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Connect");
        out.field("config", &self.config).field("name", &self.name).field("sni", &self.sni);
        out.field("resume", &self.resume.data).finish_non_exhaustive()
    }
}

impl fmt::Debug for ClientConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfigBuilder").finish_non_exhaustive()
    }
}

impl fmt::Debug for DangerousClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DangerousClient").finish_non_exhaustive()
    }
}
