//! Tickets of TLS 1.3: a server's, sent when the program wants, and a client's, told as they come. Under RECV and SEND.

use std::ffi::c_int;
use std::sync::Arc;

use gnutls_sys as sys;

use super::Engine;
use super::frame;
use crate::algorithm::Protocol;
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::{OwnedDatum, check};
use crate::resumption::{SessionData, TicketFacts};
use crate::transport::Transport;

const DOING: &str = "sending tickets";

/// Who is told of a client's tickets.
pub(crate) type TicketHook = dyn Fn(SessionData) + Send + Sync;

impl Engine {
    /// Whether a client's session, which nobody else has yet, is there for tickets. (GnuTLS leaves it to the server not to
    /// send any, which servers do all the same.)
    pub(crate) fn take_tickets(&mut self, tickets: bool) -> Result<()> {
        if !tickets {
            Arc::make_mut(&mut self.hooks).ticket = None;
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
    pub(super) fn took_ticket(&self, facts: TicketFacts) -> c_int {
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
        let data = SessionData::new(data, facts, self.voucher());
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
