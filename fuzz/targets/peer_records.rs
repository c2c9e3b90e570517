//! Bytes of the peer after the handshake: two true sessions, and somebody between them who holds back, changes, doubles,
//! swaps, forges and cuts. What is received is a prefix of what was sent, and comes from records that were passed on
//! untouched and in order.
#![no_main]

use std::collections::{HashSet, VecDeque};

use arbitrary::Arbitrary;
use gnutls::transport::Transport;
use gnutls::transport::memory::{self, End};
use gnutls::{Error, ErrorKind, KeyUpdateRequest, Protocol, Session};
use gnutls_fuzz::pki::Setup;
use gnutls_fuzz::records::{Wire, forged};
use gnutls_fuzz::{errors, feedback, join, stream};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input {
    setup: u8,
    /// Whose peer is being interfered with.
    server: bool,
    steps: Vec<Step>,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
struct Step {
    what: u8,
    amount: u16,
    value: u8,
}

/// A GnuTLS that receives more key updates than this in a second ends the session.
const KEY_UPDATES: u32 = 7;
const ROOM: usize = 1 << 20;
const MOST_STEPS: usize = 64;

/// How a session may fail because of what was done to the records of its peer.
const FAILED: [ErrorKind; 1] = [ErrorKind::Protocol];

fuzz_target!(|input: Input| {
    feedback::install();
    // The client's certificate has no part here.
    let mut between = Between::new(Setup(input.setup % 6), input.server);
    for step in input.steps.iter().take(MOST_STEPS) {
        between.act(*step);
        between.receive(usize::from(step.value) * 64 + 1);
    }
    between.end();
});

/// The man in the middle, and what he knows.
struct Between {
    victim: Session<End>,
    peer: Session<End>,
    /// The other ends of their transports.
    to_victim: End,
    to_peer: End,
    from_peer: Wire,
    from_victim: Wire,
    /// What the peer has sent, up to here.
    taken: usize,
    /// What the victim has received.
    received: usize,
    /// What the victim has sent, and the peer received.
    back: (usize, usize),
    key_updates: u32,
    closed: bool,
    /// Records of the peer's that the victim has not got.
    queue: VecDeque<Vec<u8>>,
    /// Every record of the peer's, and of the victim's.
    history: Vec<Vec<u8>>,
    reflections: Vec<Vec<u8>>,
    /// Everything the peer has sent; how much of that the victim got as it was; whether it got nothing else.
    honest: Vec<u8>,
    passed: usize,
    intact: bool,
    /// The victim got records with other headers than theirs. TLS 1.3 covers a header with its AEAD, but GnuTLS puts
    /// there what the type and the version should be: it reads such records as if nobody had touched them.
    relabelled: bool,
    /// Where in `honest` the types and versions of records are.
    labels: HashSet<usize>,
    /// Where in `honest` a record ends that was sent with this much data before its end.
    marks: Vec<(usize, usize)>,
    /// Where the record ends that has close_notify.
    close_mark: Option<usize>,
    cut: bool,
    /// How receiving ended for the victim.
    ended: Option<Result<(), Error>>,
}

impl Between {
    fn new(setup: Setup, server: bool) -> Between {
        // The handshake goes through a pair of its own; then the pair is pulled apart.
        let ((near, left), (right, far)) = (memory::pair(ROOM), memory::pair(ROOM));
        let (client, host) = connect(setup, near, far, (&left, &right));
        let (victim, peer, to_victim, to_peer) =
            if server { (host, client, right, left) } else { (client, host, left, right) };
        Between {
            victim,
            peer,
            to_victim,
            to_peer,
            from_peer: Wire::default(),
            from_victim: Wire::default(),
            taken: 0,
            received: 0,
            back: (0, 0),
            key_updates: 0,
            closed: false,
            queue: VecDeque::new(),
            history: Vec::new(),
            reflections: Vec::new(),
            honest: Vec::new(),
            passed: 0,
            intact: true,
            relabelled: false,
            labels: HashSet::new(),
            marks: Vec::new(),
            close_mark: None,
            cut: false,
            ended: None,
        }
    }

    fn act(&mut self, step: Step) {
        let amount = usize::from(step.amount);
        match step.what % 16 {
            0 | 1 => self.peer_sends(amount % 4096 + 1),
            2 => self.peer_updates(step.value & 1 == 1),
            3 => self.peer_closes(),
            4 | 5 => (0..amount % 4 + 1).for_each(|_| self.deliver_next()),
            6 => self.deliver_part(amount),
            7 => self.change_next(|record| {
                let at = amount % record.len();
                record[at] ^= step.value.max(1);
            }),
            8 => self.change_next(|record| record.truncate(amount % record.len())),
            9 => self.deliver_again(amount),
            10 => drop(self.queue.pop_front()),
            11 if self.queue.len() > 1 => self.queue.swap(0, 1),
            12 => {
                let content = [20, 21, 22, 23, 24, step.value][amount % 6];
                self.deliver(&forged(content, &stream::bytes(amount as u64, 0, usize::from(step.value))));
            }
            13 => self.victim_sends(amount % 4096 + 1),
            14 => self.victim_updates(step.value & 1 == 1),
            15 if step.value < 8 => self.cut(),
            15 if step.value < 64 => self.deliver(&forged(21, &[1 + (step.value & 1), (amount & 0xFF) as u8])),
            15 => {
                if let Some(record) = self.reflections.get(amount % self.reflections.len().max(1)).cloned() {
                    self.deliver(&record);
                }
            }
            _ => {}
        }
    }

    /// Looks at what the peer has sent by now.
    fn collect(&mut self) {
        let from = self.honest.len();
        let records = self.from_peer.take(&self.to_peer);
        if self.peer.protocol() == Protocol::TLS1_3 {
            let starts = records.iter().scan(from, |at, record| Some(std::mem::replace(at, *at + record.len())));
            self.labels.extend(starts.flat_map(|start| start..start + 3));
        }
        self.honest.extend(records.iter().flatten());
        // Data may be in the first of these records; the others are the key updates about it.
        let first = records.first().map_or(from, |record| from + record.len());
        self.marks.push((first, self.taken));
        self.history.extend_from_slice(&records);
        self.queue.extend(records);
    }

    fn peer_sends(&mut self, length: usize) {
        match self.peer.send(&stream::bytes(1, self.taken as u64, length)) {
            Ok(sent) => {
                assert_eq!(sent, length, "there is room");
                self.taken += sent;
            }
            Err(error) => self.peer_failed(&error),
        }
        self.collect();
    }

    fn peer_updates(&mut self, ask: bool) {
        if self.key_updates < KEY_UPDATES {
            self.key_updates += 1;
            if let Err(error) = self.peer.try_update_keys(request(ask)) {
                self.peer_failed(&error);
            }
            self.collect();
        }
    }

    fn peer_closes(&mut self) {
        match self.peer.try_close() {
            Ok(done) => {
                assert!(done, "there is room");
                self.collect();
                self.closed = true;
                self.close_mark.get_or_insert(self.honest.len());
            }
            Err(error) => self.peer_failed(&error),
        }
    }

    /// The peer is told the truth about the victim, so it can only fail if the victim did, or if it has closed.
    fn peer_failed(&self, error: &Error) {
        match error.kind() {
            ErrorKind::Closed => assert!(self.closed),
            ErrorKind::Unsupported => assert_eq!(self.peer.protocol(), Protocol::TLS1_2),
            _ => {
                errors::expect(error, &[ErrorKind::Alert, ErrorKind::Truncated, ErrorKind::Transport]);
                assert!(self.failed() || self.cut, "{error}");
            }
        }
    }

    fn victim_sends(&mut self, length: usize) {
        match self.victim.send(&stream::bytes(2, self.back.0 as u64, length)) {
            Ok(sent) => self.back.0 += sent,
            Err(error) => self.victim_failed(&error),
        }
        self.answer();
    }

    fn victim_updates(&mut self, ask: bool) {
        if self.key_updates < KEY_UPDATES {
            self.key_updates += 1;
            if let Err(error) = self.victim.try_update_keys(request(ask)) {
                self.victim_failed(&error);
            }
            self.answer();
        }
    }

    fn victim_failed(&self, error: &Error) {
        match (error.kind(), &self.ended) {
            (ErrorKind::Unsupported, _) => assert_eq!(self.victim.protocol(), Protocol::TLS1_2),
            (ErrorKind::Transport, _) => assert!(self.cut || self.failed(), "{error}"),
            (kind, Some(Err(ended))) => assert_eq!(kind, ended.kind(), "a session has one end"),
            _ => panic!("{error}"),
        }
    }

    fn failed(&self) -> bool {
        matches!(self.ended, Some(Err(_)))
    }

    /// Passes on to the peer what the victim has sent.
    fn answer(&mut self) {
        let records = self.from_victim.take(&self.to_victim);
        for record in &records {
            // A peer that has failed takes nothing.
            let _ = self.to_peer.try_write(record);
        }
        self.reflections.extend(records);
        let mut buf = [0; 2048];
        loop {
            match self.peer.recv(&mut buf) {
                Ok(0) => panic!("the victim never closes"),
                Ok(received) => {
                    stream::check(2, self.back.1 as u64, &buf[..received]);
                    self.back.1 += received;
                }
                Err(error) if error.would_block() => break,
                Err(error) => {
                    self.peer_failed(&error);
                    self.same_alert(&error);
                    break;
                }
            }
        }
        assert!(self.back.1 <= self.back.0);
        // The receive may have answered.
        self.collect();
    }

    /// The peer heard of the victim's failure what the victim says that it told.
    fn same_alert(&self, error: &Error) {
        if let (Some(Err(ended)), Some(alert)) = (&self.ended, error.alert_received()) {
            assert_eq!(Some(alert), ended.alert_sent());
        }
    }

    fn deliver_next(&mut self) {
        if let Some(record) = self.queue.pop_front() {
            self.deliver(&record);
        }
    }

    fn deliver_part(&mut self, amount: usize) {
        if let Some(mut record) = self.queue.pop_front() {
            let rest = record.split_off(amount % record.len());
            self.deliver(&record);
            self.queue.push_front(rest);
        }
    }

    fn deliver_again(&mut self, amount: usize) {
        if let Some(record) = self.history.get(amount % self.history.len().max(1)).cloned() {
            self.deliver(&record);
        }
    }

    fn change_next(&mut self, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(mut record) = self.queue.pop_front() {
            change(&mut record);
            self.deliver(&record);
        }
    }

    fn deliver(&mut self, bytes: &[u8]) {
        // A victim that has failed takes nothing.
        if self.to_victim.try_write(bytes).is_ok() {
            for byte in bytes {
                if !self.intact {
                    break;
                }
                let same = self.honest.get(self.passed) == Some(byte);
                self.intact = same || self.labels.contains(&self.passed);
                self.relabelled |= !same;
                self.passed += usize::from(self.intact);
            }
        }
    }

    /// The connection ends.
    fn cut(&mut self) {
        self.cut = true;
        self.to_victim.shutdown();
    }

    /// How much data there is in what the victim got as it was.
    fn allowed(&self) -> usize {
        self.marks.iter().filter(|(end, _)| *end <= self.passed).map(|(_, data)| *data).max().unwrap_or(0)
    }

    fn receive(&mut self, room: usize) {
        let mut buf = vec![0; room];
        loop {
            let result = self.victim.recv(&mut buf);
            match (result, &self.ended) {
                (Ok(0), Some(Ok(()))) => break,
                (Ok(0), None) => {
                    assert!(self.close_mark.is_some_and(|mark| mark <= self.passed), "an end that nobody sent");
                    assert_eq!(self.received, self.allowed(), "an end before all was received");
                    self.ended = Some(Ok(()));
                }
                (Ok(received), None) => {
                    stream::check(1, self.received as u64, &buf[..received]);
                    self.received += received;
                    assert!(self.received <= self.allowed(), "data of records that did not come as they were sent");
                }
                (Err(error), None) if error.would_block() => {
                    let want = self.victim.recv_interest();
                    assert!(want.readable() || want.ready_now(), "waits for nothing: {want:?}");
                    break;
                }
                (Err(error), None) => {
                    self.judge(&error);
                    self.ended = Some(Err(error));
                }
                (Err(error), Some(Err(ended))) => {
                    assert_eq!((error.kind(), error.code()), (ended.kind(), ended.code()), "a session has one end");
                    break;
                }
                (result, Some(ended)) => panic!("{ended:?}, then {result:?}"),
            }
        }
        self.answer();
    }

    /// Whether the victim may have failed so.
    fn judge(&self, error: &Error) {
        match error.kind() {
            ErrorKind::Truncated => {
                errors::note(error);
                assert!(self.cut, "the connection has not ended");
            }
            _ => {
                errors::expect(error, &FAILED);
                assert!(!self.intact || self.relabelled, "nobody interfered: {error:?}");
                assert!(error.alert_sent().is_some() || self.cut, "a peer that is not told why: {error:?}");
            }
        }
    }

    /// Lets everything through that is still there, and ends the connection.
    fn end(&mut self) {
        while !self.queue.is_empty() && self.ended.is_none() {
            self.deliver_next();
            self.receive(1 << 14);
        }
        if self.intact && !self.relabelled && self.passed == self.honest.len() && !self.cut {
            assert_eq!(self.received, self.taken, "what was sent and not touched comes");
            assert_eq!(self.back.1, self.back.0, "what was sent and not touched comes");
        }
        self.cut();
        self.receive(1 << 14);
        match &self.ended {
            None => panic!("a receive that goes on without a connection"),
            Some(Ok(())) => {}
            Some(Err(_)) => {
                let kind = self.victim.recv(&mut [0]).expect_err("it has ended").kind();
                let again = self.victim.recv(&mut [0]).expect_err("it has ended").kind();
                assert_eq!(kind, again);
            }
        }
        // The error that comes after bytes were taken is the next call's.
        let sent = self.victim.send(b"more").and_then(|_| self.victim.send(b"more")).expect_err("nobody is there");
        errors::expect(&sent, &[ErrorKind::Transport, ErrorKind::Protocol]);
        assert_eq!(self.victim.send(b"more").expect_err("nobody is there").kind(), sent.kind());
        assert_eq!(self.victim.try_close().expect_err("nobody is there").kind(), sent.kind());
    }
}

fn request(ask: bool) -> KeyUpdateRequest {
    if ask { KeyUpdateRequest::Requested } else { KeyUpdateRequest::NotRequested }
}

/// The handshake, passed on as it is, and everything that follows it at once (tickets) received.
fn connect(setup: Setup, near: End, far: End, (left, right): (&End, &End)) -> (Session<End>, Session<End>) {
    let (mut client, mut server) = (join::client(setup, near), join::server(setup, far));
    let pass = |from: &End, to: &End| {
        let mut buf = [0; 4096];
        let mut all = 0;
        while let Ok(taken @ 1..) = from.try_read(&mut buf) {
            assert_eq!(to.try_write(&buf[..taken]).expect("there is room"), taken);
            all += taken;
        }
        all
    };
    while client.is_pending() || server.is_pending() {
        (client, server) = (client.step(), server.step());
        pass(left, right);
        pass(right, left);
    }
    let (join::Side::Done(client), join::Side::Done(server)) = (client, server) else { panic!("a handshake") };
    for session in [&client, &server] {
        assert!(session.recv(&mut [0]).expect_err("nothing was sent").would_block());
    }
    assert_eq!(pass(left, right) + pass(right, left), 0, "all is quiet");
    (client, server)
}
