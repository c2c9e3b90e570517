//! A look at what clients begin with.

use std::sync::Arc;

use super::ServerConfigBuilder;
use crate::engine::HandshakeView;
use crate::error::Refusal;

impl ServerConfigBuilder {
    /// Shows `hook` each ClientHello before GnuTLS reads it, without the header of the message; a client that is asked for
    /// another one sends two. [`client_hello_extensions`](crate::hello::client_hello_extensions) reads its extensions.
    /// [`on_client_hello`](ServerConfigBuilder::on_client_hello) is asked once GnuTLS has read it.
    ///
    /// A refusal and a panic end the handshake with [`ErrorKind::Callback`](crate::ErrorKind::Callback).
    #[doc(alias = "gnutls_handshake_set_hook_function")]
    #[must_use]
    pub fn on_raw_client_hello(
        mut self,
        hook: impl Fn(&HandshakeView<'_>, &[u8]) -> Result<(), Refusal> + Send + Sync + 'static,
    ) -> Self {
        if let Ok(common) = &mut self.common {
            Arc::make_mut(&mut common.additions).set_raw_hello(Arc::new(hook));
        }
        self
    }
}
