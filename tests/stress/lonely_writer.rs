//! Programs that only send: what the peer says must still be served, and must not hold them up.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use gnutls::{Alert, ErrorKind, KeyUpdateRequest, Session};

use crate::common::{TLS12, TLS13, within};
use crate::pair::{End, MemorySession, plain_pair};

/// More writes than a sender makes before it looks for the peer's messages.
const MANY: usize = 100;

fn write_many(mut writer: impl Write) {
    for _ in 0..MANY {
        writer.write_all(b"a line of a log\n").expect("writing");
    }
}

/// Receives what `write_many` sent, and with it an answer to a key update request.
fn read_many(mut peer: &MemorySession) {
    let mut lines = [0; 16 * MANY];
    peer.read_exact(&mut lines).expect("reading");
    assert!(lines.chunks(16).all(|line| line == b"a line of a log\n"));
}

#[test]
fn a_session_that_never_reads_answers_a_key_update_request() {
    within("writing", || {
        let (ours, peer) = plain_pair(TLS13, 1 << 20);
        peer.update_keys(KeyUpdateRequest::Requested).expect("asking");
        write_many(&ours);
        read_many(&peer);
        assert_eq!(peer.counters().key_updates_received, 1);
    });
}

#[test]
fn a_write_half_beside_an_idle_read_half_answers_and_keeps_the_data_for_it() {
    within("writing", || {
        let (ours, peer) = plain_pair(TLS13, 1 << 20);
        let (mut reader, mut writer) = ours.into_split();
        peer.update_keys(KeyUpdateRequest::Requested).expect("asking");
        (&peer).write_all(b"for later").expect("writing");
        write_many(&mut writer);
        read_many(&peer);
        assert_eq!(peer.counters().key_updates_received, 1);
        let mut data = [0; 9];
        reader.read_exact(&mut data).expect("reading");
        assert_eq!(&data, b"for later");
        let ours = reader.unsplit(writer).expect("one session");
        assert_eq!(ours.counters().bytes_received, 9);
    });
}

#[test]
fn a_writer_without_a_reader_drops_the_peers_data_and_answers() {
    within("writing", || {
        let (ours, peer) = plain_pair(TLS13, 1 << 20);
        let (reader, mut writer) = ours.into_split();
        drop(reader);
        (&peer).write_all(&[7; 50_000]).expect("writing");
        peer.update_keys(KeyUpdateRequest::Requested).expect("asking");
        write_many(&mut writer);
        read_many(&peer);
        assert_eq!(peer.counters().key_updates_received, 1);
    });
}

#[test]
fn data_kept_for_a_reader_that_went_away_does_not_blind_the_writer() {
    within("writing", || {
        let (ours, peer) = plain_pair(TLS13, 1 << 20);
        let (reader, mut writer) = ours.into_split();
        (&peer).write_all(b"nobody reads this").expect("writing");
        write_many(&mut writer);
        drop(reader);
        peer.update_keys(KeyUpdateRequest::Requested).expect("asking");
        write_many(&mut writer);
        read_many(&peer);
        read_many(&peer);
        assert_eq!(peer.counters().key_updates_received, 1);
    });
}

#[test]
fn a_reader_that_gave_up_waiting_does_not_blind_the_writer() {
    within("writing", || {
        let (mut ours, peer) = plain_pair(TLS13, 1 << 20);
        ours.set_read_timeout(Some(Duration::from_millis(1)));
        let error = ours.read(&mut [0; 8]).expect_err("nothing comes");
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
        peer.update_keys(KeyUpdateRequest::Requested).expect("asking");
        write_many(&mut ours);
        read_many(&peer);
        assert_eq!(peer.counters().key_updates_received, 1);
    });
}

#[test]
fn a_writer_sees_the_peers_alert() {
    for priority in [TLS12, TLS13] {
        within("writing", move || {
            let (ours, peer) = plain_pair(priority, 1 << 20);
            (&ours).write_all(b"this will be turned over").expect("writing");
            peer.get_ref().script.fault_in_reading(8, crate::scripted::Fault::Flip);
            let error = peer.recv(&mut [0; 64]).expect_err("a broken record");
            assert_eq!(error.kind(), ErrorKind::Protocol);
            let (reader, mut writer) = ours.into_split();
            drop(reader);
            let failed = (0..MANY).find_map(|_| writer.send(b"x").err()).expect("an error in time");
            assert_eq!(failed.alert_received(), Some(Alert::BAD_RECORD_MAC), "{failed:?}");
        });
    }
}

/// A peer that always has more to say, in the thread of the caller.
fn endless(ours: &Session<End>, peer: MemorySession, most: u64) -> Arc<AtomicU64> {
    let said = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&said);
    ours.get_ref().script.on_read(move || {
        if count.load(Ordering::SeqCst) < most {
            count.fetch_add(peer.send(&[9; 10_000]).unwrap_or(0) as u64, Ordering::SeqCst);
        }
        Ok(())
    });
    said
}

#[test]
fn one_send_beside_a_peer_that_never_stops_talking_ends() {
    within("one send", || {
        let (ours, peer) = plain_pair(TLS13, 1 << 20);
        let said = endless(&ours, peer, 64 << 20);
        let (reader, mut writer) = ours.into_split();
        drop(reader);
        assert_eq!(writer.send(b"hello").expect("room"), 5);
        let bytes = said.load(Ordering::SeqCst);
        assert!(bytes < 16 << 20, "one call dropped {bytes} bytes of the peer before it came back");
    });
}

#[test]
fn a_writer_that_waits_takes_over_when_the_reader_goes_away() {
    within("both writing", || {
        let (ours, peer) = plain_pair(TLS13, 2000);
        let (reader, mut writer) = ours.into_split();
        let (waits, waiting) = mpsc::channel();
        writer.get_ref().script.on_wait(move |_| waits.send(()).unwrap_or(()));
        let writing = thread::spawn(move || writer.write_all(&[1; 200_000]).map(|()| writer));
        waiting.recv().expect("it waits");
        drop(reader);
        // The peer writes first and reads then: its data must be dropped for it to come so far.
        (&peer).write_all(&[2; 200_000]).expect("writing");
        let mut data = vec![0; 200_000];
        (&peer).read_exact(&mut data).expect("reading");
        assert!(data.iter().all(|byte| *byte == 1));
        writing.join().expect("no panic").expect("writing");
    });
}

/// close_notify stands behind data that finds no room, and the peer makes none before its own data is taken away.
#[test]
fn a_writer_without_a_reader_can_close_while_the_peer_writes() {
    within("closing", || {
        let (ours, peer) = plain_pair(TLS12, 100);
        let (reader, mut writer) = ours.into_split();
        drop(reader);
        let (mut peer_in, mut peer_out) = peer.into_split();
        let taken = writer.send(&[1; 60_000]).expect("sending");
        let closing = thread::spawn(move || writer.close());
        peer_out.write_all(&[2; 100_000]).expect("writing");
        let mut all = Vec::new();
        peer_in.read_to_end(&mut all).expect("reading");
        assert_eq!(all.len(), taken);
        closing.join().expect("no panic").expect("closing");
    });
}
