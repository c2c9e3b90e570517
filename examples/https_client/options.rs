//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use hyper::Uri;

/// Gets a URL over HTTP/2 or HTTP/1.1, and writes its body to stdout. Ends with 0 if the server answers with success.
#[derive(Debug, Parser)]
#[command(name = "https_client", version)]
pub(crate) struct Options {
    /// What to get: https://HOST[:PORT]/PATH
    pub(crate) url: Uri,

    /// Authorities to trust, in PEM or DER [default: those that this machine trusts]
    #[arg(long, value_name = "FILE")]
    pub(crate) cafile: Option<PathBuf>,

    /// Certificate to show to a server that asks for one
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) cert: Option<PathBuf>,

    /// Its private key
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(crate) key: Option<PathBuf>,

    /// Connect to this address, whatever the one of HOST is
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) connect: Option<SocketAddr>,

    /// Offer HTTP/1.1 only
    #[arg(long)]
    pub(crate) http1: bool,

    /// How long everything may take
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) timeout: Duration,

    /// Say on stderr what was agreed on
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

fn seconds(text: &str) -> Result<Duration, std::num::ParseIntError> {
    text.parse().map(Duration::from_secs)
}
