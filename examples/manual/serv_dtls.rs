//! A server over datagrams (DTLS): one socket for all clients, each of whom shows first that its address is its own.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use clap::Args;
use gnutls::dtls::{DtlsListener, Incoming};
use gnutls::{Identity, ServerConfig};

use crate::Ended;
use crate::common::{Listen, PATIENCE};

/// Who says nothing for so long is forgotten: a close can be lost.
const IDLE: Duration = Duration::from_secs(120);

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    listen: Listen,

    /// The server's certificate, with its chain
    #[arg(long, value_name = "FILE")]
    x509certfile: PathBuf,

    /// The private key of the certificate
    #[arg(long, value_name = "FILE")]
    x509keyfile: PathBuf,
}

pub(crate) fn run(options: &Options) -> Ended {
    let identity = Identity::from_files(&options.x509certfile, &options.x509keyfile)?;
    let config = ServerConfig::builder().handshake_timeout(PATIENCE).with_identity(identity)?.build()?;
    let listener = DtlsListener::new(options.listen.listen_udp()?)?;
    loop {
        // Whoever comes out of here has sent back a cookie: until then the server keeps nothing of it.
        let (client, config) = (listener.accept()?, config.clone());
        thread::spawn(move || {
            if let Err(error) = echo(client, &config) {
                println!("- {error}");
            }
        });
    }
}

/// Gives a client back each packet as it came.
fn echo(client: Incoming, config: &ServerConfig) -> Ended {
    println!("- Connection from {}", client.address());
    let session = client.accept(config)?;
    println!("- Handshake was completed. {}", session.description());
    session.set_read_timeout(Some(IDLE));
    while let Some(packet) = session.read_packet()? {
        session.send(&packet)?;
    }
    Ok(session.close()?)
}
