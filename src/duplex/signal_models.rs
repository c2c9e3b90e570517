//! The signal under the schedules that loom thinks of: whoever waits for news hears them. A wait has no end here but news.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release --lib -- models`

use std::time::Duration;

use loom::model::Builder;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;

use super::signal::Signal;
use super::sync::Mutex;

/// A session as who waits for another thread's news sees it: the engine's way with `Engine::news`.
#[derive(Default)]
struct Session {
    news: Signal,
    /// Somebody has begun to wait: changed under RECV, read anywhere.
    asked: AtomicBool,
    /// RECV, and what is received: the answer that is waited for, and whether another reader has been waiting.
    recv: Mutex<Received>,
    /// Changed without a lock.
    unread: AtomicBool,
    failed: AtomicBool,
}

#[derive(Default)]
struct Received {
    answered: bool,
    starved: bool,
}

impl Session {
    /// A wait as `Shared::reauthenticate`'s, without its end after a while.
    fn waits_until(&self, over: impl Fn(&Session) -> bool) {
        {
            let _recv = self.recv.lock();
            self.asked.store(true, Ordering::Release);
        }
        loop {
            let seen = self.news.seen();
            if over(self) {
                return;
            }
            self.news.wait(seen, Duration::MAX);
        }
    }

    /// As `Engine::tell_news`.
    fn tells_if_asked(&self) {
        if self.asked.load(Ordering::Relaxed) {
            self.news.tell();
        }
    }

    fn waits_for_the_answer(&self) {
        self.waits_until(|session| session.recv.lock().answered);
    }

    /// Who waits may look itself once the reader does not.
    fn waits_for_a_turn(&self) {
        self.waits_until(|session| !session.recv.lock().starved);
    }

    fn waits_for_the_end(&self) {
        self.waits_until(|session| {
            let _recv = session.recv.lock();
            session.unread.load(Ordering::Relaxed) || session.failed.load(Ordering::Acquire)
        });
    }

    /// A receive that meets the answer.
    fn receives_the_answer(&self) {
        self.recv.lock().answered = true;
        self.tells_if_asked();
    }

    /// A read that waits, and gives up.
    fn reads_and_gives_up(&self) {
        self.recv.lock().starved = true;
        self.recv.lock().starved = false;
        self.tells_if_asked();
    }

    /// A receive that neither answers nor ends anything.
    fn receives_data(&self) {
        self.recv.lock().starved = false;
        self.tells_if_asked();
    }

    fn abandons_reading(&self) {
        self.unread.store(true, Ordering::Relaxed);
        self.news.tell();
    }

    fn fails(&self) {
        self.failed.store(true, Ordering::Release);
        self.news.tell();
    }
}

/// Runs `parts` in a thread each, in every order with up to 3 preemptions; loom finds who sleeps for ever.
fn model<const N: usize>(parts: [fn(&Session); N]) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(move || {
        let session = Arc::new(Session::default());
        let threads = parts.map(|part| {
            let session = Arc::clone(&session);
            thread::spawn(move || part(&session))
        });
        threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    });
}

#[test]
fn models_who_waits_hears_of_the_answer() {
    model([Session::waits_for_the_answer, Session::receives_the_answer]);
}

#[test]
fn models_news_of_other_things_do_not_hide_the_answer() {
    model([Session::waits_for_the_answer, Session::receives_data, Session::receives_the_answer]);
}

#[test]
fn models_all_who_wait_hear() {
    model([Session::waits_for_the_answer, Session::waits_for_the_answer, Session::receives_the_answer]);
}

#[test]
fn models_who_waits_hears_that_the_reader_gave_up() {
    model([Session::waits_for_a_turn, Session::reads_and_gives_up]);
}

#[test]
fn models_who_waits_hears_that_the_reader_is_gone() {
    model([Session::waits_for_the_end, Session::abandons_reading, Session::receives_data]);
}

#[test]
fn models_who_waits_hears_of_a_failure() {
    model([Session::waits_for_the_end, Session::fails, Session::receives_data]);
}
