//! A server for clients with keys that are in a file of `psktool`'s.

use std::path::PathBuf;

use clap::Args;
use gnutls::ServerConfig;

use crate::Ended;
use crate::common::{Listen, PATIENCE};

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    listen: Listen,

    /// Keys of clients: lines IDENTITY:KEY
    #[arg(long, value_name = "FILE")]
    pskpasswd: PathBuf,
}

pub(crate) fn run(options: &Options) -> Ended {
    // Keys that are in a database come from a closure: `.with_psk(|identity| ...)`.
    let config = ServerConfig::builder().handshake_timeout(PATIENCE).with_psk_file(&options.pskpasswd).build()?;
    options.listen.serve(&config, |session| {
        let identity = session.psk_identity().unwrap_or_default();
        format!("User '{}' connected", String::from_utf8_lossy(identity))
    })
}
