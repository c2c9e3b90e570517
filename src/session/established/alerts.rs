//! Alerts that the program sends, and the last that came.

use super::Session;
use crate::alert::Alert;
use crate::error::{Code, Error, Result};
use crate::transport::Transport;

impl<T: Transport> Session<T> {
    /// The last alert that the peer sent, warnings included; `None` if it has sent none.
    #[doc(alias = "gnutls_alert_get")]
    pub fn last_alert(&self) -> Option<Alert> {
        self.shared.engine.last_alert()
    }

    /// Sends an alert that lets the session go on (TLS 1.2 and older). Never waits.
    ///
    /// # Errors
    /// As [`send`](Session::send). [`Unsupported`](crate::ErrorKind::Unsupported) in TLS 1.3, which has no warnings; [`InvalidInput`](crate::ErrorKind::InvalidInput) for close_notify, which [`close`](Session::close) sends.
    #[doc(alias = "gnutls_alert_send")]
    pub fn warn(&self, alert: Alert) -> Result<()> {
        self.shared.engine.warn(&self.shared.io, alert)
    }

    /// Ends the session at once, both directions, and tells the peer why with a fatal alert, which the transport is offered
    /// once. What others of our threads wait for ends with an error of the kind
    /// [`Closed`](crate::ErrorKind::Closed). Never waits.
    ///
    /// # Examples
    /// ```no_run
    /// # fn f(session: gnutls::Session<std::net::TcpStream>, name: &str) -> Result<(), gnutls::Error> {
    /// if session.alpn().is_none() {
    ///     session.abort(gnutls::Alert::NO_APPLICATION_PROTOCOL)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The error that has ended the session before, if one has.
    #[doc(alias = "gnutls_alert_send")]
    pub fn abort(&self, alert: Alert) -> Result<()> {
        self.shared.engine.abort(&self.shared.io, alert)
    }

    /// [`abort`](Session::abort) with the alert that fits an error: GnuTLS's for its code, and `internal_error` for an
    /// error that has none.
    ///
    /// # Errors
    /// As there; [`InvalidInput`](crate::ErrorKind::InvalidInput) for a code that ends no session.
    #[doc(alias = "gnutls_alert_send_appropriate")]
    pub fn abort_for(&self, error: &Error) -> Result<()> {
        let code = error.code().unwrap_or(Code::from_raw(gnutls_sys::GNUTLS_E_INTERNAL_ERROR));
        self.shared.engine.abort_for(&self.shared.io, code)
    }
}
