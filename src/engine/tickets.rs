//! Tickets of TLS 1.3: a server's, sent when the program wants, and a client's, told as they come. Under RECV and SEND.

use std::ffi::c_int;
use std::sync::Arc;

use gnutls_sys as sys;

use super::Engine;
use super::frame;
use super::sides::Held;
use crate::algorithm::Protocol;
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::{OwnedDatum, check};
use crate::resumption::SessionData;
use crate::transport::Transport;

const DOING: &str = "sending tickets";

/// Who is told of a client's tickets.
pub(crate) type TicketHook = dyn Fn(SessionData) + Send + Sync;

/// The extension of a ticket that allows early data (RFC 8446, section 4.2.10).
const EARLY_DATA: u16 = 42;

impl Engine {
    /// Whether a client's session, which nobody else has yet, is there for tickets. (GnuTLS leaves it to the server not to
    /// send any, which servers do all the same.)
    pub(crate) fn take_tickets(&mut self, tickets: bool) -> Result<()> {
        if !tickets {
            self.hooks.ticket = None;
            return Ok(());
        }
        // SAFETY: nobody shares the session yet.
        check(unsafe { sys::gnutls_session_ticket_enable_client(self.raw()) }, "enabling session tickets").map(drop)
    }

    /// Gives the client so many tickets more.
    pub(crate) fn send_tickets(&self, io: &dyn Transport, count: u8) -> Result<()> {
        self.not_inside(DOING)?;
        let why = match self.info() {
            _ if !self.is_server => "only a server gives out tickets",
            Some(info) if info.protocol == Protocol::TLS1_3 => "",
            _ => "this session is not TLS 1.3, which alone has tickets after the handshake",
        };
        if !why.is_empty() {
            return Err(Failure::new(ErrorKind::Unsupported, DOING).detail(why).into());
        }
        let mut held = self.flush_held(io, self.lock.both());
        self.may_send(&mut held, DOING)?;
        if count == 0 {
            return Ok(());
        }
        if held.send_side().is_some_and(|side| side.outbox.is_full()) {
            return Err(Error::blocked(DOING));
        }
        let called = frame::call(self, io, held, |session| {
            // SAFETY: the frame holds RECV and SEND. The push function takes whole records, so that GnuTLS keeps nothing
            // of this call for a later one.
            unsafe { sys::gnutls_session_ticket_send(session, count.into(), 0) }
        });
        if called.value < 0 {
            return Err(self.fail(io, called.held, called.value, DOING.into()).0);
        }
        self.flush_held(io, called.held);
        Ok(())
    }

    /// GnuTLS has taken a ticket: 0, or the error that ends the session. The frame holds both locks.
    pub(super) fn took_ticket(&self, early_limit: u32) -> c_int {
        let Some(hook) = self.hooks.ticket.as_deref() else { return 0 };
        if self.info().is_none_or(|info| info.protocol != Protocol::TLS1_3) {
            return 0;
        }
        let mut data = OwnedDatum::new();
        // SAFETY: the frame holds both locks; the out datum is valid and freed by its owner. With the ticket there, GnuTLS
        // only packs what it has and calls nothing.
        match unsafe { sys::gnutls_session_get_data2(self.raw(), data.as_mut_ptr()) } {
            0 => {}
            // GnuTLS from 3.8.11 on, after a key update: there is nothing to tell.
            sys::GNUTLS_E_UNAVAILABLE_DURING_HANDSHAKE => return 0,
            code => return code,
        }
        let data = SessionData::new(data, early_limit, self.voucher());
        let told = self.run_hook("on_ticket", |_| {
            hook(data);
            Ok(())
        });
        if told.is_some() { 0 } else { sys::GNUTLS_E_USER_ERROR }
    }

