//! Key updates (RFC 8446, section 4.6.3), under RECV and SEND.

use std::time::Instant;

use gnutls_sys as sys;

use super::Engine;
use super::frame;
use super::sides::Held;
use crate::algorithm::{Cipher, Protocol};
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::transport::Transport;

const DOING: &str = "updating the keys";

/// The records that one key of AES-GCM is good for (RFC 8446, section 5.5, has it at 2^24.5), as GnuTLS counts by
/// itself in a session that renews its keys without us. ChaCha20-Poly1305 has no such limit.
const RECORD_LIMIT: u64 = 1 << 24;

/// After how many records a session with this protocol and cipher renews its sending keys, if it does; `configured`: what the
/// program says of it.
pub(super) fn record_limit(configured: Option<u64>, protocol: Protocol, cipher: Cipher) -> Option<u64> {
    match (protocol, cipher) {
        (Protocol::TLS1_3, Cipher::CHACHA20_POLY1305) => configured,
        (Protocol::TLS1_3, _) => Some(configured.unwrap_or(RECORD_LIMIT)),
        // The versions before have no key updates.
        _ => None,
    }
}

impl Engine {
    /// Renews our sending keys; with `ask` the peer is asked to renew its own.
    pub(crate) fn update_keys(&self, io: &dyn Transport, ask: bool) -> Result<()> {
        self.not_inside(DOING)?;
        if !self.has_key_updates() {
            let why = "this session is not TLS 1.3, which alone has key updates";
            return Err(Failure::new(ErrorKind::Unsupported, DOING).detail(why).into());
        }
        let mut held = self.flush_held(io, self.lock.both());
        self.may_send(&mut held, DOING)?;
        if held.send_side().is_some_and(|side| side.outbox.is_full()) {
            return Err(Error::blocked(DOING));
        }
        // What answers a request does not ask itself (RFC 8446, section 4.6.3): GnuTLS ends a session over that.
        let answer = ask && held.send_side().is_some_and(|side| side.answer_due);
        let (mut held, mut result) = if answer { self.update_held(io, held, 0) } else { (held, Ok(())) };
        if result.is_ok() {
            let ask = ask && !self.put_off_update(&mut held);
            (held, result) = if ask { self.ask_for_update(io, held) } else { self.update_held(io, held, 0) };
        }
        self.flush_held(io, held);
        result
    }

    /// Renews our keys and asks for the peer's, with both locks held.
    pub(super) fn ask_for_update<'a>(&'a self, io: &'a dyn Transport, held: Held<'a>) -> (Held<'a>, Result<()>) {
        let (mut held, result) = self.update_held(io, held, sys::GNUTLS_KU_PEER);
        if let (Ok(()), Some(side)) = (&result, held.send_side()) {
            side.update_asked = true;
        }
        (held, result)
    }

    /// Renews the keys if the peer asked for it or the present ones have served their time.
    pub(super) fn rekey_if_due<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> (Held<'a>, Result<()>) {
        if !held.send_side().is_some_and(|side| side.rekey_is_due() && !side.closed) {
            return (held, Ok(()));
        }
        self.update_held(io, held, 0)
    }

    /// Answers the peer's wish, unless so much waits for the transport that the answer can wait too: it must come
    /// before the next data (RFC 8446), and a peer that asks without reading must not fill our memory.
    pub(super) fn answer_if_due<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> Held<'a> {
        let now = held.send_side().is_some_and(|side| side.answer_is_owed() && !side.outbox.is_full());
        if !now || self.failure.get().is_some() {
            return held;
        }
        // An error is kept as the session's failure and comes back from the next call.
        self.update_held(io, held, 0).0
    }

    /// One `gnutls_session_key_update`, with both locks held.
    fn update_held<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>, flags: u32) -> (Held<'a>, Result<()>) {
        self.keep_session_data(&mut held);
        let called = frame::call(self, io, held, |session| {
            // SAFETY: the frame holds RECV and SEND, so no other call is in the session.
            unsafe { sys::gnutls_session_key_update(session, flags) }
        });
        let mut held = called.held;
        if called.value < 0 {
            let (error, held) = self.fail(io, held, called.value, DOING.into());
            return (held, Err(error));
        }
        if let Some(side) = held.send_side() {
            side.answer_due = false;
            side.records = 0;
            side.key_updates += 1;
            side.last_key_update = Some(Instant::now());
        }
        (held, Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_tls13_wear_out_except_chacha20s() {
        assert_eq!(record_limit(None, Protocol::TLS1_3, Cipher::AES_128_GCM), Some(RECORD_LIMIT));
        assert_eq!(record_limit(None, Protocol::TLS1_3, Cipher::CHACHA20_POLY1305), None);
        assert_eq!(record_limit(Some(5), Protocol::TLS1_3, Cipher::CHACHA20_POLY1305), Some(5));
        assert_eq!(record_limit(Some(5), Protocol::TLS1_2, Cipher::AES_128_GCM), None);
    }
}
