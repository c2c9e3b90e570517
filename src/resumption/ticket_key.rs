//! The key that a server seals its tickets with.

use std::fmt;
use std::sync::Arc;

use gnutls_sys as sys;

use crate::error::{Error, Result};
use crate::ffi::{OwnedDatum, Wiped, check, datum};
use crate::global;

/// The key that servers seal their tickets with (RFC 8446, section 4.6.1; RFC 5077). Servers with the same key resume
/// each other's sessions, on one machine and on many, and after a restart.
///
/// GnuTLS does not use it as it is: the keys of the tickets are derived from it and the time, and change with every three
/// [lifetimes](crate::ServerConfigBuilder::session_lifetime) of a session, the one before staying good. So the machines
/// need the same key, the same lifetime and about the same time, and nothing else.
///
/// **Who has it can decrypt the tickets of all that time, and with them sessions of TLS 1.2.** It should be replaced
/// every few days: who resumes with a ticket of the key before does a full handshake. It is wiped when the last clone goes,
/// and [`Debug`](fmt::Debug) does not show it.
///
/// # Examples
/// ```
/// use gnutls::TicketKey;
///
/// let key = TicketKey::generate()?;
/// let again = TicketKey::from_bytes(key.as_bytes())?; // on another machine
/// # assert_eq!(key.as_bytes(), again.as_bytes());
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct TicketKey(Arc<Wiped>);

impl TicketKey {
    /// The length of a key in bytes.
    pub const LENGTH: usize = 64;

    /// A new one.
    ///
    /// # Errors
    /// If the machine has no random numbers.
    #[doc(alias = "gnutls_session_ticket_key_generate")]
    pub fn generate() -> Result<TicketKey> {
        const DOING: &str = "making a ticket key";
        global::ready()?;
        let mut key = OwnedDatum::new();
        // SAFETY: a valid place for the key, which is ours to free.
        let code = unsafe { sys::gnutls_session_ticket_key_generate(key.as_mut_ptr()) };
        check(code, DOING)?;
        let copy = Wiped::new(key.as_slice().to_vec());
        key.wipe();
        Ok(TicketKey(Arc::new(copy)))
    }

    /// A key from its [`LENGTH`](TicketKey::LENGTH) bytes, which must be as hard to guess as those of
    /// [`generate`](TicketKey::generate).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there are more or fewer, or if all are the same.
    pub fn from_bytes(bytes: &[u8]) -> Result<TicketKey> {
        const DOING: &str = "reading a ticket key";
        if bytes.len() != TicketKey::LENGTH {
            let why = format!("{} bytes are no ticket key, which has {}", bytes.len(), TicketKey::LENGTH);
            return Err(Error::input(DOING, why));
        }
        if bytes.iter().all(|byte| *byte == bytes[0]) {
            return Err(Error::input(DOING, "all bytes are the same; a key is made by generate()"));
        }
        Ok(TicketKey(Arc::new(Wiped::new(bytes.to_vec()))))
    }

    /// The bytes, to be kept as safe as a private key.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Gives it to a server's session that has not begun its handshake.
    #[doc(alias = "gnutls_session_ticket_enable_server")]
    pub(crate) fn apply(&self, session: sys::gnutls_session_t) -> Result<()> {
        const DOING: &str = "enabling session tickets";
        let key = datum(&self.0, DOING)?;
        // SAFETY: a fresh session; GnuTLS copies the key during the call.
        check(unsafe { sys::gnutls_session_ticket_enable_server(session, &key) }, DOING).map(drop)
    }
}

impl fmt::Debug for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    #[cfg_attr(miri, ignore = "it asks C for a key")]
    fn what_is_no_key_is_refused_and_a_key_is_never_shown() {
        for wrong in [&[][..], &[7; 63], &[7; 64], &[7; 65]] {
            assert_eq!(TicketKey::from_bytes(wrong).expect_err("no key").kind(), ErrorKind::InvalidInput);
        }
        let key = TicketKey::generate().expect("a key");
        assert_eq!(format!("{key:?}"), "TicketKey");
        assert_ne!(key.as_bytes(), TicketKey::generate().expect("another").as_bytes());
    }
}
