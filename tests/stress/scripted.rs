//! A transport that does what a script says: small steps, refusals, interruptions, faults at a chosen byte, and hooks.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gnutls::transport::{Readiness, Transport, Wait};

use crate::random::Random;

/// How a transport behaves on the whole.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// The most bytes in one call; 0 is as many as fit.
    pub(crate) most: usize,
    /// Of 256 calls so many end with `WouldBlock` although they could move something.
    pub(crate) refuse: u8,
    /// Of 256 calls so many end with `Interrupted`.
    pub(crate) interrupt: u8,
}

/// What happens to one direction when its bytes have come to a chosen place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The byte has one bit turned over.
    Flip,
    /// The stream ends (reading), or takes nothing more (writing).
    Cut,
    /// `ConnectionReset`, for ever.
    Reset,
    /// The call panics, once.
    Panic,
}

type WaitHook = Box<dyn FnMut(Readiness) + Send>;
type Hook = Box<dyn FnMut() -> io::Result<()> + Send>;

/// One direction.
#[derive(Default)]
struct Lane {
    random: Mutex<Random>,
    passed: AtomicU64,
    fault: Mutex<Option<(u64, Fault)>>,
    struck: AtomicBool,
    hook: Mutex<Option<Hook>>,
}

/// What a test holds to see and change the script.
#[derive(Default)]
pub(crate) struct Script {
    read: Lane,
    write: Lane,
    on_wait: Mutex<Option<WaitHook>>,
    on_shutdown: Mutex<Option<Hook>>,
}

/// The transport.
pub(crate) struct Scripted<T> {
    inner: T,
    plan: Plan,
    pub(crate) script: Arc<Script>,
}

impl<T> Scripted<T> {
    pub(crate) fn new(inner: T, plan: Plan) -> Scripted<T> {
        let script = Arc::new(Script::default());
        *lock(&script.read.random) = Random::new(plan.seed);
        *lock(&script.write.random) = Random::new(!plan.seed);
        Scripted { inner, plan, script }
    }
}

impl<T: Wait> Scripted<T> {
    /// Whether the transport below could do one of these now.
    pub(crate) fn is_ready(&self, want: Readiness) -> bool {
        self.inner.wait(want, Some(Duration::ZERO)).expect("no error")
    }
}

impl<T> fmt::Debug for Scripted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted").field("plan", &self.plan).finish_non_exhaustive()
    }
}

impl Script {
    /// `fault` strikes after `after` more bytes were read.
    pub(crate) fn fault_in_reading(&self, after: u64, fault: Fault) {
        self.read.arm(after, fault);
    }

    /// `fault` strikes after `after` more bytes were written.
    pub(crate) fn fault_in_writing(&self, after: u64, fault: Fault) {
        self.write.arm(after, fault);
    }

    /// No fault strikes in reading any more.
    pub(crate) fn no_fault_in_reading(&self) {
        *lock(&self.read.fault) = None;
    }

    /// Called in every read before it happens; an error is the read's.
    pub(crate) fn on_read(&self, hook: impl FnMut() -> io::Result<()> + Send + 'static) {
        *lock(&self.read.hook) = Some(Box::new(hook));
    }

    /// As [`on_read`](Script::on_read), for writing.
    pub(crate) fn on_write(&self, hook: impl FnMut() -> io::Result<()> + Send + 'static) {
        *lock(&self.write.hook) = Some(Box::new(hook));
    }

    /// Called in every wait before it waits.
    pub(crate) fn on_wait(&self, hook: impl FnMut(Readiness) + Send + 'static) {
        *lock(&self.on_wait) = Some(Box::new(hook));
    }

    /// Called when the session shuts the transport down.
    pub(crate) fn on_shutdown(&self, hook: impl FnMut() -> io::Result<()> + Send + 'static) {
        *lock(&self.on_shutdown) = Some(Box::new(hook));
    }

    /// Whether the fault in reading is still to come.
    pub(crate) fn is_armed(&self) -> bool {
        lock(&self.read.fault).is_some() && !self.read.struck.load(Ordering::SeqCst)
    }

    pub(crate) fn bytes_written(&self) -> u64 {
        self.write.passed.load(Ordering::SeqCst)
    }
}

impl Lane {
    fn arm(&self, after: u64, fault: Fault) {
        *lock(&self.fault) = Some((self.passed.load(Ordering::SeqCst) + after, fault));
    }

    /// How many of `length` bytes this call may move, or how it ends.
    fn admit(&self, plan: Plan, length: usize) -> io::Result<usize> {
        // A hook that panics must not be called twice, and one that calls back must not find itself locked.
        let hook = lock(&self.hook).take();
        if let Some(mut hook) = hook {
            let result = hook();
            lock(&self.hook).get_or_insert(hook);
            result?;
        }
        let (refused, interrupted) = {
            let mut random = lock(&self.random);
            (random.chance(plan.refuse), random.chance(plan.interrupt))
        };
        if interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if refused {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let most = if plan.most == 0 { length } else { length.min(plan.most) };
        let mut armed = lock(&self.fault);
        let Some((at, fault)) = *armed else { return Ok(most) };
        let left = at.saturating_sub(self.passed.load(Ordering::SeqCst));
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        match fault {
            Fault::Flip => Ok(if left == 0 { most.min(1) } else { most.min(left) }),
            _ if left > 0 => Ok(most.min(left)),
            Fault::Cut => {
                self.struck.store(true, Ordering::SeqCst);
                Ok(0)
            }
            Fault::Reset => {
                self.struck.store(true, Ordering::SeqCst);
                Err(io::ErrorKind::ConnectionReset.into())
            }
            Fault::Panic => {
                *armed = None;
                drop(armed);
                panic!("the script's panic")
            }
        }
    }

    fn moved(&self, moved: usize) {
        self.passed.fetch_add(moved as u64, Ordering::SeqCst);
    }

    /// Whether the byte that moves now is the one to be changed.
    fn flips(&self) -> bool {
        let mut armed = lock(&self.fault);
        let now = *armed == Some((self.passed.load(Ordering::SeqCst), Fault::Flip));
        if now {
            *armed = None;
        }
        now
    }
}

impl<T: Transport> Transport for Scripted<T> {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let lane = &self.script.read;
        let room = lane.admit(self.plan, buf.len())?;
        if room == 0 {
            return Ok(0);
        }
        let read = self.inner.try_read(&mut buf[..room])?;
        if read > 0 && lane.flips() {
            buf[0] ^= 0x10;
        }
        lane.moved(read);
        Ok(read)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        let lane = &self.script.write;
        let room = lane.admit(self.plan, buf.len())?;
        if room == 0 {
            return Ok(0);
        }
        let written = self.inner.try_write(&buf[..room])?;
        lane.moved(written);
        Ok(written)
    }

    fn shutdown(&self) {
        let hook = lock(&self.script.on_shutdown).take();
        if let Some(mut hook) = hook {
            // A shutdown has no result.
            let _ = hook();
        }
        self.inner.shutdown();
    }

    fn acquire(&self) -> io::Result<bool> {
        self.inner.acquire()
    }

    fn release(&self) {
        self.inner.release();
    }
}

impl<T: Wait> Wait for Scripted<T> {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        assert!(want.readable || want.writable || timeout.is_some(), "a wait for nothing, without end");
        let hook = lock(&self.script.on_wait).take();
        if let Some(mut hook) = hook {
            hook(want);
            lock(&self.script.on_wait).get_or_insert(hook);
        }
        self.inner.wait(want, timeout)
    }
}

/// A script survives its own panics.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
