//! Datagrams for the peer: each goes to the transport at once, or waits for room.

use std::collections::VecDeque;
use std::io;

use super::Transport;
use super::datagram::is_too_large;
use super::inbox::retry;

/// How many wait at most. What comes then is lost, as datagrams may be: a handshake sends it again.
const MOST: usize = 64;

/// What the transport has not taken, whole datagrams in the order in which they were encrypted.
#[derive(Default)]
pub(crate) struct Departures {
    waiting: VecDeque<Vec<u8>>,
    /// The transport's error, until `flush` tells it. The datagram is lost.
    failed: Option<io::Error>,
    /// The transport refused a datagram of so many bytes for its size, which nobody has asked for yet.
    refused: Option<usize>,
}

impl Departures {
    /// Sends a datagram, or keeps it until there is room.
    pub(crate) fn pass(&mut self, io: &dyn Transport, datagram: &[u8]) {
        if !self.waiting.is_empty() || !self.offer(io, datagram) {
            self.keep(datagram);
        }
    }

    /// Keeps a datagram until the next [`flush`](Departures::flush).
    pub(crate) fn keep(&mut self, datagram: &[u8]) {
        if self.waiting.len() < MOST {
            self.waiting.push_back(datagram.to_vec());
        }
    }

    /// Whether nothing waits, not even an error.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.failed.is_none()
    }

    /// Offers what waits to the transport; true if nothing waits any more.
    ///
    /// # Errors
    /// Those of the transport, except `WouldBlock` and `EMSGSIZE`; what was refused is lost.
    pub(crate) fn flush(&mut self, io: &dyn Transport) -> io::Result<bool> {
        while self.failed.is_none() {
            let Some(datagram) = self.waiting.pop_front() else { break };
            if !self.offer(io, &datagram) {
                self.waiting.push_front(datagram);
                return Ok(false);
            }
        }
        self.failed.take().map_or(Ok(true), Err)
    }

    /// The size of a datagram that the transport refused for it since the last call.
    pub(crate) fn take_refused(&mut self) -> Option<usize> {
        self.refused.take()
    }

    /// Drops everything.
    pub(crate) fn clear(&mut self) {
        self.waiting = VecDeque::new();
        self.failed = None;
    }

    /// Offers one: false if there is no room for it.
    fn offer(&mut self, io: &dyn Transport, datagram: &[u8]) -> bool {
        match retry(|| io.try_write(datagram)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
            Err(error) if is_too_large(&error) => self.refused = Some(datagram.len()),
            Err(error) => self.failed = Some(error),
        }
        true
    }
}
