//! What each direction waits for.

use std::sync::atomic::Ordering;

use super::Engine;
use crate::duplex::interest::Interest;

impl Engine {
    /// What the next receive waits for.
    pub(crate) fn recv_interest(&self) -> Interest {
        let mut held = self.lock.recv();
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
        let watches = self.watches_for_messages();
        let mut held = self.lock.send();
        let Some(side) = held.send_side() else { return Interest::NONE };
        if self.failure.get().is_some() {
            return Interest::now();
        }
        if side.broken.is_some() {
            return if side.told { Interest::NONE } else { Interest::now() };
        }
        if side.short && side.outbox.is_empty() {
            return Interest::now();
        }
        Interest::new(watches, !side.outbox.is_empty())
    }

    /// Whether the sender must look for the peer's messages because nobody else does.
    fn watches_for_messages(&self) -> bool {
        if !self.unread.load(Ordering::Relaxed) {
            return false;
        }
        let mut held = self.lock.recv();
        held.recv_side().is_some_and(|side| side.end.is_none())
    }
}
