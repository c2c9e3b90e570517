//! From options to a session: whom to trust, and where to connect.

use std::fs;
use std::io::Write;
use std::net::{IpAddr, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::mpsc::Sender;
use std::time::Duration;

use gnutls::key::PublicKey;
use gnutls::x509::{Certificate, Format, TrustFlags, TrustList};
use gnutls::{ClientConfig, Connect, EarlyOutcome, Identity, KeyLogFile, Priority, Psk, Session, SessionData, SrpUser};

use crate::failure::Failure;
use crate::log::Log;
use crate::options::Options;
use crate::stream::{self, Files, Stream};
use crate::{MODE, issuers, ocsp, plain, tell, tokens, udp, verify};

/// How long the server may take for its handshake: GnuTLS's own default.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(40);

/// `ticket` is told of each ticket.
pub(crate) fn config(options: &Options, ticket: Sender<()>, log: &Log) -> gnutls::Result<ClientConfig> {
    // First of all: authorities, too, may be in the token.
    tokens::provide(options.provider.as_deref())?;
    let mut builder = ClientConfig::builder().handshake_timeout(HANDSHAKE_TIMEOUT);
    builder = match &options.x509cafile {
        None if options.insecure || options.no_ca_verification => builder,
        None if options.pskkey.is_some() || options.srppasswd.is_some() => builder,
        None if options.server_rawpkfile.is_some() => builder,
        file => builder.with_trust_list(authorities(file.as_deref(), options, log)?)?,
    };
    if options.insecure || options.no_ca_verification {
        builder = builder.dangerous().accept_any_certificate();
    }
    if let (Some(identity), Some(key)) = (&options.pskusername, &options.pskkey) {
        builder = builder.with_psk(Psk::from_hex(identity, key)?);
    }
    if let (Some(name), Some(password)) = (&options.srpusername, &options.srppasswd) {
        builder = builder.with_srp(SrpUser::new(name, password)?);
    }
    if let (Some(certificate), Some(key)) = (&options.x509certfile, &options.x509keyfile) {
        builder = match is_url(certificate) || is_url(key) {
            true => builder.with_identity_files(certificate, key, Format::Pem, None)?,
            false => builder.with_identity(Identity::from_files(certificate, key)?)?,
        };
    }
    if let (Some(public), Some(private)) = (&options.rawpkfile, &options.rawpkkeyfile) {
        let format = if options.x509fmtder { Format::Der } else { Format::Pem };
        builder = builder.with_raw_key_files(public, private, format, None, &[])?;
    }
    if let Some(file) = &options.server_rawpkfile {
        builder = builder.trust_raw_keys([PublicKey::from_pem(gnutls::encoding::load_file(file)?)?]);
    } else if options.insecure && options.priority.as_ref().is_some_and(|words| words.contains("+CTYPE-SRV-RAWPK")) {
        builder = builder.trust_raw_keys_by(|_, _| Ok(()));
    }
    if let Some(priority) = &options.priority {
        builder = builder.priority(Priority::new(priority)?);
        // As with gnutls-cli, who names such key exchanges gets them.
        if priority.contains("+ANON-") {
            builder = builder.dangerous().with_anonymous()?;
        }
    }
    builder = verify::configure(options, builder)?;
    builder = builder.post_handshake_auth(options.post_handshake_auth).allow_renegotiation(true);
    if options.keylog {
        builder = builder.key_log(KeyLogFile::from_env()?);
    }
    builder = builder.single_key_share(options.single_key_share).tickets(!options.noticket);
    builder = builder.on_ticket(move |_| {
        let _ = ticket.send(());
    });
    if let Some(size) = options.recordsize {
        builder = builder.max_record_size(size)?;
    }
    #[cfg(gnutls_3_7_4)]
    {
        builder = builder.compress_certificates(&options.compress_cert);
    }
    #[cfg(not(gnutls_3_7_4))]
    debug_assert!(options.compress_cert.is_empty(), "their parser refuses all");
    udp::settings(options, builder.alpn(&options.alpn)?)?.build()
}

/// Whom to trust: those of a file or token, or those that this machine trusts.
fn authorities(file: Option<&Path>, options: &Options, log: &Log) -> gnutls::Result<TrustList> {
    let mut list = TrustList::new()?;
    let count = match file {
        Some(file) if is_url(file) => list.add_file(file, Format::Pem, TrustFlags::USE_IN_TLS)?,
        Some(file) => {
            let authorities = Certificate::list_from_file(file)?;
            list.add_authorities(&authorities, TrustFlags::USE_IN_TLS)?
        }
        None => list.add_system(TrustFlags::USE_IN_TLS)?,
    };
    log.say(&format!("Processed {count} CA certificate(s)."));
    if options.ca_auto_retrieve {
        list.set_issuer_lookup(issuers::fetch);
    }
    Ok(list)
}

fn is_url(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.starts_with("pkcs11:"))
}

