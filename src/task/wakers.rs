//! Who is woken when the byte stream becomes ready.
//!
//! A byte stream keeps one waker for reading and one for writing, and forgets the one before. Two halves poll it, and each
//! may wait for either. So everybody polls it with the same two wakers, one for each readiness, and each of them wakes
//! all who wait for it ([`Waiting`]).
//!
//! A readiness is *armed* while the byte stream owes a wake for it: the last poll said `Pending`, and nothing has come of
//! that yet. *News* for a half is whatever could end its wait: a wake, a poll of the other half that was answered (it may
//! have used up what the waker was kept for, or have taken what this half waits for), the end of the session.
//!
//! Who finds nothing to do leaves its waker, and then looks: if what it waits for is not armed, or there have been news
//! since before it tried, it tries again. Whoever has news counts them first and takes the waker then. So one of the two
//! sees the other, and no wake-up is lost, whichever half polled last.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use crate::duplex::interest::Interest;
use crate::duplex::sync::{AtomicBool, AtomicU32, Mutex, Ordering};
use crate::transport::Readiness;

/// Who polls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Reader,
    Writer,
}

impl Half {
    fn other(self) -> Half {
        match self {
            Half::Reader => Half::Writer,
            Half::Writer => Half::Reader,
        }
    }
}

/// So often one poll looks again when something changed under it; then it lets other tasks run.
const LOOKS: usize = 8;

/// The tasks that wait for one byte stream.
#[derive(Clone)]
pub(super) struct Wakers {
    pub(super) readable: Arc<Waiting>,
    pub(super) writable: Arc<Waiting>,
}

/// The tasks that wait for one readiness. As a waker, it wakes them.
pub(super) struct Waiting {
    reader: Slot,
    writer: Slot,
    /// The byte stream will wake.
    armed: AtomicBool,
    /// It has woken since the reader last came.
    fired: AtomicBool,
}

/// Where one half leaves its waker.
struct Slot {
    waker: Mutex<Option<Waker>>,
    /// Counts news for this half.
    news: AtomicU32,
}

/// The counts of news that a half has seen.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seen {
    readable: u32,
    writable: u32,
}

impl Wakers {
    pub(super) fn new() -> Wakers {
        Wakers { readable: Arc::new(Waiting::new()), writable: Arc::new(Waiting::new()) }
    }

    /// Makes `step` until it has a result, or until the waker of `cx` stands where it will be woken from.
    pub(super) fn attempt<R>(
        &self,
        half: Half,
        cx: &Context<'_>,
        mut step: impl FnMut() -> Result<R, Interest>,
    ) -> Poll<R> {
        for _ in 0..LOOKS {
            let seen = self.seen(half);
            match step() {
                Ok(result) => return Poll::Ready(result),
                Err(want) if self.will_wake(half, want, cx.waker()) && self.seen(half) == seen => return Poll::Pending,
                Err(_) => {}
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Leaves `waker` where `want` says: true if the byte stream owes it a wake.
    fn will_wake(&self, half: Half, want: Interest, waker: &Waker) -> bool {
        // With nothing to wait for, somebody else has done meanwhile what this one was waiting for.
        if want.ready_now() || want.readiness() == Readiness::default() {
            return false;
        }
        let readable = !want.readable() || self.readable.keep(half, waker);
        readable && (!want.writable() || self.writable.keep(half, waker))
    }

    fn seen(&self, half: Half) -> Seen {
        Seen { readable: self.readable.news(half), writable: self.writable.news(half) }
    }

    /// Wakes one half, whatever it waits for: something else than the byte stream has changed.
    pub(super) fn wake(&self, half: Half) {
        self.readable.tell(half);
        self.writable.tell(half);
    }

    /// Wakes both halves.
    pub(super) fn wake_all(&self) {
        self.wake(Half::Reader);
        self.wake(Half::Writer);
    }
}

impl Waiting {
    fn new() -> Waiting {
        Waiting {
            reader: Slot::new(),
            writer: Slot::new(),
            armed: AtomicBool::new(false),
            fired: AtomicBool::new(false),
        }
    }

    fn slot(&self, half: Half) -> &Slot {
        match half {
            Half::Reader => &self.reader,
            Half::Writer => &self.writer,
        }
    }

    /// Leaves `waker`: true if the byte stream owes it a wake.
    fn keep(&self, half: Half, waker: &Waker) -> bool {
        self.slot(half).put(waker);
        self.armed.load(Ordering::Acquire)
    }

    /// The byte stream is about to be polled by `half`. Whoever polls it is alone in it.
    pub(super) fn arm(&self, half: Half) -> Armed<'_> {
        self.armed.store(true, Ordering::Release);
        Armed { waiting: self, half, owed: false }
    }

    fn disarm(&self) {
        self.armed.store(false, Ordering::Release);
    }

    fn news(&self, half: Half) -> u32 {
        self.slot(half).news.load(Ordering::Acquire)
    }

    /// News for one half.
    fn tell(&self, half: Half) {
        let slot = self.slot(half);
        slot.news.fetch_add(1, Ordering::AcqRel);
        if let Some(waker) = slot.take() {
            waker.wake();
        }
    }

    /// Whether there was a wake since the last call.
    pub(super) fn take_fired(&self) -> bool {
        self.fired.load(Ordering::Relaxed) && self.fired.swap(false, Ordering::Relaxed)
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Waiting>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Waiting>) {
        self.disarm();
        self.fired.store(true, Ordering::Relaxed);
        self.tell(Half::Reader);
        self.tell(Half::Writer);
    }
}

/// A poll of the byte stream. Unless it turns out that a wake is [owed](Armed::owed), nobody may count on one any more.
pub(super) struct Armed<'a> {
    waiting: &'a Waiting,
    half: Half,
    owed: bool,
}

impl Armed<'_> {
    /// The byte stream said `Pending`.
    pub(super) fn owed(mut self) {
        self.owed = true;
    }
}

impl Drop for Armed<'_> {
    fn drop(&mut self) {
        if !self.owed {
            self.waiting.disarm();
            self.waiting.tell(self.half.other());
        }
    }
}

impl Slot {
    fn new() -> Slot {
        Slot { waker: Mutex::new(None), news: AtomicU32::new(0) }
    }

    /// Keeps `waker`. No waker is woken or dropped under the lock: either may run somebody's code.
    fn put(&self, waker: &Waker) {
        let mut kept = self.waker.lock();
        if kept.as_ref().is_some_and(|kept| kept.will_wake(waker)) {
            return;
        }
        let old = kept.replace(waker.clone());
        drop(kept);
        drop(old);
    }

    fn take(&self) -> Option<Waker> {
        self.waker.lock().take()
    }
}
