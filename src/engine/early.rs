//! Early data (0-RTT; RFC 8446, sections 2.3 and 4.2.10), under RECV and SEND.

use std::ffi::c_int;
use std::sync::Arc;

use gnutls_sys as sys;

use super::sides::Held;
use super::{Engine, Verify};
use crate::error::{Error, Result};
use crate::ffi::{Wiped, check};
use crate::resumption::{Lent, Recorder, SessionData, client_hello_has_early_data};

/// What became of the early data of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EarlyOutcome {
    /// They were not sent: there was no session to resume, or its ticket does not allow them, or not so many, or not any
    /// more.
    NotSent,
    /// They were sent, and the server has ignored them.
    Rejected,
    /// The server has taken them, all of them and once.
    Accepted,
}

/// Early data of a session, guarded by RECV.
#[derive(Default)]
pub(crate) struct Early {
    /// A server's: what has come and was not taken.
    received: Vec<u8>,
    /// A client's: what the server has not accepted yet, or will not.
    unaccepted: Option<Wiped>,
    outcome: Option<EarlyOutcome>,
    /// A server's, while GnuTLS looks at a ClientHello.
    record: Option<Lent>,
}

/// How a server takes early data.
#[derive(Clone)]
pub(crate) struct EarlyPolicy {
    /// The most of them, in bytes; not 0.
    pub(crate) most: u32,
    pub(crate) recorder: Arc<Recorder>,
}

impl Engine {
    /// Has a client's session, whose handshake has not begun, send `bytes` with its first flight, if the session that it
    /// resumes, that of `data`, allows it.
    pub(crate) fn send_early(&mut self, bytes: &[u8], data: Option<&SessionData>) -> Result<()> {
        const DOING: &str = "sending early data";
        if let (Verify::Server, Some(data)) = (self.verify, data) {
            // They go out before the server has proved anything in this connection: only who has the ticket's secret can
            // read them, so that secret must be of a server that was verified.
            if !data.voucher().is_some_and(|voucher| voucher.is_of(&self.keep, &self.demanded())) {
                let why = "the session to resume was not verified by this configuration under this name and with these \
                           priorities (data that have been bytes in between never are)";
                return Err(Error::misuse(DOING, why));
            }
        }
        // SAFETY: nobody shares the session yet.
        let of_session = unsafe { sys::gnutls_record_get_max_early_data_size(self.raw()) };
        let most = data.map_or(0, |data| data.max_early_data().min(of_session));
        let send = !bytes.is_empty() && bytes.len() <= most;
        if send {
            // SAFETY: nobody shares the session yet; GnuTLS copies the bytes, which are readable for their length.
            let code = unsafe { sys::gnutls_record_send_early_data(self.raw(), bytes.as_ptr().cast(), bytes.len()) };
            check(c_int::try_from(code).unwrap_or(0), DOING)?;
        }
        if let Some(side) = self.lock.recv().recv_side() {
            let early = side.early_or_new();
            early.unaccepted = Some(Wiped::new(bytes.to_vec()));
            early.outcome = Some(if send { EarlyOutcome::Rejected } else { EarlyOutcome::NotSent });
        }
        Ok(())
    }

    /// Has a server's session, whose handshake has not begun and that was made with `GNUTLS_ENABLE_EARLY_DATA`, take early
    /// data.
    pub(crate) fn take_early(&mut self, policy: &EarlyPolicy) -> Result<()> {
        // SAFETY: nobody shares the session yet.
        let code = unsafe { sys::gnutls_record_set_max_early_data_size(self.raw(), policy.most as usize) };
        check(code, "setting how much early data to take")?;
        Ok(())
    }

    /// How much more than other handshakes one with early data may read, in bytes: they may come in small records.
    pub(super) fn early_room(&self) -> usize {
        self.terms.early.as_ref().map_or(0, |policy| 2 * policy.most as usize)
    }

    /// A ClientHello is about to be acted on: GnuTLS gets a record to compare it with, if it comes with early data. Without
    /// one it refuses them. The frame holds both locks.
    pub(super) fn before_client_hello(&self, held: &mut Held<'_>, hello: &[u8]) {
        // Nobody takes a record back from a renegotiation, which has no early data either.
        let wanted = self.info().is_none() && client_hello_has_early_data(hello);
        let Some(policy) = self.terms.early.as_ref().filter(|_| wanted) else { return };
        let Some(side) = held.recv_side() else { return };
        if side.renegotiation().is_some_and(|renegotiation| renegotiation.is_under_way()) {
            return;
        }
        let early = side.early_or_new();
        if early.record.is_none() {
            early.record = policy.recorder.lend();
        }
        if let Some(record) = &early.record {
            // SAFETY: both locks are held. The record is this session's alone, and stays in its RECV side, which goes after the
            // C session, until `after_handshake_call` takes it from GnuTLS.
            unsafe { sys::gnutls_anti_replay_enable(self.raw(), record.raw()) };
        }
    }

