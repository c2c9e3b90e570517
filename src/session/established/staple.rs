//! The OCSP responses that the peer has stapled to its certificates.

use super::Session;
use crate::error::Result;
use crate::ocsp::Response;
use crate::transport::Transport;

impl<T: Transport> Session<T> {
    /// The OCSP response that the peer has stapled to its own certificate; a client asks for it in every handshake (and a
    /// server, in TLS 1.3, when it asks for a certificate). Verification refuses a certificate that the response says is
    /// revoked, and one that demands a response (RFC 7633) and comes without. A session that resumes another has none.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed, which verification would not take.
    #[doc(alias = "gnutls_ocsp_status_request_get")]
    #[doc(alias = "gnutls_ocsp_status_request_enable_client")]
    pub fn ocsp_response(&self) -> Result<Option<Response>> {
        self.shared.engine.staple()?.map(Response::from_der).transpose()
    }

    /// As [`ocsp_response`](Session::ocsp_response), for one of the [peer's certificates](Session::peer_certificates): its
    /// own is number 0. Before TLS 1.3 there are none for the others.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_ocsp_status_request_get2")]
    pub fn ocsp_response_of(&self, certificate: usize) -> Result<Option<Response>> {
        self.shared.engine.staple_of(certificate)?.map(Response::from_der).transpose()
    }

    /// Whether the peer's certificate was verified with an OCSP response that is signed, current and about it.
    #[doc(alias = "gnutls_ocsp_status_request_is_checked")]
    pub fn is_ocsp_checked(&self) -> bool {
        self.shared.engine.is_staple_checked()
    }
}
