//! What the faces of one session share: the engine, the transport, and how the blocking calls behave.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::engine::{Counters, Engine};
use crate::transport::Transport;

pub(crate) struct Shared<T> {
    pub(crate) engine: Engine,
    pub(crate) io: T,
    pub(crate) mode: Mode,
    /// The transport was blocking before we took it.
    restore: bool,
}

/// How `Read` and `Write` behave.
#[derive(Default)]
pub(crate) struct Mode {
    pub(crate) nonblocking: AtomicBool,
    pub(crate) read_timeout: Timeout,
    pub(crate) write_timeout: Timeout,
    pub(crate) read_waits: AtomicU64,
    pub(crate) write_waits: AtomicU64,
}

/// A duration or none, for all threads.
#[derive(Default)]
pub(crate) struct Timeout(AtomicU64);

impl Timeout {
    pub(crate) fn set(&self, timeout: Option<Duration>) {
        // 0 stands for none; a timeout of zero becomes the shortest there is.
        let nanos = timeout.map_or(0, |timeout| u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX).max(1));
        self.0.store(nanos, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> Option<Duration> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }
}

impl<T: Transport> Shared<T> {
    pub(crate) fn new(engine: Engine, io: T, restore: bool) -> Shared<T> {
        Shared { engine, io, mode: Mode::default(), restore }
    }

    /// The transport, as it was before.
    pub(crate) fn into_io(self) -> T {
        if self.restore {
            self.io.release();
        }
        self.io
    }
}

impl<T> Shared<T> {
    /// What the session has done so far.
    pub(crate) fn counters(&self) -> Counters {
        let mut counters = self.engine.counters();
        counters.read_waits = self.mode.read_waits.load(Ordering::Relaxed);
        counters.write_waits = self.mode.write_waits.load(Ordering::Relaxed);
        counters
    }
}

impl<T> std::fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("Session");
        if let Some(info) = self.engine.info() {
            out.field("protocol", &info.protocol).field("cipher", &info.cipher).field("group", &info.group);
            out.field("alpn", &info.alpn.as_deref().map(String::from_utf8_lossy)).field("resumed", &info.resumed);
        }
        // A callback of this session, or its transport, may be who wants to know: it has the locks.
        if !self.engine.is_inside() {
            out.field("peer", &self.engine.peer_name()).field("counters", &self.counters());
        }
        out.finish_non_exhaustive()
    }
}
