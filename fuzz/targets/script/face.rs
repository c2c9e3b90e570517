//! One end of the connection: its halves as long as they live, and what the model knows about them.

use gnutls::{Error, ErrorKind, KeyUpdateRequest, Protocol, ReadHalf, Session, WriteHalf};
use gnutls_fuzz::moody::Moody;
use gnutls_fuzz::{errors, stream};

pub(crate) struct Face {
    pub(crate) reader: Option<ReadHalf<Moody>>,
    pub(crate) writer: Option<WriteHalf<Moody>>,
    protocol: Protocol,
    /// The stream that it sends.
    seed: u64,
    pub(crate) sent: usize,
    pub(crate) received: usize,
    pub(crate) closed: bool,
    /// How receiving ended: with the peer's close_notify or not.
    pub(crate) ended: Option<Result<(), ErrorKind>>,
    /// The error that ended sending.
    broken: Option<ErrorKind>,
}

impl Face {
    pub(crate) fn new(session: Session<Moody>, seed: u64) -> Face {
        let protocol = session.protocol();
        let (reader, writer) = session.into_split();
        let (sent, received, closed) = (0, 0, false);
        Face {
            reader: Some(reader),
            writer: Some(writer),
            protocol,
            seed,
            sent,
            received,
            closed,
            ended: None,
            broken: None,
        }
    }

    /// The transport, as long as there is one.
    pub(crate) fn io(&self) -> Option<&Moody> {
        let reader = self.reader.as_ref().map(ReadHalf::get_ref);
        reader.or_else(|| self.writer.as_ref().map(WriteHalf::get_ref))
    }

    /// `cut`: the connection has been ended by force.
    pub(crate) fn send(&mut self, length: usize, cut: bool) {
        let Some(writer) = &mut self.writer else { return };
        match writer.send(&stream::bytes(self.seed, self.sent as u64, length)) {
            Ok(taken) => {
                assert!(taken <= length && (taken > 0 || length == 0), "{taken} of {length} taken");
                self.sent += taken;
                let want = writer.interest();
                let waits = want.ready_now() || want.writable() || cut;
                assert!(waits || taken == length, "a part was taken, and there is nothing to wait for");
            }
            Err(error) if error.would_block() => {
                let want = writer.interest();
                assert!(want.ready_now() || want.writable() || cut, "waits for nothing: {want:?}");
            }
            Err(error) => self.sending_failed(&error, cut),
        }
    }

    pub(crate) fn receive(&mut self, room: usize, cut: bool) {
        let Some(reader) = &mut self.reader else { return };
        let mut buf = vec![0; room];
        let result = reader.recv(&mut buf);
        match (result, self.ended) {
            (Ok(0), _) if room == 0 => {}
            (Ok(0), None | Some(Ok(()))) => self.ended = Some(Ok(())),
            (Ok(received), None) => {
                stream::check(!self.seed, self.received as u64, &buf[..received]);
                self.received += received;
            }
            (Err(error), None) if error.would_block() => {
                let want = reader.interest();
                assert!(want.readable() || want.ready_now(), "waits for nothing: {want:?}");
            }
            (Err(error), None | Some(Err(_))) => {
                errors::expect(&error, &[ErrorKind::Truncated]);
                assert!(cut, "nobody ended the connection: {error}");
                assert!(self.ended.is_none_or(|ended| ended == Err(error.kind())), "a stream has one end");
                self.ended = Some(Err(error.kind()));
            }
            (result, ended) => panic!("{ended:?}, then {result:?}"),
        }
    }

    pub(crate) fn flush(&mut self, cut: bool) -> bool {
        let Some(writer) = &mut self.writer else { return true };
        match writer.try_flush() {
            Ok(done) => {
                assert!(done || writer.interest().writable(), "bytes are left over, and nothing waits for room");
                done
            }
            Err(error) => {
                self.sending_failed(&error, cut);
                true
            }
        }
    }

    pub(crate) fn close(&mut self, cut: bool) {
        let Some(writer) = &mut self.writer else { return };
        match writer.try_close() {
            Ok(_) => self.closed = true,
            Err(error) => {
                // What closing cannot send is the end of sending, and it was closed before.
                let closed = std::mem::replace(&mut self.closed, true);
                self.sending_failed(&error, cut);
                self.closed = closed;
            }
        }
    }

    /// True if a key update was made.
    pub(crate) fn update_keys(&mut self, ask: bool, cut: bool) -> bool {
        let Some(writer) = &mut self.writer else { return false };
        let request = if ask { KeyUpdateRequest::Requested } else { KeyUpdateRequest::NotRequested };
        match writer.try_update_keys(request) {
            Ok(()) => return true,
            Err(error) if error.would_block() => assert!(writer.interest().writable(), "waits for nothing"),
            Err(error) if error.kind() == ErrorKind::Unsupported => assert_eq!(self.protocol, Protocol::TLS1_2),
            Err(error) => self.sending_failed(&error, cut),
        }
        false
    }

    /// Joins the halves, and asks what only a whole session can be asked.
    pub(crate) fn ask(&mut self) {
        let (Some(reader), Some(writer)) = (self.reader.take(), self.writer.take()) else { return };
        let session = reader.unsplit(writer).expect("halves of one session");
        assert_eq!(session.protocol(), self.protocol);
        let counters = session.counters();
        assert_eq!(counters.bytes_received, self.received as u64);
        assert_eq!(counters.bytes_sent, self.sent as u64);
        let _ = (session.pending(), session.interest(), session.session_data(), session.description());
        let (reader, writer) = session.into_split();
        (self.reader, self.writer) = (Some(reader), Some(writer));
    }

    fn sending_failed(&mut self, error: &Error, cut: bool) {
        errors::expect(error, &[ErrorKind::Closed, ErrorKind::Transport]);
        if error.kind() == ErrorKind::Closed {
            assert!(self.closed, "nobody closed: {error}");
        } else {
            assert!(cut, "nobody ended the connection: {error}");
            assert!(self.broken.is_none_or(|broken| broken == error.kind()), "a direction has one end");
            self.broken = Some(error.kind());
        }
    }
}
