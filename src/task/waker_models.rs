//! The wakers under the schedules that loom thinks of: whoever waits is woken, whichever half polled last.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release --lib --features task -- models`

use std::cell::Cell;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use loom::model::Builder;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::sync::{Condvar, Mutex};
use loom::thread;

use super::wakers::{Half, Waiting, Wakers};
use crate::duplex::interest::Interest;

/// A byte stream with one waker for each direction, and a session that keeps in its sides what one half took from there
/// and the other may need.
struct Session {
    wakers: Wakers,
    readable: Wire,
    writable: Wire,
    received: Mutex<u32>,
    failed: AtomicBool,
    unread: AtomicBool,
}

struct Wire(Mutex<(u32, Option<Waker>)>);

impl Wire {
    fn new() -> Wire {
        Wire(Mutex::new((0, None)))
    }

    /// Uses up one readiness, as `TaskIo` polls.
    fn poll(&self, waiting: &Arc<Waiting>, half: Half) -> bool {
        let mut wire = self.0.lock().expect("no panic");
        let armed = waiting.arm(half);
        let ready = wire.0 > 0;
        if ready {
            wire.0 -= 1;
        } else {
            wire.1 = Some(Waker::from(Arc::clone(waiting)));
            armed.owed();
            return false;
        }
        drop(wire);
        drop(armed);
        true
    }

    /// Becomes ready `times`, and wakes whom it knows.
    fn becomes_ready(&self, times: u32) {
        let mut wire = self.0.lock().expect("no panic");
        wire.0 += times;
        let waker = wire.1.take();
        drop(wire);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Becomes ready, to be found by the next poll alone.
    fn becomes_ready_in_silence(&self) {
        self.0.lock().expect("no panic").0 += 1;
    }
}

type Step = Result<(), Interest>;

impl Session {
    /// Takes something received, by whichever half.
    fn receive(&self, half: Half) -> Step {
        let mut received = self.received.lock().expect("no panic");
        if self.failed.load(Ordering::Acquire) {
            return Ok(());
        }
        if *received == 0 && self.readable.poll(&self.wakers.readable, half) {
            *received += 1;
        }
        if *received == 0 {
            return Err(Interest::new(true, false));
        }
        *received -= 1;
        Ok(())
    }

    /// Looks, as a writer does, for what the reader may be waiting for, until there is no more, and leaves it to the reader.
    fn look(&self) {
        let mut received = self.received.lock().expect("no panic");
        while self.readable.poll(&self.wakers.readable, Half::Writer) {
            *received += 1;
        }
    }

    fn send(&self, half: Half) -> Step {
        if self.failed.load(Ordering::Acquire) || self.writable.poll(&self.wakers.writable, half) {
            return Ok(());
        }
        Err(Interest::new(false, true))
    }

    /// A reader that owes an answer: it is done when either is possible.
    fn receive_or_send(&self, half: Half) -> Step {
        self.receive(half).or_else(|one| self.send(half).map_err(|two| one | two))
    }

    fn run(&self, half: Half, step: impl Fn() -> Step) {
        let parker = Arc::new(Parker::default());
        let waker = Waker::from(Arc::clone(&parker));
        while self.wakers.attempt(half, &Context::from_waker(&waker), &step).is_pending() {
            parker.park();
        }
    }

    fn fail(&self) {
        self.failed.store(true, Ordering::Release);
        self.wakers.wake_all();
    }
}

/// Sleeps until it is woken.
#[derive(Default)]
struct Parker(Mutex<bool>, Condvar);

impl Parker {
    fn park(&self) {
        let mut woken = self.0.lock().expect("no panic");
        while !*woken {
            woken = self.1.wait(woken).expect("no panic");
        }
        *woken = false;
    }
}

impl Wake for Parker {
    fn wake(self: Arc<Parker>) {
        *self.0.lock().expect("no panic") = true;
        self.1.notify_one();
    }
}

/// Runs `parts` in a thread each, in every order with up to 2 preemptions; loom finds who sleeps for ever.
fn model<const N: usize>(parts: [fn(&Session); N]) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(move || {
        let session = Arc::new(Session {
            wakers: Wakers::new(),
            readable: Wire::new(),
            writable: Wire::new(),
            received: Mutex::new(0),
            failed: AtomicBool::new(false),
            unread: AtomicBool::new(false),
        });
        let threads = parts.map(|part| {
            let session = Arc::clone(&session);
            thread::spawn(move || part(&session))
        });
        threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    });
}

fn reads(session: &Session) {
    session.run(Half::Reader, || session.receive(Half::Reader));
}

fn reads_or_writes(session: &Session) {
    session.run(Half::Reader, || session.receive_or_send(Half::Reader));
}

fn reader_writes(session: &Session) {
    session.run(Half::Reader, || session.send(Half::Reader));
}

fn writes(session: &Session) {
    session.run(Half::Writer, || session.send(Half::Writer));
}

#[test]
fn models_each_half_waits_for_its_own_direction() {
    model([reads, writes, |session| {
        session.writable.becomes_ready(1);
        session.readable.becomes_ready(1);
    }]);
}

#[test]
fn models_both_halves_wait_for_room() {
    model([reader_writes, writes, |session| session.writable.becomes_ready(2)]);
}

#[test]
fn models_room_comes_piece_by_piece() {
    model([reader_writes, writes, |session| {
        session.writable.becomes_ready(1);
        session.writable.becomes_ready(1);
    }]);
}

#[test]
fn models_a_reader_waits_for_either_beside_a_writer() {
    model([reads_or_writes, writes, |session| {
        session.readable.becomes_ready(1);
        session.writable.becomes_ready(2);
    }]);
}

#[test]
fn models_a_writer_takes_what_the_reader_waits_for() {
    model([reads, Session::look, |session| session.readable.becomes_ready(1)]);
}

#[test]
fn models_a_writer_finds_what_nobody_was_woken_for() {
    model([reads, |session| {
        session.readable.becomes_ready_in_silence();
        session.look();
    }]);
}

#[test]
fn models_a_failure_wakes_both_halves() {
    model([reads, writes, Session::fail]);
}

#[test]
fn models_a_writer_hears_that_the_reader_is_gone() {
    model([
        |session| {
            session.run(Half::Writer, || match session.unread.load(Ordering::Acquire) {
                true => session.receive(Half::Writer),
                false => session.send(Half::Writer),
            });
        },
        |session| {
            session.unread.store(true, Ordering::Release);
            session.wakers.wake(Half::Writer);
        },
        |session| session.readable.becomes_ready(1),
    ]);
}

/// A step may end for other reasons than the byte stream, such as records without data.
#[test]
fn models_a_step_that_gives_up_does_not_sleep_through_what_is_there() {
    model([
        |session| {
            reads(session);
            let given_up = Cell::new(false);
            session.run(Half::Reader, || match given_up.replace(true) {
                false => Err(Interest::new(true, false)),
                true => session.receive(Half::Reader),
            });
        },
        |session| {
            session.readable.becomes_ready(1);
            session.readable.becomes_ready(1);
        },
    ]);
}

#[test]
fn models_a_task_that_moved_is_woken_where_it_is() {
    model([
        |session| {
            let elsewhere = Waker::from(Arc::new(Parker::default()));
            let step = || session.receive(Half::Reader);
            if session.wakers.attempt(Half::Reader, &Context::from_waker(&elsewhere), step) == Poll::Pending {
                session.run(Half::Reader, step);
            }
        },
        |session| session.readable.becomes_ready(1),
    ]);
}
