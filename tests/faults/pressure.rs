//! Peers that do not read, and sides that write at each other: whoever can go on does.

use std::io::{Read, Write};
use std::sync::mpsc;
use std::thread;

use gnutls::transport::memory;
use gnutls::{KeyUpdateRequest, ReadHalf, WriteHalf};

use crate::common::{TLS12, TLS13, check, client, connect, fill, server, within};
use crate::scripted::{Plan, Scripted};
use crate::stage::{End, Ours};

/// A wire that is full after a fraction of a record.
const NARROW: usize = 4000;
const MUCH: usize = 1 << 20;

fn pair(priority: &str) -> (Ours, Ours) {
    let (near, far) = memory::pair(NARROW);
    connect(
        &client(priority),
        &server(priority),
        (Scripted::new(near, Plan::default()), Scripted::new(far, Plan::default())),
    )
}

/// Tells when `session` waits for room for the first time.
fn full(session: &Ours) -> mpsc::Receiver<()> {
    let (tell, told) = mpsc::channel();
    session.get_ref().script.on_wait(move |want| {
        if want.writable {
            // Only the first is listened to.
            let _ = tell.send(());
        }
    });
    told
}

fn write_much(mut writer: WriteHalf<End>, seed: u64) -> WriteHalf<End> {
    let mut data = vec![0; MUCH];
    fill(seed, 0, &mut data);
    writer.write_all(&data).expect("writing");
    writer.flush().expect("flushing");
    writer
}

fn read_much(reader: &mut ReadHalf<End>, seed: u64) {
    let mut data = vec![0; MUCH];
    reader.read_exact(&mut data).expect("reading");
    check(seed, 0, &data);
}

#[test]
fn a_peer_that_stops_reading_stops_our_writer_and_not_our_reader() {
    for priority in [TLS12, TLS13] {
        within(priority, move || {
            let (ours, peer) = pair(priority);
            let blocked = full(&ours);
            let ((mut reader, writer), (mut peer_reader, mut peer_writer)) = (ours.into_split(), peer.into_split());
            let writing = thread::spawn(move || write_much(writer, 1));
            blocked.recv().expect("the wire is full");
            for _ in 0..100 {
                let mut answer = [0; 9];
                peer_writer.write_all(b"a message").expect("writing");
                reader.read_exact(&mut answer).expect("reading");
                assert_eq!(&answer, b"a message");
            }
            assert!(!writing.is_finished(), "nobody has read what it writes");
            read_much(&mut peer_reader, 1);
            writing.join().expect("no panic");
        });
    }
}

#[test]
fn a_peer_that_stops_reading_costs_a_bounded_buffer() {
    for priority in [TLS12, TLS13] {
        let (ours, peer) = pair(priority);
        let mut data = vec![0; MUCH];
        fill(1, 0, &mut data);
        let taken = ours.send(&data).expect("the first of it");
        assert!(taken <= (64 << 10) + (16 << 10), "{taken} bytes taken, {NARROW} fit");
        for _ in 0..3 {
            assert!(ours.send(&data[taken..]).expect_err("no room").would_block());
        }
        assert!(ours.send_interest().writable() && !ours.send_interest().ready_now());
        peer.send(b"news").expect("room");
        assert_eq!(ours.recv(&mut [0; 8]).expect("the other direction is free"), 4);
        let mut received = Vec::new();
        while received.len() < taken {
            let mut buf = [0; 5000];
            match peer.recv(&mut buf) {
                Ok(length) => received.extend_from_slice(&buf[..length]),
                Err(error) => assert!(error.would_block()),
            }
            ours.try_flush().expect("the transport is whole");
        }
        check(1, 0, &received);
        assert_eq!(received.len(), taken);
    }
}

#[test]
fn two_sides_that_write_without_reading_go_on_when_somebody_reads() {
    for priority in [TLS12, TLS13] {
        within(priority, move || {
            let (ours, peer) = pair(priority);
            let blocked = [full(&ours), full(&peer)];
            let ((mut reader, writer), (mut peer_reader, peer_writer)) = (ours.into_split(), peer.into_split());
            let writing = thread::spawn(move || write_much(writer, 1));
            let peer_writing = thread::spawn(move || write_much(peer_writer, 2));
            for blocked in blocked {
                blocked.recv().expect("both wires are full");
            }
            read_much(&mut reader, 2);
            peer_writing.join().expect("no panic");
            read_much(&mut peer_reader, 1);
            writing.join().expect("no panic");
        });
    }
}

#[test]
fn a_key_update_that_is_asked_for_over_full_wires_is_answered_once_there_is_room() {
    within("key updates over full wires", || {
        let (ours, peer) = pair(TLS13);
        let blocked = [full(&ours), full(&peer)];
        let ((mut reader, writer), (mut peer_reader, mut peer_writer)) = (ours.into_split(), peer.into_split());
        let writing = thread::spawn(move || write_much(writer, 1));
        let peer_writing = thread::spawn(move || {
            peer_writer.update_keys(KeyUpdateRequest::Requested).expect("asking");
            write_much(peer_writer, 2)
        });
        for blocked in blocked {
            blocked.recv().expect("both wires are full");
        }
        // The reader meets the request while the writer has no room for the answer.
        read_much(&mut reader, 2);
        let peer_writer = peer_writing.join().expect("no panic");
        read_much(&mut peer_reader, 1);
        let writer = writing.join().expect("no panic");
        let ours = reader.unsplit(writer).expect("one session");
        // Whichever came first, the answer or the end of the data, it is on its way now.
        ours.try_flush().expect("room");
        let peer = peer_reader.unsplit(peer_writer).expect("one session");
        while peer.counters().key_updates_received == 0 {
            assert!(ours.recv(&mut [0; 1]).expect_err("no data").would_block());
            assert!(peer.recv(&mut [0; 1]).expect_err("no data").would_block());
        }
        assert_eq!(ours.counters().key_updates_sent, 1);
    });
}
