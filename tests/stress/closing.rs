//! Endings: from either side, in the middle, twice, in any order, with data under way.

use std::io::{Read, Write};
use std::thread;

use gnutls::ErrorKind;
use gnutls::transport::memory;

use crate::common::{TLS12, TLS13, client, connect, server, within};
use crate::pair::{plain_pair, polled_pair};
use crate::scripted::Plan;

const VERSIONS: [&str; 2] = [TLS12, TLS13];

#[test]
fn closing_is_once_and_nothing_can_be_sent_after_it() {
    for priority in VERSIONS {
        let (ours, peer) = plain_pair(priority, 1 << 16);
        ours.close().expect("closing");
        ours.close().expect("closing twice");
        assert_eq!(ours.send(b"more").expect_err("closed").kind(), ErrorKind::Closed);
        let error = (&ours).write(b"more").expect_err("closed");
        assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
        assert!(ours.try_flush().expect("nothing is left"));
        for _ in 0..3 {
            assert_eq!(peer.recv(&mut [0; 8]).expect("the end"), 0);
        }
        // One close_notify, and nothing behind it.
        let sent = ours.get_ref().script.bytes_written();
        ours.close().expect("closing again");
        assert_eq!(ours.get_ref().script.bytes_written(), sent);
    }
}

#[test]
fn the_peer_of_a_closed_direction_still_talks_and_neither_spins() {
    for priority in VERSIONS {
        within(priority, move || {
            let (ours, peer) = plain_pair(priority, 1 << 16);
            ours.close().expect("closing");
            assert_eq!(peer.recv(&mut [0; 8]).expect("the end"), 0);
            assert!(ours.recv(&mut [0; 8]).expect_err("nothing yet").would_block());
            assert!(!ours.interest().ready_now() && !peer.interest().ready_now());
            assert!(!peer.interest().readable() && !ours.interest().writable());
            (&peer).write_all(b"a last word").expect("writing");
            peer.close().expect("closing");
            let mut all = String::new();
            (&ours).read_to_string(&mut all).expect("reading");
            assert_eq!(all, "a last word");
            assert_eq!((ours.interest(), peer.interest()), (gnutls::Interest::NONE, gnutls::Interest::NONE));
        });
    }
}

#[test]
fn a_close_in_the_middle_delivers_everything_before_it() {
    for priority in VERSIONS {
        within(priority, move || {
            let (ours, peer) = plain_pair(priority, 700);
            let closing = thread::spawn(move || {
                (&ours).write_all(&[3; 100_000]).expect("writing");
                ours.close().expect("closing");
                let mut rest = Vec::new();
                (&ours).read_to_end(&mut rest).expect("reading");
                rest.len()
            });
            let (mut reader, mut writer) = peer.into_split();
            let writing = thread::spawn(move || {
                writer.write_all(&[4; 50_000]).expect("writing");
                writer.close().expect("closing");
            });
            let mut all = Vec::new();
            reader.read_to_end(&mut all).expect("reading");
            assert_eq!(all, [3; 100_000]);
            assert_eq!(closing.join().expect("no panic"), 50_000);
            writing.join().expect("no panic");
        });
    }
}

#[test]
fn halves_and_sessions_can_be_dropped_in_any_order_with_data_under_way() {
    for priority in VERSIONS {
        for order in 0..6 {
            within(priority, move || {
                let (ours, peer) = polled_pair(priority, 100, [Plan::default(); 2]);
                assert!(ours.send(&[1; 5000]).expect("room") > 0);
                assert!(peer.send(&[2; 5000]).expect("room") > 0);
                let (reader, writer) = ours.into_split();
                match order {
                    0 => drop((reader, writer)),
                    1 => drop((writer, reader)),
                    2 => drop(reader.unsplit(writer).expect("one session")),
                    3 => {
                        drop(peer);
                        let mut reader = reader;
                        while reader.recv(&mut [0; 64]).is_ok() {}
                        return;
                    }
                    4 => {
                        drop(peer);
                        let mut writer = writer;
                        (0..3).find_map(|_| writer.send(&[0; 9]).err()).expect("a closed pipe");
                        return;
                    }
                    _ => drop(reader.unsplit(writer).expect("one session").into_inner()),
                }
                // What had left is there; then the stream is cut.
                let (mut end, mut buf) = (None, [0; 64]);
                while end.is_none() {
                    end = peer.recv(&mut buf).err();
                }
                assert_eq!(end.expect("an end").kind(), ErrorKind::Truncated);
            });
        }
    }
}

#[test]
fn halves_of_strangers_come_back_whole() {
    let (one, _one_peer) = plain_pair(TLS13, 1 << 16);
    let (other, other_peer) = plain_pair(TLS13, 1 << 16);
    let (one_reader, one_writer) = one.into_split();
    let (other_reader, other_writer) = other.into_split();
    let error = one_reader.unsplit(other_writer).expect_err("strangers");
    assert_eq!(error.to_string(), "the halves belong to different sessions");
    let other = other_reader.unsplit(error.writer).expect("one session");
    error.reader.unsplit(one_writer).expect("one session");
    assert_eq!(other.send(b"alive").expect("room"), 5);
    assert_eq!(other_peer.recv(&mut [0; 8]).expect("data"), 5);
}

#[test]
fn joined_halves_still_receive() {
    within("reading", || {
        let (ours, peer) = plain_pair(TLS13, 1 << 16);
        let (reader, writer) = ours.into_split();
        let ours = reader.unsplit(writer).expect("one session");
        (&peer).write_all(b"hello").expect("writing");
        // The joined session has a reader: its writer must not drop what the peer says.
        for _ in 0..100 {
            assert_eq!(ours.send(b"x").expect("room"), 1);
        }
        let mut data = [0; 5];
        (&ours).read_exact(&mut data).expect("reading");
        assert_eq!(&data, b"hello");
    });
}

#[test]
fn an_abandoned_peer_ends_a_waiting_reader_and_a_waiting_writer() {
    within("both waiting", || {
        let (ours, peer) = connect(&client(TLS13), &server(TLS13), memory::pair(1 << 14));
        let (mut reader, mut writer) = ours.into_split();
        let reading = thread::spawn(move || reader.read(&mut [0; 8]).expect_err("cut off"));
        let writing = thread::spawn(move || writer.write_all(&[0; 1 << 20]).expect_err("cut off"));
        drop(peer);
        assert_eq!(reading.join().expect("no panic").kind(), std::io::ErrorKind::UnexpectedEof);
        assert_eq!(writing.join().expect("no panic").kind(), std::io::ErrorKind::BrokenPipe);
    });
}