    /// As [`session_data`](Engine::session_data), as C programs have it.
    pub(crate) fn raw_session_data(&self) -> Result<Option<Vec<u8>>> {
        const DOING: &str = "saving the session for a program in C";
        self.not_inside(DOING)?;
        let _held = self.lock.both();
        if self.has_key_updates() && !self.has_ticket() {
            return Ok(None);
        }
        let mut size = 0;
        // SAFETY: both locks are held; without a buffer GnuTLS says how long the data are. It calls nothing, for the
        // session is non-blocking, so that it does not wait for a ticket.
        let code = unsafe { sys::gnutls_session_get_data(self.raw(), std::ptr::null_mut(), &mut size) };
        if code < 0 && code != sys::GNUTLS_E_SHORT_MEMORY_BUFFER {
            return Err(Failure::of_code(code, Origin::Session, DOING).into());
        }
        let mut data = vec![0; size];
        // SAFETY: as above; the buffer is writable for `size` bytes.
        let code = unsafe { sys::gnutls_session_get_data(self.raw(), data.as_mut_ptr().cast(), &mut size) };
        match code {
            0 => {
                data.truncate(size);
                Ok(Some(data))
            }
            code => Err(Failure::of_code(code, Origin::Session, DOING).into()),
        }
    }
}

/// The hook of a configuration.
pub(crate) fn ticket_hook(hook: impl Fn(SessionData) + Send + Sync + 'static) -> Arc<TicketHook> {
    Arc::new(hook)
}

/// How much early data the newest ticket allows, in bytes, from what `held` has. RECV is held.
pub(super) fn early_limit_of(held: &mut Held<'_>) -> u32 {
    held.recv_side().map_or(0, |side| side.early_limit)
}

/// How much early data a ticket allows, in bytes. (GnuTLS does not tell a ticket that says nothing from one that allows
/// everything.)
pub(super) fn early_limit(ticket: &[u8]) -> u32 {
    extensions(ticket).and_then(find_early_data).unwrap_or(0)
}

/// The extensions of a NewSessionTicket (RFC 8446, section 4.6.1).
fn extensions(ticket: &[u8]) -> Option<&[u8]> {
    // ticket_lifetime and ticket_age_add.
    let rest = ticket.get(8..)?;
    let (nonce, rest) = rest.split_first()?;
    let rest = rest.get(usize::from(*nonce)..)?;
    let (_, rest) = split_prefixed(rest)?;
    split_prefixed(rest).map(|(extensions, _)| extensions)
}

fn find_early_data(mut extensions: &[u8]) -> Option<u32> {
    loop {
        let (kind, rest) = extensions.split_first_chunk::<2>()?;
        let (body, rest) = split_prefixed(rest)?;
        if u16::from_be_bytes(*kind) == EARLY_DATA {
            return body.first_chunk::<4>().map(|limit| u32::from_be_bytes(*limit));
        }
        extensions = rest;
    }
}

/// What two bytes say the length of, and the rest.
fn split_prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(extensions: &[u8]) -> Vec<u8> {
        let mut ticket = vec![0, 0, 0, 60, 1, 2, 3, 4, 2, 9, 9, 0, 3, 7, 7, 7];
        ticket.extend_from_slice(&u16::try_from(extensions.len()).expect("short").to_be_bytes());
        ticket.extend_from_slice(extensions);
        ticket
    }

    #[test]
    fn a_ticket_allows_as_much_early_data_as_it_says_and_none_if_it_does_not() {
        assert_eq!(early_limit(&ticket(&[])), 0);
        assert_eq!(early_limit(&ticket(&[0, 42, 0, 4, 0, 0, 64, 0])), 16384);
        assert_eq!(early_limit(&ticket(&[0, 99, 0, 1, 5, 0, 42, 0, 4, 255, 255, 255, 255])), u32::MAX);
        let whole = ticket(&[0, 42, 0, 4, 0, 0, 64, 0]);
        for cut in 0..whole.len() {
            assert_eq!(early_limit(&whole[..cut]), 0, "{cut}");
        }
    }
}
