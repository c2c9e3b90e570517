//! Alerts that the program sends or asks about, under RECV and SEND.

use std::ffi::c_int;

use gnutls_sys as sys;

use super::Engine;
use super::frame;
use super::sides::End;
use crate::alert::Alert;
use crate::error::{Code, Error, ErrorKind, Failure, Origin, Result};
use crate::transport::Transport;

const DOING: &str = "sending an alert";

impl Engine {
    /// The last alert that the peer sent.
    pub(crate) fn last_alert(&self) -> Option<Alert> {
        let mut held = self.asked().both();
        // SAFETY: both locks are held.
        let alert = u8::try_from(unsafe { sys::gnutls_alert_get(self.raw()) }).ok().map(Alert)?;
        // GnuTLS has the number of close_notify for none, too.
        let closed = held.recv_side().is_some_and(|side| matches!(side.end, Some(End::Closed { .. })));
        (alert != Alert::CLOSE_NOTIFY || closed).then_some(alert)
    }

    /// Sends a warning; the session goes on.
    pub(crate) fn warn(&self, io: &dyn Transport, alert: Alert) -> Result<()> {
        self.not_inside(DOING)?;
        if alert == Alert::CLOSE_NOTIFY {
            return Err(Error::input(DOING, "close_notify ends our side: close() sends it"));
        }
        if self.has_key_updates() {
            let why = format!(
                "in TLS 1.3 {alert} ends the session whatever its level (RFC 8446, section 6); so does abort()"
            );
            return Err(Failure::new(ErrorKind::Unsupported, DOING).detail(why).into());
        }
        let mut held = self.flush_held(io, self.lock.both());
        self.may_send(&mut held, DOING)?;
        if held.send_side().is_some_and(|side| side.outbox.is_full()) {
            return Err(Error::blocked(DOING));
        }
        let called = frame::call(self, io, held, |session| {
            // SAFETY: the frame holds RECV and SEND; any number will do.
            unsafe { sys::gnutls_alert_send(session, sys::GNUTLS_AL_WARNING, alert.0.into()) }
        });
        if called.value < 0 {
            return Err(self.fail(io, called.held, called.value, DOING.into()).0);
        }
        self.flush_held(io, called.held);
        Ok(())
    }

    /// Ends the session for both directions with a fatal alert.
    pub(crate) fn abort(&self, io: &dyn Transport, alert: Alert) -> Result<()> {
        self.end_with(io, Some(alert), |session| {
            // SAFETY: `end_with` holds RECV and SEND; any number will do.
            unsafe { sys::gnutls_alert_send(session, sys::GNUTLS_AL_FATAL, alert.0.into()) }
        })
    }

    /// Ends the session for both directions with the alert that GnuTLS has for `code`, if it has one.
    pub(crate) fn abort_for(&self, io: &dyn Transport, code: Code) -> Result<()> {
        if !code.is_fatal() {
            return Err(Error::input(DOING, format!("{code:?} ends no session")));
        }
        // The peer knows.
        let told = code.raw() == sys::GNUTLS_E_FATAL_ALERT_RECEIVED;
        self.end_with(io, (!told).then(|| code.alert()), |session| {
            // SAFETY: `end_with` holds RECV and SEND; any number will do.
            unsafe { sys::gnutls_alert_send_appropriate(session, code.raw()) }
        })
    }

    /// Sends an alert with `send`, and takes the session for failed.
    fn end_with(
        &self,
        io: &dyn Transport,
        alert: Option<Alert>,
        send: impl FnOnce(sys::gnutls_session_t) -> c_int,
    ) -> Result<()> {
        self.not_inside(DOING)?;
        let mut held = self.lock.both();
        if let Some(failure) = self.failure.get() {
            return Err(failure.clone());
        }
        let silent = held.send_side().is_some_and(|side| side.closed || side.broken.is_some());
        let mut code = 0;
        if !silent {
            let called = frame::call(self, io, held, send);
            (held, code) = (self.flush_held(io, called.held), called.value);
        }
        let sent = alert.filter(|_| code >= 0 && !silent);
        let why = match sent {
            Some(alert) => format!("this side ended the session with the alert {alert}"),
            None => "this side ended the session".to_owned(),
        };
        let failure = Failure::new(ErrorKind::Closed, "using the session").detail(why).alert_sent(sent);
        // Both locks are held: nobody else sets it meanwhile.
        let _ = self.failure.set(failure.into());
        self.news.tell();
        if self.info().is_some() {
            frame::shutdown(self, io, held);
        }
        match code {
            0.. => Ok(()),
            code => Err(Failure::of_code(code, Origin::Session, DOING).into()),
        }
    }
}
