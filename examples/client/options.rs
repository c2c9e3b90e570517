//! The command line, in gnutls-cli's own words.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Parser;
use gnutls::CompressionMethod;

use crate::about::About;
use crate::key_material::KeyMaterial;
use crate::no::No;
use crate::save::Save;
use crate::starttls::Starttls;
use crate::stream::Trace;
use crate::{attime, compress, port};

/// A TLS client for testers: takes gnutls-cli's options, and can stand in for it.
///
/// Sends what it reads on stdin to the server, and writes what the server sends to stdout, both at once. At the end of
/// stdin it sends close_notify, and goes on receiving until the server closes, too. Ends with 0, or with 1 and the
/// reason on stderr.
#[derive(Debug, Parser)]
#[command(name = "client", version, disable_version_flag = true, after_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Options {
    /// The server: a name or an address, also NAME:PORT
    #[arg(value_name = "HOSTNAME", required_unless_present_any = ["list", "priority_list", "list_config", "fips140_mode"])]
    pub(crate) host: Option<String>,

    /// Port of the server, a number or the name of a service [default: 443, or that of --starttls-proto]
    #[arg(short, long, value_name = "PORT", value_parser = port::parse)]
    pub(crate) port: Option<u16>,

    /// Authorities to trust, in PEM or DER, or the URL of a token (pkcs11:...) [default: those that this machine trusts]
    #[arg(long, value_name = "FILE")]
    pub(crate) x509cafile: Option<PathBuf>,

    /// Talk to the server whatever is wrong with its certificate, which is said: anyone may be the server
    #[arg(long)]
    pub(crate) insecure: bool,

    /// Do not ask the authorities about the server's certificate: where no --tofu and no --dane know it, anyone may be the
    /// server
    #[arg(long, overrides_with = "ca_verification")]
    pub(crate) no_ca_verification: bool,

    /// Ask the authorities about the server's certificate. The default
    #[arg(long)]
    pub(crate) ca_verification: bool,

    /// Fetch certificates of authorities that the server has not sent from where its certificate says, over HTTP
    #[arg(long)]
    pub(crate) ca_auto_retrieve: bool,

    /// Verify certificates as if it were this time: 2030-12-31, "2030-12-31 23:59:59" (both UTC), or @ and the seconds since
    /// 1970
    #[arg(long, value_name = "TIME", value_parser = attime::parse)]
    pub(crate) attime: Option<SystemTime>,

    /// Name that the server's certificate must be for, instead of HOSTNAME
    #[arg(long, value_name = "NAME")]
    pub(crate) verify_hostname: Option<String>,

    /// Purpose that the server's certificate must be for, as an object identifier [default: that of TLS servers]. (Not in
    /// gnutls-cli)
    #[arg(long, value_name = "OID")]
    pub(crate) verify_purpose: Option<String>,

    /// Take certificates with signatures that are broken: MD5 and SHA-1
    #[arg(long)]
    pub(crate) verify_allow_broken: bool,

    /// Certificates that are revoked (CRL), in PEM or DER, each list signed by one of the authorities
    #[arg(long, value_name = "FILE")]
    pub(crate) x509crlfile: Option<PathBuf>,

    /// Know the server by the key that it had before (in ~/.gnutls/known_hosts); ask whether to trust a new one
    #[arg(long)]
    pub(crate) tofu: bool,

    /// Refuse a server whose key is not known
    #[arg(long)]
    pub(crate) strict_tofu: bool,

    /// Refuse a server unless its authorities, who are asked (OCSP), call its certificates good, or have done so in what the
    /// server has stapled
    #[arg(long)]
    pub(crate) ocsp: bool,

    #[command(flatten)]
    pub(crate) save: Save,

    /// Refuse a server whose certificate is not the one that the DNS has (DANE; needs the feature dane)
    #[arg(long)]
    pub(crate) dane: bool,

    /// Ask this machine's own DNS server for --dane, which must verify what it says, and not the servers of the root
    #[arg(long)]
    pub(crate) local_dns: bool,

    #[command(flatten)]
    no: No,

    /// Name to send to the server (SNI), instead of HOSTNAME
    #[arg(long, value_name = "NAME")]
    pub(crate) sni_hostname: Option<String>,

    /// Send no name to the server
    #[arg(long, conflicts_with = "sni_hostname")]
    pub(crate) disable_sni: bool,

    /// Read certificates and keys in DER. (Without this, too: files say which they are. The exception are raw public keys)
    #[arg(long)]
    pub(crate) x509fmtder: bool,

    /// Certificate to show to a server that asks for one, in PEM or DER, with its chain
    #[arg(long, value_name = "FILE", requires = "x509keyfile")]
    pub(crate) x509certfile: Option<PathBuf>,

    /// Private key of --x509certfile, in PEM or DER. If it is encrypted, its password is in the environment variable
    /// GNUTLS_PIN, or asked for on the terminal
    #[arg(long, value_name = "FILE", requires = "x509certfile")]
    pub(crate) x509keyfile: Option<PathBuf>,

    /// Raw public key in PEM, or DER with --x509fmtder, (RFC 7250) to show to a server that asks for one
    #[arg(long, value_name = "FILE", requires = "rawpkkeyfile")]
    pub(crate) rawpkfile: Option<PathBuf>,

    /// Private key of --rawpkfile, in PEM; its password as that of --x509keyfile
    #[arg(long, value_name = "FILE", requires = "rawpkfile")]
    pub(crate) rawpkkeyfile: Option<PathBuf>,

    /// Raw public key in PEM by which the server is known. (gnutls-cli has no such option.) Without this, raw public keys are
    /// taken with --insecure alone, and a --priority with +CTYPE-SRV-RAWPK
    #[arg(long, value_name = "FILE", conflicts_with = "insecure")]
    pub(crate) server_rawpkfile: Option<PathBuf>,

    /// PKCS#11 module with the tokens that URLs (pkcs11:...) in the place of certificate and key files name. Their PIN is in
    /// the environment variable GNUTLS_PIN, or asked for on the terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) provider: Option<PathBuf>,

    /// Renegotiate once the session stands (in TLS 1.3: new keys). What the server asks for itself is done in any case
    #[arg(long)]
    pub(crate) rehandshake: bool,

    /// Let the server ask for --x509certfile at any time after the handshake, too (TLS 1.3)
    #[arg(long)]
    pub(crate) post_handshake_auth: bool,

    /// Talk to the server in the clear first: TLS begins at the end of stdin (Ctrl-D on a terminal, which can be typed on), or
    /// with the signal SIGALRM
    #[arg(short, long, conflicts_with_all = ["starttls_proto", "udp", "fastopen"])]
    pub(crate) starttls: bool,

    /// Ask the server in the clear to begin TLS, in the words of this protocol, whose port is the default one then
    #[arg(
        long,
        visible_alias = "app-proto",
        value_enum,
        ignore_case = true,
        value_name = "PROTOCOL",
        conflicts_with = "udp"
    )]
    pub(crate) starttls_proto: Option<Starttls>,

    /// The name that is said in the protocol of --starttls-proto (smtp, lmtp, xmpp) [default: HOSTNAME]
    #[arg(long, value_name = "NAME", requires = "starttls_proto")]
    pub(crate) starttls_name: Option<String>,

    /// Take lines of stdin for commands: ^resume^ (a new connection that resumes this session), ^rekey^ (new keys for both
    /// directions), ^rekey1^ (for ours), ^renegotiate^ (as --rehandshake)
    #[arg(long)]
    pub(crate) inline_commands: bool,

    /// The character around --inline-commands, instead of ^
    #[arg(long, value_name = "CHARACTER", default_value_t = '^')]
    pub(crate) inline_commands_prefix: char,

    /// Identity of a key that this client and the server have. Without --x509cafile the server must have it, too; its
    /// certificate will not do
    #[arg(long, value_name = "NAME", requires = "pskkey")]
    pub(crate) pskusername: Option<String>,

    /// Key of --pskusername, in hexadecimal digits
    #[arg(long, value_name = "DIGITS", requires = "pskusername")]
    pub(crate) pskkey: Option<String>,

    /// Name of a user of the server's, who is known by a password that is not sent (TLS 1.2). Without --x509cafile the
    /// server must know it, too; its certificate will not do
    #[arg(long, value_name = "NAME", requires = "srppasswd")]
    pub(crate) srpusername: Option<String>,

    /// Password of --srpusername
    #[arg(long, value_name = "PASSWORD", requires = "srpusername")]
    pub(crate) srppasswd: Option<String>,

    /// Versions, ciphers and groups, as "Priority strings" in GnuTLS's manual has it. With +ANON-ECDH or +ANON-DH (TLS 1.2)
    /// sessions may be between strangers: anyone may be the other side
    /// [default: the system's, as a rule NORMAL, and what --pskkey or --srppasswd needs]
    #[arg(long, value_name = "STRING")]
    pub(crate) priority: Option<String>,

    /// Send a key of the first group alone in the hello (TLS 1.3)
    #[arg(long)]
    pub(crate) single_key_share: bool,

    /// The fewest bits of a prime that the server may choose (Diffie-Hellman before TLS 1.3)
    #[arg(long, value_name = "BITS")]
    pub(crate) dh_bits: Option<u32>,

    /// Compress certificates (TLS 1.3): zlib, brotli or zstd, if GnuTLS has them. May be repeated, the preferred one first
    #[arg(long, value_name = "METHOD", value_parser = compress::parse)]
    pub(crate) compress_cert: Vec<CompressionMethod>,

    /// The most data in one record, in bytes (512 to 16384), of both sides
    #[arg(long, value_name = "BYTES")]
    pub(crate) recordsize: Option<usize>,

    /// Take no session tickets: no resumption in TLS 1.3, and by session id only before
    #[arg(long)]
    pub(crate) noticket: bool,

    /// Application protocol (ALPN) to offer. May be repeated, the preferred one first
    #[arg(long, value_name = "NAME")]
    pub(crate) alpn: Vec<String>,

    /// Change the keys of both directions after the handshake (TLS 1.3; gnutls-cli: the inline command ^rekey^)
    #[arg(long)]
    pub(crate) rekey: bool,

    /// Connect, disconnect, and connect again, resuming the first session
    #[arg(short, long)]
    pub(crate) resume: bool,

    /// Wait for what --resume needs as long as it takes. Without this: a second (TLS 1.3)
    #[arg(long)]
    pub(crate) waitresumption: bool,

    /// Send the bytes of this file early when the session is resumed (0-RTT), and again if the server does not take them
    #[arg(long, value_name = "FILE")]
    pub(crate) earlydata: Option<PathBuf>,

    /// Send CR LF where stdin has LF
    #[arg(long)]
    pub(crate) crlf: bool,

    /// Say more about the session, and print the server's certificates in PEM
    #[arg(short = 'V', long)]
    pub(crate) verbose: bool,

    /// Print the server's certificates in PEM
    #[arg(long)]
    pub(crate) print_cert: bool,

    #[command(flatten)]
    pub(crate) key_material: KeyMaterial,

    #[command(flatten)]
    pub(crate) trace: Trace,

    /// Write all that is not the server's data to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) logfile: Option<PathBuf>,

    /// Write the secrets of the session, with which all of it can be read, to the file that SSLKEYLOGFILE names.
    /// (gnutls-cli does so unasked)
    #[arg(long)]
    pub(crate) keylog: bool,

    /// Connect with the first bytes of TLS (TCP Fast Open; Linux)
    #[arg(long, conflicts_with_all = ["starttls_proto", "udp"])]
    pub(crate) fastopen: bool,

    /// Talk over UDP (DTLS)
    #[arg(short, long)]
    pub(crate) udp: bool,

    /// The largest datagram to send, in bytes
    #[arg(long, value_name = "BYTES")]
    pub(crate) mtu: Option<u16>,

    /// SRTP profiles to agree on one of (DTLS), with colons in between
    #[arg(long, value_name = "NAMES")]
    pub(crate) srtp_profiles: Option<String>,

    /// Agree to heartbeats
    #[arg(short = 'b', long)]
    pub(crate) heartbeat: bool,

    #[command(flatten)]
    pub(crate) about: About,

    /// Have GnuTLS log to stderr up to this level (0 to 9999)
    #[arg(short, long, value_name = "LEVEL", value_parser = clap::value_parser!(u16).range(..=9999))]
    pub(crate) debug: Option<u16>,

    /// Print the version
    #[arg(short = 'v', long, action = clap::ArgAction::Version)]
    version: (),

    /// Print this help
    #[arg(short = '!', long, action = clap::ArgAction::HelpLong)]
    more_help: Option<bool>,
}

impl Options {
    /// The server's name or address, and its port.
    ///
    /// # Errors
    /// If what stands behind the colon is no port.
    pub(crate) fn server(&self) -> Result<(&str, u16), String> {
        let host = self.host.as_deref().unwrap_or_default();
        let (name, port) = match host.split_once(':') {
            Some((name, port)) if !port.contains(':') => (name, port),
            // No colon; or two and more, an IPv6 address.
            _ => return Ok((host, self.port())),
        };
        let number = port::parse(port).map_err(|error| format!("{host:?}: {error}"))?;
        Ok((name, number))
    }

    /// The port where HOSTNAME names none.
    pub(crate) fn port(&self) -> u16 {
        self.port.unwrap_or_else(|| self.starttls_proto.map_or(443, Starttls::port))
    }
}

const EXAMPLES: &str = "\
Examples:
  client example.org                               type to the server, and see its answers
  client --x509cafile ca.pem --port 4433 localhost
  client --resume --rekey --alpn h2 example.org < /dev/null
  client --sni-hostname b.example --verify-hostname b.example 192.0.2.1";
