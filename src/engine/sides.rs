//! What receiving and sending each own: the two values behind the direction-aware lock.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use super::early::Early;
use super::packet::Packet;
use super::reauth::Reauth;
use super::renegotiation::Renegotiation;
use crate::duplex::lock;
use crate::error::Error;
use crate::resumption::{SessionData, TicketFacts};
use crate::transport::Transport;
use crate::transport::inbox::Inbox;
use crate::transport::outbox::Outbox;

pub(crate) type DirectionLock = lock::DirectionLock<RecvSide, SendSide>;
pub(crate) type Held<'a> = lock::Held<'a, RecvSide, SendSide>;

/// How many records are set aside, at most, for a reader who comes later. Each has the memory of the longest, some 17 kB.
pub(super) const MOST_RECORDS: usize = 4096;

/// Guarded by RECV.
#[derive(Default)]
pub(crate) struct RecvSide {
    pub(super) inbox: Inbox,
    /// Data that somebody else than the reader met when it looked for messages.
    pub(super) set_aside: VecDeque<Packet>,
    /// The client has been asked for a certificate and has not answered.
    pub(super) reauth: Option<Reauth>,
    /// How often this client has answered such a question.
    pub(super) requests_answered: u32,
    /// How this direction ended, if it has.
    pub(super) end: Option<End>,
    /// The last receive found nothing: the reader waits for the transport, and nobody else may read from it.
    pub(super) starved: bool,
    /// The last receive, or look for messages, let others have their turn; whether the transport has more is not known.
    pub(super) tired: bool,
    /// What resumes the session, packed before keys changed.
    pub(super) session_data: Option<Box<SessionData>>,
    /// What the newest ticket says.
    pub(super) ticket: TicketFacts,
    pub(super) seldom: Option<Box<Seldom>>,
    pub(super) key_updates: u64,
    pub(super) bytes: u64,
    /// GnuTLS has taken ciphertext of a record that is not finished.
    pub(super) pulled: bool,
    pub(super) records: u64,
    /// Heartbeats that we sent, and their answers.
    pub(super) pings: u32,
    pub(super) pongs: u32,
}

/// What few sessions have.
#[derive(Default)]
pub(super) struct Seldom {
    early: Option<Early>,
    pub(super) renegotiation: Option<Renegotiation>,
}

/// How a direction ended. `told`: the reader has seen it.
#[derive(Clone)]
pub(super) enum End {
    /// With the peer's close_notify.
    Closed { told: bool },
    /// With an error of the transport, or its end without close_notify.
    Broken { error: Box<Error>, told: bool },
}

impl RecvSide {
    /// Whether a receive gives something without the transport: data, the end, or an error.
    pub(super) fn has_something(&self) -> bool {
        let news = matches!(self.end, Some(End::Closed { told: false } | End::Broken { told: false, .. }));
        !self.set_aside.is_empty() || news
    }

    pub(super) fn early(&mut self) -> Option<&mut Early> {
        self.seldom.as_mut()?.early.as_mut()
    }

    pub(super) fn early_or_new(&mut self) -> &mut Early {
        self.seldom.get_or_insert_default().early.get_or_insert_default()
    }

    /// Where a renegotiation stands, if this session may have one.
    pub(super) fn renegotiation(&mut self) -> Option<&mut Renegotiation> {
        self.seldom.as_mut()?.renegotiation.as_mut()
    }

    /// Whether nothing is received until somebody decides on a renegotiation.
    pub(super) fn is_stuck(&self) -> bool {
        let renegotiation = self.seldom.as_ref().and_then(|seldom| seldom.renegotiation.as_ref());
        renegotiation.is_some_and(Renegotiation::is_wanted)
    }

    /// Whether a renegotiation would meet data next.
    ///
    /// # Errors
    /// Those of the transport, which is asked if that is not known.
    pub(super) fn is_before_data(&mut self, io: &dyn Transport) -> io::Result<bool> {
        match self.seldom.as_ref().and_then(|seldom| seldom.renegotiation.as_ref()) {
            Some(renegotiation) => renegotiation.meets_data(|| self.inbox.peek(io)),
            None => Ok(false),
        }
    }

    /// From here on it may have one.
    pub(super) fn allow_renegotiation(&mut self) {
        self.seldom.get_or_insert_default().renegotiation.get_or_insert_default();
    }
}

/// Guarded by SEND.
#[derive(Default)]
pub(crate) struct SendSide {
    pub(super) outbox: Outbox,
    /// The record being sent is the last of its call: it need not wait in the outbox for others.
    pub(super) last: bool,
    /// Sends are gathered.
    pub(super) corked: bool,
    /// The peer asked for our key update and has not got it (RFC 8446, section 4.6.3: before the next data).
    pub(super) answer_due: bool,
    /// We asked for the peer's key update and have not got it.
    pub(super) update_asked: bool,
    /// Records sent with the present key, and after how many it is changed; 0 where keys cannot or need not change.
    pub(super) records: u64,
    pub(super) record_limit: u64,
    pub(super) last_key_update: Option<Instant>,
    pub(super) key_updates: u64,
    /// The last send took only a part of what it was given.
    pub(super) short: bool,
    /// We have sent close_notify.
    pub(super) closed: bool,
    /// The error of a datagram that was lost, until somebody hears of it.
    pub(super) lost: Option<Error>,
    /// When the handshake goes on even if nothing comes (DTLS).
    pub(super) timer: Option<Instant>,
    /// The transport's error, once there was one.
    pub(super) broken: Option<Error>,
    /// The caller has seen `broken`.
    pub(super) told: bool,
    /// Records sent since the sender last looked for messages that nobody reads.
    pub(super) unwatched: usize,
    pub(super) bytes: u64,
    /// Records since the handshake, whatever their key.
    pub(super) all_records: u64,
}

/// The shortest time between key updates that come by themselves. A GnuTLS peer takes more than 8 in a second for an
/// attack; a limit so low that it matters is for tests.
const PACE: Duration = Duration::from_millis(250);

impl SendSide {
    /// Whether the keys must change before the next data.
    pub(super) fn rekey_is_due(&self) -> bool {
        let worn = self.record_limit > 0 && self.records >= self.record_limit;
        self.answer_is_owed() || (worn && self.pace_allows())
    }

    /// Whether an answer to the peer's wish is due and can still be given.
    pub(super) fn answer_is_owed(&self) -> bool {
        self.answer_due && !self.closed && self.broken.is_none()
    }

    /// Whether anything is left to send that no caller may come back for.
    pub(super) fn owes(&self) -> bool {
        !self.outbox.is_empty() || self.answer_is_owed()
    }

    fn pace_allows(&self) -> bool {
        self.last_key_update.is_none_or(|last| last.elapsed() >= PACE)
    }
}
