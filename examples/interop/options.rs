//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Tries TLS between this library and others: gnutls-serv and gnutls-cli, openssl s_server and s_client, rustls.
///
/// A cell of the matrix is called OURS/PEER/VERSION/WHAT, such as client/openssl/1.3/AES-128-GCM+X25519 or
/// server/gnutls/1.2/resumption. Ends with 0 if every cell works or is refused for a reason that is known
/// (examples/interop/known.tsv), and with 1 otherwise.
#[derive(Debug, Parser)]
#[command(name = "interop", version, after_help = EXAMPLES)]
pub(crate) struct Options {
    /// Only the cells whose names fit this pattern, in which * stands for anything. May be repeated
    #[arg(long, value_name = "GLOB")]
    pub(crate) filter: Vec<String>,

    /// Only this cell, and all that is known about it
    #[arg(long, value_name = "CELL", conflicts_with = "filter")]
    pub(crate) only: Option<String>,

    /// Print the names of the cells, and run none
    #[arg(long)]
    pub(crate) list: bool,

    /// Our client's side of the matrix against this server
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) against: Option<String>,

    /// With --against: authorities to trust, in PEM or DER [default: those that this machine trusts]
    #[arg(long, value_name = "FILE", requires = "against")]
    pub(crate) x509cafile: Option<PathBuf>,

    /// With --against: talk to the server whatever its certificate
    #[arg(long, requires = "against", conflicts_with = "x509cafile")]
    pub(crate) insecure: bool,

    /// With --against: the name to ask for, and that the server's certificate must have [default: HOST]
    #[arg(long, value_name = "NAME", requires = "against")]
    pub(crate) name: Option<String>,

    /// With --against: certificate to show if the server asks for one. Rows about signatures and groups that its key does not
    /// fit are refused then
    #[arg(long, value_name = "FILE", requires_all = ["against", "x509keyfile"])]
    pub(crate) x509certfile: Option<PathBuf>,

    /// With --against: private key of that certificate
    #[arg(long, value_name = "FILE", requires_all = ["against", "x509certfile"])]
    pub(crate) x509keyfile: Option<PathBuf>,

    /// With --against: over UDP (DTLS)
    #[arg(long, requires = "against")]
    pub(crate) udp: bool,

    /// Cells at a time
    #[arg(long, value_name = "NUMBER", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) jobs: u16,

    /// Print the command lines of every cell, not only of those that do not work
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// Write every cell with its outcome and its command lines to this file, in JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    /// Write the table to this file, in Markdown
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,

    /// Leave the certificates and keys of this run in this directory, for the command lines that are printed
    #[arg(long, value_name = "DIR")]
    pub(crate) files: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  interop                                               everything (about a minute)
  interop --filter 'client/openssl/*' --json cells.json
  interop --only server/rustls/1.2/key=rsa-pss --files keys
  interop --against example.org:443
  interop --against 127.0.0.1:8443 --name example.org --x509cafile ca.pem --x509certfile me.pem --x509keyfile me.key
  interop --against example.org:5684 --udp";
