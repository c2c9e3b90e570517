//! Ciphertext from the peer that GnuTLS has not asked for yet.

use std::io;

use super::Transport;
use super::pool::{BUFFER, Pool};
use super::records::{claims_too_much, is_client_hello, whole_record};

/// Reads ahead: GnuTLS asks for 5 bytes of header and then for the body, the transport is asked once for many records.
#[derive(Default)]
pub(crate) struct Inbox {
    /// Empty (not allocated), `BUFFER` bytes long, or no longer than what is unread; unread are `start..end`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Records and scraps of datagrams that GnuTLS was not shown.
    discarded: u32,
    /// Hellos of clients are not for this session any more.
    drop_hellos: bool,
    /// The transport has said that it has nothing, and has not given anything since.
    dry: bool,
}

/// What is kept without a buffer: a server's tickets, the head of a record.
const LITTLE: usize = 2048;

static POOL: Pool = Pool::new();

impl Inbox {
    /// Up to `most` bytes for GnuTLS, read from the transport if none are here. Empty at the end of the stream.
    ///
    /// # Errors
    /// Those of [`Transport::try_read`].
    pub(crate) fn read(&mut self, io: &dyn Transport, most: usize) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.fill(io)?;
        }
        let from = self.start;
        self.start = self.end.min(from + most);
        Ok(&self.buffer[from..self.start])
    }

    /// The byte that a [`read`](Inbox::read) gives next; `None` at the end of the stream.
    ///
    /// # Errors
    /// Those of [`Transport::try_read`].
    pub(crate) fn peek(&mut self, io: &dyn Transport) -> io::Result<Option<u8>> {
        if self.start == self.end {
            self.fill(io)?;
        }
        Ok(self.buffer[self.start..self.end].first().copied())
    }

    /// One whole record of a datagram for GnuTLS, of up to `most` bytes.
    ///
    /// # Errors
    /// Those of [`Transport::try_read`].
    pub(crate) fn read_record(&mut self, io: &dyn Transport, most: usize) -> io::Result<&[u8]> {
        let mut length = self.await_record(io)?;
        while length > most {
            self.skip(length);
            length = self.await_record(io)?;
        }
        let from = self.start;
        self.start += length;
        Ok(&self.buffer[from..self.start])
    }

    /// The length of the next record, read from the transport if none is here.
    ///
    /// # Errors
    /// As [`read_record`](Inbox::read_record).
    pub(crate) fn await_record(&mut self, io: &dyn Transport) -> io::Result<usize> {
        loop {
            let datagram = &self.buffer[self.start..self.end];
            match whole_record(datagram) {
                Some(length) if self.drop_hellos && is_client_hello(&datagram[..length]) => self.skip(length),
                Some(length) if claims_too_much(&datagram[..length]) => self.skip(length),
                Some(length) => return Ok(length),
                None if !datagram.is_empty() => self.skip(datagram.len()),
                None => {
                    self.fill(io)?;
                    if self.is_empty() {
                        // A datagram without anything in it; no end of anything.
                        return Err(io::ErrorKind::WouldBlock.into());
                    }
                }
            }
        }
    }

    /// How many records and scraps [`read_record`](Inbox::read_record) has dropped.
    pub(crate) fn discarded(&self) -> u32 {
        self.discarded
    }

    /// From here on hellos of clients in the clear are dropped: the handshake is over, and what still comes of them is
    /// late, or somebody else's.
    pub(crate) fn drop_hellos(&mut self) {
        self.drop_hellos = true;
    }

    fn skip(&mut self, length: usize) {
        self.start += length;
        self.discarded = self.discarded.saturating_add(1);
    }

    fn fill(&mut self, io: &dyn Transport) -> io::Result<()> {
        if self.buffer.len() < BUFFER {
            self.buffer = POOL.take(|| vec![0; BUFFER]);
        }
        (self.start, self.end) = (0, 0);
        // A transport that claims to have read more than there was room for is not believed.
        let read = retry(|| io.try_read(&mut self.buffer));
        self.dry = read.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        self.end = read?.min(BUFFER);
        Ok(())
    }

    /// Whether nothing is waiting here.
    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Whether the transport has to say that there is more before anything comes from here. (Who has taken the last that was
    /// here, or an empty datagram, does not know what the transport still has.)
    pub(crate) fn is_dry(&self) -> bool {
        self.is_empty() && self.dry
    }

    /// Gives the buffer back if little or nothing is waiting in it: nobody may come for more.
    pub(crate) fn rest(&mut self) {
        let left = self.start..self.end;
        if self.buffer.len() == BUFFER && left.len() <= LITTLE {
            (self.start, self.end) = (0, left.len());
            let little = self.buffer[left].to_vec();
            POOL.give(std::mem::replace(&mut self.buffer, little));
        } else if self.is_empty() {
            (self.start, self.end) = (0, 0);
            self.buffer = Vec::new();
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

    #[test]
    fn a_little_that_waits_is_kept_in_as_much_memory() {
        let (near, far) = memory::pair(1 << 16);
        far.try_write(b"a ticket").expect("room");
        let mut inbox = Inbox::default();
        assert_eq!(inbox.read(&near, 2).expect("bytes"), b"a ");
        inbox.rest();
        assert_eq!((inbox.buffer.capacity(), inbox.is_empty()), (6, false));
        far.try_write(b"and more").expect("room");
        assert_eq!(inbox.read(&near, 9).expect("bytes"), b"ticket");
        assert_eq!(inbox.read(&near, 9).expect("bytes"), b"and more");
    }
}
