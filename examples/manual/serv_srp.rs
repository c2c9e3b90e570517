//! A server for users whose passwords are in files of `srptool`'s.

use std::path::PathBuf;

use clap::Args;
use gnutls::{Identity, ServerConfig};

use crate::Ended;
use crate::common::{Listen, PATIENCE};

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    listen: Listen,

    /// The users (tpasswd)
    #[arg(long, value_name = "FILE")]
    srppasswd: PathBuf,

    /// The groups of their numbers (tpasswd.conf)
    #[arg(long, value_name = "FILE")]
    srppasswdconf: PathBuf,

    /// A certificate, for users who want one besides (of RSA), and for others
    #[arg(long, value_name = "FILE", requires = "x509keyfile")]
    x509certfile: Option<PathBuf>,

    /// The private key of the certificate
    #[arg(long, value_name = "FILE", requires = "x509certfile")]
    x509keyfile: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Ended {
    let mut builder =
        ServerConfig::builder().handshake_timeout(PATIENCE).with_srp_files(&options.srppasswd, &options.srppasswdconf);
    if let (Some(certificate), Some(key)) = (&options.x509certfile, &options.x509keyfile) {
        builder = builder.with_identity(Identity::from_files(certificate, key)?)?;
    }
    options.listen.serve(&builder.build()?, |session| match session.srp_username() {
        Some(user) => format!("User '{user}' connected"),
        None => "Nobody in particular connected".to_owned(),
    })
}
