//! An HTTPS server to copy from: hyper over `gnutls::tokio`, HTTP/1.1 and HTTP/2 by ALPN.
//!
//! Run it with `cargo run --features tokio --example https_server -- --help`.

#[path = "../shared/causes.rs"]
mod causes;
mod config;
mod connection;
mod facts;
mod limits;
mod listen;
mod options;
mod reload;
mod service;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::options::Options;
use crate::reload::Current;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("https_server: {error}\nTry 'https_server --help'.");
            ExitCode::FAILURE
        }
    }
}

/// Serves until a signal says to stop.
async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let options = Arc::new(options);
    let current = Arc::new(Current::load(&options)?);
    // Before anybody is told that the server is there: from then on signals mean what --help says.
    let (mut reload, mut terminate) = (signal(SignalKind::hangup())?, signal(SignalKind::terminate())?);
    let listener = TcpListener::bind(options.listen).await;
    let listener = listener.map_err(|error| format!("listening on {}: {error}", options.listen))?;
    eprintln!("listening on https://{}", listener.local_addr()?);

    let reloads = Arc::clone(&current);
    tokio::spawn(async move {
        while reload.recv().await.is_some() {
            match reloads.reload() {
                Ok(()) => eprintln!("reloaded"),
                Err(error) => eprintln!("not reloaded, going on as before: {error}"),
            }
        }
    });
    let stop = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    listen::serve(listener, current, options, stop).await;
    Ok(())
}
