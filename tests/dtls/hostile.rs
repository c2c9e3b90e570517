//! Datagrams that no peer has made: they are dropped and counted, and the session goes on.

use gnutls::transport::memory;

use crate::common::within;
use crate::lossy::{Fate, Lossy};
use crate::{client, connect, hasty_client, hasty_server, server};

/// What anybody can send.
fn garbage() -> Vec<Vec<u8>> {
    let mut all = vec![
        vec![],
        vec![0],
        b"GET / HTTP/1.0\r\n\r\n".to_vec(),
        vec![0xFF; 1400],
        // Heads of records: cut off, empty, too long, of another version, of other epochs.
        vec![22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        vec![23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 200, 0, 0],
        vec![23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 201, 255, 255, 1, 2, 3],
        vec![23, 3, 3, 0, 1, 0, 0, 0, 0, 0, 202, 0, 2, 1, 2],
        vec![23, 254, 253, 0, 9, 0, 0, 0, 0, 0, 203, 0, 2, 1, 2],
        // An alert, a hello and a change of keys in the clear, once the handshake is over.
        vec![21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 204, 0, 2, 2, 40],
        vec![20, 254, 253, 0, 0, 0, 0, 0, 0, 0, 205, 0, 1, 1],
        vec![23, 254, 253, 0, 0, 0, 0, 0, 0, 0, 206, 0, 2, 104, 105],
    ];
    for kind in 0..=26 {
        let mut record = vec![kind, 254, 253, 0, 1, 0, 0, 0, 0, 1, kind, 0, 40];
        record.extend_from_slice(&[kind; 40]);
        all.push(record);
    }
    all
}

#[test]
fn garbage_is_dropped_and_what_stands_beside_it_is_received() {
    within("garbage", || {
        let (near, far) = memory::datagram_pair(3000);
        let (client, server) = connect(&client(), &server(), (Lossy::new(near, []), far));
        let mut buf = [0; 100];
        client.send(b"before").expect("sending");
        assert_eq!(server.recv(&mut buf).expect("receiving"), 6);
        for (i, forged) in garbage().iter().enumerate() {
            let before = server.discarded();
            client.get_ref().forge(forged);
            client.send(&[7; 9]).expect("sending");
            let received = loop {
                match server.recv(&mut buf) {
                    Err(error) if error.would_block() => {}
                    other => break other.unwrap_or_else(|error| panic!("garbage {i}, {forged:?}: {error:?}")),
                }
            };
            assert_eq!(received, 9, "garbage {i}");
            assert!(server.discarded() > before || forged.is_empty(), "garbage {i} is counted: {forged:?}");
        }
    });
}

#[test]
fn garbage_before_and_between_the_flights_does_not_keep_a_handshake_from_its_end() {
    within("handshakes among garbage", || {
        for forged in garbage() {
            // Whole records in the clear are the peer's word in a handshake.
            if forged.len() > 13 && forged[3] == 0 && forged[4] <= 1 {
                continue;
            }
            let (near, far) = memory::datagram_pair(3000);
            let (near, far) = (Lossy::new(near, [Fate::Passes]), Lossy::new(far, [Fate::Passes]));
            near.forge(&forged);
            far.forge(&forged);
            let (client, server) = connect(&hasty_client(), &hasty_server(), (near, far));
            client.send(b"well").expect("sending");
            let mut buf = [0; 10];
            assert_eq!(server.recv(&mut buf).expect("receiving"), 4);
        }
    });
}

#[test]
fn a_clients_hello_that_comes_late_neither_ends_nor_restarts_a_session() {
    let (near, far) = memory::datagram_pair(1500);
    let (client, server) = connect(&client(), &server(), (Lossy::new(near, []), far));
    let hello = client.get_ref().seen().remove(0);
    assert_eq!((hello[0], hello[13]), (22, 1), "a hello");
    let mut buf = [0; 10];
    for _ in 0..2 {
        client.get_ref().forge(&hello);
        assert!(server.recv(&mut buf).expect_err("not for us").would_block());
        client.send(b"data").expect("sending");
        assert_eq!(server.recv(&mut buf).expect("receiving"), 4);
    }
}

#[test]
fn a_message_that_claims_to_be_of_megabytes_is_dropped_before_memory_is_kept_for_it() {
    within("handshakes among claims", || {
        // A few bytes of a certificate of 16 MB, under the number of each message that could come.
        for number in 0..8 {
            let mut forged = vec![22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 40 + number, 0, 16];
            forged.extend_from_slice(&[11, 255, 255, 255, 0, number, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]);
            let (near, far) = memory::datagram_pair(3000);
            let (near, far) = (Lossy::new(near, []), Lossy::new(far, []));
            near.forge(&forged);
            far.forge(&forged);
            let (client, server) = connect(&hasty_client(), &hasty_server(), (near, far));
            client.send(b"well").expect("sending");
            assert_eq!(server.recv(&mut [0; 10]).expect("receiving"), 4);
            assert!(client.discarded() >= 1 && server.discarded() >= 1);
        }
    });
}
