//! Small writes gathered into full records when the caller says so, under SEND.

use gnutls_sys as sys;

use super::Engine;
use super::frame;
use super::pieces::FULL_RECORD;
use super::sides::Held;
use crate::error::Result;
use crate::transport::Transport;

const DOING: &str = "sending what was gathered";

impl Engine {
    /// From here on sends are gathered, up to a full record.
    pub(crate) fn cork(&self) -> Result<()> {
        self.not_inside(DOING)?;
        self.not_datagram("gathering data")?;
        if let Some(side) = self.lock.send().send_side() {
            // SAFETY: SEND is held.
            unsafe { sys::gnutls_record_cork(self.raw()) };
            side.corked = true;
        }
        Ok(())
    }

    /// Sends what was gathered and gathers no longer: true if everything has gone to the transport; false, and still
    /// corked, if there is no room for it yet.
    pub(crate) fn uncork(&self, io: &dyn Transport) -> Result<bool> {
        self.not_inside(DOING)?;
        let (mut held, ready) = self.make_ready(io, self.lock.send());
        if !ready? {
            return Ok(false);
        }
        let result;
        (held, result) = self.uncork_held(io, held);
        result?;
        self.flushed(self.flush_held(io, held))
    }

    /// How many bytes are gathered.
    pub(crate) fn corked(&self) -> usize {
        let _held = self.asked().send();
        // SAFETY: SEND is held.
        unsafe { sys::gnutls_record_check_corked(self.raw()) }
    }

    /// Sends what was gathered, whether there is room or not, if this session is corked. Takes `held` with SEND.
    pub(super) fn uncork_held<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> (Held<'a>, Result<()>) {
        let Some(side) = held.send_side().filter(|side| side.corked) else { return (held, Ok(())) };
        side.corked = false;
        let called = frame::call(self, io, held, |session| {
            // SAFETY: the frame holds SEND. The push function takes whole records, so this ends.
            unsafe { sys::gnutls_record_uncork(session, 0) }
        });
        if called.value < 0 {
            let (error, mut held) = self.fail(io, called.held, called.value, DOING.into());
            held.release_recv();
            return (held, Err(error));
        }
        (called.held, Ok(()))
    }

    /// Sends what was gathered once it fills a record, and goes on gathering: a corked session holds no more.
    pub(super) fn uncork_full<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> (Held<'a>, Result<()>) {
        // SAFETY: SEND is held.
        let full = || unsafe { sys::gnutls_record_check_corked(self.raw()) } >= FULL_RECORD;
        if !held.send_side().is_some_and(|side| side.corked && full()) {
            return (held, Ok(()));
        }
        let (mut held, result) = self.uncork_held(io, held);
        if let (Ok(()), Some(side)) = (&result, held.send_side()) {
            // SAFETY: SEND is held.
            unsafe { sys::gnutls_record_cork(self.raw()) };
            side.corked = true;
        }
        (held, result)
    }
}
