//! `--ocsp`: whether the server's certificates are revoked, by what the server has stapled or by what the authorities say.

use std::time::{Duration, SystemTime};

use gnutls::ocsp::{CertificateStatus, Request, Response};
use gnutls::transport::Transport;
use gnutls::x509::Certificate;
use gnutls::{ClientConfig, Digest, Session};

use crate::failure::Failure;
use crate::http;
use crate::log::Log;
use crate::options::Options;

/// How old an answer may be that does not say itself.
const OLDEST: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Refuses a server unless its authorities say that its certificates are good. One that names no place to ask is not asked
/// about, if another one is.
pub(crate) fn check<T: Transport>(
    session: &Session<T>,
    config: &ClientConfig,
    options: &Options,
    log: &Log,
) -> Result<(), Failure> {
    if !options.ocsp || options.no_ca_verification || session.is_ocsp_checked() || session.is_resumed() {
        return Ok(());
    }
    let now = options.attime.unwrap_or_else(SystemTime::now);
    match verified(&session.peer_certificates()?, config, now) {
        Ok(count) => log.say(&format!("*** OCSP: verified {count} certificate(s).")),
        Err(why) => {
            log.say("*** Verifying (with OCSP) server certificate chain failed...");
            // Who knows the server by other means, or wants it whatever it is, is told only.
            if !(options.insecure || options.tofu || options.strict_tofu) {
                return Err(why.into());
            }
            log.say(&format!("*** {why}"));
        }
    }
    Ok(())
}

/// How many certificates of a chain are good.
fn verified(chain: &[Certificate], config: &ClientConfig, now: SystemTime) -> Result<u32, String> {
    let text = |error: gnutls::Error| error.to_string();
    let mut count = 0;
    for (place, certificate) in chain.iter().enumerate() {
        let trusted = config.issuer_of(certificate).map_err(text)?;
        let Some(issuer) = trusted.or_else(|| chain.get(place + 1).cloned()) else { continue };
        let urls = [certificate.ocsp_uris(), issuer.ocsp_uris()];
        let Some(url) = urls.into_iter().flatten().flatten().next() else { continue };
        let asked = ask(&url, certificate, &issuer, now);
        asked.map_err(|why| format!("asking {url} about certificate {place} of the server: {why}"))?;
        count += 1;
    }
    if count == 0 { Err("--ocsp: no certificate of the server says whom to ask".to_owned()) } else { Ok(count) }
}

/// Asks about a certificate, and looks whether the answer is to be believed, and good.
fn ask(url: &str, certificate: &Certificate, issuer: &Certificate, now: SystemTime) -> Result<(), String> {
    let text = |error: gnutls::Error| error.to_string();
    let mut request = Request::new().map_err(text)?;
    request.add_certificate(Digest::SHA1, issuer, certificate).map_err(text)?;
    request.randomize_nonce().map_err(text)?;
    let answer = http::post_ocsp(url, &request.to_der().map_err(text)?).map_err(|error| error.to_string())?;
    let response = Response::from_der(answer).map_err(text)?;
    let found = response.verify_direct(issuer).map_err(text)?;
    if !found.is_ok() {
        return Err(format!("the answer is not to be believed: {found:?}"));
    }
    if !response.is_about(0, certificate).map_err(text)? {
        return Err("the answer is about another certificate".to_owned());
    }
    match response.nonce().map_err(text)? {
        // Many responders sign their answers in advance.
        None => eprintln!("*** The OCSP reply did not include the requested nonce."),
        nonce if nonce != request.nonce().map_err(text)? => return Err("the answer is to another question".to_owned()),
        _ => {}
    }
    let singles = response.singles().map_err(text)?;
    let single = singles.first().ok_or("the answer is empty")?;
    let this = single.this_update;
    match single.next_update {
        Some(next) if next < now => return Err("the answer is out of date".to_owned()),
        None if this.is_none_or(|this| this + OLDEST < now) => return Err("the answer is too old".to_owned()),
        _ => {}
    }
    match single.status {
        CertificateStatus::Good => Ok(()),
        CertificateStatus::Revoked { reason, .. } => Err(format!("it is revoked ({reason:?})")),
        _ => Err("nothing is known of it".to_owned()),
    }
}
