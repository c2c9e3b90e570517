//! A TLS server for testers that takes gnutls-serv's options.
//!
//! Run it with `cargo run --example server -- --help`.

#[path = "../shared/attime.rs"]
mod attime;
#[path = "../shared/compress.rs"]
mod compress;
mod config;
mod connection;
#[path = "../shared/crowd.rs"]
mod crowd;
mod echo;
mod http;
#[path = "../shared/key_material.rs"]
mod key_material;
mod listen;
#[path = "../shared/lists.rs"]
mod lists;
mod nocookie;
mod options;
mod page;
#[path = "../shared/report.rs"]
mod report;
#[path = "../shared/restart.rs"]
mod restart;
#[path = "../shared/tokens.rs"]
mod tokens;
mod udp;

use std::convert::Infallible;
use std::error::Error;
use std::io::{self, Write};
use std::iter;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use clap::Parser;

use crate::config::Given;
use crate::connection::{Server, Service};
use crate::http::Answer;
use crate::options::Options;

fn main() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(usage) => {
            let _ = usage.print();
            return if usage.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    let failure = match run(&options) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(failure) => failure,
    };
    eprintln!("server: {failure}\nTry 'server --help'.");
    ExitCode::FAILURE
}

/// Says what is asked for, or serves; comes back from that only if it is impossible.
fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    if let Some(level) = options.debug {
        restart::with_debug_level(level).map_err(|error| format!("starting anew for --debug: {error}"))?;
    }
    attime::set(options.attime)?;
    if options.list {
        let text = lists::text(options.priority.as_deref())?;
        return Ok(io::stdout().write_all(format!("{text}\n").as_bytes())?);
    }
    if options.generate {
        io::stdout().write_all(config::dh_params()?.as_bytes())?;
    }
    match serve(options)? {}
}

fn serve(options: &Options) -> Result<Infallible, Box<dyn Error>> {
    let mut identities = config::identities(options)?;
    let others = options.pskpasswd.is_some() || options.srppasswd.is_some() || !options.rawpkfile.is_empty();
    if identities.is_empty() && !others {
        let made = config::self_made()?;
        if !options.quiet {
            let pem = made.chain()[0].to_pem();
            let told = format!("Made a certificate; clients trust it with --x509cafile and this in a file:\n{pem}");
            io::stdout().write_all(told.as_bytes())?;
        }
        identities.push(Given::Identity(made));
    }
    let server = Arc::new(Server {
        config: config::config(options, identities)?,
        service: service(options)?,
        verifies: options.verify_client_cert,
        secret: config::secret(options),
        quiet: options.quiet,
        key_material: options.key_material.clone(),
        patience: options.timeout.map(|seconds| (seconds > 0).then(|| Duration::from_secs(seconds))),
    });

    if options.udp {
        return udp::serve(options, &server);
    }
    let bound = listen::everywhere(options.port);
    let (listeners, port) = bound.map_err(|error| format!("listening at port {}: {error}", options.port))?;
    announce(&server, &listeners, port)?;
    let (last, others) = listeners.split_last().ok_or("there is no address to listen at")?;
    for listener in others {
        let (listener, server) = (listener.try_clone()?, Arc::clone(&server));
        thread::Builder::new().spawn(move || accept(&listener, server))?;
    }
    accept(last, server)
}

fn service(options: &Options) -> Result<Service, Box<dyn Error>> {
    Ok(match (&options.httpdata, options.echo) {
        (_, true) => Service::Echo,
        (Some(file), _) => {
            let read = std::fs::read(file).map_err(|error| format!("reading {}: {error}", file.display()))?;
            Service::Http(Answer::Data(read))
        }
        (None, _) if options.quiet => Service::Http(Answer::Quiet),
        (None, _) => Service::Http(Answer::Session),
    })
}

/// Says where clients are welcome, in gnutls-serv's words: scripts wait for these lines.
fn announce(server: &Server, listeners: &[TcpListener], port: u16) -> io::Result<()> {
    let six = listeners.iter().any(|listener| listener.local_addr().is_ok_and(|address| address.is_ipv6()));
    let four = IpAddr::from(Ipv4Addr::UNSPECIFIED);
    let addresses = iter::once(four).chain(six.then_some(Ipv6Addr::UNSPECIFIED.into()));
    let lines = addresses.map(|address| {
        let place = listen::human((address, port).into());
        format!("{} listening on {place}...done\n", server.service.name())
    });
    io::stderr().write_all(lines.collect::<String>().as_bytes())
}

fn accept(listener: &TcpListener, server: Arc<Server>) -> ! {
    crowd::serve(listener, move |stream, peer| server.serve(stream, peer))
}
