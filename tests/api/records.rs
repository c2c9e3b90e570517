//! Records as the caller shapes them: packets, gathered writes, corks, files.

use std::fs::{self, File};
use std::io::{IoSlice, Read, Seek, SeekFrom, Write};
use std::thread;

use gnutls::ErrorKind;
use gnutls::transport::memory;

use crate::common::{TLS12, TLS13, check, client, connect, fill, server, within};

type Session = gnutls::Session<memory::End>;

/// The most data in one record, in bytes.
const FULL: usize = 1 << 14;

fn pair(priority: &str) -> (Session, Session) {
    connect(&client(priority), &server(priority), memory::pair(1 << 18))
}

/// The sizes of the records that have come.
fn records(session: &Session) -> Vec<usize> {
    let mut sizes = Vec::new();
    while let Ok(Some(packet)) = session.recv_packet() {
        sizes.push(packet.len());
    }
    sizes
}

#[test]
fn a_packet_is_one_record_and_outlives_its_session() {
    for priority in [TLS13, TLS12] {
        let (one, other) = pair(priority);
        one.send(b"first").expect("room");
        one.send(b"second").expect("room");
        let first = other.recv_packet().expect("data").expect("not the end");
        let second = thread::scope(|scope| scope.spawn(|| other.recv_packet()).join()).expect("no panic");
        let second = second.expect("data").expect("not the end");
        assert!(other.recv_packet().expect_err("nothing there").would_block());
        assert_eq!(second.sequence_number(), first.sequence_number() + 1);
        assert_eq!(other.counters().bytes_received, 11);
        one.close().expect("closing");
        assert!(other.recv_packet().expect("the end").is_none());
        assert!(other.read_packet().expect("still the end").is_none());
        drop((one, other));
        assert_eq!((&first[..], second.as_ref()), (&b"first"[..], &b"second"[..]));
        assert_eq!(format!("{first:?}"), "Packet { len: 5, .. }", "data is not printed");
    }
}

#[test]
fn a_packet_is_what_smaller_reads_left() {
    let (one, other) = pair(TLS13);
    one.send(b"abcdef").expect("room");
    let mut buf = [0; 2];
    assert_eq!(other.recv(&mut buf).expect("data"), 2);
    assert_eq!(&other.recv_packet().expect("data").expect("not the end")[..], b"cdef");
}

#[test]
fn data_that_a_sender_set_aside_comes_first_and_whole() {
    let (one, other) = pair(TLS13);
    one.send(b"set aside").expect("room");
    one.send(b"later").expect("room");
    // An empty send looks for the peer's messages, and meets the data.
    other.send(&[]).expect("looking");
    assert_eq!(other.pending(), 9);
    let mut buf = [0; 4];
    assert_eq!(other.recv(&mut buf).expect("data"), 4);
    assert_eq!(&other.recv_packet().expect("data").expect("not the end")[..], b"aside");
    assert_eq!(&other.recv_packet().expect("data").expect("not the end")[..], b"later");
    assert_eq!(other.counters().bytes_received, 14);
}

#[test]
fn slices_share_records_and_keep_their_order() {
    within("vectored writes", || {
        let (mut one, other) = pair(TLS13);
        let mut data = vec![0; 3 * FULL];
        fill(1, 0, &mut data);
        let (head, rest) = data.split_at(100);
        let (body, tail) = rest.split_at(2 * FULL);
        let bufs = [head, &[], body, tail].map(IoSlice::new);
        assert_eq!(one.write_vectored(&bufs).expect("room"), data.len());
        let mut seen = vec![0; data.len()];
        (&other).read_exact(&mut seen).expect("data");
        check(1, 0, &seen);

        assert_eq!(one.send_vectored(&[b"a", b"b", b"c"].map(|piece| IoSlice::new(piece))).expect("room"), 3);
        assert_eq!(records(&other), [3]);
    });
}

