//! Ciphertext from the peer that GnuTLS has not asked for yet.

use std::io;

use super::Transport;
use super::pool::{BUFFER, Pool};

/// Reads ahead: GnuTLS asks for 5 bytes of header and then for the body, the transport is asked once for many records.
#[derive(Default)]
pub(crate) struct Inbox {
    /// Empty (not allocated) or `BUFFER` bytes long; unread are `start..end`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

static POOL: Pool = Pool::new();

impl Inbox {
    /// Up to `most` bytes for GnuTLS, read from the transport if none are here. Empty at the end of the stream.
    ///
    /// # Errors
    /// Those of [`Transport::try_read`].
    pub(crate) fn read(&mut self, io: &dyn Transport, most: usize) -> io::Result<&[u8]> {
        if self.start == self.end {
            if self.buffer.is_empty() {
                self.buffer = POOL.take(|| vec![0; BUFFER]);
            }
            (self.start, self.end) = (0, 0);
            // A transport that claims to have read more than there was room for is not believed.
            self.end = retry(|| io.try_read(&mut self.buffer))?.min(BUFFER);
        }
        let from = self.start;
        self.start = self.end.min(from + most);
        Ok(&self.buffer[from..self.start])
    }

    /// Whether nothing is waiting here.
    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Gives the buffer back if nothing is waiting in it.
    pub(crate) fn rest(&mut self) {
        if self.is_empty() && !self.buffer.is_empty() {
            POOL.give(std::mem::take(&mut self.buffer));
        }
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.start = self.end;
        self.rest();
    }
}

/// Repeats what a signal interrupted.
pub(super) fn retry(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::memory;

    #[test]
    fn bytes_come_in_pieces_as_asked_and_an_idle_inbox_holds_no_buffer() {
        let (near, far) = memory::pair(1 << 16);
        far.try_write(b"headbody").expect("room");
        let mut inbox = Inbox::default();
        assert_eq!(inbox.read(&near, 4).expect("bytes"), b"head");
        assert_eq!(inbox.read(&near, 99).expect("bytes"), b"body");
        assert!(inbox.is_empty() && !inbox.buffer.is_empty());
        inbox.rest();
        assert_eq!(inbox.buffer.capacity(), 0);
        assert_eq!(inbox.read(&near, 1).expect_err("nothing there").kind(), io::ErrorKind::WouldBlock);
        drop(far);
        assert_eq!(inbox.read(&near, 1).expect("the end"), b"");
    }
}
