//! The command line, in gnutls-cli's own words.

use std::path::PathBuf;

use clap::Parser;

use crate::starttls::Starttls;

/// A TLS client for testers: takes gnutls-cli's options, and can stand in for it.
///
/// Sends what it reads on stdin to the server, and writes what the server sends to stdout, both at once. At the end of
/// stdin it sends close_notify, and goes on receiving until the server closes, too. Ends with 0, or with 1 and the
/// reason on stderr.
#[derive(Debug, Parser)]
#[command(name = "client", version, disable_version_flag = true, after_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Options {
    /// The server: a name or an address, also NAME:PORT
    #[arg(value_name = "HOSTNAME")]
    pub(crate) host: String,

    /// Port of the server, a number [default: 443, or that of --starttls-proto]
    #[arg(short, long, value_name = "PORT")]
    pub(crate) port: Option<u16>,

    /// Authorities to trust, in PEM or DER [default: those that this machine trusts]
    #[arg(long, value_name = "FILE")]
    pub(crate) x509cafile: Option<PathBuf>,

    /// Talk to the server whatever its certificate. It is not even looked at, so anyone may be the server
    #[arg(long, visible_alias = "no-ca-verification")]
    pub(crate) insecure: bool,

    /// Name that the server's certificate must be for, instead of HOSTNAME
    #[arg(long, value_name = "NAME", conflicts_with = "insecure")]
    pub(crate) verify_hostname: Option<String>,

    /// Purpose that the server's certificate must be for, as an object identifier [default: that of TLS servers]. (Not in
    /// gnutls-cli)
    #[arg(long, value_name = "OID", conflicts_with = "insecure")]
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

    /// Refuse a server that does not staple an OCSP response. (gnutls-cli asks the responder then)
    #[arg(long, conflicts_with = "insecure")]
    pub(crate) ocsp: bool,

    /// Write the OCSP response that the server has stapled to this file, in DER
    #[arg(long, value_name = "FILE")]
    pub(crate) save_ocsp: Option<PathBuf>,

    /// Refuse a server whose certificate is not the one that the DNS has (DANE; needs the feature dane)
    #[arg(long)]
    pub(crate) dane: bool,

    /// Name to send to the server (SNI), instead of HOSTNAME
    #[arg(long, value_name = "NAME")]
    pub(crate) sni_hostname: Option<String>,

    /// Send no name to the server
    #[arg(long, conflicts_with = "sni_hostname")]
    pub(crate) disable_sni: bool,

    /// Certificate to show to a server that asks for one, in PEM or DER, with its chain
    #[arg(long, value_name = "FILE", requires = "x509keyfile")]
    pub(crate) x509certfile: Option<PathBuf>,

    /// Private key of --x509certfile, in PEM or DER
    #[arg(long, value_name = "FILE", requires = "x509certfile")]
    pub(crate) x509keyfile: Option<PathBuf>,

    /// Raw public key in PEM (RFC 7250) to show to a server that asks for one
    #[arg(long, value_name = "FILE", requires = "rawpkkeyfile")]
    pub(crate) rawpkfile: Option<PathBuf>,

    /// Private key of --rawpkfile, in PEM
    #[arg(long, value_name = "FILE", requires = "rawpkfile")]
    pub(crate) rawpkkeyfile: Option<PathBuf>,

    /// Raw public key in PEM by which the server is known. (gnutls-cli has no such option.) Without this, raw public keys are
    /// taken with --insecure alone, and a --priority with +CTYPE-SRV-RAWPK
    #[arg(long, value_name = "FILE", conflicts_with = "insecure")]
    pub(crate) server_rawpkfile: Option<PathBuf>,

    /// PKCS#11 module with the tokens that URLs (pkcs11:...) in the place of certificate and key files name
    #[arg(long, value_name = "FILE")]
    pub(crate) provider: Option<PathBuf>,

    /// Let the server ask for --x509certfile at any time after the handshake, too (TLS 1.3)
    #[arg(long)]
    pub(crate) post_handshake_auth: bool,

    /// Ask the server in the clear to begin TLS, in the words of this protocol, whose port is the default one then
    #[arg(long, value_enum, value_name = "PROTOCOL", conflicts_with = "udp")]
    pub(crate) starttls_proto: Option<Starttls>,

    /// Take lines of stdin for commands: ^rekey^ (new keys for both directions), ^rekey1^ (for ours)
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
    #[arg(long, requires = "resume")]
    pub(crate) waitresumption: bool,

    /// Send the bytes of this file early when the session is resumed (0-RTT), and again if the server does not take them
    #[arg(long, value_name = "FILE", requires = "resume")]
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

    /// Write all that is not the server's data to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) logfile: Option<PathBuf>,

    /// Write the secrets of the session, with which all of it can be read, to the file that SSLKEYLOGFILE names.
    /// (gnutls-cli does so unasked)
    #[arg(long)]
    pub(crate) keylog: bool,

    /// Talk over UDP (DTLS)
    #[arg(short, long)]
    pub(crate) udp: bool,

    /// The largest datagram to send, in bytes
    #[arg(long, value_name = "BYTES", requires = "udp")]
    pub(crate) mtu: Option<u16>,

    /// SRTP profiles to agree on one of (DTLS), with colons in between
    #[arg(long, value_name = "NAMES")]
    pub(crate) srtp_profiles: Option<String>,

    /// Agree to heartbeats
    #[arg(short = 'b', long)]
    pub(crate) heartbeat: bool,

    /// Have GnuTLS log to stderr up to this level (0 to 9999)
    #[arg(short, long, value_name = "LEVEL", value_parser = clap::value_parser!(u16).range(..=9999))]
    pub(crate) debug: Option<u16>,

    /// Print the version
    #[arg(short = 'v', long, action = clap::ArgAction::Version)]
    version: (),
}

impl Options {
    /// The server's name or address, and its port.
    ///
    /// # Errors
    /// If what stands behind the colon is no port.
    pub(crate) fn server(&self) -> Result<(&str, u16), String> {
        let host = self.host.as_str();
        let (name, port) = match host.split_once(':') {
            Some((name, port)) if !port.contains(':') => (name, port),
            // No colon; or two and more, an IPv6 address.
            _ => return Ok((host, self.port())),
        };
        let number = port.parse().map_err(|error| format!("{port:?} in {host:?} is no port: {error}"))?;
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
