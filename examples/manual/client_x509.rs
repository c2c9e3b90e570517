//! A client that verifies the server's certificate: trusted, valid now, and of that name.

use clap::Args;

use crate::Ended;
use crate::common::{Target, Trust, talk};

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: &Options) -> Ended {
    // A client with a certificate of its own adds `.with_identity(Identity::from_files("cert.pem", "key.pem")?)?`.
    let config = options.trust.builder()?.build()?;
    // An error says what was wrong with the certificate.
    talk(options.target.connect(&config)?)
}
