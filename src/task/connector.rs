//! Configurations as tasks use them.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::family::Family;
use super::handshake::Handshake;
use super::io::TaskIo;
use crate::error::Result;
use crate::session::{ClientConfig, Connect, Prepared, ServerConfig};

/// Connects to servers as a [`ClientConfig`] says; made from one with `from`. Cheap to clone.
pub struct TlsConnector<F> {
    config: ClientConfig,
    family: PhantomData<fn() -> F>,
}

/// Accepts clients as a [`ServerConfig`] says; made from one with `from`. Cheap to clone. For
/// [new certificates](ServerConfig#certificates-that-change) make another.
pub struct TlsAcceptor<F> {
    config: ServerConfig,
    family: PhantomData<fn() -> F>,
}

impl<F> TlsConnector<F> {
    /// Connects to the server `domain` (a DNS name or an IP address) over `stream`: sends the name, does the handshake,
    /// verifies the certificate against the name.
    ///
    /// The future fails as [`ClientConfig::connect`] does.
    #[doc(alias = "gnutls_handshake")]
    pub fn connect<IO: Send + Unpin>(&self, domain: &str, stream: IO) -> Handshake<IO, F>
    where
        F: Family<IO>,
    {
        self.connect_with(domain, stream, |connect| connect)
    }

    /// The same, with more settings: a session to resume, another server name.
    ///
    /// ```no_run
    /// # async fn f<IO: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send>(
    /// #     connector: gnutls::task::TlsConnector<gnutls::tokio::Tokio>, tcp: IO, earlier: gnutls::SessionData,
    /// # ) -> Result<(), gnutls::Error> {
    /// let tls = connector.connect_with("example.org", tcp, |connect| connect.resume(&earlier)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_with<IO: Send + Unpin>(
        &self,
        domain: &str,
        stream: IO,
        settings: impl FnOnce(Connect) -> Connect,
    ) -> Handshake<IO, F>
    where
        F: Family<IO>,
    {
        start(self.config.to(domain).and_then(|connect| settings(connect).prepare()), stream)
    }

    /// The configuration.
    pub fn config(&self) -> &ClientConfig {
        &self.config
    }
}

impl<F> TlsAcceptor<F> {
    /// Does the handshake with a client over `stream`.
    ///
    /// The future fails as [`ServerConfig::accept`] does.
    #[doc(alias = "gnutls_handshake")]
    pub fn accept<IO: Send + Unpin>(&self, stream: IO) -> Handshake<IO, F>
    where
        F: Family<IO>,
    {
        start(self.config.prepare(), stream)
    }

    /// The configuration.
    pub fn config(&self) -> &ServerConfig {
        &self.config
    }
}

/// A handshake over `io` that has not begun.
pub(crate) fn start<IO: Send + Unpin, F: Family<IO>>(prepared: Result<Prepared>, io: IO) -> Handshake<IO, F> {
    match prepared {
        Ok(prepared) => Handshake::running(prepared.over(TaskIo::new(io), false)),
        Err(error) => Handshake::refused(error, io),
    }
}

/// What both have.
macro_rules! conversions {
    ($face:ident, $config:ident) => {
        impl<F> From<$config> for $face<F> {
            fn from(config: $config) -> $face<F> {
                $face { config, family: PhantomData }
            }
        }

        impl<F> From<Arc<$config>> for $face<F> {
            fn from(config: Arc<$config>) -> $face<F> {
                $face::from(Arc::unwrap_or_clone(config))
            }
        }

        impl<F> Clone for $face<F> {
            fn clone(&self) -> $face<F> {
                $face::from(self.config.clone())
            }
        }

        impl<F> fmt::Debug for $face<F> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($face)).field("config", &self.config).finish()
            }
        }
    };
}

conversions!(TlsConnector, ClientConfig);
conversions!(TlsAcceptor, ServerConfig);
