//! Who the peer is, asked of a finished session.

use super::Session;
use crate::algorithm::CertificateType;
use crate::error::Result;
use crate::transport::Transport;
use crate::x509::{Verification, VerifyDemands};

impl<T: Transport> Session<T> {
    /// Verifies the peer's certificate once more, for any demands: that a client has an e-mail address, for example. What
    /// the session's configuration trusts counts here, too. An answer that is not the wished one does not end the session.
    ///
    /// A session that resumes another has that one's certificates, and none of its OCSP responses.
    ///
    /// # Errors
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) if the peer has shown no certificate;
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) inside a callback of this session.
    ///
    /// # Examples
    /// ```no_run
    /// use gnutls::x509::{Purpose, VerifyDemands};
    /// # fn f(session: gnutls::Session<std::net::TcpStream>) -> Result<(), gnutls::Error> {
    /// let demands = VerifyDemands::new().email("ada@example.org")?.purpose(Purpose::CLIENT_AUTH);
    /// let found = session.verify_peer(&demands)?;
    /// if !found.is_ok() {
    ///     println!("this is not Ada: {}", found.status());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "gnutls_certificate_verify_peers")]
    pub fn verify_peer(&self, demands: &VerifyDemands) -> Result<Verification> {
        self.shared.engine.verify_again(demands)
    }

    /// What kind of certificate this side shows, if it shows one.
    #[doc(alias = "gnutls_certificate_type_get")]
    pub fn certificate_type(&self) -> CertificateType {
        self.info().certificate_type
    }

    /// What kind of certificate the peer shows, if it shows one.
    #[doc(alias = "gnutls_certificate_type_get2")]
    pub fn peer_certificate_type(&self) -> CertificateType {
        self.info().peer_certificate_type
    }
}
