//! Two sessions in one thread: random scripts against a model, and loops that wait only as the session says.

use std::collections::VecDeque;

use gnutls::{KeyUpdateRequest, Protocol};

use crate::common::{TLS12, TLS13, within};
use crate::pair::{MemorySession, polled_pair};
use crate::random::Random;
use crate::scripted::Plan;

/// Key updates of one kind that a side may make: the peer hears at most twice as many, within what GnuTLS bears.
const UPDATES: u64 = 3;

struct Side {
    session: MemorySession,
    /// What this side sent and the other has not received.
    under_way: VecDeque<u8>,
    updates: u64,
    closed: bool,
    peer_closed: bool,
}

impl Side {
    fn new(session: MemorySession) -> Side {
        Side { session, under_way: VecDeque::new(), updates: 0, closed: false, peer_closed: false }
    }

    /// Sends other bytes in each call: what was refused must not come out later.
    fn send(&mut self, random: &mut Random, most: usize) {
        let mut data = vec![0; random.below(most)];
        random.fill(&mut data);
        match self.session.send(&data) {
            Ok(taken) => self.under_way.extend(&data[..taken]),
            Err(error) if self.closed => assert_eq!(error.kind(), gnutls::ErrorKind::Closed),
            Err(error) => assert!(error.would_block() && !data.is_empty(), "{error:?}"),
        }
    }

    fn receive(&mut self, peer: &mut Side, random: &mut Random, most: usize) {
        let mut buf = vec![0; 1 + random.below(most)];
        match self.session.recv(&mut buf) {
            Ok(0) => {
                assert!(peer.closed && peer.under_way.is_empty(), "the end came too early");
                self.peer_closed = true;
            }
            Ok(received) => {
                assert!(!self.peer_closed);
                let expected: Vec<u8> = peer.under_way.drain(..received).collect();
                assert_eq!(buf[..received], expected);
            }
            Err(error) => assert!(error.would_block() && !self.peer_closed, "{error:?}"),
        }
    }

    fn update_keys(&mut self, random: &mut Random) {
        if self.updates == UPDATES || self.session.protocol() != Protocol::TLS1_3 {
            return;
        }
        let asks = [KeyUpdateRequest::NotRequested, KeyUpdateRequest::Requested];
        match self.session.try_update_keys(asks[random.below(2)]) {
            Ok(()) => self.updates += 1,
            Err(error) if self.closed => assert_eq!(error.kind(), gnutls::ErrorKind::Closed),
            Err(error) => assert!(error.would_block(), "{error:?}"),
        }
    }

    fn close(&mut self) {
        if self.session.try_close().expect("no error") {
            assert!(self.session.try_flush().expect("flushed"));
        }
        self.closed = true;
    }
}

fn script(priority: &str, seed: u64) {
    let mut random = Random::new(seed);
    let mut plan = || Plan {
        seed: random.next(),
        most: [0, 1, 100, 5000][random.below(4)],
        refuse: [0, 40, 150][random.below(3)],
        interrupt: [0, 40, 150][random.below(3)],
    };
    let plans = [plan(), plan()];
    let capacity = [1, 50, 3000, 1 << 20][random.below(4)];
    let (client, server) = polled_pair(priority, capacity, plans);
    let (mut one, mut other) = (Side::new(client), Side::new(server));
    // What fits through a pipe of one byte in a moment.
    let most = [2, 300, 8000, 80_000][random.below(if capacity < 100 { 2 } else { 4 })];
    for _ in 0..200 {
        match random.below(100) {
            0..40 => one.send(&mut random, most),
            40..90 => one.receive(&mut other, &mut random, most),
            90..96 => one.update_keys(&mut random),
            96..99 => drop(one.session.try_flush().expect("no error")),
            _ => one.close(),
        }
        std::mem::swap(&mut one, &mut other);
    }
    let mut rounds = 0;
    while !(one.peer_closed && other.peer_closed) {
        if !one.closed {
            one.close();
        }
        one.session.try_flush().expect("no error");
        if !one.peer_closed {
            one.receive(&mut other, &mut random, 5000);
        }
        std::mem::swap(&mut one, &mut other);
        rounds += 1;
        assert!(rounds < 10_000_000, "it does not come to an end");
    }
    let (one, other) = (one.session.counters(), other.session.counters());
    assert_eq!((one.bytes_sent, other.bytes_sent), (other.bytes_received, one.bytes_received));
}

#[test]
fn random_scripts_move_every_byte_once_and_in_order() {
    for priority in [TLS13, TLS12] {
        for seed in 0..60 {
            within(&format!("seed {seed} of {priority}"), move || script(priority, seed));
        }
    }
}

/// Sends `total` bytes each way from one thread that does nothing unless the session says so: the number of turns.
fn loop_by_interest(priority: &str, capacity: usize, plan: Plan, total: usize, room: usize) -> u64 {
    let (client, server) = polled_pair(priority, capacity, [plan; 2]);
    let tls13 = client.protocol() == Protocol::TLS1_3;
    let mut sides = [(client, 0, 0, false), (server, 0, 0, false)];
    let data = vec![5; total];
    let mut buf = vec![0; room];
    let (mut turns, mut idle) = (0, 0);
    while !sides.iter().all(|side| side.3 && side.2 == total) {
        idle += 1;
        assert!(idle < 3, "both sides wait, and nothing is under way: {sides:?}");
        for (session, sent, received, finished) in &mut sides {
            let want = session.interest();
            let ready = want.ready_now() || session.get_ref().is_ready(want.readiness()) || (*sent == 0 && !*finished);
            if !ready {
                continue;
            }
            (turns, idle) = (turns + 1, 0);
            match session.recv(&mut buf) {
                Ok(n) => *received += n,
                Err(error) => assert!(error.would_block(), "{error:?}"),
            }
            match session.send(&data[*sent..]) {
                Ok(n) => *sent += n,
                Err(error) => assert!(error.would_block(), "{error:?}"),
            }
            if tls13 && *sent == total && !*finished {
                *finished = session.try_update_keys(KeyUpdateRequest::Requested).is_ok();
            }
            *finished |= !tls13 && *sent == total;
        }
    }
    turns
}

#[test]
fn a_loop_that_waits_as_it_is_told_neither_hangs_nor_spins() {
    let calm = Plan::default();
    // A turn moves a pipe's or a buffer's worth, or a refusal costs one more; a record has overhead.
    let cases: [(usize, Plan, usize, u64); 5] = [
        (1 << 16, calm, 1 << 14, 200),
        (1000, calm, 1 << 14, 2000),
        (1 << 16, calm, 10, 120_000),
        (3000, Plan { seed: 9, refuse: 128, ..calm }, 1 << 14, 2000),
        (1 << 16, Plan { seed: 9, most: 1, ..calm }, 1 << 14, 3000),
    ];
    for priority in [TLS12, TLS13] {
        for (capacity, plan, room, bound) in cases {
            let turns = within(&format!("{capacity} {plan:?}"), move || {
                loop_by_interest(priority, capacity, plan, 500_000, room)
            });
            assert!(turns < bound, "{turns} turns for {capacity}, {plan:?}, {room}");
        }
    }
}
