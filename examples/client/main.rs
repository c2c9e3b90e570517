//! A TLS client for testers that takes gnutls-cli's options.
//!
//! Run it with `cargo run --example client -- --help`.

mod about;
#[path = "../shared/attime.rs"]
mod attime;
mod commands;
#[path = "../shared/compress.rs"]
mod compress;
mod connect;
mod failure;
mod http;
mod issuers;
#[path = "../shared/key_material.rs"]
mod key_material;
mod listener;
#[path = "../shared/lists.rs"]
mod lists;
mod log;
mod no;
mod ocsp;
mod options;
mod plain;
mod port;
#[path = "../shared/report.rs"]
mod report;
#[path = "../shared/restart.rs"]
mod restart;
mod resume;
mod save;
mod starttls;
mod stream;
mod talk;
mod tell;
#[path = "../shared/tokens.rs"]
mod tokens;
mod udp;
mod verify;

use std::net::UdpSocket;
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::sync::mpsc;

use clap::Parser;
use gnutls::dtls::DtlsSession;
use gnutls::transport::Wait;
use gnutls::{KeyUpdateRequest, Protocol, SessionData};

use crate::failure::Failure;
use crate::log::Log;
use crate::options::Options;
use crate::resume::Again;

/// What scripts look for.
const MODE: &str = "\n- Simple Client Mode:\n";

fn main() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(usage) => {
            let _ = usage.print();
            return if usage.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    let log = Log::to(options.logfile.as_deref());
    let outcome = log.map_err(Failure::from).and_then(|log| run(&options, &log));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("*** Fatal error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options, log: &Log) -> Result<(), Failure> {
    if let Some(level) = options.debug {
        restart::with_debug_level(level).map_err(|error| format!("starting anew for --debug: {error}"))?;
    }
    attime::set(options.attime)?;
    if options.about.say(options.priority.as_deref(), log)? {
        return Ok(());
    }
    let (ticket, tickets) = mpsc::channel();
    let config = connect::config(options, ticket, log)?;
    if options.udp {
        let connect = |earlier: Option<&SessionData>| udp::connect(&config, options, earlier, log);
        let most = |session: &DtlsSession<UdpSocket>| Some(session.data_mtu());
        let again = Again {
            connect: &connect,
            most,
            socket: |session| session.get_ref().as_fd(),
            tickets,
            patient: options.waitresumption,
        };
        return converse(&again, options, log);
    }
    let trace = options.trace.open()?;
    let connect = |earlier: Option<&SessionData>| connect::connect(&config, options, earlier, &trace, log);
    let again = Again {
        connect: &connect,
        most: |_| None,
        socket: |session| session.get_ref().tcp.as_fd(),
        tickets,
        patient: options.waitresumption,
    };
    converse(&again, options, log)
}

/// Connects, and again if that is wished, then talks.
fn converse<T: Wait + 'static>(again: &Again<'_, T>, options: &Options, log: &Log) -> Result<(), Failure> {
    let mut session = (again.connect)(None).inspect_err(|failure| explain(failure, log))?;
    log.say("- Handshake was completed");
    if options.resume {
        session = resume::resume(session, again, log)?;
    }
    // Scripts wait for this line before they type. (With --starttls it has been said.)
    if !options.starttls {
        log.say(MODE);
    }
    if options.rehandshake {
        if session.protocol() == Protocol::TLS1_3 {
            session.update_keys(KeyUpdateRequest::Requested)?;
        } else {
            session = session.renegotiate().map_err(gnutls::Error::from)?.complete()?;
        }
        log.say("- ReHandshake was completed");
    }
    if options.rekey {
        session.update_keys(KeyUpdateRequest::Requested)?;
        log.say("- Rekey was completed");
    }
    talk::talk(session, options, again, log)
}

/// The lines that gnutls-cli has for a certificate that is not accepted.
fn explain(failure: &Failure, log: &Log) {
    if let Some(status) = failure.status {
        log.say(&format!("- Status: {status}\n*** PKI verification of server certificate failed..."));
    }
}
