//! A client that talks to anybody who answers. Nobody proves anything: it is safe against listeners, and nobody else.

use clap::Args;
use gnutls::ClientConfig;

use crate::Ended;
use crate::common::{PATIENCE, Target, talk};

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: &Options) -> Ended {
    // TLS 1.2 alone has such sessions; the configuration sees to the priorities.
    let config = ClientConfig::builder().handshake_timeout(PATIENCE).dangerous().with_anonymous()?.build()?;
    talk(options.target.connect(&config)?)
}
