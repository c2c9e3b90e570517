//! What a connection is like, for the page and for the log.

use std::net::SocketAddr;

use gnutls::tokio::TlsStream;
use tokio::net::TcpStream;

/// Told once for each connection: requests share it.
pub(crate) struct Facts {
    pub(crate) peer: SocketAddr,
    pub(crate) description: String,
    /// The name that the client asked for.
    pub(crate) server_name: Option<String>,
    /// The subject of the client's certificate, which was verified in the handshake; or in that of the session that is
    /// resumed.
    pub(crate) client: Option<String>,
    pub(crate) resumed: bool,
}

impl Facts {
    pub(crate) fn of(tls: &TlsStream<TcpStream>, peer: SocketAddr) -> gnutls::Result<Facts> {
        let chain = tls.peer_certificates()?;
        Ok(Facts {
            peer,
            description: tls.description(),
            server_name: tls.server_name(),
            client: chain.first().map(|certificate| certificate.subject()).transpose()?,
            resumed: tls.is_resumed(),
        })
    }

    /// One line, whose words peers chose in part.
    pub(crate) fn line(&self) -> String {
        let name = self.server_name.as_deref().unwrap_or("-");
        let client = self.client.as_deref().unwrap_or("-");
        let new = if self.resumed { "resumed" } else { "new" };
        format!("{} {new} {} {}", self.description, name.escape_debug(), client.escape_debug())
    }
}
