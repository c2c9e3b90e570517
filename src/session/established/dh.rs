//! Diffie-Hellman over finite fields, for who wants to see its numbers.

use super::Session;
use crate::engine::DhExchange;
use crate::error::Result;
use crate::transport::Transport;

impl<T: Transport> Session<T> {
    /// The Diffie-Hellman exchange of the handshake, if it was one over a finite field, in TLS 1.2 or older. (TLS 1.3 has
    /// only [groups](Session::group) of [RFC 7919](crate::key::FfdheGroup), and GnuTLS keeps nothing of them.)
    ///
    /// # Errors
    /// If memory runs out. [`Misuse`](crate::ErrorKind::Misuse) inside a callback of this session.
    pub fn dh_exchange(&self) -> Result<Option<DhExchange>> {
        self.shared.engine.dh_exchange()
    }
}
