//! The command line, in gnutls-serv's own words.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::{Parser, ValueEnum};
use gnutls::CompressionMethod;

use crate::key_material::KeyMaterial;
use crate::{attime, compress};

/// A TLS server for testers: takes gnutls-serv's options, and can stand in for it.
///
/// Without --echo it answers HTTP requests with a page about the session. It serves any number of clients at once, a
/// thread for each, and goes on after every abort.
#[derive(Debug, Parser)]
#[command(name = "server", version, disable_version_flag = true, after_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Options {
    /// Port to listen on, at all addresses; with 0 the system chooses one, which is told on stderr
    #[arg(short, long, value_name = "PORT", default_value_t = 5556)]
    pub(crate) port: u16,

    /// Send back every byte as it comes, until the client closes (gnutls-serv: whole lines)
    #[arg(long)]
    pub(crate) echo: bool,

    /// Answer a request, which ends at an empty line, then close. The default; with --echo, --echo holds
    #[arg(long)]
    pub(crate) http: bool,

    /// Answer HTTP requests with the bytes of this file instead of a page about the session
    #[arg(long, value_name = "FILE")]
    pub(crate) httpdata: Option<PathBuf>,

    /// With --echo: send back CR LF as it came. The default; gnutls-serv sends back LF without this
    #[arg(long)]
    pub(crate) crlf: bool,

    /// Let clients go that say nothing, or do not read, for so many seconds; 0 never does. [default: 30 in a request,
    /// never in an echo over TCP, 120 over UDP]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,

    /// Private key in PEM or DER, of the certificate in the same place among the --x509certfile. May be repeated. If it is
    /// encrypted, its password is in the environment variable GNUTLS_PIN, or asked for on the terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) x509keyfile: Vec<PathBuf>,

    /// Certificate in PEM or DER, with its chain. May be repeated: clients get the one that fits the name they ask
    /// for. Without any, and without --pskpasswd or --srppasswd, the server makes itself one for localhost and prints it
    #[arg(long, value_name = "FILE")]
    pub(crate) x509certfile: Vec<PathBuf>,

    /// Read certificates and keys in DER. (Without this, too: files say which they are. The exception are raw public keys)
    #[arg(long)]
    pub(crate) x509fmtder: bool,

    /// Verify certificates of clients as if it were this time: 2030-12-31, "2030-12-31 23:59:59" (both UTC), or @ and the
    /// seconds since 1970
    #[arg(long, value_name = "TIME", value_parser = attime::parse)]
    pub(crate) attime: Option<SystemTime>,

    /// Raw public key in PEM, or DER with --x509fmtder, (RFC 7250) for clients that know this server by it. May be repeated. With a --priority it is
    /// shown only if that has +CTYPE-SRV-RAWPK
    #[arg(long, value_name = "FILE")]
    pub(crate) rawpkfile: Vec<PathBuf>,

    /// Private key in PEM, of the raw public key in the same place among the --rawpkfile. May be repeated. Its password as
    /// that of --x509keyfile
    #[arg(long, value_name = "FILE")]
    pub(crate) rawpkkeyfile: Vec<PathBuf>,

    /// PKCS#11 module with the tokens that URLs (pkcs11:...) in the place of certificate and key files name. Their PIN is in
    /// the environment variable GNUTLS_PIN, or asked for on the terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) provider: Option<PathBuf>,

    /// The name that clients should ask for (SNI). Another is told on stderr
    #[arg(long, value_name = "NAME")]
    pub(crate) sni_hostname: Option<String>,

    /// Refuse clients that ask for another name (the alert unrecognized_name)
    #[arg(long, requires = "sni_hostname")]
    pub(crate) sni_hostname_fatal: bool,

    /// Authorities of client certificates, in PEM or DER
    #[arg(long, value_name = "FILE")]
    pub(crate) x509cafile: Option<PathBuf>,

    /// Certificates of clients that are revoked (CRL), in PEM or DER, each list signed by an authority of --x509cafile
    #[arg(long, value_name = "FILE", requires = "x509cafile")]
    pub(crate) x509crlfile: Option<PathBuf>,

    /// OCSP response to staple to the certificate, in DER or PEM. May be repeated: each belongs to the --x509certfile in the
    /// same place
    #[arg(long, value_name = "FILE")]
    pub(crate) ocsp_response: Vec<PathBuf>,

    /// Staple an --ocsp-response also if it is about another certificate, or out of date
    #[arg(long, requires = "ocsp_response")]
    pub(crate) ignore_ocsp_response_errors: bool,

    /// Keys of clients, as psktool writes them: lines IDENTITY:KEY. Without --x509certfile only clients with a key are
    /// welcome
    #[arg(long, value_name = "FILE")]
    pub(crate) pskpasswd: Option<PathBuf>,

    /// What clients are told so that they take the right one of their keys (TLS 1.2)
    #[arg(long, value_name = "HINT", requires = "pskpasswd")]
    pub(crate) pskhint: Option<String>,

    /// Users with passwords, as srptool writes them (tpasswd). Without --x509certfile only users are welcome
    #[arg(long, value_name = "FILE", requires = "srppasswdconf")]
    pub(crate) srppasswd: Option<PathBuf>,

    /// The groups of --srppasswd (tpasswd.conf)
    #[arg(long, value_name = "FILE", requires = "srppasswd")]
    pub(crate) srppasswdconf: Option<PathBuf>,

    /// Diffie-Hellman parameters in PEM (PKCS#3). They are read, and that is all: the groups of RFC 7919 are negotiated
    #[arg(long, value_name = "FILE")]
    pub(crate) dhparams: Option<PathBuf>,

    /// Make Diffie-Hellman parameters at the start, which takes a while, and print them in PEM (PKCS#3). That is all: see
    /// --dhparams
    #[arg(short, long)]
    pub(crate) generate: bool,

    /// Compress certificates (TLS 1.3): zlib, brotli or zstd, if GnuTLS has them. May be repeated, the preferred one first
    #[arg(long, value_name = "METHOD", value_parser = compress::parse)]
    pub(crate) compress_cert: Vec<CompressionMethod>,

    /// The most data in one record of the clients', in bytes (512 to 16384)
    #[arg(long, value_name = "BYTES")]
    pub(crate) recordsize: Option<usize>,

    #[command(flatten)]
    pub(crate) key_material: KeyMaterial,

    /// Versions, ciphers and groups, as "Priority strings" in GnuTLS's manual has it. With +ANON-ECDH or +ANON-DH (TLS 1.2)
    /// sessions may be between strangers: anyone may be the other side
    /// [default: the system's, as a rule NORMAL, and what --pskpasswd and --srppasswd need]
    #[arg(long, value_name = "STRING")]
    pub(crate) priority: Option<String>,

    /// Do not ask clients for a certificate
    #[arg(short = 'a', long, conflicts_with = "require_client_cert")]
    pub(crate) disable_client_cert: bool,

    /// Refuse clients without a certificate. Any will do, unless --verify-client-cert is given, too
    #[arg(short = 'r', long)]
    pub(crate) require_client_cert: bool,

    /// Refuse clients with a certificate that no authority of --x509cafile issued. (Without this, clients are asked
    /// for a certificate, but it is not verified)
    #[arg(long, requires = "x509cafile", conflicts_with = "disable_client_cert")]
    pub(crate) verify_client_cert: bool,

    /// What `GET /secret`, and the line `**REAUTH**` of --echo, ask for after the handshake (TLS 1.3): a certificate, if the
    /// client has one, or nothing less
    #[arg(long, value_enum, value_name = "DEMAND", default_value = "request")]
    pub(crate) secret: Secret,

    /// Let clients renegotiate (TLS 1.2), and with --echo have the line `**REHANDSHAKE**` ask for it. There are no tickets in
    /// TLS 1.2 then. (gnutls-serv has no such option.)
    #[arg(long)]
    pub(crate) allow_renegotiation: bool,

    /// Give out no session tickets: no resumption in TLS 1.3, and by session id only before
    #[arg(long)]
    pub(crate) noticket: bool,

    /// Take early data (0-RTT) of clients that resume a session with a ticket; a repetition is refused. They count as the
    /// beginning of what the client says
    #[arg(long, conflicts_with = "noticket")]
    pub(crate) earlydata: bool,

    /// The most early data that a client may send, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 16384)]
    pub(crate) maxearlydata: u32,

    /// Keep no sessions: no resumption by session id (TLS 1.2). Tickets have no need of this store
    #[arg(long)]
    pub(crate) nodb: bool,

    /// Application protocol (ALPN) to accept. May be repeated; of several, the one that the client prefers is taken
    #[arg(long, value_name = "NAME")]
    pub(crate) alpn: Vec<String>,

    /// Refuse clients that offer other application protocols only (the alert no_application_protocol)
    #[arg(long, requires = "alpn")]
    pub(crate) alpn_fatal: bool,

    /// Talk over UDP (DTLS): an echo, whatever else is asked for
    #[arg(short, long)]
    pub(crate) udp: bool,

    /// Serve clients over UDP that have not shown that they receive where they say: **anyone can have this server send to
    /// others**. One client after the other
    #[arg(long)]
    pub(crate) nocookie: bool,

    /// The largest datagram to send, in bytes
    #[arg(long, value_name = "BYTES")]
    pub(crate) mtu: Option<u16>,

    /// SRTP profiles to agree on one of (DTLS), with colons in between
    #[arg(long, value_name = "NAMES")]
    pub(crate) srtp_profiles: Option<String>,

    /// Agree to heartbeats
    #[arg(short = 'b', long)]
    pub(crate) heartbeat: bool,

    /// List the algorithms that there are, or that --priority allows, and end
    #[arg(short, long)]
    pub(crate) list: bool,

    /// Have GnuTLS log to stderr up to this level (0 to 9999)
    #[arg(short, long, value_name = "LEVEL", value_parser = clap::value_parser!(u16).range(..=9999))]
    pub(crate) debug: Option<u16>,

    /// Print the version
    #[arg(short = 'v', long, action = clap::ArgAction::Version)]
    version: (),

    /// Say less: errors only, and no details in the page
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// Print this help
    #[arg(short = '!', long, action = clap::ArgAction::HelpLong)]
    more_help: Option<bool>,
}

/// What a client is asked for after its handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Secret {
    Request,
    Require,
}

const EXAMPLES: &str = "\
Examples:
  server                                   HTTP at port 5556, with a certificate of its own making
  server --echo --port 4433 --x509certfile server.pem --x509keyfile server.key
  server --x509cafile ca.pem --require-client-cert --verify-client-cert
  server --priority NORMAL:-VERS-ALL:+VERS-TLS1.2 --noticket --nodb

Try it with: client --insecure --port 5556 localhost";
