//! What this side of a session has shown.

use super::Session;
use crate::algorithm::CredentialsType;

impl<T> Session<T> {
    /// The certificate (or the raw public key) that this side has shown in this
    /// session's handshake, in DER. `None` if it showed none: the session may be resumed.
    ///
    /// # Panics
    /// Inside a call on the same session.
    #[doc(alias = "gnutls_certificate_get_ours")]
    pub fn own_certificate(&self) -> Option<Vec<u8>> {
        self.shared.engine.own_certificate()
    }

    /// Whether the server has asked this client for a certificate, whether or not it has one.
    ///
    /// # Panics
    /// Inside a call on the same session.
    #[doc(alias = "gnutls_certificate_client_get_request_status")]
    pub fn was_certificate_requested(&self) -> bool {
        self.shared.engine.certificate_requested()
    }

    /// Whether the session's configuration has credentials of this kind. (Those for certificates are always there.)
    ///
    /// # Panics
    /// Inside a call on the same session.
    #[doc(alias = "gnutls_credentials_get")]
    pub fn has_credentials(&self, kind: CredentialsType) -> bool {
        self.shared.engine.has_credentials(kind)
    }
}
