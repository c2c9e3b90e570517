//! A handshake whose messages somebody else carries, for transports with records of their own. Under RECV and SEND.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::ffi::c_int;
use std::sync::atomic::Ordering;

use gnutls_sys as sys;
use parking_lot::Mutex;

use super::frame;
use super::handshake::MOST;
use super::sides::Held;
use super::{Engine, Extension};
use crate::alert::Alert;
use crate::algorithm::{Cipher, Digest};
#[cfg(gnutls_3_8_11)]
use crate::error::Error;
use crate::error::Result;
use crate::secret::SecretBytes;
use crate::transport::Silent;

const DOING: &str = "the handshake of QUIC";
const ALL: [Level; 4] = [Level::Initial, Level::Early, Level::Handshake, Level::Application];

/// With which keys a message is protected (RFC 9001, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[doc(alias = "gnutls_record_encryption_level_t")]
pub enum Level {
    /// Keys that everybody can have.
    Initial,
    /// Early data.
    Early,
    /// The rest of the handshake.
    Handshake,
    /// Everything after it.
    Application,
}

/// The traffic secrets of a level, from which keys are derived (RFC 9001, section 5.1). Who has them can read and forge.
#[derive(Debug)]
#[non_exhaustive]
pub struct Secrets {
    /// What they protect.
    pub level: Level,
    /// For what the peer sends, if this side has it now.
    pub read: Option<SecretBytes>,
    /// For what we send, if this side has it now.
    pub write: Option<SecretBytes>,
    /// The cipher to use them with.
    pub cipher: Cipher,
    /// The digest of the HKDF to derive keys with.
    pub digest: Digest,
}

/// What a handshake without records has said and not yet been asked for.
#[derive(Default)]
pub(super) struct Outside(Mutex<State>);

#[derive(Default)]
struct State {
    outgoing: VecDeque<(Level, Vec<u8>)>,
    secrets: VecDeque<Secrets>,
    alert: Option<Alert>,
    /// What has come before its keys, by level.
    early: [Vec<u8>; 4],
    /// With which keys the peer sends now.
    reading: Option<Level>,
}

impl Level {
    /// The level for a number of the C enumeration.
    pub(super) fn from_raw(raw: sys::gnutls_record_encryption_level_t) -> Option<Level> {
        ALL.get(raw as usize).copied()
    }

    fn raw(self) -> sys::gnutls_record_encryption_level_t {
        self as sys::gnutls_record_encryption_level_t
    }
}

impl Engine {
    /// Hands the messages of the session, which nobody else has yet, to the caller. `extension` is what the transport
    /// says in the handshake.
    pub(crate) fn leave_records(&mut self, extension: Extension) -> Result<()> {
        self.extend(extension)?;
        let session = self.raw();
        // SAFETY: a fresh session; the function keeps the contract of gnutls_handshake_read_func.
        unsafe { sys::gnutls_handshake_set_read_function(session, Some(frame::message_out)) };
        // SAFETY: as above, of gnutls_handshake_secret_func.
        unsafe { sys::gnutls_handshake_set_secret_function(session, Some(frame::secrets_made)) };
        // SAFETY: as above, of gnutls_alert_read_func.
        unsafe { sys::gnutls_alert_set_read_function(session, Some(frame::alert_out)) };
        self.outside = Some(Box::default());
        Ok(())
    }

    fn outside(&self) -> &Outside {
        self.outside.as_ref().expect("set by leave_records before anybody has the engine")
    }

    /// Takes the handshake as far as it goes: true when it is finished.
    pub(crate) fn step_outside(&self, doing: &dyn Fn() -> Cow<'static, str>) -> Result<bool> {
        self.not_inside(DOING)?;
        loop {
            if let Some(failure) = self.failure.get() {
                return Err(failure.clone());
            }
            if self.info().is_some() {
                return Ok(true);
            }
            let called = frame::call(self, &Silent, self.lock.both(), |session| {
                // SAFETY: the frame holds RECV and SEND.
                unsafe { sys::gnutls_handshake(session) }
            });
            if self.left.get().is_some() {
                // Not all that GnuTLS asks makes it fail.
                return Err(self.fail(&Silent, called.held, sys::GNUTLS_E_USER_ERROR, doing()).0);
            }
            match called.value {
                0 => return self.finish_outside(called.held, doing).map(|()| true),
                // A server that has answered has read what the client's transport says, if it does.
                sys::GNUTLS_E_AGAIN if self.is_server && self.lacks_parameters() => {
                    return Err(self.fail(&Silent, called.held, sys::GNUTLS_E_MISSING_EXTENSION, doing()).0);
                }
                sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED => return Ok(false),
                sys::GNUTLS_E_WARNING_ALERT_RECEIVED => {}
                code => return Err(self.fail(&Silent, called.held, code, doing()).0),
            }
        }
    }

    /// The peer's hello has been answered, and it had no parameters of the transport.
    fn lacks_parameters(&self) -> bool {
        self.outside().0.lock().reading.is_some() && self.received_extension(PARAMETERS).is_none()
    }

    /// The handshake is done; the transport must have said what it has to say.
    fn finish_outside(&self, held: Held<'_>, doing: &dyn Fn() -> Cow<'static, str>) -> Result<()> {
        if self.received_extension(PARAMETERS).is_none() {
            return Err(self.fail(&Silent, held, sys::GNUTLS_E_MISSING_EXTENSION, doing()).0);
        }
        self.handshake_read.store(0, Ordering::Relaxed);
        self.establish(&Silent, held, doing)
    }

