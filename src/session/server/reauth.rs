//! Servers that ask for a certificate after the handshake.

use super::ServerConfigBuilder;

impl ServerConfigBuilder {
    /// Lets [`Session::reauthenticate`](crate::Session::reauthenticate) ask clients for a certificate at any time after
    /// the handshake (TLS 1.3; RFC 8446, section 4.6.2), where they offer it. It is verified as one that is shown in the
    /// handshake. Such sessions keep the messages of their handshake, some kilobytes. Default: no.
    #[doc(alias = "gnutls_reauth")]
    #[must_use]
    pub fn post_handshake_auth(mut self, wanted: bool) -> Self {
        if let Ok(common) = &mut self.common {
            common.reauth = wanted;
        }
        self
    }
}
