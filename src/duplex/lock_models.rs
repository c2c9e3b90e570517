//! The lock under the schedules that loom thinks of: no deadlock, and exclusive means exclusive.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release --lib -- models`

use loom::cell::UnsafeCell;
use loom::model::Builder;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;

use super::lock::{DirectionLock, Held};

/// A session as the lock sees it: what each direction changes, and what both read and only exclusive calls change.
/// loom fails a model in which two threads touch a cell at once and one of them changes it.
struct Session {
    lock: DirectionLock<u32, u32>,
    receiving: UnsafeCell<()>,
    sending: UnsafeCell<()>,
    common: UnsafeCell<()>,
    /// Changed under the locks, so that loom tries other threads there: it does so only where threads can collide.
    here: AtomicBool,
}

// SAFETY: nothing is ever read from or written to the cells; loom only keeps account of who has them.
unsafe impl Sync for Session {}
// SAFETY: as above.
unsafe impl Send for Session {}

type Both<'a> = Held<'a, u32, u32>;

impl Session {
    fn receives(&self, held: &mut Both<'_>) {
        *held.recv_side().expect("RECV is held") += 1;
        self.receiving.with_mut(|_| self.common.with(|_| ()));
        self.here.store(true, Ordering::Relaxed);
    }

    fn sends(&self, held: &mut Both<'_>) {
        *held.send_side().expect("SEND is held") += 1;
        self.sending.with_mut(|_| self.common.with(|_| ()));
        self.here.store(true, Ordering::Relaxed);
    }

    fn changes_keys(&self, held: &mut Both<'_>) {
        *held.recv_side().expect("RECV is held") += 1;
        *held.send_side().expect("SEND is held") += 1;
        self.common.with_mut(|_| self.receiving.with_mut(|_| self.sending.with_mut(|_| ())));
        self.here.store(true, Ordering::Relaxed);
    }

    /// A receiver that finds a key change in the middle.
    fn receive(&self) {
        let mut held = self.lock.recv();
        self.receives(&mut held);
        held.escalate();
        self.changes_keys(&mut held);
        held.release_send();
        self.receives(&mut held);
    }

    /// A sender that must change keys before it sends.
    fn rekey_and_send(&self) {
        let mut held = self.lock.send();
        self.sends(&mut held);
        let mut held = held.into_both();
        self.changes_keys(&mut held);
        held.release_recv();
        self.sends(&mut held);
    }

    /// A sender in full swing, that then looks for messages if nobody receives.
    fn send_and_look(&self) {
        let mut held = self.lock.send();
        self.sends(&mut held);
        held.yield_send();
        self.sends(&mut held);
        drop(held);
        if let Some(mut held) = self.lock.try_recv() {
            self.receives(&mut held);
            held.escalate();
            self.changes_keys(&mut held);
        }
    }

    /// A close, or a question.
    fn both(&self) {
        self.changes_keys(&mut self.lock.both());
    }
}

/// Runs `parts` in a thread each, in every order with up to 4 preemptions; loom finds what never ends.
fn model<const N: usize>(parts: [fn(&Session); N]) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(4);
    builder.check(move || {
        let (receiving, sending, common) = (UnsafeCell::new(()), UnsafeCell::new(()), UnsafeCell::new(()));
        let (lock, here) = (DirectionLock::new(0, 0), AtomicBool::new(false));
        let session = Arc::new(Session { lock, receiving, sending, common, here });
        let threads = parts.map(|part| {
            let session = Arc::clone(&session);
            thread::spawn(move || part(&session))
        });
        threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    });
}

#[test]
fn models_a_receiver_that_escalates_beside_a_sender_that_wants_both() {
    model([Session::receive, Session::rekey_and_send]);
}

#[test]
fn models_a_receiver_that_escalates_beside_a_sender_that_yields_and_looks() {
    model([Session::receive, Session::send_and_look]);
}

#[test]
fn models_two_senders_that_want_both() {
    model([Session::rekey_and_send, Session::rekey_and_send]);
}

#[test]
fn models_a_close_beside_both_directions() {
    model([Session::receive, Session::rekey_and_send, Session::both]);
}
