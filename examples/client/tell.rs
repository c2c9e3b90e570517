//! What is said of a session after its handshake, and what is refused then.

use gnutls::transport::Transport;
use gnutls::{CertificateType, CredentialsType, Session};

use crate::failure::Failure;
use crate::log::Log;
use crate::options::Options;
use crate::report;
use crate::verify;

/// Says what the handshake has agreed on, in gnutls-cli's words.
pub(crate) fn tell<T: Transport>(session: &Session<T>, options: &Options, log: &Log) -> Result<(), Failure> {
    options.save.save(session, log)?;
    log.say_all(&report::certificates(&session.peer_certificates()?, options.print_cert || options.verbose));
    // The lines of the session have what a key is to say.
    if session.peer_authentication() == Some(CredentialsType::CERTIFICATE) {
        log.say(&status(session, options, log)?);
    }
    log.say_all(&report::session(session));
    if options.verbose {
        log.say_all(&report::details(session));
    }
    log.say_all(options.key_material.line(session)?.as_slice());
    if let (Some(least), Some(exchange)) = (options.dh_bits, session.dh_exchange()?) {
        if exchange.prime_bits < least {
            let why = format!("the server has chosen a prime of {} bits, --dh-bits wants {least}", exchange.prime_bits);
            return Err(why.into());
        }
    }
    Ok(())
}

/// The line about what the server is known by.
fn status<T: Transport>(session: &Session<T>, options: &Options, log: &Log) -> Result<String, Failure> {
    if session.peer_certificate_type() == CertificateType::RAW_PUBLIC_KEY {
        let id = session.peer_public_key()?.map(|key| key.key_id()).transpose()?.unwrap_or_default();
        log.say(&format!("- Raw public key: {}", gnutls::encoding::hex::encode(id)?));
        let found = if options.insecure { "was not verified" } else { "is trusted" };
        return Ok(format!("- Status: The raw public key {found}."));
    }
    if options.no_ca_verification || options.tofu || options.strict_tofu {
        return Ok("- Status: The certificate was not verified.".to_owned());
    }
    if options.insecure {
        let found = session.verify_peer(&verify::demands(options)?)?;
        if !found.is_ok() {
            let status = found.status();
            return Ok(format!("- Status: {status}\n*** PKI verification of server certificate failed..."));
        }
    }
    Ok("- Status: The certificate is trusted.".to_owned())
}
