//! What a client keeps of a session to resume it later.

use std::fmt;
use std::sync::Arc;

use gnutls_sys as sys;

use super::seal::{open, seal};
use crate::error::{Error, Failure, Result};
use crate::ffi::{OwnedDatum, Wiped};

/// The state that resumes a session with the same server: secret, and good for hours at most.
///
/// It holds keys: it is wiped when the last clone goes, and [`Debug`](fmt::Debug) shows only its size.
#[derive(Clone)]
#[doc(alias = "gnutls_session_get_data2")]
pub struct SessionData(Arc<Wiped>);

impl SessionData {
    pub(crate) fn new(mut data: OwnedDatum) -> SessionData {
        let sealed = seal(data.as_slice());
        data.wipe();
        SessionData(Arc::new(Wiped::new(sealed)))
    }

    /// Takes back what [`as_bytes`](SessionData::as_bytes) gave. What is no session data, or was damaged, is refused by
    /// the connection that uses it ([`InvalidInput`](crate::ErrorKind::InvalidInput)).
    ///
    /// Take it only from where nobody else can write: a checksum tells damage, not forgery, and GnuTLS believes what is
    /// in it.
    pub fn from_bytes(bytes: &[u8]) -> SessionData {
        SessionData(Arc::new(Wiped::new(bytes.to_vec())))
    }

    /// The bytes, to be kept as safe as a private key.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Gives it to a session that has not begun its handshake.
    pub(crate) fn apply(&self, session: sys::gnutls_session_t) -> Result<()> {
        const DOING: &str = "setting the session to resume";
        if self.0.is_empty() {
            return Err(Error::input(DOING, "the data is empty"));
        }
        let Some(data) = open(&self.0) else {
            return Err(Error::input(DOING, "the data are damaged, or were not made by this crate"));
        };
        // SAFETY: a fresh session; GnuTLS parses and copies the bytes during the call. They are what it packed itself.
        let code = unsafe { sys::gnutls_session_set_data(session, data.as_ptr().cast(), data.len()) };
        if code < 0 { Err(Failure::of_input(code, DOING).into()) } else { Ok(()) }
    }
}

impl fmt::Debug for SessionData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionData({} bytes)", self.0.len())
    }
}
