//! What came in extensions of the program's own.

use super::Session;
use crate::transport::Transport;

impl<T: Transport> Session<T> {
    /// What the peer sent in the extension `id` that the [configuration has](crate::ClientConfigBuilder::extension);
    /// `None` if it sent none.
    pub fn received_extension(&self, id: u16) -> Option<Vec<u8>> {
        self.shared.engine.received_extension(id)
    }
}
