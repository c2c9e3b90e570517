//! A client that has a password, which it does not send.

use clap::Args;
use gnutls::{ClientConfig, SrpUser};

use crate::Ended;
use crate::common::{PATIENCE, Target, talk};

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Name of the user
    #[arg(long, value_name = "NAME")]
    srpusername: String,

    /// The user's password
    #[arg(long, value_name = "PASSWORD")]
    srppasswd: String,

    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: &Options) -> Ended {
    let user = SrpUser::new(&options.srpusername, &options.srppasswd)?;
    let config = ClientConfig::builder().handshake_timeout(PATIENCE).with_srp(user).build()?;
    talk(options.target.connect(&config)?)
}