    /// Takes messages of the peer that were protected at `level`: true when the handshake is finished.
    pub(crate) fn take_outside(
        &self,
        level: Level,
        data: &[u8],
        doing: &dyn Fn() -> Cow<'static, str>,
    ) -> Result<bool> {
        self.not_inside(DOING)?;
        if self.handshake_read.fetch_add(data.len(), Ordering::Relaxed).saturating_add(data.len()) > MOST {
            return Err(self.fail(&Silent, self.lock.both(), sys::GNUTLS_E_HANDSHAKE_TOO_LARGE, doing()).0);
        }
        let reading = self.outside().0.lock().reading.unwrap_or(Level::Initial);
        if level < reading {
            // Its keys are gone.
            return Err(self.fail(&Silent, self.lock.both(), sys::GNUTLS_E_UNEXPECTED_PACKET, doing()).0);
        }
        self.outside().0.lock().early[level as usize].extend_from_slice(data);
        loop {
            let now = {
                let mut state = self.outside().0.lock();
                let reading = state.reading.unwrap_or(Level::Initial);
                (reading, std::mem::take(&mut state.early[reading as usize]))
            };
            if now.1.is_empty() {
                return Ok(self.info().is_some());
            }
            self.feed(now.0, &now.1, doing)?;
            self.step_outside(doing)?;
        }
    }

    fn feed(&self, level: Level, data: &[u8], doing: &dyn Fn() -> Cow<'static, str>) -> Result<()> {
        let called = frame::call(self, &Silent, self.lock.both(), |session| {
            // SAFETY: the frame holds RECV and SEND; `data` is readable for its length, and is copied.
            unsafe { sys::gnutls_handshake_write(session, level.raw(), data.as_ptr().cast(), data.len()) }
        });
        match called.value {
            0.. | sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED => Ok(()),
            code => Err(self.fail(&Silent, called.held, code, doing()).0),
        }
    }

    /// The next messages for the peer.
    pub(crate) fn next_message(&self) -> Option<(Level, Vec<u8>)> {
        self.outside().0.lock().outgoing.pop_front()
    }

    pub(crate) fn next_secrets(&self) -> Option<Secrets> {
        self.outside().0.lock().secrets.pop_front()
    }

    pub(crate) fn alert_outside(&self) -> Option<Alert> {
        self.outside().0.lock().alert
    }

    /// Derives the peer's next application secret.
    #[cfg(gnutls_3_8_11)]
    pub(crate) fn update_receiving_key(&self) -> Result<()> {
        const DOING: &str = "updating the receiving key";
        self.not_inside(DOING)?;
        if self.info().is_none() {
            return Err(Error::misuse(DOING, "the handshake is not finished"));
        }
        let called = frame::call(self, &Silent, self.lock.both(), |session| {
            // SAFETY: the frame holds RECV and SEND.
            unsafe { sys::gnutls_handshake_update_receiving_key(session) }
        });
        match called.value {
            0.. => Ok(()),
            code => Err(self.fail(&Silent, called.held, code, DOING.into()).0),
        }
    }

    /// The callback with a message for the peer.
    pub(super) fn message_out(&self, level: Level, message: &[u8]) {
        let Some(outside) = &self.outside else { return };
        let mut state = outside.0.lock();
        match state.outgoing.back_mut() {
            Some((last, bytes)) if *last == level => bytes.extend_from_slice(message),
            _ => state.outgoing.push_back((level, message.to_vec())),
        }
    }

    /// The callback with new secrets.
    pub(super) fn secrets_made(&self, level: Level, read: Option<&[u8]>, write: Option<&[u8]>) {
        let Some(outside) = &self.outside else { return };
        // SAFETY: the frame holds RECV and SEND.
        let cipher = Cipher::from_raw(unsafe { sys::gnutls_cipher_get(self.raw()) });
        // SAFETY: as above.
        let digest = Digest::from_raw(unsafe { sys::gnutls_prf_hash_get(self.raw()) });
        let mut state = outside.0.lock();
        if read.is_some() && level != Level::Early {
            state.reading = Some(level);
        }
        let [read, write] = [read, write].map(|secret| secret.map(|secret| SecretBytes::from(secret.to_vec())));
        state.secrets.push_back(Secrets { level, read, write, cipher, digest });
    }

    /// The callback with an alert for the peer.
    pub(super) fn alert_out(&self, alert: Alert) {
        if let Some(outside) = &self.outside {
            outside.0.lock().alert = Some(alert);
        }
    }

    /// Whether a message that has come may be acted on: a transport with records of its own updates its keys by itself
    /// (RFC 9001, section 6).
    pub(super) fn look_outside(&self, message: sys::gnutls_handshake_description_t) -> c_int {
        if self.outside.is_some() && message == sys::GNUTLS_HANDSHAKE_KEY_UPDATE {
            return sys::GNUTLS_E_UNEXPECTED_HANDSHAKE_PACKET;
        }
        if self.info().is_some() {
            // After the handshake each message may have as much.
            self.handshake_read.store(0, Ordering::Relaxed);
        }
        0
    }
}

/// `quic_transport_parameters` (RFC 9001, section 8.2).
pub(crate) const PARAMETERS: u16 = 57;
