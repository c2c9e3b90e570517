//! A client that tells all about its session.

use std::net::TcpStream;

use clap::Args;
use gnutls::{CredentialsType, Session};

use crate::Ended;
use crate::common::{Target, Trust, talk};
use crate::x509_info;

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: &Options) -> Ended {
    let config = options.trust.builder()?.build()?;
    let session = options.target.connect(&config)?;
    tell(&session)?;
    talk(session)
}

fn tell(session: &Session<TcpStream>) -> Ended {
    match session.peer_authentication() {
        Some(CredentialsType::SRP) => println!("- SRP session with username {:?}", session.srp_username()),
        Some(CredentialsType::PSK) => {
            println!("- PSK authentication. Hint {:?}, identity {:?}", session.psk_hint(), session.psk_identity());
        }
        Some(CredentialsType::CERTIFICATE) => {
            let chain = session.peer_certificates()?;
            println!("- Peer provided {} certificates.", chain.len());
            // The first is the peer's own.
            chain.first().map_or(Ok(()), x509_info::tell)?;
        }
        _ => println!("- Anonymous authentication."),
    }
    println!("- Protocol: {}, cipher: {}", session.protocol(), session.cipher());
    if let Some(group) = session.group().name() {
        println!("- Negotiated group {group}");
    }
    Ok(())
}
