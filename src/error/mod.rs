//! The one error type: what was being done, what went wrong, and everything GnuTLS and the peer said about it.

mod code;
mod kind;
mod refusal;

use std::any::Any;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::ffi::c_int;
use std::fmt;
use std::io;
use std::sync::Arc;

pub use code::Code;
pub use kind::ErrorKind;
pub(crate) use kind::Origin;
pub use refusal::Refusal;

use crate::alert::Alert;

/// The result of a call of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call failed.
///
/// Cheap to clone: an error that ended a session is kept and given to every later call on it. Converts into
/// [`io::Error`] with the kind that programs test for (`WouldBlock`, `TimedOut`, `UnexpectedEof` for a truncated
/// stream, `BrokenPipe` for a closed side, ...), keeping this error as its inner one.
///
/// # Examples
/// ```
/// use gnutls::{ErrorKind, Priority};
///
/// let error = Priority::new("NORMAL:-VERS-ALL:+VERS-TLS9.9").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Priority);
/// assert!(error.to_string().contains("+VERS-TLS9.9"));
/// ```
#[derive(Clone)]
pub struct Error(Repr);

#[derive(Clone)]
enum Repr {
    /// The answer of every non-blocking loop: costs no allocation.
    WouldBlock(&'static str),
    Failure(Arc<Failure>),
}

/// What an [`Error`] is made of; built with the setters below, finished with `.into()`.
#[derive(Clone)]
pub(crate) struct Failure {
    kind: ErrorKind,
    doing: Cow<'static, str>,
    detail: Option<Cow<'static, str>>,
    code: Option<Code>,
    alert_received: Option<Alert>,
    alert_sent: Option<Alert>,
    verification: Option<u32>,
    /// The last messages of a handshake, received and sent: numbers of `gnutls_handshake_description_t`.
    messages: (Option<u32>, Option<u32>),
    /// What a higher layer knows of it.
    evidence: Option<Arc<dyn Any + Send + Sync>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Failure {
    pub(crate) fn new(kind: ErrorKind, doing: impl Into<Cow<'static, str>>) -> Failure {
        Failure {
            kind,
            doing: doing.into(),
            detail: None,
            code: None,
            alert_received: None,
            alert_sent: None,
            verification: None,
            messages: (None, None),
            evidence: None,
            source: None,
        }
    }

    /// A failure that a GnuTLS function reported by `code`.
    pub(crate) fn of_code(code: c_int, origin: Origin, doing: impl Into<Cow<'static, str>>) -> Failure {
        let failure = Failure::new(ErrorKind::of_code(code, origin), doing);
        Failure { code: Some(Code::from_raw(code)), ..failure }
    }

    /// As [`of_code`](Failure::of_code), of a function that was given data to parse: some texts that it cannot read
    /// GnuTLS takes for a misuse of the function.
    pub(crate) fn of_input(code: c_int, doing: impl Into<Cow<'static, str>>) -> Failure {
        let failure = Failure::of_code(code, Origin::Local, doing);
        match failure.kind {
            ErrorKind::Misuse => failure.kind(ErrorKind::InvalidInput),
            _ => failure,
        }
    }

    /// A failure of the transport or of a file.
    pub(crate) fn of_io(error: io::Error, doing: impl Into<Cow<'static, str>>) -> Failure {
        let failure = Failure::new(ErrorKind::Transport, doing);
        Failure { source: Some(Arc::new(error)), ..failure }
    }

    pub(crate) fn kind(self, kind: ErrorKind) -> Failure {
        Failure { kind, ..self }
    }

    pub(crate) fn detail(self, detail: impl Into<Cow<'static, str>>) -> Failure {
        Failure { detail: Some(detail.into()), ..self }
    }

    /// What lies behind it.
    pub(crate) fn source(self, source: Arc<dyn StdError + Send + Sync>) -> Failure {
        Failure { source: Some(source), ..self }
    }

    pub(crate) fn alert_received(self, alert: Option<Alert>) -> Failure {
        Failure { alert_received: alert, ..self }
    }

    pub(crate) fn alert_sent(self, alert: Option<Alert>) -> Failure {
        Failure { alert_sent: alert, ..self }
    }

    /// What a higher layer asks for by its type.
    pub(crate) fn evidence(self, evidence: Arc<dyn Any + Send + Sync>) -> Failure {
        Failure { evidence: Some(evidence), ..self }
    }

    /// The bits of `gnutls_certificate_status_t`; `x509::VerifyStatus` gives them their type.
    pub(crate) fn verification(self, status: u32) -> Failure {
        Failure { verification: Some(status), ..self }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        Error(Repr::Failure(Arc::new(failure)))
    }
}

impl Error {
    /// `doing` could not be done now.
    pub(crate) fn blocked(doing: &'static str) -> Error {
        Error(Repr::WouldBlock(doing))
    }

    /// A call that makes no sense where it stands.
    pub(crate) fn misuse(doing: impl Into<Cow<'static, str>>, why: impl Into<Cow<'static, str>>) -> Error {
        Failure::new(ErrorKind::Misuse, doing).detail(why).into()
    }

