//! From options to a server configuration.

use std::error::Error;
use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use gnutls::key::DhParams;
use gnutls::x509::{CertificateBuilder, Format, KeyType, PrivateKey, Purpose};
use gnutls::{
    Alert, AntiReplay, ClientAuth, Identity, MemoryStore, Priority, PublicKeyAlgorithm, Refusal, SecurityParameter,
    ServerConfig,
};

use crate::options::{Options, Secret};
use crate::{tokens, udp};

/// How long a client may take for its handshake: GnuTLS's own default.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(40);

/// How many sessions are kept for clients that resume by session id.
const SESSIONS: usize = 1024;

/// How many clients with early data are remembered at once.
const REMEMBERED: usize = 100_000;

/// A certificate and its key that the command line names.
pub(crate) enum Given {
    Identity(Identity),
    /// By URLs, for GnuTLS to open.
    Urls(PathBuf, PathBuf),
}

pub(crate) fn config(options: &Options, identities: Vec<Given>) -> gnutls::Result<ServerConfig> {
    let mut builder = ServerConfig::builder().handshake_timeout(HANDSHAKE_TIMEOUT).client_auth(client_auth(options));
    builder = builder.post_handshake_auth(true).allow_renegotiation(options.allow_renegotiation);
    for identity in identities {
        builder = match identity {
            Given::Identity(identity) => builder.with_identity(identity)?,
            Given::Urls(certificate, key) => builder.with_identity_files(certificate, key, Format::Pem, None)?,
        };
    }
    for (public, private) in options.rawpkfile.iter().zip(&options.rawpkkeyfile) {
        let format = if options.x509fmtder { Format::Der } else { Format::Pem };
        builder = builder.with_raw_key_files(public, private, format, None, &[])?;
    }
    if let Some(name) = options.sni_hostname.clone() {
        let fatal = options.sni_hostname_fatal;
        builder = builder.on_client_hello(move |client| match client.server_name() {
            Some(asked) if asked != name && fatal => {
                Err(Refusal::new(format!("{asked} is not {name}")).alert(Alert::UNRECOGNIZED_NAME))
            }
            Some(asked) if asked != name => {
                eprintln!("Warning: a client asks for {asked}, not for {name}");
                Ok(())
            }
            _ => Ok(()),
        });
    }
    if let Some(file) = &options.x509cafile {
        builder = builder.with_trust_file(file)?;
    }
    if let Some(file) = &options.x509crlfile {
        builder = builder.with_revocation_file(file)?;
    }
    if options.ignore_ocsp_response_errors {
        builder = builder.unchecked_staples();
    }
    for (identity, file) in options.ocsp_response.iter().enumerate() {
        // What cannot be read is told by what staples it.
        let format = fs::read(file).map_or(Format::Der, |bytes| Format::detect(&bytes));
        builder = builder.with_staple_file(identity, file, format)?;
    }
    if !options.verify_client_cert {
        builder = builder.dangerous().accept_any_client_certificate();
    }
    if let Some(file) = &options.pskpasswd {
        builder = builder.with_psk_file(file);
    }
    if let (Some(users), Some(groups)) = (&options.srppasswd, &options.srppasswdconf) {
        builder = builder.with_srp_files(users, groups);
    }
    if let Some(file) = &options.dhparams {
        // GnuTLS has no use for them since 3.6.0, and neither has this server; a malformed file is told all the same.
        DhParams::from_pkcs3(gnutls::encoding::load_file(file)?, Format::Pem)?;
    }
    if let Some(size) = options.recordsize {
        builder = builder.max_recv_record_size(size)?;
    }
    #[cfg(gnutls_3_7_4)]
    {
        builder = builder.compress_certificates(&options.compress_cert);
    }
    #[cfg(not(gnutls_3_7_4))]
    debug_assert!(options.compress_cert.is_empty(), "their parser refuses all");
    if let Some(hint) = &options.pskhint {
        builder = builder.psk_hint(hint);
    }
    if let Some(priority) = &options.priority {
        builder = builder.priority(Priority::new(priority)?);
        // As with gnutls-serv, who names such key exchanges gets them.
        if priority.contains("+ANON-") {
            builder = builder.dangerous().with_anonymous()?;
        }
    }
    builder = udp::settings(options, builder.alpn(&options.alpn)?)?;
    if options.alpn_fatal {
        builder = builder.alpn_required();
    }
    if !options.nodb {
        builder = builder.session_store(Arc::new(MemoryStore::new(SESSIONS)));
    }
    if options.earlydata {
        builder = builder.early_data(options.maxearlydata, AntiReplay::in_this_process(REMEMBERED));
    }
    builder.tickets(!options.noticket).build()
}

/// What clients are asked for when they want something secret.
pub(crate) fn secret(options: &Options) -> ClientAuth {
    match options.secret {
        Secret::Request => ClientAuth::Request,
        Secret::Require => ClientAuth::Require,
    }
}

/// New Diffie-Hellman parameters, in PEM.
pub(crate) fn dh_params() -> gnutls::Result<String> {
    let bits = SecurityParameter::MEDIUM.key_bits(PublicKeyAlgorithm::DH);
    let pem = DhParams::generate(bits)?.to_pkcs3(Format::Pem)?;
    Ok(String::from_utf8_lossy(&pem).into_owned())
}

fn client_auth(options: &Options) -> ClientAuth {
    match (options.disable_client_cert, options.require_client_cert) {
        (true, _) => ClientAuth::None,
        (false, true) => ClientAuth::Require,
        (false, false) => ClientAuth::Request,
    }
}

/// The certificates that the command line names; none if it names none.
pub(crate) fn identities(options: &Options) -> Result<Vec<Given>, Box<dyn Error>> {
    tokens::provide(options.provider.as_deref())?;
    if options.rawpkfile.len() != options.rawpkkeyfile.len() {
        return Err("each --rawpkfile needs its --rawpkkeyfile".into());
    }
    let (certificates, keys) = (&options.x509certfile, &options.x509keyfile);
    if certificates.len() != keys.len() {
        let (certificates, keys) = (certificates.len(), keys.len());
        let why = format!(
            "each --x509certfile needs its --x509keyfile: there are {certificates} of one, {keys} of the other"
        );
        return Err(why.into());
    }
    let pairs = certificates.iter().zip(keys);
    let given = pairs.map(|(certificate, key)| match is_url(certificate) || is_url(key) {
        true => Ok(Given::Urls(certificate.clone(), key.clone())),
        false => Identity::from_files(certificate, key).map(Given::Identity),
    });
    Ok(given.collect::<gnutls::Result<_>>()?)
}

fn is_url(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.starts_with("pkcs11:"))
}

/// A certificate for this machine's own names, signed by itself.
pub(crate) fn self_made() -> gnutls::Result<Identity> {
    let key = PrivateKey::generate(KeyType::EcdsaP256)?;
    let certificate = CertificateBuilder::new()
        .subject("CN=localhost")
        .dns_name("localhost")
        .ip_address(Ipv4Addr::LOCALHOST)
        .ip_address(Ipv6Addr::LOCALHOST)
        .purpose(Purpose::SERVER_AUTH)
        .self_signed(&key)?;
    Identity::new(vec![certificate], key)
}
