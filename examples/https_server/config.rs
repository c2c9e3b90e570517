//! From files to a server configuration.

use std::error::Error;

use gnutls::{ClientAuth, Identity, ServerConfig, TicketKey};

use crate::options::Options;

/// What the files say now. The ticket key outlives configurations, so that a reload costs nobody a full handshake.
pub(crate) fn config(options: &Options, tickets: TicketKey) -> Result<ServerConfig, Box<dyn Error>> {
    if options.cert.len() != options.key.len() {
        return Err("each --cert needs its --key".into());
    }
    let mut builder = ServerConfig::builder()
        // HTTP/2 or HTTP/1.1, as the client prefers; a client that wants to talk something else is told so.
        .alpn(["h2", "http/1.1"])?
        .alpn_required()
        .ticket_key(tickets)
        .session_lifetime(options.session_lifetime);
    for (cert, key) in options.cert.iter().zip(&options.key) {
        builder = builder.with_identity(Identity::from_files(cert, key)?)?;
    }
    if let Some(authorities) = &options.client_cafile {
        let demand = if options.require_client_cert { ClientAuth::Require } else { ClientAuth::Request };
        builder = builder.with_trust_file(authorities)?.client_auth(demand);
    }
    Ok(builder.build()?)
}
