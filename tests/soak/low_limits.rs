//! Tiny records under low limits: every few records a key update by itself, in both directions of many sessions at once.
//!
//! A session renews its keys by itself at most four times a second, so that many updates need many sessions.

use std::num::NonZero;
use std::thread;
use std::time::Instant;

use gnutls::transport::memory::{self, End};
use gnutls::{ClientConfig, Priority, Protocol, ServerConfig, Session};
use indicatif::ProgressBar;

use crate::common::lane::Lane;
use crate::common::polled::meet;
use crate::common::{HOST, figures, pki};
use crate::random::Random;

const TLS13: &[&str] = &["AES-128-GCM", "AES-256-GCM", "CHACHA20-POLY1305", "AES-128-CCM", "AES-128-CCM-8"];
const TLS12: &[&str] =
    &["AES-128-GCM", "AES-256-GCM", "CHACHA20-POLY1305", "AES-128-CCM", "AES-256-CCM", "AES-128-CBC", "AES-256-CBC"];

/// Sessions of TLS 1.3; of TLS 1.2 there is one per cipher.
const SESSIONS: usize = 720;
/// Key updates in each direction of each of them.
const UPDATES: u64 = 140;
/// The limits, in records; and the most bytes in a record.
const LIMITS: [u64; 4] = [1, 3, 20, 64];
const TINY: usize = 32;
/// Records in one go; they fit into a pipe of `CAPACITY` bytes, so that a receiver is never seconds behind.
const BURST: usize = 16;
const CAPACITY: usize = 4096;

fn pair(version: &str, cipher: &str, limit: u64) -> (Session<End>, Session<End>) {
    let priority = || {
        let text = format!("NORMAL:-VERS-ALL:+VERS-{version}:-CIPHER-ALL:+{cipher}");
        Priority::new(&text).expect("a priority")
    };
    let client = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    let client = client.priority(priority()).key_update_after(limit).build().expect("a client");
    let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let server = server.priority(priority()).key_update_after(limit).build().expect("a server");
    let (near, far) = memory::pair(CAPACITY);
    let client = client.to(HOST).expect("a name").start(near).expect("a start");
    let (client, server) = meet(client, server.start(far).expect("a start"), 1000);
    (client.session(), server.session())
}

/// Sends and receives tiny records in `lanes` until all of TLS 1.3 have had their key updates: the number of records.
fn drive(lanes: &mut [Lane<'_, End>], seed: u64, bar: &ProgressBar) -> u64 {
    let mut random = Random::new(seed);
    let mut room = [0; TINY * BURST];
    let (mut records, mut behind) = (0, true);
    while behind {
        behind = false;
        for lane in &mut *lanes {
            for _ in 0..BURST {
                let size = 1 + random.below(TINY);
                records += u64::from(lane.send(&mut room[..size]) > 0);
            }
            lane.drain(&mut room);
            behind |= lane.from.protocol() == Protocol::TLS1_3 && lane.from.counters().key_updates_sent < UPDATES;
        }
        bar.set_position(lanes[0].from.counters().key_updates_sent);
    }
    records
}

#[test]
#[ignore = "slow unless optimised: ci/check.sh soak"]
fn a_hundred_thousand_automatic_key_updates_each_way_lose_no_byte_of_tiny_records() {
    let start = Instant::now();
    let mut kinds: Vec<_> = TLS12.iter().map(|cipher| ("TLS1.2", *cipher, 1)).collect();
    let limits = LIMITS.iter().cycle();
    kinds.extend(TLS13.iter().cycle().zip(limits).take(SESSIONS).map(|(cipher, limit)| ("TLS1.3", *cipher, *limit)));
    let pairs: Vec<_> = kinds.iter().map(|(version, cipher, limit)| pair(version, cipher, *limit)).collect();

    // Two threads a group, one for each direction: a session is always in use by both.
    let groups = thread::available_parallelism().map_or(1, NonZero::get).div_ceil(2);
    let bar = ProgressBar::new(UPDATES);
    let records: u64 = thread::scope(|scope| {
        let mut threads = Vec::new();
        for (group, pairs) in pairs.chunks(pairs.len().div_ceil(groups)).enumerate() {
            let seed = |place: usize, way: u64| (2 * (group * pairs.len() + place)) as u64 + way;
            let up = pairs.iter().enumerate().map(|(place, (near, far))| Lane::new(near, far, seed(place, 0)));
            let down = pairs.iter().enumerate().map(|(place, (near, far))| Lane::new(far, near, seed(place, 1)));
            for mut lanes in [up.collect::<Vec<_>>(), down.collect()] {
                let bar = bar.clone();
                threads.push(scope.spawn(move || drive(&mut lanes, group as u64, &bar)));
            }
        }
        threads.into_iter().map(|thread| thread.join().expect("every byte right")).sum()
    });
    bar.finish_and_clear();

    let (mut up, mut down, mut bytes) = (0, 0, 0);
    for (near, far) in &pairs {
        let (near, far) = (near.counters(), far.counters());
        assert_eq!((near.bytes_sent, far.bytes_sent), (far.bytes_received, near.bytes_received));
        assert_eq!(near.key_updates_sent, far.key_updates_received);
        assert_eq!(far.key_updates_sent, near.key_updates_received);
        (up, down, bytes) =
            (up + near.key_updates_sent, down + far.key_updates_sent, bytes + near.bytes_sent + far.bytes_sent);
    }
    assert!(up.min(down) >= 100_000, "{up} and {down} key updates");
    figures(
        "soak: low limits and tiny records",
        &[
            ("sessions of TLS 1.3 (5 ciphers) and TLS 1.2 (7 ciphers)", &pairs.len()),
            ("automatic key updates from client to server", &up),
            ("automatic key updates from server to client", &down),
            ("records", &records),
            ("bytes, each checked", &bytes),
            ("seconds", &start.elapsed().as_secs()),
        ],
    );
}
