//! A server that proves nothing, for clients that ask for nothing.

use clap::Args;
use gnutls::ServerConfig;

use crate::Ended;
use crate::common::{Listen, PATIENCE};

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    listen: Listen,
}

pub(crate) fn run(options: &Options) -> Ended {
    let config = ServerConfig::builder().handshake_timeout(PATIENCE).dangerous().with_anonymous()?.build()?;
    options.listen.serve(&config, |session| session.description())
}
