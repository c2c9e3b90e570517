//! A client that has a key in common with the server.

use clap::Args;
use gnutls::{ClientConfig, Psk};

use crate::Ended;
use crate::common::{PATIENCE, Target, talk};

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Identity of the key
    #[arg(long, value_name = "NAME")]
    pskusername: String,

    /// The key, in hexadecimal digits
    #[arg(long, value_name = "DIGITS")]
    pskkey: String,

    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: &Options) -> Ended {
    let psk = Psk::from_hex(&options.pskusername, &options.pskkey)?;
    // Without an authority to trust, only a server that has the key will do.
    let config = ClientConfig::builder().handshake_timeout(PATIENCE).with_psk(psk).build()?;
    talk(options.target.connect(&config)?)
}