    /// Data of the caller's that cannot be used.
    pub(crate) fn input(doing: impl Into<Cow<'static, str>>, why: impl Into<Cow<'static, str>>) -> Error {
        Failure::new(ErrorKind::InvalidInput, doing).detail(why).into()
    }

    /// The same failure under a fuller name of what was being done.
    pub(crate) fn while_doing(self, doing: Cow<'static, str>) -> Error {
        match self.0 {
            Repr::WouldBlock(_) => self,
            Repr::Failure(failure) => Failure { doing, ..(*failure).clone() }.into(),
        }
    }

    /// The same failure of a handshake, with the last messages that came and went.
    pub(crate) fn after_messages(self, received: Option<u32>, sent: Option<u32>) -> Error {
        match self.0 {
            Repr::WouldBlock(_) => self,
            Repr::Failure(failure) => Failure { messages: (received, sent), ..(*failure).clone() }.into(),
        }
    }

    fn failure(&self) -> Option<&Failure> {
        match &self.0 {
            Repr::WouldBlock(_) => None,
            Repr::Failure(failure) => Some(failure),
        }
    }

    /// The class of the failure.
    pub fn kind(&self) -> ErrorKind {
        self.failure().map_or(ErrorKind::WouldBlock, |failure| failure.kind)
    }

    /// Whether the call should be made again once the transport is ready. Nothing was taken or given.
    pub fn would_block(&self) -> bool {
        self.kind() == ErrorKind::WouldBlock
    }

    /// What was being done, in words ("receiving", "reading the private key of server.pem").
    pub fn doing(&self) -> &str {
        match &self.0 {
            Repr::WouldBlock(doing) => doing,
            Repr::Failure(failure) => &failure.doing,
        }
    }

    /// GnuTLS's code, where GnuTLS reported the failure.
    pub fn code(&self) -> Option<Code> {
        self.failure().and_then(|failure| failure.code)
    }

    /// Whether a getter says that the object does not have, or no longer has, what was asked for.
    pub(crate) fn is_end(&self) -> bool {
        self.code().is_some_and(|code| code.raw() == gnutls_sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
    }

    /// The alert that the peer sent, where one ended the session.
    pub fn alert_received(&self) -> Option<Alert> {
        self.failure().and_then(|failure| failure.alert_received)
    }

    /// The alert that this failure made us send to the peer. It is offered to the transport once: a peer that does not
    /// read does not get it.
    pub fn alert_sent(&self) -> Option<Alert> {
        self.failure().and_then(|failure| failure.alert_sent)
    }

    /// The raw numbers behind [`Error::handshake_received`](crate::Error::handshake_received) and its sibling.
    pub(crate) fn handshake_messages(&self) -> (Option<u32>, Option<u32>) {
        self.failure().map_or((None, None), |failure| failure.messages)
    }

    /// What a higher layer knows of it.
    pub(crate) fn evidence(&self) -> Option<&(dyn Any + Send + Sync)> {
        self.failure()?.evidence.as_deref()
    }

    /// The raw certificate status behind [`Error::verify_status`](crate::Error::verify_status).
    pub(crate) fn verification_bits(&self) -> Option<u32> {
        self.failure().and_then(|failure| failure.verification)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(failure) = self.failure() else {
            return write!(f, "{}: the transport is not ready", self.doing());
        };
        f.write_str(&failure.doing)?;
        match (&failure.detail, failure.code, &failure.source) {
            (Some(detail), _, _) => write!(f, ": {detail}")?,
            (None, Some(code), _) => write!(f, ": {}", code.description().trim_end_matches('.'))?,
            (None, None, Some(source)) => write!(f, ": {source}")?,
            (None, None, None) => {}
        }
        if let Some(alert) = failure.alert_received {
            write!(f, "; the peer sent the alert {alert}")?;
        }
        if let Some(name) = failure.code.and_then(Code::name) {
            write!(f, " [{name}]")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.kind()).field("doing", &self.doing());
        if let Some(failure) = self.failure() {
            out.field("detail", &failure.detail).field("code", &failure.code);
            out.field("alert_received", &failure.alert_received).field("alert_sent", &failure.alert_sent);
            out.field("source", &failure.source);
        }
        out.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.failure()?.source.as_deref()?;
        Some(source)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> io::Error {
        let below = error.source().and_then(|source| source.downcast_ref::<io::Error>());
        let kind = match below {
            Some(below) if error.kind() == ErrorKind::Transport => below.kind(),
            _ => error.kind().io_kind(),
        };
        io::Error::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_io_error_keeps_the_kind_and_the_cause() {
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        let error: io::Error = Error::from(Failure::of_io(reset, "receiving")).into();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).expect("ours inside");
        assert_eq!(inner.kind(), ErrorKind::Transport);
        let blocked: io::Error = Error::blocked("sending").into();
        assert_eq!(blocked.kind(), io::ErrorKind::WouldBlock);
    }
}
