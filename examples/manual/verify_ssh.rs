//! A client that verifies the server's certificate and, as ssh does, whether the server has the key that it had before.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use gnutls::tofu::{Known, KnownHosts};

use crate::Ended;
use crate::common::{Target, Trust, talk};

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Where the keys are kept [default: known_hosts in .gnutls at home]
    #[arg(long, value_name = "FILE")]
    known_hosts: Option<PathBuf>,

    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: &Options) -> Ended {
    let config = options.trust.builder()?.build()?;
    // The certificate is verified here, as ever.
    let session = options.target.connect(&config)?;
    let hosts = options.known_hosts.as_ref().map_or_else(KnownHosts::of_user, KnownHosts::in_file);
    let (name, chain) = (options.target.name(), session.peer_certificates()?);
    let shown = chain.first().ok_or("no certificate was found")?;
    match hosts.verify(name, Some("https"), shown)? {
        Known::Same => println!("- Host {name} is known and has the key that it had."),
        Known::Unknown => {
            println!("- Host {name} is not known. Its certificate is valid for it:\n{shown}");
            if !agrees("Is it who it says?")? {
                return Err("the key was not trusted".into());
            }
            // For ever; a time can be given.
            hosts.store(name, Some("https"), shown, None)?;
        }
        Known::Different => {
            return Err(
                format!("host {name} is known but has another key: it has a new one, or you are under attack").into()
            );
        }
    }
    talk(session)
}

/// Asks the person at the terminal.
fn agrees(question: &str) -> io::Result<bool> {
    print!("{question} (y/N) ");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}
