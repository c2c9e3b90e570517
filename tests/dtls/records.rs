//! One send is one datagram, one receive one record.

use std::fs::File;
use std::io::{IoSlice, Read, Write};

use gnutls::ErrorKind;
use gnutls::transport::memory;

use crate::lossy::{Fate, Lossy};
use crate::{client, connect, pair, server};

#[test]
fn a_send_is_a_datagram_and_a_receive_a_record() {
    let (mut client, mut server) = pair();
    for size in [1, 10, 1000, client.data_mtu()] {
        assert_eq!(client.write(&vec![7; size]).expect("sending"), size);
    }
    let before = client.counters().records_sent;
    client.send_vectored(&[IoSlice::new(b"one "), IoSlice::new(b"record")]).expect("sending");
    assert_eq!(client.counters().records_sent, before + 1);
    let mut buf = [0; 2000];
    for size in [1, 10, 1000, client.data_mtu(), 10] {
        assert_eq!(server.read(&mut buf).expect("receiving"), size);
    }
    assert_eq!(&buf[..10], b"one record");
}

#[test]
fn what_does_not_fit_a_buffer_is_left_for_the_next_receive() {
    let (client, server) = pair();
    client.send(b"first").expect("sending");
    client.send(b"second").expect("sending");
    let mut buf = [0; 3];
    assert_eq!(server.recv(&mut buf).expect("a part"), 3);
    assert_eq!(server.recv(&mut buf).expect("the rest"), 2);
    assert_eq!(&*server.recv_packet().expect("receiving").expect("a record"), b"second");
}

#[test]
fn numbers_tell_what_was_lost_and_what_is_late_and_nothing_comes_twice() {
    let (near, far) = memory::datagram_pair(1500);
    let (client, server) = connect(&client(), &server(), (Lossy::new(near, []), far));
    client.get_ref().set_script([
        Fate::Passes,
        Fate::IsLost,
        Fate::IsLate,
        Fate::ComesTwice,
        Fate::IsDamaged,
        Fate::Passes,
    ]);
    for word in [b"a", b"b", b"c", b"d", b"e", b"f"] {
        client.send(word).expect("sending");
    }
    let mut buf = [0; 10];
    let mut came = Vec::new();
    let first = loop {
        match server.recv_numbered(&mut buf) {
            Ok((1, number)) => came.push((buf[0], number)),
            Ok(other) => panic!("{other:?}"),
            Err(error) => {
                assert!(error.would_block(), "{error:?}");
                break came[0].1;
            }
        }
    };
    assert_eq!(first >> 48, 1, "the epoch");
    let came: Vec<_> = came.into_iter().map(|(word, number)| (word as char, number - first)).collect();
    assert_eq!(came, [('a', 0), ('d', 3), ('c', 2), ('f', 5)]);
    assert_eq!(server.discarded(), 2, "one again, one damaged");
    let packet = server.recv_packet().expect_err("nothing more");
    assert!(packet.would_block());
    client.send(b"g").expect("sending");
    let packet = server.recv_packet().expect("receiving").expect("a record");
    assert_eq!(packet.sequence_number() - first, 6);
}

#[test]
fn every_record_replayed_is_dropped_and_counted() {
    let (near, far) = memory::datagram_pair(1500);
    let (client, server) = connect(&client(), &server(), (Lossy::new(near, []), far));
    let mut buf = [0; 10];
    for i in 0..50_u8 {
        client.send(&[i]).expect("sending");
        assert_eq!((server.recv(&mut buf).expect("receiving"), buf[0]), (1, i));
    }
    let before = server.discarded();
    let seen = client.get_ref().seen();
    for datagram in &seen {
        client.get_ref().forge(datagram);
        assert!(server.recv(&mut buf).expect_err("it was here before").would_block());
    }
    assert!(server.discarded() >= before + 50);
    client.send(b"new").expect("sending");
    assert_eq!(server.recv(&mut buf).expect("receiving"), 3);
}

#[test]
fn a_close_is_the_end_for_the_other() {
    let (client, server) = pair();
    client.send(b"last").expect("sending");
    client.close().expect("closing");
    let mut buf = [0; 10];
    assert_eq!(server.recv(&mut buf).expect("receiving"), 4);
    assert_eq!(server.recv_numbered(&mut buf).expect("the end"), (0, 0));
    assert_eq!(server.recv(&mut buf).expect("the end"), 0);
    assert_eq!(client.send(b"more").expect_err("closed").kind(), ErrorKind::Closed);
    server.send(b"but this way").expect("sending");
    assert_eq!(client.recv_numbered(&mut [0; 20]).expect("receiving").0, 12);
}

#[test]
fn what_only_a_stream_has_is_refused() {
    let (client, _server) = pair();
    let file = File::open("Cargo.toml").expect("a file");
    let refused = [client.cork().expect_err("no gathering"), client.send_file(&file, 10).expect_err("no files")];
    assert!(refused.iter().all(|error| error.kind() == ErrorKind::Unsupported), "{refused:?}");
    assert_eq!(
        client.update_keys(gnutls::KeyUpdateRequest::NotRequested).expect_err("no").kind(),
        ErrorKind::Unsupported
    );
}
