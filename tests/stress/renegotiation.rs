//! Renegotiation with data on its way in both directions, over transports that give little or nothing: every byte is checked.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use gnutls::transport::{Transport, memory};
use gnutls::{ErrorKind, Handshaking, Progress, Session};

use crate::common::renegotiation::{polled, wants, willing_client, willing_server};
use crate::common::{check, fill, within};

/// Takes and gives a few bytes at a time, and often none.
struct Dribble {
    inner: memory::End,
    state: AtomicU64,
    /// The most bytes at a time.
    most: usize,
}

impl Dribble {
    fn new(inner: memory::End, seed: u64, most: usize) -> Dribble {
        Dribble { inner, state: AtomicU64::new(seed * 2 + 1), most }
    }

    /// How many bytes go now.
    fn room(&self) -> io::Result<usize> {
        let next = |state: u64| state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let state = next(self.state.load(Ordering::Relaxed));
        self.state.store(state, Ordering::Relaxed);
        if state >> 33 & 1 == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(1 + (state >> 40) as usize % self.most)
    }
}

impl Transport for Dribble {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let room = self.room()?.min(buf.len());
        self.inner.try_read(&mut buf[..room])
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        let room = self.room()?.min(buf.len());
        self.inner.try_write(&buf[..room])
    }
}

/// A side in either of its phases, with what it has sent and received.
struct Party {
    phase: Option<Phase>,
    sends: u64,
    receives: u64,
    sent: u64,
    received: u64,
}

#[allow(clippy::large_enum_variant, reason = "it lives for one test")]
enum Phase {
    Session(Session<Dribble>),
    Handshaking(Handshaking<Dribble>),
}

impl Party {
    fn new(session: Session<Dribble>, (sends, receives): (u64, u64)) -> Party {
        Party { phase: Some(Phase::Session(session)), sends, receives, sent: 0, received: 0 }
    }

    fn session(&self) -> Option<&Session<Dribble>> {
        match &self.phase {
            Some(Phase::Session(session)) => Some(session),
            _ => None,
        }
    }

    fn begin(&mut self) {
        let Some(Phase::Session(session)) = self.phase.take() else { panic!("in a handshake") };
        self.phase = Some(Phase::Handshaking(session.renegotiate().expect("who may")));
    }

    /// One step of whatever it is at: sends up to `room` bytes and receives some, or goes on with the handshake.
    fn step(&mut self, room: usize) {
        match self.phase.take().expect("a phase") {
            Phase::Handshaking(unfinished) => {
                self.phase = Some(match unfinished.advance().expect("the handshake") {
                    Progress::Pending(unfinished) => Phase::Handshaking(unfinished),
                    Progress::Done(session) => Phase::Session(session),
                });
            }
            Phase::Session(session) => {
                self.phase = Some(Phase::Session(session));
                self.exchange(room);
            }
        }
    }

    fn exchange(&mut self, room: usize) {
        let (mut out, mut buf) = (vec![0; room], vec![0; 700]);
        fill(self.sends, self.sent, &mut out);
        let session = self.session().expect("a session");
        let sent = session.send(&out);
        let received = session.recv(&mut buf);
        match sent {
            Ok(sent) => self.sent += sent as u64,
            Err(error) => assert!(error.would_block(), "{error:?}"),
        }
        match received {
            Ok(received) => {
                check(self.receives, self.received, &buf[..received]);
                self.received += received as u64;
            }
            Err(error) if error.would_block() => {}
            Err(error) if error.kind() == ErrorKind::Renegotiation => {
                wants(Err(error));
                self.begin();
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// `by_server`: the server asks, and sends on until the client begins; else the client begins.
fn renegotiates_amid_traffic(seed: u64, most: usize, by_server: bool) {
    const ROUNDS: u64 = 3;
    // As much as goes in a step or two: what the server has sent ahead the client must take first.
    let room = most.clamp(20, 300);
    let (near, far) = memory::pair(1 << 12);
    let ends = (Dribble::new(near, seed, most), Dribble::new(far, seed + 1, most));
    let client = willing_client().build().expect("a client");
    let (near, far) = polled(&client, &willing_server().build().expect("a server"), ends);
    let (mut near, mut far) = (Party::new(near, (1, 2)), Party::new(far, (2, 1)));
    let done = |party: &Party| party.session().map(|session| session.counters().renegotiations);
    for round in 1..=ROUNDS {
        // Something is under way in both directions.
        let (sent, amount) = (near.sent + far.sent, 50 + seed * 7 % 3000);
        while near.sent + far.sent < sent + amount {
            near.step(room);
            far.step(room + 7);
        }
        if by_server {
            while let Err(error) = far.session().expect("a session").ask_renegotiation() {
                assert!(error.would_block(), "{error:?}");
                near.step(0);
                far.step(0);
            }
        } else {
            near.begin();
        }
        while done(&near) != Some(round) || done(&far) != Some(round) {
            // A server sends until it knows.
            near.step(room);
            far.step(room);
        }
    }
    while near.received < far.sent || far.received < near.sent {
        near.step(0);
        far.step(0);
    }
    let of = |party: &Party| party.session().expect("a session").counters();
    assert_eq!((of(&near).bytes_received, of(&far).bytes_received), (far.sent, near.sent));
}

#[test]
fn a_client_that_begins_amid_traffic_loses_no_byte() {
    for (seed, most) in [(1, 1), (2, 7), (3, 100), (4, 3000), (5, 1 << 14)] {
        within("the traffic", move || renegotiates_amid_traffic(seed, most, false));
    }
}

#[test]
fn a_server_that_asks_amid_traffic_loses_no_byte() {
    for (seed, most) in [(11, 1), (12, 7), (13, 100), (14, 3000), (15, 1 << 14)] {
        within("the traffic", move || renegotiates_amid_traffic(seed, most, true));
    }
}
