//! Buffers that sessions share: an idle session holds none.

use parking_lot::Mutex;

/// How much one buffer holds, in bytes: three full records and a little.
pub(crate) const BUFFER: usize = 64 * 1024;

/// How many unused buffers are kept for the next session that becomes busy.
const KEPT: usize = 64;

/// A stack of buffers in one state (all filled with some bytes, or all empty), which `take` and `give` keep.
pub(crate) struct Pool(Mutex<Vec<Vec<u8>>>);

impl Pool {
    pub(crate) const fn new() -> Pool {
        Pool(Mutex::new(Vec::new()))
    }

    /// A buffer that was given, or one that `make` makes.
    pub(crate) fn take(&self, make: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
        let kept = self.0.lock().pop();
        kept.unwrap_or_else(make)
    }

    /// Keeps `buffer` for others, unless it grew large or enough are kept already.
    pub(crate) fn give(&self, buffer: Vec<u8>) {
        if buffer.capacity() <= 2 * BUFFER {
            let mut kept = self.0.lock();
            if kept.len() < KEPT {
                kept.push(buffer);
            }
        }
    }
}