/// Connects and does the handshake, resuming `earlier` if there is one.
pub(crate) fn connect(
    config: &ClientConfig,
    options: &Options,
    earlier: Option<&SessionData>,
    trace: &Files,
    log: &Log,
) -> Result<Session<Stream>, Failure> {
    let (host, port) = options.server()?;
    let mut connect = prepared(config, options)?;
    if let Some(earlier) = earlier {
        connect = connect.resume(earlier);
        if let Some(file) = &options.earlydata {
            let bytes = fs::read(file).map_err(|error| format!("reading {}: {error}", file.display()))?;
            connect = connect.early_data(&bytes);
        }
    }
    let tcp = dial(host, port, options.fastopen, log)?;
    if let Some(protocol) = options.starttls_proto {
        let begun = protocol.begin(&tcp, options.starttls_name.as_deref().unwrap_or(host));
        begun.map_err(|error| format!("starting TLS: {error}"))?;
    }
    if options.starttls {
        log.say(MODE);
        let alarm = plain::alarm()?;
        if !plain::talk(&tcp, alarm)? {
            return Err("the server has closed the connection before TLS has begun".to_owned().into());
        }
        eprintln!("*** Starting TLS handshake");
    }
    let session = connect.connect(Stream { tcp, trace: trace.clone() })?;
    tell::tell(&session, options, log)?;
    ocsp::check(&session, config, options, log)?;
    after_early_data(&session, log)?;
    Ok(session)
}

/// A connection to the server that has not started, under the names of the options.
pub(crate) fn prepared(config: &ClientConfig, options: &Options) -> Result<Connect, Failure> {
    let (host, _) = options.server()?;
    let mut connect = config.to(options.verify_hostname.as_deref().unwrap_or(host))?;
    if options.verify_purpose.is_some() {
        connect = connect.demand(verify::demands(options)?)?;
    }
    // What is verified and what is sent are apart: --verify-hostname must not change the name that is sent.
    Ok(match &options.sni_hostname {
        Some(name) => connect.server_name(name),
        None if options.disable_sni || host.parse::<IpAddr>().is_ok() => connect.without_server_name(),
        None => connect.server_name(host.strip_suffix('.').unwrap_or(host)),
    })
}

/// What became of the early data; the server gets them now if it has not taken them.
fn after_early_data(session: &Session<Stream>, log: &Log) -> Result<(), Failure> {
    log.say(match session.early_outcome() {
        None => return Ok(()),
        Some(EarlyOutcome::Accepted) => "*** Early data was accepted",
        Some(EarlyOutcome::Rejected) => "*** Early data was rejected, and is sent again",
        Some(_) => "*** Early data was not sent early: the server's ticket does not allow so much",
    });
    if let Some(bytes) = session.take_unaccepted_early_data() {
        { session }.write_all(&bytes)?;
    }
    Ok(())
}

/// A connection to the first of the server's addresses that has one for us.
pub(crate) fn dial(host: &str, port: u16, fast: bool, log: &Log) -> Result<TcpStream, Failure> {
    log.say(&format!("Resolving '{host}:{port}'..."));
    let addresses = (host, port).to_socket_addrs().map_err(|error| format!("resolving {host}:{port}: {error}"))?;
    let mut failure = format!("resolving {host}:{port}: there is no address");
    for address in addresses {
        log.say(&format!("Connecting to '{}:{port}'{}...", address.ip(), if fast { " (TFO)" } else { "" }));
        match stream::connect(address, fast) {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = format!("connecting to {address}: {error}"),
        }
    }
    Err(Failure::from(failure).hint("Is a server listening there? --port says at which port."))
}
