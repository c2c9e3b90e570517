//! The key that a server seals its tickets with.

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{OwnedDatum, check};

/// A master key for tickets; GnuTLS derives the keys of each period from it. Wiped when dropped.
pub(crate) struct TicketKey(OwnedDatum);

// SAFETY: memory that we own and only read once it is made.
unsafe impl Send for TicketKey {}
// SAFETY: as above.
unsafe impl Sync for TicketKey {}

impl TicketKey {
    #[doc(alias = "gnutls_session_ticket_key_generate")]
    pub(crate) fn generate() -> Result<TicketKey> {
        let mut key = OwnedDatum::new();
        // SAFETY: a valid place for the key, which is ours to free.
        let code = unsafe { sys::gnutls_session_ticket_key_generate(key.as_mut_ptr()) };
        check(code, "making a ticket key")?;
        Ok(TicketKey(key))
    }

    /// Gives it to a server's session that has not begun its handshake.
    pub(crate) fn apply(&self, session: sys::gnutls_session_t) -> Result<()> {
        const DOING: &str = "enabling session tickets";
        let key = crate::ffi::datum(self.0.as_slice(), DOING)?;
        // SAFETY: a fresh session; GnuTLS copies the key during the call.
        check(unsafe { sys::gnutls_session_ticket_enable_server(session, &key) }, DOING).map(drop)
    }
}

impl Drop for TicketKey {
    fn drop(&mut self) {
        self.0.wipe();
    }
}
