//! A hundred thousand connections, one after the other, and nothing stays behind.

use std::thread;
use std::time::Instant;

use indicatif::ProgressBar;

use crate::common::figures;
use crate::kinds::{Tally, Visitor, World};
use crate::process;

pub(crate) const CYCLES: u64 = 100_000;
/// After each of so many parts the process is measured; the first warms it up.
pub(crate) const PARTS: u64 = 10;
/// How much more the process may hold at the end than after the first part, in bytes.
pub(crate) const BOUND: u64 = 1 << 20;

/// What the process holds while nobody works.
#[derive(Debug)]
pub(crate) struct Holdings {
    pub(crate) allocated: u64,
    pub(crate) resident: u64,
    pub(crate) descriptors: usize,
    pub(crate) threads: usize,
}

pub(crate) fn holdings(threads: usize) -> Holdings {
    Holdings {
        threads: process::threads(threads),
        allocated: process::allocated(),
        resident: process::resident(),
        descriptors: process::descriptors(),
    }
}

/// A part of the cycles, by some threads that end with it.
fn part(world: &World, number: u64, bar: &ProgressBar) -> Tally {
    let workers = process::workers() as u64;
    let share = |worker| (CYCLES / PARTS) / workers + u64::from(worker < (CYCLES / PARTS) % workers);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let mut visitor = Visitor::new(world, number * workers + worker);
                    for _ in 0..share(worker) {
                        visitor.visit();
                        bar.inc(1);
                    }
                    visitor.tally
                })
            })
            .collect();
        threads.into_iter().fold(Tally::default(), |mut sum, thread| {
            sum.add(thread.join().expect("no panic"));
            sum
        })
    })
}

#[test]
#[ignore = "minutes, and a process of its own: ci/check.sh load"]
fn a_hundred_thousand_connections_leave_nothing_behind() {
    let start = Instant::now();
    let world = World::new();
    let bar = ProgressBar::new(CYCLES);
    let mut tally = part(&world, 0, &bar);
    let threads = process::threads(0);
    let warm = holdings(threads);
    eprintln!("warmed up: {warm:?}");
    let mut end = holdings(threads);
    for number in 1..PARTS {
        tally.add(part(&world, number, &bar));
        end = holdings(threads);
        eprintln!("part {number}: {end:?}");
    }
    bar.finish_and_clear();
    let growth = |before: u64, after: u64| i128::from(after) - i128::from(before);
    let (allocated, resident) = (growth(warm.allocated, end.allocated), growth(warm.resident, end.resident));
    assert!(allocated < i128::from(BOUND), "{allocated} bytes have not come back");
    assert!(resident < i128::from(BOUND), "{resident} bytes more are resident");
    assert_eq!((warm.descriptors, warm.threads), (end.descriptors, end.threads));
    let [full13, full12] = tally.full;
    let [resumed13, resumed12] = tally.resumed;
    assert!(full13.min(full12).min(resumed13).min(resumed12) > CYCLES / 20, "each kind in numbers");
    figures(
        "load: 100,000 connections one after the other",
        &[
            ("seconds", &start.elapsed().as_secs()),
            ("full handshakes, TLS 1.3", &full13),
            ("full handshakes, TLS 1.2", &full12),
            ("resumed, TLS 1.3", &resumed13),
            ("resumed, TLS 1.2", &resumed12),
            ("refused by the client (wrong name, unknown authority)", &tally.refused),
            ("broken off in the handshake", &tally.broken_off),
            ("ends split into halves and dropped in either order", &tally.split),
            ("allocated bytes more after the last 90,000 (bound 1,048,576)", &allocated),
            ("resident bytes more after the last 90,000 (bound 1,048,576)", &resident),
            ("descriptors, before and after", &end.descriptors),
            ("threads, before and after", &end.threads),
        ],
    );
}
