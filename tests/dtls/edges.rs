//! Programs that are told of changes alone (epoll's edges, mio): what has come must not wait for what comes next.

use gnutls::dtls::DtlsSession;
use gnutls::transport::memory::{self, DatagramEnd};

use crate::lossy::Lossy;
use crate::{client, connect, server};

/// Receives as a loop does that has been told once that there is something.
fn drained(session: &DtlsSession<DatagramEnd>) -> Vec<Vec<u8>> {
    let (mut came, mut buf) = (Vec::new(), [0; 100]);
    loop {
        match session.recv(&mut buf) {
            Ok(length) => came.push(buf[..length].to_vec()),
            Err(error) if error.would_block() && session.recv_interest().ready_now() => {}
            Err(error) if error.would_block() => return came,
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn what_stands_behind_datagrams_that_are_nothing_is_received_without_another_event() {
    let (near, far) = memory::datagram_pair(1500);
    let (client, server) = connect(&client(), &server(), (Lossy::new(near, []), far));
    client.send(b"first").expect("sending");
    assert_eq!(drained(&server), [b"first"]);
    let old = client.get_ref().seen().pop().expect("a datagram");
    for nothing in [&[][..], &old, b"noise"] {
        for times in [1, 2, 31, 32, 33, 60] {
            (0..times).for_each(|_| client.get_ref().forge(nothing));
            client.send(b"behind").expect("sending");
            assert_eq!(drained(&server), [b"behind"], "behind {times} of {} bytes", nothing.len());
        }
    }
}
