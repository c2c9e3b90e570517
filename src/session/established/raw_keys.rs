//! The public key of the peer.

use super::Session;
use crate::error::Result;
use crate::key::PublicKey;
use crate::transport::Transport;
use crate::x509::Certificate;

impl<T: Transport> Session<T> {
    /// The public key of the peer: the raw one that it showed, or that of its certificate; `None` if it showed neither.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) inside a call on the same session,
    /// [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) for a malformed certificate.
    pub fn peer_public_key(&self) -> Result<Option<PublicKey>> {
        if let Some(key) = self.shared.engine.peer_raw_key()? {
            return Ok(Some(key));
        }
        self.peer_certificates()?.first().map(Certificate::public_key).transpose()
    }
}
