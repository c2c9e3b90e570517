//! What a session is like, in the words of gnutls-serv and gnutls-cli: scripts look for these lines.

use gnutls::transport::Transport;
use gnutls::x509::Certificate;
use gnutls::{CredentialsType, Error, Session};

/// The lines that both roles print after a handshake. A tester finds the sentence about resumption by its asterisks.
pub(crate) fn session<T: Transport>(session: &Session<T>) -> Vec<String> {
    let mut lines = vec![format!("- Description: {}", session.description())];
    lines.extend(psk(session));
    if let Some(user) = session.srp_username() {
        lines.push(format!("- SRP authentication. Connected as '{}'", user.escape_debug()));
    }
    if session.server_credentials() == CredentialsType::ANONYMOUS {
        lines.push("- Anonymous: nobody is authenticated.".to_owned());
    }
    if let Some(name) = session.server_name() {
        // 1 is the type of DNS names, which is the only one that there is (RFC 6066, section 3).
        lines.push(format!("- Given server name[1]: {}", name.escape_debug()));
    }
    if let Some(protocol) = session.alpn() {
        lines.push(format!("- Application protocol: {}", protocol.escape_ascii()));
    }
    lines
}

/// The line about a pre-shared key, if one was used.
fn psk<T: Transport>(session: &Session<T>) -> Option<String> {
    session.peer_authentication().filter(|kind| *kind == CredentialsType::PSK)?;
    Some(match (session.psk_identity(), session.psk_hint()) {
        (Some(identity), _) => format!("- PSK authentication. Connected as '{}'", identity.escape_ascii()),
        (None, Some(hint)) => format!("- PSK authentication. PSK hint '{}'", hint.escape_ascii()),
        (None, None) => "- PSK authentication.".to_owned(),
    })
}

/// The lines for those who want to know more.
pub(crate) fn details<T: Transport>(session: &Session<T>) -> Vec<String> {
    let mut lines = vec![format!("- Version: {}", session.protocol()), format!("- Cipher: {}", session.cipher())];
    // A resumed session has no signature, and need not have a group.
    lines.extend(session.signature().name().map(|name| format!("- Server Signature: {name}")));
    lines.extend(session.group().name().map(|name| format!("- Group: {name}")));
    lines
}

/// The lines about the peer's certificates, with their PEM text if it is asked for.
pub(crate) fn certificates(chain: &[Certificate], pem: bool) -> Vec<String> {
    if chain.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![
        "- Certificate type: X.509".to_owned(),
        format!("- Got a certificate list of {} certificates.", chain.len()),
    ];
    for (place, certificate) in chain.iter().enumerate() {
        lines.push(format!("- Certificate[{place}] info:"));
        lines.push(format!(" - {certificate}"));
        if pem {
            lines.push(format!("\n{}", certificate.to_pem()));
        }
    }
    lines
}

/// An error's full text, with the alert that it made this side send.
pub(crate) fn error(error: &Error) -> String {
    match error.alert_sent() {
        Some(alert) => format!("{error}; the peer has been sent the alert {alert}"),
        None => error.to_string(),
    }
}

/// The error of this crate inside the one of the standard library, where `Read` and `Write` have put it.
pub(crate) fn inner(error: &std::io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}
