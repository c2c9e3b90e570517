//! Ten thousand sessions at once, both ends in this process: half of them idle, half busy in both directions.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use gnutls::transport::memory::{self, End};
use gnutls::{ClientConfig, KeyUpdateRequest, Protocol, ServerConfig, Session};
use indicatif::ProgressBar;

use crate::common::lane::Lane;
use crate::common::polled::meet;
use crate::common::{HOST, TLS12, TLS13, client, figures, server};
use crate::random::Random;
use crate::{process, without_us};

const SESSIONS: usize = 10_000;
/// How often each direction of each busy session gets its turn, and after how many turns memory is measured.
const ROUNDS: usize = 60;
const MEASURED: usize = 30;
/// A client renews its keys so often, in rounds; each takes a tenth of a second or more, and GnuTLS bears 8 in a second.
const UPDATE_EVERY: usize = 20;
/// What the transport holds, and the most bytes in one write or read: more, so that a session keeps ciphertext.
const CAPACITY: usize = 16 << 10;
const MOST: usize = 24 << 10;

type Pair = (Session<End>, Session<End>);

/// Connects `count` pairs; a byte each way brings a client its tickets.
fn connect(count: usize, priority: &str) -> Vec<Pair> {
    let (client, server) = (client(priority), server(priority));
    let one = |client: &ClientConfig, server: &ServerConfig| {
        let (near, far) = memory::pair(CAPACITY);
        let client = client.to(HOST).expect("a name").start(near).expect("a start");
        let (near, far) = meet(client, server.start(far).expect("a start"), 1000);
        let pair = (near.session(), far.session());
        exchange(&pair, 0);
        pair
    };
    let workers = process::workers();
    thread::scope(|scope| {
        let share = |worker| count / workers + usize::from(worker < count % workers);
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn({
                    let (client, server, one) = (&client, &server, &one);
                    move || (0..share(worker)).map(|_| one(client, server)).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    })
}

/// A byte each way.
fn exchange((near, far): &Pair, at: u64) {
    for (from, to) in [(far, near), (near, far)] {
        let mut lane = Lane { sent: at, received: at, ..Lane::new(from, to, 0) };
        assert_eq!(lane.send(&mut [0]), 1);
        come_to_rest(&mut lane, &mut [0]);
    }
}

/// Receives what is under way, and finds that there is no more: so a reader waits.
fn come_to_rest(lane: &mut Lane<'_, End>, room: &mut [u8]) {
    lane.drain(room);
    assert_eq!(lane.receive(room), 0);
}

/// Moves data in `lanes`, with a key update now and then; stops at `halfway` in the middle, twice: the bytes that came.
fn drive(lanes: &mut [Lane<'_, End>], seed: u64, halfway: &Barrier, bar: &ProgressBar) -> u64 {
    let mut random = Random::new(seed);
    let mut room = vec![0; MOST];
    for round in 0..ROUNDS {
        for (place, lane) in lanes.iter_mut().enumerate() {
            // The first goes out to its last byte, so that the books of a lane begin with a full transport.
            let size = if round == 0 { MOST } else { 1 + random.below(MOST) };
            lane.send(&mut room[..size]);
            let size = 1 + random.below(MOST);
            lane.receive(&mut room[..size]);
            if (round + place) % UPDATE_EVERY == 0 && lane.from.protocol() == Protocol::TLS1_3 {
                // Seeds of clients are even. Only they ask: GnuTLS does not bear that both do at once.
                let asks = lane.seed % 2 == 0 && random.below(2) == 0;
                let request = if asks { KeyUpdateRequest::Requested } else { KeyUpdateRequest::NotRequested };
                // One that finds no room is left out.
                lane.from
                    .try_update_keys(request)
                    .or_else(|e| if e.would_block() { Ok(()) } else { Err(e) })
                    .expect("keys");
            }
        }
        bar.inc(1);
        if round + 1 == MEASURED {
            halfway.wait();
            halfway.wait();
        }
    }
    lanes.iter_mut().for_each(|lane| come_to_rest(lane, &mut room));
    lanes.iter().map(|lane| lane.received).sum()
}

/// What the process held at one moment.
struct Moment {
    allocated: u64,
    resident: u64,
}

fn now() -> Moment {
    Moment { allocated: process::allocated(), resident: process::resident() }
}

/// Checked traffic both ways in all pairs: what the process held in the middle of it, and how many bytes came.
fn traffic(pairs: &[Pair]) -> (Moment, u64) {
    // Two threads a group, one for each direction: a session is always in use by both.
    let groups = process::workers() / 2;
    let halfway = Barrier::new(2 * groups + 1);
    let bar = ProgressBar::new((2 * groups * ROUNDS) as u64);
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for (group, pairs) in pairs.chunks(pairs.len().div_ceil(groups)).enumerate() {
            let first = group * pairs.len();
            let seed = move |place: usize, way: u64| 2 * (first + place) as u64 + way;
            let up = pairs.iter().enumerate().map(|(place, (near, far))| Lane::new(near, far, seed(place, 0)));
            let down = pairs.iter().enumerate().map(|(place, (near, far))| Lane::new(far, near, seed(place, 1)));
            for mut lanes in [up.collect::<Vec<_>>(), down.collect()] {
                let (halfway, bar) = (&halfway, &bar);
                threads.push(scope.spawn(move || drive(&mut lanes, group as u64, halfway, bar)));
            }
        }
        halfway.wait();
        let moment = now();
        halfway.wait();
        (moment, threads.into_iter().map(|thread| thread.join().expect("every byte right")).sum())
    })
}

/// Ends the sessions and keeps their transports, which are no part of them: the transports, and the bytes that each end
/// held by itself.
fn end(pairs: Vec<Pair>) -> (Vec<(End, End)>, u64) {
    let (count, before) = (2 * pairs.len() as u64, process::allocated());
    let transports = pairs.into_iter().map(|(near, far)| (near.into_inner(), far.into_inner())).collect();
    (transports, (before - process::allocated()) / count)
}

#[test]
#[ignore = "minutes, and a process of its own: ci/check.sh load"]
fn ten_thousand_sessions_live_in_one_process_half_of_them_busy() {
    let start = Instant::now();
    // What the first sessions make once for all.
    drop((connect(10, TLS13), connect(10, TLS12)));
    let before = now();
    let idle13 = connect(SESSIONS / 4, TLS13);
    let idle12 = connect(SESSIONS / 4, TLS12);
    let idle = now();
    let mut busy = connect(SESSIONS * 2 / 5, TLS13);
    busy.extend(connect(SESSIONS / 10, TLS12));
    assert_eq!(idle13.len() + idle12.len() + busy.len(), SESSIONS);

    let (middle, bytes) = traffic(&busy);
    let updates: u64 =
        busy.iter().map(|(near, far)| near.counters().key_updates_sent + far.counters().key_updates_sent).sum();
    // The idle ones have not been forgotten.
    idle13.iter().chain(&idle12).for_each(|pair| exchange(pair, 1));

    let busy_ends = 2 * busy.len() as u64;
    let (busy, at_rest) = end(busy);
    // The transports are as large as ever, so that the rest of what there was in the middle was the sessions'.
    let in_traffic = (middle.allocated - process::allocated()) / busy_ends;
    let (idle12, per_idle12) = end(idle12);
    let (idle13, per_idle13) = end(idle13);
    drop((busy, idle12, idle13));
    let without_us13 = without_us::bytes_per_end(c"NORMAL:-VERS-ALL:+VERS-TLS1.3");
    let without_us12 = without_us::bytes_per_end(c"NORMAL:-VERS-ALL:+VERS-TLS1.2");
    let ends = 2 * SESSIONS as u64;
    figures(
        "load: 10,000 sessions in one process (20,000 ends)",
        &[
            ("seconds", &start.elapsed().as_secs()),
            ("bytes moved by the 5,000 busy ones, each checked", &bytes),
            ("key updates of the 5,000 busy ones", &updates),
            ("bytes per idle end, TLS 1.3", &per_idle13),
            ("bytes per idle end of GnuTLS without this crate, TLS 1.3", &without_us13),
            ("bytes per idle end, TLS 1.2", &per_idle12),
            ("bytes per idle end of GnuTLS without this crate, TLS 1.2", &without_us12),
            ("bytes per busy end while its transport is full and its input half read", &in_traffic),
            ("bytes per busy end once it has nothing left to do", &at_rest),
            (
                "resident bytes per idle end, transport included",
                &((idle.resident - before.resident) / (SESSIONS as u64)),
            ),
            (
                "resident bytes per end in the middle of the traffic, transport included",
                &((middle.resident - before.resident) / ends),
            ),
            ("resident MiB of the process in the middle of the traffic", &(middle.resident >> 20)),
        ],
    );
    // No buffers in those that wait: what this crate adds is its own books.
    assert!(per_idle13 < without_us13 + 2048 && per_idle12 < without_us12 + 2048, "an idle session keeps too much");
}