    /// A call of the handshake is over: gives the record back, and collects the early data that have come: 0, or the error
    /// that ends the handshake. Both locks are held.
    pub(super) fn after_handshake_call(&self, held: &mut Held<'_>) -> c_int {
        let Some(early) = held.recv_side().and_then(|side| side.early()).filter(|_| self.terms.early.is_some()) else {
            return 0;
        };
        if let Some(record) = early.record.take() {
            // SAFETY: both locks are held; null is for no record.
            unsafe { sys::gnutls_anti_replay_enable(self.raw(), std::ptr::null_mut()) };
            drop(record);
        }
        let mut buf = Wiped::new(vec![0; 4096]);
        loop {
            // SAFETY: both locks are held; the buffer is writable for its length.
            let received =
                unsafe { sys::gnutls_record_recv_early_data(self.raw(), buf.as_mut_ptr().cast(), buf.len()) };
            match usize::try_from(received) {
                // GnuTLS keeps an empty record, and gives nothing of what is behind it.
                Ok(0) => return sys::GNUTLS_E_UNEXPECTED_PACKET,
                Ok(length) => early.received.extend_from_slice(&buf[..length]),
                Err(_) => return 0,
            }
        }
    }

    /// The handshake is done: whether a client's early data have been accepted. Both locks are held.
    pub(super) fn note_early_outcome(&self, held: &mut Held<'_>) {
        // SAFETY: both locks are held.
        let flags = unsafe { sys::gnutls_session_get_flags(self.raw()) };
        let Some(early) = held.recv_side().and_then(|side| side.early()) else { return };
        if early.outcome == Some(EarlyOutcome::Rejected) && flags & sys::GNUTLS_SFLAGS_EARLY_DATA != 0 {
            early.outcome = Some(EarlyOutcome::Accepted);
            early.unaccepted = None;
        }
    }

    /// A server's early data that nobody has taken; none if there are none.
    pub(crate) fn early_received(&self) -> Vec<u8> {
        let mut held = self.asked().recv();
        let early = held.recv_side().and_then(|side| side.early());
        early.map(|early| std::mem::take(&mut early.received)).unwrap_or_default()
    }

    /// A client's early data that the server has not accepted; once.
    pub(crate) fn early_unaccepted(&self) -> Option<Wiped> {
        self.asked().recv().recv_side()?.early()?.unaccepted.take()
    }

    /// What became of a client's early data.
    pub(crate) fn early_outcome(&self) -> Option<EarlyOutcome> {
        self.asked().recv().recv_side()?.early()?.outcome
    }
}

/// What holds while early data are on their way: on a client from the first flight on, on a server from the ClientHello on,
/// both until the end of the early data.
#[cfg(gnutls_3_7_2)]
impl Engine {
    /// The cipher and the hash.
    pub(crate) fn early_algorithms(&self) -> Option<(crate::algorithm::Cipher, crate::algorithm::Digest)> {
        let _held = self.asked().both();
        self.early_algorithms_held()
    }

    fn early_algorithms_held(&self) -> Option<(crate::algorithm::Cipher, crate::algorithm::Digest)> {
        // SAFETY: both locks are held: true of both calls.
        let cipher = unsafe { sys::gnutls_early_cipher_get(self.raw()) };
        // SAFETY: as above.
        let hash = unsafe { sys::gnutls_early_prf_hash_get(self.raw()) };
        let known = cipher != sys::GNUTLS_CIPHER_UNKNOWN && hash != sys::GNUTLS_DIG_UNKNOWN;
        known.then(|| (crate::algorithm::Cipher::from_raw(cipher), crate::algorithm::Digest::from_raw(hash)))
    }

    /// Bytes of the early exporter (RFC 8446, section 7.5).
    pub(crate) fn early_exporter(&self, label: &str, context: &[u8], length: usize) -> Result<Wiped> {
        const DOING: &str = "exporting early keying material";
        /// What HKDF gives with SHA-256 (RFC 5869, section 2.3).
        const LONGEST: usize = 255 * 32;
        /// What GnuTLS takes: less than its longest hash.
        const LONGEST_LABEL: usize = 63;
        self.not_inside(DOING)?;
        if length > LONGEST || label.len() > LONGEST_LABEL {
            return Err(Error::input(DOING, "the label or what is asked for is too long"));
        }
        let _held = self.lock.both();
        if self.early_algorithms_held().is_none() {
            // GnuTLS has another secret in the same place later.
            return Err(Error::misuse(DOING, "no early data are on their way"));
        }
        let mut out = Wiped::new(vec![0; length]);
        // SAFETY: both locks are held; label and context are readable, and the result writable, for their lengths.
        let code = unsafe {
            sys::gnutls_prf_early(
                self.raw(),
                label.len(),
                label.as_ptr().cast(),
                context.len(),
                context.as_ptr().cast(),
                length,
                out.as_mut_ptr().cast(),
            )
        };
        check(code, DOING)?;
        Ok(out)
    }
}