#[test]
fn a_cork_gathers_up_to_a_record_and_letting_go_or_closing_sends_the_rest() {
    for priority in [TLS13, TLS12] {
        let (one, other) = pair(priority);
        one.cork().expect("corking");
        for _ in 0..10 {
            assert_eq!(one.send(&[7; 10]).expect("gathered"), 10);
        }
        assert_eq!(one.corked(), 100);
        assert_eq!(records(&other), [0; 0], "nothing has left");
        assert!(one.try_uncork().expect("room"));
        assert_eq!((one.corked(), records(&other)), (0, vec![100]));

        one.cork().expect("corking");
        assert_eq!(one.send(&vec![7; 2 * FULL]).expect("room"), 2 * FULL);
        assert_eq!(one.send(&[7]).expect("gathered"), 1);
        assert_eq!((one.corked(), records(&other)), (1, vec![FULL, FULL]), "full records do not wait");
        one.close().expect("closing");
        assert_eq!(records(&other), [1]);
    }
}

#[test]
fn a_corked_session_takes_no_more_than_there_is_room_for() {
    let (one, other) = connect(&client(TLS13), &server(TLS13), memory::pair(1000));
    one.cork().expect("corking");
    let (mut sent, mut seen) = (0, 0);
    let mut data = vec![0; 1 << 20];
    fill(2, 0, &mut data);
    let mut buf = vec![0; FULL];
    while seen < data.len() {
        match one.send(&data[sent..]) {
            Ok(taken) => sent += taken,
            Err(error) => assert!(error.would_block(), "{error}"),
        }
        assert!(one.corked() < FULL && sent - seen < 10 * FULL, "{} gathered, {sent} sent, {seen} seen", one.corked());
        if sent == data.len() {
            one.try_uncork().expect("uncorking");
        }
        if let Ok(received) = other.recv(&mut buf) {
            check(2, seen as u64, &buf[..received]);
            seen += received;
        }
    }
}

#[test]
fn a_file_is_sent_from_where_it_stands() {
    within("sending a file", || {
        let path = std::env::temp_dir().join(format!("gnutls-send-file-{}", std::process::id()));
        let mut data = vec![0; 300_000];
        fill(3, 0, &mut data);
        fs::write(&path, &data).expect("a file");
        let mut file = File::open(&path).expect("the file");
        fs::remove_file(&path).expect("removing");
        let (one, other) = pair(TLS13);
        let reader = thread::spawn(move || {
            let mut seen = Vec::new();
            (&other).read_to_end(&mut seen).map(|_| seen)
        });
        assert_eq!(one.write_file(&file, 1000).expect("sent"), 1000);
        file.seek(SeekFrom::Start(5000)).expect("seeking");
        assert_eq!(one.write_file(&file, u64::MAX).expect("sent"), 295_000);
        assert_eq!(one.write_file(&file, 1).expect("the end"), 0);

        let error = one.send_file(&File::open("/dev/zero").expect("there"), 10).expect_err("endless");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let unreadable = File::options().write(true).create(true).truncate(true).open(&path).expect("a file");
        unreadable.set_len(10).expect("ten bytes");
        fs::remove_file(&path).expect("removing");
        one.send_file(&unreadable, 10).expect_err("it is not open for reading");
        (&one).write_all(b"still there").expect("the session is as it was");
        one.close().expect("closing");

        let seen = reader.join().expect("no panic").expect("data");
        check(3, 0, &seen[..1000]);
        check(3, 5000, &seen[1000..296_000]);
        assert_eq!(&seen[296_000..], b"still there");
    });
}

#[test]
fn a_file_larger_than_the_room_is_sent_in_parts() {
    let file = tempfile_of(1 << 20);
    let (one, other) = connect(&client(TLS13), &server(TLS13), memory::pair(100_000));
    let taken = one.send_file(&file, usize::MAX).expect("some of it");
    assert!((FULL..400_000).contains(&taken), "{taken} bytes");
    assert!(one.send_file(&file, 1).expect_err("no room").would_block());
    let mut seen = 0;
    while let Ok(Some(packet)) = other.recv_packet() {
        seen += packet.len();
        one.try_flush().expect("flushing");
    }
    assert_eq!(seen, taken);
    assert_eq!((&file).stream_position().expect("a position"), taken as u64);
}

/// A file of zeros without a name.
fn tempfile_of(length: u64) -> File {
    let path = std::env::temp_dir().join(format!("gnutls-zeros-{}", std::process::id()));
    let file = File::options().read(true).write(true).create(true).truncate(true).open(&path).expect("a file");
    file.set_len(length).expect("a length");
    fs::remove_file(&path).expect("removing");
    file
}
