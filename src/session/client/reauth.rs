//! Clients that are asked for a certificate after the handshake.

use super::ClientConfigBuilder;

impl ClientConfigBuilder {
    /// Offers servers to ask for a certificate at any time after the handshake (TLS 1.3; RFC 8446, section 4.2.6). The
    /// answer, with the identity that this configuration has for the question or without any, is given by the next
    /// receive, among the data; what is sent after that is sent by whom the certificate names. Default: no, and a server
    /// that asks all the same breaks the protocol.
    #[doc(alias = "gnutls_reauth")]
    #[must_use]
    pub fn post_handshake_auth(mut self, offer: bool) -> Self {
        if let Ok(common) = &mut self.common {
            common.reauth = offer;
        }
        self
    }
}
