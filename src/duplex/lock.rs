//! The direction-aware lock.
//!
//! A session has two sides, and a mutex for each: RECV guards what receiving uses, SEND what sending uses. One thread
//! receives under RECV while another sends under SEND; the cryptography of both runs in parallel. What touches both
//! directions (a key update, the handshake, a ticket, closing) holds both.
//!
//! Three rules make it free of deadlock:
//!
//! 1. The order is RECV, then SEND. Who holds SEND alone and needs both lets go first ([`DirectionLock::both`]).
//! 2. Who receives may add SEND at any moment ([`Held::escalate`]): GnuTLS finds out in the middle of
//!    `gnutls_record_recv` that the record it decrypted is a key update.
//! 3. Nobody waits for the transport, or for anything but SEND, while holding either.

use super::apart::Apart;
use super::sync::{Mutex, MutexGuard};

/// Two sides of one session, each behind its mutex.
pub(crate) struct DirectionLock<R, S> {
    recv: Apart<Receivers<R>>,
    send: Apart<Mutex<S>>,
}

struct Receivers<R> {
    side: Mutex<R>,
    turn: parking_lot::Mutex<()>,
}

/// What one thread holds of a [`DirectionLock`]: a side, or both. Dropping it lets go.
pub(crate) struct Held<'a, R, S> {
    lock: &'a DirectionLock<R, S>,
    // SEND goes first when this is dropped.
    send: Option<MutexGuard<'a, S>>,
    recv: Option<MutexGuard<'a, R>>,
}

impl<R, S> DirectionLock<R, S> {
    pub(crate) fn new(recv: R, send: S) -> DirectionLock<R, S> {
        let receivers = Receivers { side: Mutex::new(recv), turn: parking_lot::Mutex::default() };
        DirectionLock { recv: Apart::new(receivers), send: Apart::new(Mutex::new(send)) }
    }

    /// For receiving.
    pub(crate) fn recv(&self) -> Held<'_, R, S> {
        Held { lock: self, send: None, recv: Some(self.recv.side.lock()) }
    }

    /// For receiving, if nobody else is.
    pub(crate) fn try_recv(&self) -> Option<Held<'_, R, S>> {
        Some(Held { lock: self, send: None, recv: Some(self.recv.side.try_lock()?) })
    }

    /// For sending.
    pub(crate) fn send(&self) -> Held<'_, R, S> {
        Held { lock: self, send: Some(self.send.lock()), recv: None }
    }

    /// For readers that wait for the transport, which take turns: a second one that waited beside the first could wait for
    /// bytes that the first has taken from it. It comes before RECV, and guards nothing.
    pub(crate) fn turn(&self) -> &parking_lot::Mutex<()> {
        &self.recv.turn
    }

    /// For what touches both directions.
    pub(crate) fn both(&self) -> Held<'_, R, S> {
        let mut held = self.recv();
        held.escalate();
        held
    }
}

impl<'a, R, S> Held<'a, R, S> {
    /// Adds SEND to RECV, so that this thread is alone in the session.
    ///
    /// # Panics
    /// If RECV is not held: waiting for it here, with SEND in hand, would be the wrong order.
    pub(crate) fn escalate(&mut self) {
        assert!(self.recv.is_some(), "SEND is taken after RECV, never before");
        if self.send.is_none() {
            self.send = Some(self.lock.send.lock());
        }
    }

    /// Lets go of what is held and takes both. What was true before may not be true after.
    pub(crate) fn into_both(self) -> Held<'a, R, S> {
        if self.recv.is_some() {
            let mut held = self;
            held.escalate();
            return held;
        }
        let lock = self.lock;
        drop(self);
        lock.both()
    }

    /// Lets go of RECV and keeps SEND.
    pub(crate) fn release_recv(&mut self) {
        self.recv = None;
    }

    /// Lets go of SEND and keeps RECV.
    pub(crate) fn release_send(&mut self) {
        self.send = None;
    }

    /// Lets a thread that waits for SEND go first, then takes it back. What was true before may not be true after.
    pub(crate) fn yield_send(&mut self) {
        if let Some(guard) = self.send.take() {
            #[cfg(not(loom))]
            MutexGuard::unlock_fair(guard);
            #[cfg(loom)]
            drop(guard);
            self.send = Some(self.lock.send.lock());
        }
    }

    /// Whether SEND is held.
    pub(crate) fn has_send(&self) -> bool {
        self.send.is_some()
    }

    /// The receiving side, if it is held.
    pub(crate) fn recv_side(&mut self) -> Option<&mut R> {
        self.recv.as_deref_mut()
    }

    /// The sending side, if it is held.
    pub(crate) fn send_side(&mut self) -> Option<&mut S> {
        self.send.as_deref_mut()
    }
}
