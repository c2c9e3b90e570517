//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// An HTTPS server: HTTP/1.1 and HTTP/2, certificates by name, client certificates, tickets.
///
/// It answers GET / with a page about the session and POST /echo with what it was sent, and prints a line for each request.
/// SIGHUP makes it read its files again, for new connections; SIGTERM and Ctrl-C make it finish what it has begun.
#[derive(Debug, Parser)]
#[command(name = "https_server", version, after_help = EXAMPLES)]
pub(crate) struct Options {
    /// Where to listen; with port 0 the system chooses one, which is told on stderr
    #[arg(short, long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8443")]
    pub(crate) listen: SocketAddr,

    /// Certificate with its chain, in PEM or DER. May be repeated: clients get the one for the name that they ask for,
    /// or the first
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) cert: Vec<PathBuf>,

    /// Private key of the certificate in the same place among the --cert
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) key: Vec<PathBuf>,

    /// Authorities of client certificates: clients are asked for one, and a wrong one is refused
    #[arg(long, value_name = "FILE")]
    pub(crate) client_cafile: Option<PathBuf>,

    /// Refuse clients without a certificate as well
    #[arg(long, requires = "client_cafile")]
    pub(crate) require_client_cert: bool,

    /// How long a session can be resumed; the keys of the tickets change every three times that long
    #[arg(long, value_name = "SECONDS", default_value = "3600", value_parser = seconds)]
    pub(crate) session_lifetime: Duration,

    /// How long a client may take for its handshake
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) handshake_timeout: Duration,

    /// How long nothing may move on a connection, in either direction: no request, no piece of a body or an answer, whoever
    /// is to blame. In HTTP/1.1 also how long the head of a request may take
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) idle_timeout: Duration,

    /// After how long a connection ends that always moves; what is under way then has --grace
    #[arg(long, value_name = "SECONDS", default_value = "3600", value_parser = seconds)]
    pub(crate) lifetime: Duration,

    /// The most bytes in the body of a request
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    pub(crate) max_body: usize,

    /// The most connections at once; others wait in the system's queue
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) connections: u32,

    /// How long the requests under way may take once their connection or the server is to end
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub(crate) grace: Duration,

    /// No line for each request
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Up to 136 years: no clock runs over that a handshake or a request adds it to.
fn seconds(text: &str) -> Result<Duration, std::num::ParseIntError> {
    text.parse().map(|seconds: u32| Duration::from_secs(seconds.into()))
}

const EXAMPLES: &str = "\
Examples:
  https_server --cert a.pem --key a.key --cert b.pem --key b.key
  https_server --cert a.pem --key a.key --client-cafile clients.pem --require-client-cert

Try it with: https_client https://localhost:8443/ --cafile ca.pem -v";
