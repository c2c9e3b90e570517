//! Over UDP, from two threads on each side, every record checked.

use std::collections::HashSet;
use std::net::UdpSocket;
use std::thread;

use gnutls::dtls::{Datagram, DatagramWait};
use gnutls::transport::memory;
use gnutls::{ErrorKind, Interest, ReadHalf, WriteHalf};

use crate::common::{HOST, check, fill, within};
use crate::lossy::{Fate, Lossy};
use crate::{client, connect, server, sockets};

const RECORDS: u64 = 20_000;

/// Sends numbered records until the peer closes its side; a datagram may be lost.
fn send_all<T: DatagramWait>(mut writer: WriteHalf<Datagram<T>>, seed: u64) -> WriteHalf<Datagram<T>> {
    use std::io::Write;
    let mut buf = [0; 1000];
    for i in 0..RECORDS {
        let size = 8 + usize::try_from(i * 7 % 900).expect("small");
        buf[..8].copy_from_slice(&i.to_be_bytes());
        fill(seed, i, &mut buf[8..size]);
        assert_eq!(writer.write(&buf[..size]).expect("sending"), size);
    }
    writer
}

/// Receives records until the close, and checks each: how many came.
fn receive_all<T: DatagramWait>(reader: &mut ReadHalf<Datagram<T>>, seed: u64) -> usize {
    use std::io::Read;
    let mut buf = [0; 2000];
    let mut came = HashSet::new();
    loop {
        match reader.read(&mut buf).expect("receiving") {
            0 => return came.len(),
            size => {
                let i = u64::from_be_bytes(buf[..8].try_into().expect("eight"));
                assert_eq!(size, 8 + usize::try_from(i * 7 % 900).expect("small"));
                check(seed, i, &buf[8..size]);
                assert!(came.insert(i), "record {i} came twice");
            }
        }
    }
}

fn both_ways<C: DatagramWait + 'static, S: DatagramWait + 'static>(near: C, far: S, all: bool) {
    let (client, server) = connect(&client(), &server(), (near, far));
    let (mut client_in, client_out) = client.into_split();
    let (mut server_in, server_out) = server.into_split();
    thread::scope(|scope| {
        let up = scope.spawn(|| send_all(client_out, 1));
        let down = scope.spawn(|| send_all(server_out, 2));
        let at_client = scope.spawn(move || receive_all(&mut client_in, 2));
        let at_server = scope.spawn(move || receive_all(&mut server_in, 1));
        let (mut up, mut down) = (up.join().expect("no panic"), down.join().expect("no panic"));
        // A close can be lost as well, and cannot be sent again: it goes when the buffers have room.
        let (client_got, server_got) = loop {
            thread::yield_now();
            if let (Ok(true), Ok(true)) = (up.try_close(), down.try_close()) {
                break (at_client.join().expect("no panic"), at_server.join().expect("no panic"));
            }
        };
        let expected = usize::try_from(RECORDS).expect("small");
        assert!(client_got > 0 && server_got > 0, "{client_got} and {server_got}");
        assert!(!all || (client_got, server_got) == (expected, expected), "{client_got} and {server_got}");
    });
}

#[test]
fn both_directions_run_at_once_in_memory_and_every_record_comes() {
    within("both directions in memory", || {
        let (near, far) = memory::datagram_pair(1500);
        both_ways(near, far, true);
    });
}

#[test]
fn both_directions_run_at_once_with_repeated_and_late_datagrams() {
    within("both directions with trouble", || {
        let (near, far) = memory::datagram_pair(1500);
        // Not in the handshake (`lossy.rs` is about that): the server's last flight is sent again by who reads, which nobody
        // does here before both sides are done.
        let trouble = |by: usize| {
            (0..15_000).map(move |i| match i % by {
                _ if i < 100 => Fate::Passes,
                5 => Fate::ComesTwice,
                9 => Fate::IsLate,
                11 => Fate::IsDamaged,
                _ => Fate::Passes,
            })
        };
        both_ways(Lossy::new(near, trouble(23)), Lossy::new(far, trouble(29)), false);
    });
}

#[test]
fn a_word_each_way_over_udp() {
    let (client, server) = connect(&client(), &server(), sockets());
    client.send(b"question").expect("sending");
    let mut buf = [0; 100];
    let packet = server.read_packet().expect("receiving").expect("a record");
    assert_eq!(&*packet, b"question");
    server.send(b"answer").expect("sending");
    use std::io::Read;
    let mut session = &client;
    assert_eq!(session.read(&mut buf).expect("receiving"), 6);
    client.close().expect("closing");
    assert!(server.read_packet().expect("receiving").is_none());
    assert_eq!(server.interest(), Interest::NONE);
}

/// A socket of `far`'s port hears nobody but `only`: to others the port is closed, and ICMP says so.
fn deaf_but_to(far: &UdpSocket, only: &UdpSocket) {
    far.connect(only.local_addr().expect("an address")).expect("connecting");
}

fn port() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").expect("a port")
}

#[test]
fn nobody_there_is_an_error_of_the_transport() {
    let (near, far, other) = (port(), port(), port());
    near.connect(far.local_addr().expect("an address")).expect("connecting");
    deaf_but_to(&far, &other);
    let error = client().connect_datagram(HOST, near).expect_err("nobody is there");
    assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
}

#[test]
fn an_error_of_the_transport_is_told_once_and_the_session_goes_on() {
    let (near, far) = sockets();
    let (near_again, far_again) =
        (near.try_clone().expect("the same socket"), far.try_clone().expect("the same socket"));
    let (client, server) = connect(&client(), &server(), (near, far));
    server.send(b"x").expect("sending");
    assert_eq!(client.read_packet().expect("receiving").expect("a record").len(), 1);
    deaf_but_to(&far_again, &port());
    let mut told = 0;
    while told == 0 {
        for result in [client.send(b"anybody?"), client.recv(&mut [0; 10])] {
            match result {
                Err(error) if error.kind() == ErrorKind::Transport => told += 1,
                Err(error) => assert!(error.would_block(), "{error:?}"),
                Ok(_) => {}
            }
        }
    }
    deaf_but_to(&far_again, &near_again);
    // What is on its way may be told first.
    while client.send(b"still here").is_err() {}
    assert_eq!(&*server.read_packet().expect("receiving").expect("a record"), b"still here");
}
