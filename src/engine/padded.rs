//! Records that hide how long the data in them are, under SEND.

use std::ops::RangeInclusive;

use gnutls_sys as sys;

use super::sides::Held;
use super::{Engine, code, frame};
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::check;
use crate::transport::Transport;

const DOING: &str = "sending with padding";

/// What one call may add to what waits for the transport, in bytes.
const MOST: usize = 1 << 17;

impl Engine {
    /// Sends `data` in one record with `padding` bytes beside them (TLS 1.3).
    pub(crate) fn send_padded(&self, io: &dyn Transport, data: &[u8], padding: usize) -> Result<usize> {
        if padding > 0 && !self.has_key_updates() {
            return Err(unsupported("padding of any length needs TLS 1.3"));
        }
        if data.is_empty() && padding == 0 {
            return Err(Error::input(DOING, "there is nothing to send"));
        }
        let most = self.max_record_size();
        if data.len().saturating_add(padding) > most {
            let sizes = format!("{} bytes and {padding} of padding", data.len());
            return Err(Error::input(DOING, format!("{sizes} do not fit into a record of {most}")));
        }
        self.send_hidden(io, data.len().max(1), |session| {
            // SAFETY: the frame holds SEND; `data` is readable for its length. The push function takes whole records, so
            // GnuTLS never keeps a part of this data for a later call.
            unsafe { sys::gnutls_record_send2(session, data.as_ptr().cast(), data.len(), padding, 0) }
        })
    }

    /// Sends all of `data` in records that could hold anything between the ends of `range`.
    pub(crate) fn send_range(&self, io: &dyn Transport, data: &[u8], range: &RangeInclusive<usize>) -> Result<()> {
        let most = *range.end();
        if !range.contains(&data.len()) || most == 0 || most > MOST {
            let why = format!("{} bytes are not in the range {range:?}, or its end is not in 1..={MOST}", data.len());
            return Err(Error::input(DOING, why));
        }
        if !self.can_hide_lengths() {
            return Err(unsupported("this cipher hides no lengths; TLS 1.3 does"));
        }
        let limits = sys::gnutls_range_st { low: *range.start(), high: most };
        let sent = self.send_hidden(io, data.len().max(1), |session| {
            // SAFETY: as above; the range lives through the call.
            unsafe { sys::gnutls_record_send_range(session, data.as_ptr().cast(), data.len(), &limits) }
        })?;
        debug_assert_eq!(sent, data.len(), "the push function takes everything");
        Ok(())
    }

    /// The part of `range` that fits into one record, and the rest.
    pub(crate) fn split_range(&self, range: &RangeInclusive<usize>) -> Result<[RangeInclusive<usize>; 2]> {
        const DOING: &str = "splitting a range";
        self.not_inside(DOING)?;
        // GnuTLS counts some of it in `int`.
        if range.start() > range.end() || *range.end() > i32::MAX as usize {
            return Err(Error::input(DOING, format!("{range:?} is no range of lengths")));
        }
        if range.start() != range.end() && !self.can_hide_lengths() {
            return Err(unsupported("this cipher hides no lengths; TLS 1.3 does"));
        }
        let whole = sys::gnutls_range_st { low: *range.start(), high: *range.end() };
        let (mut next, mut rest) = (whole, whole);
        // SAFETY: a live session, both locks held; three valid ranges.
        let code = self.ask(|session| unsafe { sys::gnutls_range_split(session, &whole, &mut next, &mut rest) });
        check(code, DOING)?;
        Ok([next.low..=next.high, rest.low..=rest.high])
    }

    /// Makes one call that sends, once there is room for it: how many bytes it took.
    fn send_hidden(
        &self,
        io: &dyn Transport,
        asked: usize,
        mut call: impl FnMut(sys::gnutls_session_t) -> isize,
    ) -> Result<usize> {
        self.not_datagram(DOING)?;
        self.send_with(io, asked, |mut held| {
            let Some(before) = held.send_side().map(|side| (side.corked, side.all_records)) else {
                return (held, Err(Error::blocked(DOING)), true);
            };
            if before.0 {
                let why = "what is gathered in a corked session goes out without padding; uncork first";
                return (held, Err(Error::misuse(DOING, why)), true);
            }
            let called = frame::call(self, io, held, &mut call);
            let (held, result) = self.hidden(io, called, before.1);
            (held, result, true)
        })
    }

    /// As [`sent`](Engine::sent); what GnuTLS refuses before it sends anything leaves the session as it was.
    fn hidden<'a>(
        &'a self,
        io: &'a dyn Transport,
        mut called: frame::Called<'a, isize>,
        records: u64,
    ) -> (Held<'a>, Result<usize>) {
        let none = called.held.send_side().is_some_and(|side| side.all_records == records);
        if none && code(called.value) == sys::GNUTLS_E_INVALID_REQUEST {
            let failure = Failure::of_code(sys::GNUTLS_E_INVALID_REQUEST, Origin::Local, DOING);
            let failure = failure.kind(ErrorKind::InvalidInput).detail("there is too much padding for a record");
            return (called.held, Err(failure.into()));
        }
        self.sent(io, called)
    }
}

fn unsupported(why: &'static str) -> Error {
    Failure::new(ErrorKind::Unsupported, DOING).detail(why).into()
}
