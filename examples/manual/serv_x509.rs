//! A server with a certificate. A file of revoked client certificates and the like is a line more.

use std::path::PathBuf;

use clap::Args;
use gnutls::{ClientAuth, Identity, ServerConfig};

use crate::Ended;
use crate::common::{Listen, PATIENCE};

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    listen: Listen,

    /// The server's certificate, with its chain
    #[arg(long, value_name = "FILE")]
    x509certfile: PathBuf,

    /// The private key of the certificate
    #[arg(long, value_name = "FILE")]
    x509keyfile: PathBuf,

    /// Authorities of clients, who must have a certificate then
    #[arg(long, value_name = "FILE")]
    x509cafile: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Ended {
    let identity = Identity::from_files(&options.x509certfile, &options.x509keyfile)?;
    let mut builder = ServerConfig::builder().handshake_timeout(PATIENCE).with_identity(identity)?;
    if let Some(authorities) = &options.x509cafile {
        builder = builder.with_trust_file(authorities)?.client_auth(ClientAuth::Require);
    }
    options.listen.serve(&builder.build()?, |session| match session.peer_certificates().as_deref() {
        Ok([client, ..]) => format!("The client is {client}"),
        _ => "The client is anybody".to_owned(),
    })
}
