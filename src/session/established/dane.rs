//! What the DNS says of the peer's certificate.

use super::Session;
use crate::dane::{Query, State, Verdict, VerifyFlags};
use crate::error::Result;
use crate::transport::Transport;

impl<T: Transport> Session<T> {
    /// Compares the server's chain, and the trusted authority that issued the last of it, with TLSA records that were
    /// [looked up](State::look_up) before. Nobody waits for the DNS here; in a handshake,
    /// [`HandshakeView::verify_dane`](crate::HandshakeView::verify_dane) does.
    ///
    /// # Errors
    /// As [`State::verify`]; [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) inside a callback of this session.
    pub fn verify_dane(&self, state: &State, query: &Query, flags: VerifyFlags) -> Result<Verdict> {
        state.verify(&self.shared.engine.peer_chain()?, query, flags)
    }
}
