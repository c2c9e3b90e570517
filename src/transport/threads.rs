//! Buffers and the transport in memory between real threads: no byte is lost, and no buffer has two owners. Miri looks
//! for data races here.

use std::io;
use std::thread;

use super::inbox::Inbox;
use super::memory::{self, End};
use super::outbox::Outbox;
use super::pool::{BUFFER, Pool};
use super::{Readiness, Wait};

const READ: Readiness = Readiness { readable: true, writable: false };
const WRITE: Readiness = Readiness { readable: false, writable: true };

#[cfg(miri)]
const RECORDS: usize = 12;
#[cfg(not(miri))]
const RECORDS: usize = 500;

fn record(number: usize) -> Vec<u8> {
    (0..100 + number % 50).map(|at| u8::try_from((number + at) % 251).expect("small")).collect()
}

/// Sends all records, waiting for room.
fn send(io: &End) {
    let mut outbox = Outbox::default();
    for number in 0..RECORDS {
        outbox.append(&record(number));
        while !outbox.flush(io).expect("an open pipe") {
            io.wait(WRITE, None).expect("no error");
        }
    }
}

/// Receives all records, waiting for bytes.
fn receive(io: &End) {
    let mut inbox = Inbox::default();
    for number in 0..RECORDS {
        let expected = record(number);
        let mut found = Vec::new();
        while found.len() < expected.len() {
            match inbox.read(io, expected.len() - found.len()) {
                Ok(bytes) => found.extend_from_slice(bytes),
                Err(error) => {
                    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
                    inbox.rest();
                    io.wait(READ, None).expect("no error");
                }
            }
        }
        assert_eq!(found, expected);
    }
    assert!(inbox.is_empty());
}

#[test]
fn records_cross_both_ways_at_once_through_a_pipe_that_is_smaller_than_they_are() {
    let (left, right) = memory::pair(64);
    thread::scope(|scope| {
        for (io, work) in [(&left, send as fn(&End)), (&left, receive), (&right, send), (&right, receive)] {
            scope.spawn(move || work(io));
        }
    });
}

#[test]
fn an_end_that_is_dropped_wakes_who_waits_on_the_other() {
    let (left, right) = memory::pair(1);
    thread::scope(|scope| {
        scope.spawn(|| assert!(left.wait(READ, None).expect("no error")));
        drop(right);
    });
}

#[test]
fn a_buffer_of_the_pool_has_one_owner() {
    static POOL: Pool = Pool::new();
    thread::scope(|scope| {
        for owner in 1..=3u8 {
            scope.spawn(move || {
                for _ in 0..20 {
                    let mut buffer = POOL.take(|| vec![0; 16]);
                    assert_eq!(buffer, [0; 16], "given back as it was taken");
                    buffer.fill(owner);
                    assert_eq!(buffer, [owner; 16]);
                    buffer.fill(0);
                    POOL.give(buffer);
                }
            });
        }
    });
    POOL.give(vec![1; 2 * BUFFER + 1]);
    assert!(POOL.take(Vec::new).len() <= 16, "what has grown large is not kept");
}
