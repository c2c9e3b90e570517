//! What a server tells clients about the identities that it wants to see.

use super::ServerConfigBuilder;

impl ServerConfigBuilder {
    /// Does not tell clients which authorities are trusted, when it asks them for a certificate: the list may be long, and
    /// tells who the users are. A client with several certificates does not know which one to show then.
    #[doc(alias = "gnutls_certificate_send_x509_rdn_sequence")]
    #[must_use]
    pub fn hide_authorities(mut self) -> Self {
        if let Ok(common) = &mut self.common {
            common.identity.hide_authorities = true;
        }
        self
    }
}
