//! What callbacks may know of the peer.

use gnutls_sys as sys;

use super::inspect;
use super::verify::is_resumed;
use super::view::HandshakeView;
use crate::algorithm::CertificateType;
use crate::error::Result;
use crate::x509::Certificate;

impl HandshakeView<'_> {
    /// The host that a client connects to, as it was asked for: whose certificate the server should have.
    pub fn host(&self) -> Option<&str> {
        self.engine().host.as_deref()
    }

    /// The peer's certificate chain, its own first, once it has come; empty if it shows none.
    ///
    /// # Errors
    /// If GnuTLS cannot read a certificate, or if the peer shows a key without one.
    #[doc(alias = "gnutls_certificate_get_peers")]
    pub fn peer_certificates(&self) -> Result<Vec<Certificate>> {
        if self.engine().has_foreign_certificate() {
            return Ok(Vec::new());
        }
        inspect::peers(self.raw()).iter().map(|der| Certificate::from_peer(der)).collect()
    }

    /// What kind of certificate the peer shows.
    #[doc(alias = "gnutls_certificate_type_get2")]
    pub fn peer_certificate_type(&self) -> CertificateType {
        inspect::certificate_type(self.raw(), sys::GNUTLS_CTYPE_PEERS)
    }

    /// Whether the session resumes an earlier one, whose certificates are those that the peer showed then.
    #[doc(alias = "gnutls_session_is_resumed")]
    pub fn is_resumed(&self) -> bool {
        is_resumed(self.raw())
    }
}
