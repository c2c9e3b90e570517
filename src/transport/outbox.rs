//! Ciphertext for the peer that the transport has not taken yet.

use std::io;

use super::Transport;
use super::departures::Departures;
use super::inbox::retry;
use super::pool::{BUFFER, Pool};

/// Whole records in the order in which they were encrypted. GnuTLS's push function appends here and therefore never
/// fails and never takes a part: no record is ever left interrupted inside GnuTLS.
#[derive(Default)]
pub(crate) struct Outbox {
    buffer: Vec<u8>,
    start: usize,
    /// The transport's error, until `flush` tells it.
    failed: Option<io::Error>,
    /// Records leave as datagrams, through here.
    datagrams: Option<Box<Departures>>,
}

static POOL: Pool = Pool::new();

/// The room of a buffer, in bytes: one that is just not full takes one record more, with what encryption adds.
const ROOM: usize = BUFFER + BUFFER / 4 + 512;

impl Outbox {
    /// One whose records are datagrams.
    pub(crate) fn of_datagrams() -> Outbox {
        Outbox { buffer: Vec::new(), start: 0, failed: None, datagrams: Some(Box::default()) }
    }

    /// The size of a datagram that the transport refused for it since the last call.
    pub(crate) fn take_refused(&mut self) -> Option<usize> {
        self.datagrams.as_mut()?.take_refused()
    }

    /// Adds a record.
    pub(crate) fn append(&mut self, record: &[u8]) {
        if let Some(datagrams) = &mut self.datagrams {
            return datagrams.keep(record);
        }
        if self.buffer.capacity() == 0 {
            self.buffer = POOL.take(|| Vec::with_capacity(ROOM));
        }
        // What has gone makes room; the buffer need not grow for it, or the pool would not have it back.
        if self.start > 0 && self.buffer.capacity() - self.buffer.len() < record.len() {
            self.drop_gone();
        }
        self.buffer.extend_from_slice(record);
    }

