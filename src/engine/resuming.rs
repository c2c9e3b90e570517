//! What a session is known by later: its id, its master secret, its entry in a store. Under RECV and SEND.

use gnutls_sys as sys;

use super::Engine;
use super::frame;
use super::view::HandshakeView;
use crate::algorithm::{Cipher, KeyExchange, Mac, Protocol};
use crate::error::Result;
use crate::ffi::{Wiped, check, copied, datum, no_datum};
use crate::transport::Silent;

/// What a session resumes that never was: all of it agreed on by other means.
#[derive(Clone)]
pub(crate) struct Premaster {
    pub(crate) id: Vec<u8>,
    pub(crate) protocol: Protocol,
    pub(crate) exchange: KeyExchange,
    pub(crate) cipher: Cipher,
    pub(crate) mac: Mac,
    pub(crate) secret: std::sync::Arc<Wiped>,
}

impl HandshakeView<'_> {
    /// The session's id, as far as it is agreed on. Of what it is for see [`Session::session_id`](crate::Session::session_id).
    #[doc(alias = "gnutls_session_get_id")]
    pub fn session_id(&self) -> Vec<u8> {
        // The longest that there is (RFC 5246, section 7.4.1.2).
        let mut id = [0; 32];
        let mut length = id.len();
        // SAFETY: the callback's frame holds both locks; `length` is the room in `id`, and GnuTLS sets it to what it wrote.
        let code = unsafe { sys::gnutls_session_get_id(self.raw(), id.as_mut_ptr().cast(), &mut length) };
        if code < 0 { Vec::new() } else { id.get(..length).unwrap_or_default().to_vec() }
    }
}

impl Engine {
    /// Has a client's session, whose handshake has not begun, resume what `premaster` says.
    pub(crate) fn set_premaster(&mut self, premaster: &Premaster) -> Result<()> {
        const DOING: &str = "setting the secret to resume with";
        let Premaster { id, protocol, exchange, cipher, mac, secret } = premaster;
        let (id, secret) = (datum(id, DOING)?, datum(secret, DOING)?);
        // SAFETY: nobody shares the session yet; GnuTLS checks the lengths of both data and copies them.
        let code = unsafe {
            sys::gnutls_session_set_premaster(
                self.raw(),
                sys::GNUTLS_CLIENT,
                protocol.raw(),
                exchange.raw(),
                cipher.raw(),
                mac.raw(),
                sys::GNUTLS_COMP_NULL,
                &secret,
                &id,
            )
        };
        check(code, DOING)?;
        self.has_premaster = true;
        Ok(())
    }

    /// Has the server's store forget this session.
    pub(crate) fn forget(&self) -> Result<()> {
        self.not_inside("removing the session from its store")?;
        frame::call(self, &Silent, self.lock.both(), |session| {
            // SAFETY: the frame holds both locks; the store, if there is one, is in the configuration that the session keeps.
            unsafe { sys::gnutls_db_remove_session(session) }
        });
        Ok(())
    }

    /// The id that the session has for both sides.
    pub(crate) fn session_id(&self) -> Vec<u8> {
        let _held = self.asked().both();
        let mut id = no_datum();
        // SAFETY: both locks are held; the datum gets a view into the session.
        let code = unsafe { sys::gnutls_session_get_id2(self.raw(), &mut id) };
        // SAFETY: a view that is valid while the locks are held.
        if code < 0 { Vec::new() } else { unsafe { copied(&id) } }
    }

    /// The master secret of TLS 1.2 and before; TLS 1.3 has none of that kind.
    pub(crate) fn master_secret(&self) -> Option<Wiped> {
        if self.info().is_none_or(|info| info.protocol == Protocol::TLS1_3) {
            return None;
        }
        let _held = self.asked().both();
        let mut secret = no_datum();
        // SAFETY: both locks are held; the datum gets a view into the session.
        unsafe { sys::gnutls_session_get_master_secret(self.raw(), &mut secret) };
        // SAFETY: a view that is valid while the locks are held.
        Some(Wiped::new(unsafe { copied(&secret) }))
    }

    /// On a server, whether the client asked to resume a session.
    pub(crate) fn is_resumption_requested(&self) -> bool {
        let _held = self.asked().both();
        // SAFETY: both locks are held.
        unsafe { sys::gnutls_session_resumption_requested(self.raw()) != 0 }
    }
}
