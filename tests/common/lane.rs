//! One direction of a pair of sessions, moved on a piece at a time and checked.

use gnutls::transport::Transport;
use gnutls::{Error, Session};

use super::{check, fill};

/// What is sent at `from` and comes out at `to`.
pub(crate) struct Lane<'a, T> {
    pub(crate) from: &'a Session<T>,
    pub(crate) to: &'a Session<T>,
    pub(crate) seed: u64,
    pub(crate) sent: u64,
    pub(crate) received: u64,
}

impl<'a, T: Transport> Lane<'a, T> {
    pub(crate) fn new(from: &'a Session<T>, to: &'a Session<T>, seed: u64) -> Lane<'a, T> {
        Lane { from, to, seed, sent: 0, received: 0 }
    }

    /// Sends as much of `room` bytes as is taken now: how many.
    pub(crate) fn send(&mut self, room: &mut [u8]) -> usize {
        fill(self.seed, self.sent, room);
        let sent = unless_blocked(self.from.send(room));
        self.sent += sent as u64;
        sent
    }

    /// Receives into `room` what is there now, and checks it: how many.
    pub(crate) fn receive(&mut self, room: &mut [u8]) -> usize {
        let received = unless_blocked(self.to.recv(room));
        check(self.seed, self.received, &room[..received]);
        self.received += received as u64;
        received
    }

    /// Receives everything that has been sent.
    pub(crate) fn drain(&mut self, room: &mut [u8]) {
        while self.received < self.sent {
            self.from.try_flush().expect("flushing");
            self.receive(room);
        }
    }
}

fn unless_blocked(result: Result<usize, Error>) -> usize {
    result.unwrap_or_else(|error| if error.would_block() { 0 } else { panic!("{error:?}") })
}
