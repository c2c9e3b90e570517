//! An echo server for many clients on one UDP socket, with tokio: a task for each.
//!
//! Try it with: gnutls-cli --udp --insecure --port 5684 localhost

use std::error::Error;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use clap::Parser;
use gnutls::dtls::CookieKey;
use gnutls::tokio::dtls::{DtlsListener, Incoming};
use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
use gnutls::{Identity, ServerConfig};
use tokio::signal::ctrl_c;
use tokio::time::{interval, timeout};

/// An echo server for many clients on one UDP socket (DTLS), each with a cookie first and a task of its own.
#[derive(Parser)]
struct Options {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5684")]
    listen: SocketAddr,

    /// Certificate in PEM or DER. Without, the server makes itself one
    #[arg(long, value_name = "FILE", requires = "x509keyfile")]
    x509certfile: Option<String>,

    /// Its private key
    #[arg(long, value_name = "FILE", requires = "x509certfile")]
    x509keyfile: Option<String>,

    /// The largest datagram to send, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 1200)]
    mtu: u16,

    /// How many clients there may be at once
    #[arg(long, value_name = "NUMBER", default_value_t = 1024)]
    clients: usize,

    /// After how many seconds a client that says nothing is forgotten
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    idle: u64,
}

/// How old a cookie may be, at most twice.
const COOKIES: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let identity = match (&options.x509certfile, &options.x509keyfile) {
        (Some(certificate), Some(key)) => Identity::from_files(certificate, key)?,
        _ => self_made()?,
    };
    let config = ServerConfig::builder().with_identity(identity)?.mtu(options.mtu)?.build()?;
    let listener = DtlsListener::bind(options.listen).await?;
    listener.set_max_clients(options.clients);
    println!("listening on {}", listener.local_addr()?);
    let idle = Duration::from_secs(options.idle);
    let (mut new_key, mut stop) = (interval(COOKIES), pin!(ctrl_c()));
    loop {
        tokio::select! {
            // What is not ready is dropped, and has taken nothing.
            incoming = listener.accept() => match incoming {
                Ok(incoming) => drop(tokio::spawn(serve(incoming, config.clone(), idle))),
                Err(error) => eprintln!("the socket: {error}"),
            },
            _ = new_key.tick() => listener.replace_key(CookieKey::generate()?),
            stopped = &mut stop => return Ok(stopped?),
        }
    }
}

/// A client, from its handshake to its end.
async fn serve(incoming: Incoming, config: ServerConfig, idle: Duration) {
    let address = incoming.address();
    if let Err(error) = echo(incoming, &config, idle).await {
        eprintln!("{address}: {error}");
    }
}

/// Sends back all that comes until the client closes its side, or says nothing for too long: a close can be lost.
async fn echo(incoming: Incoming, config: &ServerConfig, idle: Duration) -> gnutls::Result<()> {
    let address = incoming.address();
    let mut session = incoming.accept(config).await?;
    println!("{address}: {}", session.description());
    let mut buf = vec![0; 1 << 14];
    while let Ok(received) = timeout(idle, session.recv(&mut buf)).await {
        match received? {
            0 => break,
            length => session.send(&buf[..length]).await?,
        }
    }
    session.close_notify().await
}

fn self_made() -> gnutls::Result<Identity> {
    let key = PrivateKey::generate(KeyType::EcdsaP256)?;
    let certificate = CertificateBuilder::new().subject("CN=localhost").dns_name("localhost").self_signed(&key)?;
    Identity::new(vec![certificate], key)
}
