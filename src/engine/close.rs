//! How a session ends: close_notify, or a fatal error and its alert. Under RECV and SEND.

use std::borrow::Cow;
use std::ffi::c_int;

use gnutls_sys as sys;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Engine;
use super::frame;
use super::sides::Held;
use crate::alert::Alert;
use crate::error::{Code, Error, ErrorKind, Failure, Origin, Result};
use crate::transport::Transport;
use crate::x509::VerifyStatus;

const DOING: &str = "closing";

impl Engine {
    /// Sends close_notify, once: true when it has gone to the transport with everything before it.
    pub(crate) fn close(&self, io: &dyn Transport) -> Result<bool> {
        self.not_inside(DOING)?;
        let mut held = self.lock.both();
        if let Err(error) = self.may_send(&mut held, DOING) {
            if error.kind() != ErrorKind::Closed {
                return Err(error);
            }
        } else {
            let result;
            (held, result) = self.uncork_held(io, held);
            result?;
            let called = frame::call(self, io, held, |session| {
                // SAFETY: the frame holds RECV and SEND.
                unsafe { sys::gnutls_bye(session, sys::GNUTLS_SHUT_WR) }
            });
            held = called.held;
            if called.value < 0 {
                return Err(self.fail(io, held, called.value, DOING.into()).0);
            }
            if let Some(side) = held.send_side() {
                (side.closed, side.short) = (true, false);
            }
        }
        self.flushed(self.flush_held(io, held))
    }

    /// Ends the session for both directions: sends the alert that fits, keeps the error, wakes who waits.
    /// Returns `held` with both locks.
    pub(super) fn fail<'a>(
        &'a self,
        io: &'a dyn Transport,
        held: Held<'a>,
        code: c_int,
        doing: Cow<'static, str>,
    ) -> (Error, Held<'a>) {
        let mut held = held.into_both();
        if let Some(failure) = self.failure.get() {
            return (failure.clone(), held);
        }
        let (mut code, mut found) = (code, None);
        if self.info().is_none() && self.left.get().is_none() {
            let called = frame::call(self, io, held, |_| self.look_again(code));
            ((code, found), held) = (called.value, called.held);
        }
        let mut failure = Failure::of_code(code, Origin::Session, doing).alert_received(self.alert_received(code));
        if code == sys::GNUTLS_E_AGAIN || code == sys::GNUTLS_E_INTERRUPTED {
            // Only a transport that is not ours could make GnuTLS say so here.
            failure = failure.kind(ErrorKind::Internal);
        }
        match (self.info().is_some(), ErrorKind::of_code(code, Origin::Session)) {
            // A record of another version, say: what has been agreed on is not open to negotiation any more.
            (true, ErrorKind::Negotiation) => failure = failure.kind(ErrorKind::Protocol),
            // Verification's only limit is that of the chain's length.
            (false, _) if code == sys::GNUTLS_E_CONSTRAINT_ERROR => {
                failure = failure.kind(ErrorKind::Verification).detail("the peer's chain of certificates is too long");
            }
            // A key share that is no point of its curve, say: before the end of a handshake nobody calls but we.
            (false, ErrorKind::Misuse) => failure = failure.kind(ErrorKind::Protocol),
            _ => {}
        }
        if code == sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR {
            let status = self.verify_status();
            failure = failure.verification(status.raw()).detail(describe(status));
            if let Some(found) = found {
                failure = failure.evidence(Arc::new(found));
            }
        }
        if code == sys::GNUTLS_E_WARNING_ALERT_RECEIVED {
            failure = failure.kind(ErrorKind::Renegotiation).detail("the peer refuses it");
        }
        if let Some(left) = self.left.get() {
            failure = left.tell(failure);
        }
        let closed = held.send_side().is_some_and(|side| side.closed || side.broken.is_some());
        if let (Some(alert), false) = (self.alert_for(code), closed) {
            let called = frame::call(self, io, held, |session| {
                // SAFETY: the frame holds RECV and SEND.
                unsafe { sys::gnutls_alert_send(session, sys::GNUTLS_AL_FATAL, alert.0.into()) }
            });
            held = self.flush_held(io, called.held);
            failure = failure.alert_sent((called.value == 0).then_some(alert));
        }
        let error = self.failure.get_or_init(|| failure.into()).clone();
        self.news.tell();
        if self.info().is_some() {
            held = frame::shutdown(self, io, held);
        }
        (error, held)
    }

    /// The alert that the peer sent, if `code` says that there was one. RECV is held.
    fn alert_received(&self, code: c_int) -> Option<Alert> {
        if code != sys::GNUTLS_E_FATAL_ALERT_RECEIVED && code != sys::GNUTLS_E_WARNING_ALERT_RECEIVED {
            return None;
        }
        // SAFETY: RECV is held.
        let alert = unsafe { sys::gnutls_alert_get(self.raw()) };
        u8::try_from(alert).ok().map(Alert)
    }

    fn verify_status(&self) -> VerifyStatus {
        VerifyStatus::from_raw(self.verify_status.load(Ordering::Relaxed))
    }

    /// The alert that tells the peer of `code`; none if the peer told us.
    fn alert_for(&self, code: c_int) -> Option<Alert> {
        match code {
            _ if self.left.get().is_some() => self.left.get().map(|left| left.alert()),
            sys::GNUTLS_E_FATAL_ALERT_RECEIVED | sys::GNUTLS_E_WARNING_ALERT_RECEIVED => None,
            // close_notify in the handshake; GnuTLS has internal_error for it.
            sys::GNUTLS_E_SESSION_EOF => None,
            sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR => Some(alert_for_status(self.verify_status())),
            sys::GNUTLS_E_CONSTRAINT_ERROR => Some(Alert::BAD_CERTIFICATE),
            _ => Some(Code::from_raw(code).alert()),
        }
    }
}

/// The alert for a certificate that was not accepted (RFC 8446, section 6.2); GnuTLS has one for all reasons.
fn alert_for_status(status: VerifyStatus) -> Alert {
    const ALERTS: [(VerifyStatus, Alert); 4] = [
        (VerifyStatus::REVOKED, Alert::CERTIFICATE_REVOKED),
        (VerifyStatus::SIGNER_NOT_FOUND, Alert::UNKNOWN_CA),
        (VerifyStatus::EXPIRED, Alert::CERTIFICATE_EXPIRED),
        (VerifyStatus::PURPOSE_MISMATCH, Alert::UNSUPPORTED_CERTIFICATE),
    ];
    ALERTS.iter().find(|(reason, _)| status.contains(*reason)).map_or(Alert::BAD_CERTIFICATE, |(_, alert)| *alert)
}

fn describe(status: VerifyStatus) -> String {
    if status.is_ok() {
        return "the peer's certificate could not be checked".to_owned();
    }
    status.to_string()
}
