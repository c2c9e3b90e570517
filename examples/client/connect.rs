//! From options to a session: whom to trust, where to connect, what to say of it.

use std::fs;
use std::io::Write;
use std::net::{IpAddr, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;

use gnutls::key::PublicKey;
use gnutls::pkcs11::Setup;
use gnutls::transport::Transport;
use gnutls::x509::{Certificate, Format, Purpose, VerifyDemands};
use gnutls::{
    CertificateType, ClientConfig, Connect, CredentialsType, EarlyOutcome, Identity, KeyLogFile, Priority, Psk,
    Session, SessionData, SrpUser,
};

use crate::failure::Failure;
use crate::log::Log;
use crate::options::Options;
use crate::report;
use crate::udp;
use crate::verify;

/// How long the server may take for its handshake: GnuTLS's own default.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(40);

pub(crate) fn config(options: &Options, log: &Log) -> gnutls::Result<ClientConfig> {
    let mut builder = ClientConfig::builder().handshake_timeout(HANDSHAKE_TIMEOUT);
    builder = match &options.x509cafile {
        _ if options.insecure => builder.dangerous().accept_any_certificate(),
        None if options.pskkey.is_some() || options.srppasswd.is_some() => builder,
        None if options.server_rawpkfile.is_some() => builder,
        None => builder.with_system_trust()?,
        Some(file) => {
            let authorities = Certificate::list_from_file(file)?;
            log.say(&format!("Processed {} CA certificate(s).", authorities.len()));
            builder.with_trust(&authorities)?
        }
    };
    if let (Some(identity), Some(key)) = (&options.pskusername, &options.pskkey) {
        builder = builder.with_psk(Psk::from_hex(identity, key)?);
    }
    if let (Some(name), Some(password)) = (&options.srpusername, &options.srppasswd) {
        builder = builder.with_srp(SrpUser::new(name, password)?);
    }
    if let Some(module) = &options.provider {
        Setup::manual().provider(module, None)?.apply()?;
    }
    if let (Some(certificate), Some(key)) = (&options.x509certfile, &options.x509keyfile) {
        let is_url = |path: &Path| path.to_str().is_some_and(|path| path.starts_with("pkcs11:"));
        builder = match is_url(certificate) || is_url(key) {
            true => builder.with_identity_files(certificate, key, Format::Pem, None)?,
            false => builder.with_identity(Identity::from_files(certificate, key)?)?,
        };
    }
    if let (Some(public), Some(private)) = (&options.rawpkfile, &options.rawpkkeyfile) {
        builder = builder.with_raw_key_files(public, private, Format::Pem, None, &[])?;
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
    builder = builder.post_handshake_auth(options.post_handshake_auth);
    if options.keylog {
        builder = builder.key_log(KeyLogFile::from_env()?);
    }
    udp::settings(options, builder.alpn(&options.alpn)?)?.build()
}

/// Connects and does the handshake, resuming `earlier` if there is one.
pub(crate) fn connect(
    config: &ClientConfig,
    options: &Options,
    earlier: Option<&SessionData>,
    log: &Log,
) -> Result<Session<TcpStream>, Failure> {
    let (host, port) = options.server()?;
    let mut connect = prepared(config, options)?;
    if let Some(earlier) = earlier {
        connect = connect.resume(earlier);
        if let Some(file) = &options.earlydata {
            let bytes = fs::read(file).map_err(|error| format!("reading {}: {error}", file.display()))?;
            connect = connect.early_data(&bytes);
        }
    }
    let stream = dial(host, port, log)?;
    if let Some(protocol) = options.starttls_proto {
        let begun = protocol.begin(&stream, host);
        begun.map_err(|error| format!("starting TLS: {error}"))?;
    }
    let session = connect.connect(stream)?;
    tell(&session, options, log)?;
    after_early_data(&session, log)?;
    Ok(session)
}

/// A connection to the server that has not started, under the names of the options.
pub(crate) fn prepared(config: &ClientConfig, options: &Options) -> Result<Connect, Failure> {
    let (host, _) = options.server()?;
    let mut connect = config.to(options.verify_hostname.as_deref().unwrap_or(host))?;
    if let Some(purpose) = &options.verify_purpose {
        let name = options.verify_hostname.as_deref().unwrap_or(host);
        connect = connect.demand(VerifyDemands::new().host(name)?.purpose(Purpose::from_oid(purpose)?))?;
    }
    // What is verified and what is sent are apart: --verify-hostname must not change the name that is sent.
    Ok(match &options.sni_hostname {
        Some(name) => connect.server_name(name),
        None if options.disable_sni || host.parse::<IpAddr>().is_ok() => connect.without_server_name(),
        None => connect.server_name(host.strip_suffix('.').unwrap_or(host)),
    })
}

/// Says what the handshake has agreed on.
pub(crate) fn tell<T: Transport>(session: &Session<T>, options: &Options, log: &Log) -> Result<(), Failure> {
    if let Some(file) = &options.save_ocsp {
        let response = session.ocsp_response()?.ok_or_else(|| "the server has stapled no OCSP response".to_owned())?;
        let saved = fs::write(file, response.to_der()?);
        saved.map_err(|error| format!("writing {}: {error}", file.display()))?;
    }
    log.say_all(&report::certificates(&session.peer_certificates()?, options.print_cert || options.verbose));
    // The lines of the session have what a key is to say.
    if session.peer_authentication() == Some(CredentialsType::CERTIFICATE) {
        let (what, unverified) = match session.peer_certificate_type() {
            CertificateType::RAW_PUBLIC_KEY => {
                let id = session.peer_public_key()?.map(|key| key.key_id()).transpose()?.unwrap_or_default();
                log.say(&format!("- Raw public key: {}", gnutls::encoding::hex::encode(id)?));
                ("raw public key", options.insecure)
            }
            _ => ("certificate", options.insecure || options.tofu || options.strict_tofu),
        };
        let status = if unverified { "was not verified" } else { "is trusted" };
        log.say(&format!("- Status: The {what} {status}."));
    }
    log.say_all(&report::session(session));
    if options.verbose {
        log.say_all(&report::details(session));
    }
    Ok(())
}

/// What became of the early data; the server gets them now if it has not taken them.
fn after_early_data(session: &Session<TcpStream>, log: &Log) -> Result<(), Failure> {
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
fn dial(host: &str, port: u16, log: &Log) -> Result<TcpStream, Failure> {
    log.say(&format!("Resolving '{host}:{port}'..."));
    let addresses = (host, port).to_socket_addrs().map_err(|error| format!("resolving {host}:{port}: {error}"))?;
    let mut failure = format!("resolving {host}:{port}: there is no address");
    for address in addresses {
        log.say(&format!("Connecting to '{}:{port}'...", address.ip()));
        match TcpStream::connect(address) {
            Ok(stream) => {
                // What is typed goes out at once; where this fails it comes a little later.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => failure = format!("connecting to {address}: {error}"),
        }
    }
    Err(Failure::from(failure).hint("Is a server listening there? --port says at which port."))
}
