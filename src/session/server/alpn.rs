//! How a server chooses among application protocols.

use gnutls_sys as sys;

use super::ServerConfigBuilder;

impl ServerConfigBuilder {
    /// Refuses clients that share none of our [application protocols](ServerConfigBuilder::alpn) with the alert
    /// `no_application_protocol` (RFC 7301, section 3.2). Default: the session goes on without one.
    #[must_use]
    pub fn alpn_required(mut self) -> Self {
        if let Ok(common) = &mut self.common {
            common.alpn_flags |= sys::GNUTLS_ALPN_MANDATORY;
        }
        self
    }

    /// Takes the first of our own [application protocols](ServerConfigBuilder::alpn) that the client offers as well.
    /// Default: the first of the client's that we have.
    #[must_use]
    pub fn prefer_own_alpn(mut self) -> Self {
        if let Ok(common) = &mut self.common {
            common.alpn_flags |= sys::GNUTLS_ALPN_SERVER_PRECEDENCE;
        }
        self
    }
}
