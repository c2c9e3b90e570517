//! An HTTPS client to copy from: hyper over `gnutls::tokio`, HTTP/2 or HTTP/1.1 by ALPN.
//!
//! Run it with `cargo run --features tokio --example https_client -- --help`.

mod connect;
mod fetch;
mod options;

use std::error::Error;
use std::iter;
use std::process::ExitCode;

use clap::Parser;
use tokio::time::timeout;

use crate::options::Options;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    let run = timeout(options.timeout, run(&options));
    match run.await.unwrap_or_else(|_| Err("it takes too long".into())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("https_client: {error}{}", causes(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let tls = connect::connect(options).await?;
    if options.verbose {
        eprintln!("{}", connect::facts(&tls)?);
    }
    fetch::fetch(tls, &options.url, options.verbose).await
}

/// What lies below an error: hyper's own words for ours are short.
fn causes(error: &dyn Error) -> String {
    let causes = iter::successors(error.source(), |cause| (**cause).source());
    causes.map(|cause| format!(": {cause}")).collect()
}
