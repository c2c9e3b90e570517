//! A connection in memory as cheap as one can be, for measurements in which nobody waits.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gnutls::transport::{Readiness, Transport, Wait};

/// One end. What comes in is a tape that can be as long as memory allows; what goes out can be forgotten.
pub(crate) struct Tape {
    incoming: Arc<Mutex<Reel>>,
    outgoing: Arc<Mutex<Reel>>,
    forgets: AtomicBool,
}

#[derive(Default)]
struct Reel {
    bytes: Vec<u8>,
    start: usize,
}

/// Two connected ends; `room` bytes from the second to the first are reserved.
pub(crate) fn pair(room: usize) -> (Tape, Tape) {
    let (down, up) = (Reel { bytes: Vec::with_capacity(room), start: 0 }, Reel::default());
    let (down, up) = (Arc::new(Mutex::new(down)), Arc::new(Mutex::new(up)));
    let end = |incoming: &Arc<_>, outgoing: &Arc<_>| Tape {
        incoming: Arc::clone(incoming),
        outgoing: Arc::clone(outgoing),
        forgets: AtomicBool::new(false),
    };
    (end(&down, &up), end(&up, &down))
}

impl Tape {
    /// From now on what is written is taken and forgotten.
    pub(crate) fn forget(&self) {
        self.forgets.store(true, Ordering::Relaxed);
    }
}

impl Transport for Tape {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let mut reel = self.incoming.lock().unwrap_or_else(PoisonError::into_inner);
        let there = &reel.bytes[reel.start..];
        if there.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let taken = there.len().min(buf.len());
        buf[..taken].copy_from_slice(&there[..taken]);
        reel.start += taken;
        Ok(taken)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        if self.forgets.load(Ordering::Relaxed) {
            return Ok(buf.len());
        }
        let mut reel = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner);
        if reel.start == reel.bytes.len() {
            reel.bytes.clear();
            reel.start = 0;
        }
        reel.bytes.extend_from_slice(buf);
        Ok(buf.len())
    }
}

impl Wait for Tape {
    fn wait(&self, _: Readiness, _: Option<Duration>) -> io::Result<bool> {
        Err(io::Error::other("nothing more will come"))
    }
}
