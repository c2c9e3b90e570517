//! Why the client could not do its work, and what to do about it.

use std::fmt;
use std::io;

use gnutls::x509::VerifyStatus;
use gnutls::{Alert, Error, ErrorKind};

use crate::report;

/// A failure with its hint.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    hint: Option<&'static str>,
    /// What is wrong with the server's certificate, where that is what failed.
    pub(crate) status: Option<VerifyStatus>,
}

impl Failure {
    pub(crate) fn hint(self, hint: &'static str) -> Failure {
        Failure { hint: Some(hint), ..self }
    }
}

impl From<String> for Failure {
    fn from(what: String) -> Failure {
        Failure { what, hint: None, status: None }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure { what: report::error(&error), hint: advice(&error), status: error.verify_status() }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match report::inner(&error) {
            Some(ours) => ours.clone().into(),
            None => error.to_string().into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        self.hint.map_or(Ok(()), |hint| write!(f, "\nHint: {hint}"))
    }
}

/// What usually helps.
fn advice(error: &Error) -> Option<&'static str> {
    let alert = error.alert_received().and_then(advice_on_alert);
    let certificate = error.verify_status().and_then(advice_on_certificate);
    alert.or(certificate).or_else(|| match error.kind() {
        ErrorKind::Negotiation => {
            Some("The two sides share nothing to talk in; --priority allows more or other things.")
        }
        ErrorKind::Protocol => Some("The server may speak no TLS at this port, or another protocol before it."),
        ErrorKind::Priority => {
            Some("GnuTLS's manual lists the words under \"Priority strings\"; NORMAL is the usual one.")
        }
        ErrorKind::Unsupported if error.to_string().contains("TLS 1.3") => {
            Some("Key updates (--rekey) are part of TLS 1.3; see - Description for what this is.")
        }
        ErrorKind::TimedOut => Some("The server is silent; is it a TLS server?"),
        _ => None,
    })
}

fn advice_on_alert(alert: Alert) -> Option<&'static str> {
    Some(match alert {
        Alert::CERTIFICATE_REQUIRED | Alert::BAD_CERTIFICATE | Alert::UNKNOWN_CA | Alert::CERTIFICATE_UNKNOWN => {
            "The server wants a certificate that it trusts: --x509certfile and --x509keyfile name one."
        }
        Alert::HANDSHAKE_FAILURE | Alert::PROTOCOL_VERSION | Alert::INSUFFICIENT_SECURITY => {
            "The server takes nothing of what is offered; --priority offers other things."
        }
        Alert::NO_APPLICATION_PROTOCOL => "The server wants another application protocol; --alpn offers one.",
        Alert::UNRECOGNIZED_NAME => "The server does not know the name; --sni-hostname sends another one.",
        _ => return None,
    })
}

fn advice_on_certificate(status: VerifyStatus) -> Option<&'static str> {
    let advice = [
        (
            VerifyStatus::SIGNER_NOT_FOUND,
            "--x509cafile trusts its issuer; --insecure --print-cert shows the certificate, trusted or not.",
        ),
        (VerifyStatus::UNEXPECTED_OWNER, "Is it the right server? --verify-hostname says which name it must have."),
        (VerifyStatus::EXPIRED, "The server needs a new certificate, unless the clock of this machine is wrong."),
        (VerifyStatus::NOT_ACTIVATED, "Is the clock of this machine right?"),
    ];
    advice.into_iter().find(|(reason, _)| status.contains(*reason)).map(|(_, advice)| advice)
}
