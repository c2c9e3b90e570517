//! An HTTPS client to copy from: hyper over `gnutls::tokio`, HTTP/2 or HTTP/1.1 by ALPN.
//!
//! Run it with `cargo run --features tokio --example https_client -- --help`.

#[path = "../shared/causes.rs"]
mod causes;
mod connect;
mod fetch;
mod options;

use std::error::Error;
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
            eprintln!("https_client: {error}{}", causes::causes(&*error));
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
