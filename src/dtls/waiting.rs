//! The datagrams that wait for one client's session.

use std::collections::VecDeque;
use std::io;

/// How many datagrams wait for one client's session, and of how many bytes. What comes then is lost, as it would be in the
/// kernel.
const MOST: usize = 256;
const MOST_BYTES: usize = 128 << 10;

/// What came for a client and was not taken yet. Who waits for more, and how, is for who keeps it.
#[derive(Default)]
pub(crate) struct Waiting {
    datagrams: VecDeque<Vec<u8>>,
    bytes: usize,
    lost: u64,
    /// Nothing comes any more, and why.
    end: Option<End>,
}

/// Why nothing comes any more for a session.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// Nobody reads the socket.
    Orphaned(&'static str),
    /// The client has a new session.
    Superseded,
}

impl From<End> for io::Error {
    fn from(end: End) -> io::Error {
        match end {
            End::Orphaned(why) => io::Error::new(io::ErrorKind::NotConnected, why),
            // A kind that ICMP, which anybody may have sent, cannot cause.
            End::Superseded => io::Error::new(
                io::ErrorKind::ConnectionAborted,
                "the client has begun a new session at the same address",
            ),
        }
    }
}

impl Waiting {
    /// Takes a datagram in, if there is room for it.
    pub(crate) fn put(&mut self, datagram: &[u8]) {
        if self.datagrams.len() < MOST && self.bytes + datagram.len() <= MOST_BYTES {
            self.bytes += datagram.len();
            self.datagrams.push_back(datagram.to_vec());
        } else {
            self.lost += 1;
        }
    }

    /// Gives the first datagram: its length. What does not fit into `buf` is lost.
    ///
    /// # Errors
    /// `WouldBlock` if none is there, that of the [`End`] if none will come.
    pub(crate) fn take(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match (self.datagrams.pop_front(), self.end) {
            (Some(datagram), _) => {
                self.bytes -= datagram.len();
                let length = datagram.len().min(buf.len());
                buf[..length].copy_from_slice(&datagram[..length]);
                Ok(length)
            }
            (None, Some(end)) => Err(end.into()),
            (None, None) => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    /// Whether a [`take`](Waiting::take) has something to say.
    pub(crate) fn is_ready(&self) -> bool {
        self.end.is_some() || !self.datagrams.is_empty()
    }

    /// How many datagrams there was no room for.
    pub(crate) fn lost(&self) -> u64 {
        self.lost
    }

    /// Nothing comes any more. The first reason stays.
    pub(crate) fn end(&mut self, end: End) {
        self.end.get_or_insert(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_for_a_session_is_bounded_in_number_and_in_bytes_and_the_rest_is_counted() {
        let mut waiting = Waiting::default();
        let mut buf = vec![0; MOST_BYTES];
        for i in 0..MOST + 10 {
            waiting.put(&[u8::try_from(i % 256).expect("a byte")]);
        }
        assert_eq!(waiting.lost(), 10);
        for i in 0..MOST {
            assert_eq!(waiting.take(&mut buf).expect("a datagram"), 1);
            assert_eq!(usize::from(buf[0]), i % 256, "the first are kept");
        }
        assert_eq!(waiting.take(&mut buf).expect_err("nothing").kind(), io::ErrorKind::WouldBlock);
        let large = vec![7; MOST_BYTES / 3];
        (0..5).for_each(|_| waiting.put(&large));
        assert_eq!((waiting.lost(), waiting.datagrams.len()), (12, 3));
        // Nor does a small one fit any more.
        waiting.put(b"small");
        waiting.take(&mut buf).expect("a large one");
        waiting.put(&large);
        assert_eq!((waiting.lost(), waiting.datagrams.len()), (13, 3), "what is taken makes room");
        waiting.end(End::Superseded);
        waiting.end(End::Orphaned("nobody reads"));
        for _ in 0..3 {
            assert_eq!(waiting.take(&mut buf).expect("what has come is there"), large.len());
        }
        assert_eq!(waiting.bytes, 0);
        assert_eq!(waiting.take(&mut buf).expect_err("nothing comes").kind(), io::ErrorKind::ConnectionAborted);
    }

    #[test]
    fn a_datagram_that_is_larger_than_the_buffer_is_cut() {
        let mut waiting = Waiting::default();
        waiting.put(b"longer");
        let mut buf = [0; 4];
        assert_eq!((waiting.take(&mut buf).expect("a part"), &buf), (4, b"long"));
        assert!(!waiting.is_ready());
    }
}
