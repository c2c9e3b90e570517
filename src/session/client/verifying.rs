//! What a client demands of the server's certificate.

use std::sync::Arc;

use super::{ClientConfigBuilder, Connect, DangerousClient};
use crate::engine::{Engine, HandshakeView};
use crate::error::{Error, Refusal, Result};
use crate::x509::{Purpose, Verification, VerifyDemands};

/// What one connection has of its own.
#[derive(Clone, Default)]
pub(super) struct Own {
    demands: Option<VerifyDemands>,
    hook: Option<Arc<crate::engine::VerifyHook>>,
}

impl Connect {
    /// Demands something else of the server's certificate than the name that is connected to: another name, an IP or e-mail
    /// address, another purpose. (Without a purpose: that of servers.)
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for demands without a name: anybody would do.
    ///
    /// # Examples
    /// ```no_run
    /// use std::net::{IpAddr, TcpStream};
    /// use gnutls::ClientConfig;
    /// use gnutls::x509::VerifyDemands;
    ///
    /// let config = ClientConfig::builder().with_system_trust()?.build()?;
    /// let demands = VerifyDemands::new().ip_address(IpAddr::from([192, 0, 2, 1]));
    /// let connect = config.to("www.example.org")?.demand(demands)?;
    /// let session = connect.connect(TcpStream::connect("192.0.2.1:443")?)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "gnutls_session_set_verify_cert2")]
    pub fn demand(mut self, demands: VerifyDemands) -> Result<Connect> {
        if !demands.has_name() {
            return Err(Error::input("demanding something of a server", "it may have any name"));
        }
        self.own.demands = Some(demands.or_purpose(Purpose::SERVER_AUTH));
        Ok(self)
    }

    /// Asks `verify` about this server, in place of that of the
    /// [configuration](crate::ClientConfigBuilder::verify_with), in the same way.
    #[doc(alias = "gnutls_session_set_verify_function")]
    #[must_use]
    pub fn verify_with(
        mut self,
        verify: impl Fn(&HandshakeView<'_>, &Verification) -> std::result::Result<(), Refusal> + Send + Sync + 'static,
    ) -> Connect {
        self.own.hook = Some(Arc::new(verify));
        self
    }

    /// What the server must be beside trusted.
    pub(super) fn demands(&self) -> Result<VerifyDemands> {
        if let Some(demands) = &self.own.demands {
            return Ok(demands.clone());
        }
        let host = VerifyDemands::new().host(&self.name)?;
        Ok(if self.config.0.any_purpose { host } else { host.purpose(Purpose::SERVER_AUTH) })
    }

    /// Has the session, which nobody else has yet, verify the server.
    pub(super) fn apply_verification(&self, engine: &mut Engine) -> Result<()> {
        let common = &self.config.0.common;
        if let Some(hook) = &self.own.hook {
            engine.set_verify_hook(Arc::clone(hook));
        }
        engine.set_host(&self.name);
        common.apply_verification(engine, self.own.hook.is_some())
    }
}

impl DangerousClient {
    /// Takes the certificate of a server also if it is not meant for servers, but for clients or to sign mail, say: **whoever
    /// was given such a one under the name can be the server.** (Connections with
    /// [demands of their own](Connect::demand) are not concerned.)
    #[doc(alias = "gnutls_session_set_verify_cert")]
    #[must_use]
    pub fn accept_any_purpose(self) -> ClientConfigBuilder {
        ClientConfigBuilder { any_purpose: true, ..self.0 }
    }
}
