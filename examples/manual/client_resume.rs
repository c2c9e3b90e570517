//! A client that connects twice; the second time it resumes the session of the first.

use std::io::{Read, Write};
use std::net::TcpStream;

use clap::Args;
use gnutls::Session;

use crate::Ended;
use crate::common::{REQUEST, Target, Trust, talk};

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: &Options) -> Ended {
    let config = options.trust.builder()?.build()?;
    let first = options.target.connect(&config)?;
    // In TLS 1.3 the ticket comes after the handshake: with the first data, at the latest.
    hear(&first)?;
    let data = first.session_data()?.ok_or("the server gives nothing to resume with")?;
    first.close()?;

    // The same configuration that verified the server need not do it again.
    let connect = config.to(options.target.name())?.resume(&data);
    let second = connect.connect(options.target.dial()?)?;
    println!("- Session info: {}", second.description());
    println!("- Previous session was {}resumed", if second.is_resumed() { "" } else { "NOT " });
    talk(second)
}

/// Sends a request, and waits for the first byte of the answer.
fn hear(mut session: &Session<TcpStream>) -> Ended {
    session.write_all(REQUEST)?;
    session.read_exact(&mut [0])?;
    Ok(())
}
