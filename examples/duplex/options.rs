//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// One TLS session, both directions at full speed, from separate threads, every byte checked.
///
/// Without --connect or --listen a server and a client run in this process, over TCP on loopback, with a certificate
/// made for the occasion. Each has a thread that writes and a thread that reads, and changes its keys while both run.
#[derive(Parser, Debug)]
#[command(
    version,
    after_help = "\
EXAMPLES:
  duplex                                  five seconds on loopback
  duplex --seconds 20 --tls 1.2           TLS 1.2 (which has no key updates)
  duplex --priority NORMAL:-CIPHER-ALL:+CHACHA20-POLY1305
  gnutls-serv --echo --port 5556 --x509certfile cert.pem --x509keyfile key.pem
  duplex --connect localhost:5556 --x509cafile cert.pem
  duplex --listen 127.0.0.1:5556          echoes; for gnutls-cli or a duplex --connect elsewhere"
)]
pub(crate) struct Options {
    /// How long to send, in seconds.
    #[arg(long, default_value = "5", value_name = "SECONDS", value_parser = seconds)]
    pub(crate) seconds: Duration,

    /// The version of TLS.
    #[arg(long, value_name = "VERSION", value_parser = ["1.2", "1.3"], default_value = "1.3")]
    pub(crate) tls: String,

    /// A GnuTLS priority string, instead of --tls.
    #[arg(long, value_name = "STRING", conflicts_with = "tls")]
    pub(crate) priority: Option<String>,

    /// Sends to a server that echoes, and checks what comes back.
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "listen")]
    pub(crate) connect: Option<String>,

    /// Waits for one client and echoes what it sends.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,

    /// Trusts the authorities of this file (with --connect). Default: those of this machine.
    #[arg(long, value_name = "FILE", requires = "connect")]
    pub(crate) x509cafile: Option<PathBuf>,

    /// Does not verify the server (with --connect).
    #[arg(long, requires = "connect", conflicts_with = "x509cafile")]
    pub(crate) insecure: bool,

    /// How often each side changes its keys, in milliseconds; 0 for never. A GnuTLS peer bears 8 changes a second.
    #[arg(long, default_value = "400", value_name = "MS", value_parser = millis)]
    pub(crate) rekey_every: Duration,
}

impl Options {
    /// The priority string that the options ask for.
    pub(crate) fn priority_string(&self) -> String {
        self.priority.clone().unwrap_or_else(|| format!("NORMAL:-VERS-ALL:+VERS-TLS{}", self.tls))
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

fn millis(text: &str) -> Result<Duration, String> {
    text.parse().map(Duration::from_millis).map_err(|_| "not a number of milliseconds".to_owned())
}
