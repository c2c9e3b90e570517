//! What each direction waits for.

use std::sync::atomic::Ordering;

use super::Engine;
use crate::duplex::interest::Interest;

impl Engine {
    /// What the next receive waits for.
    pub(crate) fn recv_interest(&self) -> Interest {
        let mut held = self.asked().recv();
        let Some(side) = held.recv_side() else { return Interest::NONE };
        if self.failure.get().is_some() || side.has_something() {
            return Interest::now();
        }
        if side.end.is_some() {
            return Interest::NONE;
        }
        if !side.starved {
            return Interest::now();
        }
        Interest::new(true, self.owes.load(Ordering::Relaxed))
    }

    /// What the next send, or flush, waits for.
    pub(crate) fn send_interest(&self) -> Interest {
        let messages = self.messages_interest();
        let mut held = self.asked().send();
        let Some(side) = held.send_side() else { return Interest::NONE };
        if self.failure.get().is_some() {
            return Interest::now();
        }
        if side.broken.is_some() {
            return if side.told { Interest::NONE } else { Interest::now() };
        }
        if side.lost.is_some() || (side.short && side.outbox.is_empty()) {
            return Interest::now();
        }
        messages | Interest::new(false, !side.outbox.is_empty())
    }

    /// What the sender waits for on behalf of a reader that is gone: the peer's messages.
    fn messages_interest(&self) -> Interest {
        if !self.unread.load(Ordering::Relaxed) {
            return Interest::NONE;
        }
        match self.asked().recv().recv_side() {
            Some(side) if side.end.is_some() || side.is_stuck() => Interest::NONE,
            Some(side) if !side.set_aside.is_empty() || !side.inbox.is_empty() || side.tired => Interest::now(),
            _ => Interest::new(true, false),
        }
    }
}
