//! A transport in memory that moves as many bytes as the input says, or none.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gnutls::transport::memory::{self, End};
use gnutls::transport::{Readiness, Transport, Wait};

/// After so many refusals in a row a call is let through: nothing may depend on a transport that never moves.
const PATIENCE: u32 = 3;

/// One end.
pub struct Moody {
    inner: End,
    calm: AtomicBool,
    moved: AtomicUsize,
    reading: Mutex<Mood>,
    writing: Mutex<Mood>,
}

/// What each call in one direction does, over and over.
struct Mood {
    script: Vec<u8>,
    at: usize,
    refused: u32,
}

/// Two joined ends that are calm at first; each direction holds `capacity` bytes.
pub fn pair(capacity: usize, script: &[u8]) -> (Moody, Moody) {
    let (near, far) = memory::pair(capacity);
    let quarter = script.len() / 4;
    let moody = |inner, at: usize| Moody {
        inner,
        calm: AtomicBool::new(true),
        moved: AtomicUsize::new(0),
        reading: Mood::new(&script[at * quarter..][..quarter]),
        writing: Mood::new(&script[(at + 1) * quarter..][..quarter]),
    };
    (moody(near, 0), moody(far, 2))
}

impl Moody {
    /// From here on the script is not followed, or followed (again).
    pub fn calm(&self, calm: bool) {
        self.calm.store(calm, Ordering::Relaxed);
    }

    /// How many bytes have passed, in both directions together.
    pub fn moved(&self) -> usize {
        self.moved.load(Ordering::Relaxed)
    }

    fn count(&self, moved: io::Result<usize>) -> io::Result<usize> {
        self.moved.fetch_add(*moved.as_ref().unwrap_or(&0), Ordering::Relaxed);
        moved
    }

    /// Whether `want` is there without waiting.
    pub fn is_ready(&self, want: Readiness) -> bool {
        self.inner.wait(want, Some(Duration::ZERO)).expect("memory does not fail")
    }

    fn admit(&self, mood: &Mutex<Mood>, length: usize) -> io::Result<usize> {
        if self.calm.load(Ordering::Relaxed) {
            return Ok(length);
        }
        mood.lock().unwrap_or_else(PoisonError::into_inner).admit(length)
    }
}

impl Mood {
    fn new(script: &[u8]) -> Mutex<Mood> {
        Mutex::new(Mood { script: script.to_vec(), at: 0, refused: 0 })
    }

    fn admit(&mut self, length: usize) -> io::Result<usize> {
        if self.script.is_empty() {
            return Ok(length);
        }
        let byte = self.script[self.at % self.script.len()];
        self.at += 1;
        self.refused += 1;
        match byte {
            0..0x30 if self.refused <= PATIENCE => return Err(io::ErrorKind::WouldBlock.into()),
            0x30..0x38 if self.refused <= PATIENCE => return Err(io::ErrorKind::Interrupted.into()),
            _ => self.refused = 0,
        }
        Ok(match byte {
            0x38..0x80 => length.min(usize::from(byte) - 0x37),
            0x80.. => length.min(usize::from(byte - 0x7F).pow(2)),
            _ => length,
        })
    }
}

impl Transport for Moody {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let most = self.admit(&self.reading, buf.len())?;
        self.count(self.inner.try_read(&mut buf[..most]))
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        let most = self.admit(&self.writing, buf.len())?;
        self.count(self.inner.try_write(&buf[..most]))
    }

    fn shutdown(&self) {
        self.inner.shutdown();
    }
}

impl Wait for Moody {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        self.inner.wait(want, timeout)
    }
}
