//! A client over datagrams (DTLS): one goes out, one comes back, and the network may lose either.

use std::time::Duration;

use clap::Args;

use crate::Ended;
use crate::common::{REQUEST, Target, Trust};

/// How often the request is sent before the server is given up, and how long each waits for its answer.
const TRIES: u32 = 5;
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: &Options) -> Ended {
    // Lost datagrams of the handshake are sent again by themselves.
    let config = options.trust.builder()?.build()?;
    let session = config.connect_datagram(options.target.name(), options.target.dial_udp()?)?;
    println!("- Session info: {}", session.description());
    session.set_read_timeout(Some(PATIENCE));
    for _ in 0..TRIES {
        // What comes after the handshake is the program's to send again.
        session.send(REQUEST)?;
        match session.read_packet() {
            Ok(Some(answer)) => {
                println!("- Received {} bytes: {}", answer.len(), String::from_utf8_lossy(&answer));
                session.close()?;
                return Ok(());
            }
            Ok(None) => {
                println!("- Peer has closed the TLS connection");
                return Ok(());
            }
            Err(error) if error.kind() == gnutls::ErrorKind::TimedOut => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err("the server does not answer".into())
}