    /// Sends a record: what the transport does not take now is kept. An error is the next [`flush`](Outbox::flush)'s.
    pub(crate) fn pass(&mut self, io: &dyn Transport, record: &[u8]) {
        if let Some(datagrams) = &mut self.datagrams {
            return datagrams.pass(io, record);
        }
        if !self.is_empty() {
            return self.append(record);
        }
        // Should the transport panic, the record is kept whole.
        let mut rest = Rest { outbox: self, record };
        match retry(|| io.try_write(record)) {
            Ok(0) => rest.outbox.failed = Some(io::ErrorKind::WriteZero.into()),
            Ok(taken) => rest.record = &record[taken.min(record.len())..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => rest.outbox.failed = Some(error),
        }
    }

    /// Whether everything has gone to the transport.
    pub(crate) fn is_empty(&self) -> bool {
        let datagrams = self.datagrams.as_ref().is_none_or(|datagrams| datagrams.is_empty());
        self.start == self.buffer.len() && self.failed.is_none() && datagrams
    }

    /// How many bytes wait.
    pub(crate) fn len(&self) -> usize {
        self.buffer.len() - self.start
    }

    /// Whether no more application data should be encrypted before some of this has gone.
    pub(crate) fn is_full(&self) -> bool {
        self.len() >= BUFFER
    }

    /// Offers everything to the transport; true if it took everything.
    ///
    /// # Errors
    /// Those of [`Transport::try_write`], except `WouldBlock`.
    pub(crate) fn flush(&mut self, io: &dyn Transport) -> io::Result<bool> {
        if let Some(datagrams) = &mut self.datagrams {
            return datagrams.flush(io);
        }
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        while !self.is_empty() {
            let rest = &self.buffer[self.start..];
            match retry(|| io.try_write(rest)) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(taken) => self.start += taken.min(rest.len()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.compact();
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
        }
        self.clear();
        Ok(true)
    }

    /// Drops everything and gives the buffer back.
    pub(crate) fn clear(&mut self) {
        if let Some(datagrams) = &mut self.datagrams {
            datagrams.clear();
        }
        self.start = 0;
        if self.buffer.capacity() > 0 {
            self.buffer.clear();
            POOL.give(std::mem::take(&mut self.buffer));
        }
    }

    /// Moves what is left to the front once half of the room is behind it.
    fn compact(&mut self) {
        if self.start >= BUFFER / 2 {
            self.drop_gone();
        }
    }

    fn drop_gone(&mut self) {
        self.buffer.drain(..self.start);
        self.start = 0;
    }
}

/// What is left of a record: kept when this is dropped.
struct Rest<'a> {
    outbox: &'a mut Outbox,
    record: &'a [u8],
}

impl Drop for Rest<'_> {
    fn drop(&mut self) {
        if !self.record.is_empty() {
            self.outbox.append(self.record);
        }
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parking_lot::Mutex;

    /// Takes so many bytes in each call, then none.
    struct Drip(Mutex<Vec<usize>>, Mutex<Vec<u8>>);

    impl Transport for Drip {
        fn try_read(&self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::WouldBlock.into())
        }

        fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
            let Some(take) = self.0.lock().pop() else {
                return Err(io::ErrorKind::WouldBlock.into());
            };
            let take = take.min(buf.len());
            self.1.lock().extend_from_slice(&buf[..take]);
            Ok(take)
        }
    }

    #[test]
    fn bytes_leave_in_order_whatever_the_transport_takes() {
        let drip = Drip(Mutex::new(vec![1, 50_000, 2]), Mutex::new(Vec::new()));
        let bytes: Vec<u8> = (0..100_000u32).map(|i| (i % 251) as u8).collect();
        let mut outbox = Outbox::default();
        bytes.chunks(777).for_each(|part| outbox.append(part));
        assert!(outbox.is_full());
        assert!(!outbox.flush(&drip).expect("would block"));
        assert!(!outbox.is_full() && !outbox.is_empty());
        drip.0.lock().push(usize::MAX);
        assert!(outbox.flush(&drip).expect("all taken"));
        assert_eq!(*drip.1.lock(), bytes);
    }

    #[test]
    fn a_record_goes_past_the_buffer_and_what_is_not_taken_waits_in_it() {
        let drip = Drip(Mutex::new(vec![usize::MAX, 3, usize::MAX]), Mutex::new(Vec::new()));
        let mut outbox = Outbox::default();
        outbox.pass(&drip, b"whole");
        assert!(outbox.is_empty() && outbox.buffer.capacity() == 0, "nothing was buffered");
        outbox.pass(&drip, b"partly");
        assert!(!outbox.is_empty());
        outbox.pass(&drip, b"after it");
        assert!(outbox.flush(&drip).expect("all taken"));
        assert_eq!(*drip.1.lock(), b"wholepartlyafter it");
    }

    /// Fails, or panics.
    struct Bad(bool);

    impl Transport for Bad {
        fn try_read(&self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::WouldBlock.into())
        }

        fn try_write(&self, _: &[u8]) -> io::Result<usize> {
            assert!(!self.0, "as asked");
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn an_error_met_with_a_record_is_told_by_the_flush_and_a_panic_keeps_the_record() {
        let mut outbox = Outbox::default();
        outbox.pass(&Bad(false), b"record");
        assert!(!outbox.is_empty());
        assert_eq!(outbox.flush(&Bad(false)).expect_err("it failed").kind(), io::ErrorKind::BrokenPipe);

        let mut outbox = Outbox::default();
        let passing = std::panic::AssertUnwindSafe(|| outbox.pass(&Bad(true), b"record"));
        std::panic::catch_unwind(passing).expect_err("the transport's panic");
        let drip = Drip(Mutex::new(vec![usize::MAX]), Mutex::new(Vec::new()));
        assert!(outbox.flush(&drip).expect("all taken"));
        assert_eq!(*drip.1.lock(), b"record");
    }

    #[test]
    fn a_transport_that_is_behind_does_not_make_the_buffer_grow() {
        let drip = Drip(Mutex::default(), Mutex::default());
        let record = [0; (1 << 14) + 325];
        let mut outbox = Outbox::default();
        for _ in 0..100 {
            while !outbox.is_full() {
                outbox.append(&record);
            }
            drip.0.lock().push(10_007);
            assert!(!outbox.flush(&drip).expect("would block"));
        }
        assert_eq!(outbox.buffer.capacity(), ROOM);
    }
}
