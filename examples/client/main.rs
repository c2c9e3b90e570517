//! A TLS client for testers that takes gnutls-cli's options.
//!
//! Run it with `cargo run --example client -- --help`.

mod about;
#[path = "../shared/attime.rs"]
mod attime;
#[path = "../shared/compress.rs"]
mod compress;
mod connect;
mod failure;
mod issuers;
#[path = "../shared/key_material.rs"]
mod key_material;
#[path = "../shared/lists.rs"]
mod lists;
mod log;
mod options;
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
mod udp;
mod verify;

use std::process::ExitCode;

use clap::Parser;
use gnutls::KeyUpdateRequest;

use crate::failure::Failure;
use crate::log::Log;
use crate::options::Options;

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
    let config = connect::config(options, log)?;
    if options.udp {
        return udp::run(&config, options, log).inspect_err(|failure| explain(failure, log));
    }
    let trace = options.trace.open()?;
    let mut session =
        connect::connect(&config, options, None, &trace, log).inspect_err(|failure| explain(failure, log))?;
    log.say("- Handshake was completed");
    if options.resume {
        session = resume::resume(session, &config, options, &trace, log)?;
    }
    // Scripts wait for this line before they type.
    log.say("\n- Simple Client Mode:\n");
    if options.rekey {
        session.update_keys(KeyUpdateRequest::Requested)?;
        log.say("- Rekey was completed");
    }
    talk::talk(session, options, None, log)
}

/// The lines that gnutls-cli has for a certificate that is not accepted.
fn explain(failure: &Failure, log: &Log) {
    if let Some(status) = failure.status {
        log.say(&format!("- Status: {status}\n*** PKI verification of server certificate failed..."));
    }
}
