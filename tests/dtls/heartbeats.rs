//! Heartbeats: they are answered by who agrees, and no size ends the process. (tests/dtls/tools.rs has another peer.)

use std::time::Duration;

use gnutls::dtls::DatagramTransport;
use gnutls::transport::memory;
use gnutls::{Cipher, ErrorKind, Mac, Priority, Protocol, sys};

use crate::common;
use crate::{client_builder, connect, pair, server, server_builder};

/// Whether GnuTLS was built with heartbeats: releases of Debian from 3.8 on are not.
pub(crate) fn are_there() -> bool {
    let allowed = pair().0.with_raw(|c| {
        // SAFETY: a session that is lent.
        unsafe { sys::gnutls_heartbeat_enable(c.as_ptr(), sys::GNUTLS_HB_PEER_ALLOWED_TO_SEND) };
        // SAFETY: as above.
        unsafe { sys::gnutls_heartbeat_allowed(c.as_ptr(), sys::GNUTLS_HB_PEER_ALLOWED_TO_SEND) }
    });
    allowed.expect("lent") != 0
}

#[test]
fn who_has_not_agreed_is_not_asked() {
    let times = (Duration::from_secs(1), Duration::from_secs(9));
    let client = client_builder().heartbeats(times.0, times.1).build().expect("a client");
    let (client, server) = connect(&client, &server(), memory::datagram_pair(1500));
    for session in [&client, &server] {
        assert!(!session.may_ping());
        assert_eq!(session.ping(1).expect_err("refused").kind(), ErrorKind::Unsupported);
        assert_eq!(session.pongs(), (0, 0));
    }
}

#[test]
fn heartbeats_of_both_sides_are_answered_whatever_their_size() {
    let times = (Duration::from_secs(1), Duration::from_secs(9));
    let client = client_builder().heartbeats(times.0, times.1).build().expect("a client");
    let server = server_builder().heartbeats(times.0, times.1).build().expect("a server");
    let (client, server) = connect(&client, &server, memory::datagram_pair(1500));
    assert_eq!((client.may_ping(), server.may_ping()), (are_there(), are_there()));
    if !are_there() {
        return;
    }
    let mut count = 0;
    for (from, to) in [(&client, &server), (&server, &client), (&client, &server)] {
        for size in [1, 16, 17, 700, from.data_mtu() - 19] {
            let before = from.pongs();
            from.ping(size).expect("a heartbeat");
            assert!(to.recv(&mut [0; 10]).expect_err("no data").would_block());
            assert!(from.recv(&mut [0; 10]).expect_err("no data").would_block());
            assert_eq!(from.pongs(), (before.0 + 1, before.1 + 1), "{size} bytes");
            count += 1;
        }
        for wrong in [0, from.data_mtu() - 18] {
            assert_eq!(from.ping(wrong).expect_err("refused").kind(), ErrorKind::InvalidInput);
        }
    }
    assert_eq!(count, 15);
    client.send(b"data").expect("sending");
    assert_eq!(server.recv(&mut [0; 10]).expect("receiving"), 4);
}

#[test]
fn streams_have_heartbeats_too_and_do_not_mind_where_there_are_none() {
    let times = (Duration::from_secs(1), Duration::from_secs(9));
    for priority in [common::TLS12, common::TLS13, "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT"] {
        let priority = || Priority::new(priority).expect("priorities");
        let client = client_builder().heartbeats(times.0, times.1).priority(priority()).build().expect("a client");
        let server = server_builder().heartbeats(times.0, times.1).priority(priority()).build().expect("a server");
        let (client, server) = common::connect(&client, &server, memory::pair(1 << 16));
        assert_eq!((client.may_ping(), server.may_ping()), (are_there(), are_there()), "{:?}", client.protocol());
        for (from, to) in [(&client, &server), (&server, &client)] {
            if !are_there() {
                assert_eq!(from.ping(100).expect_err("refused").kind(), ErrorKind::Unsupported);
                continue;
            }
            from.ping(100).expect("a heartbeat");
            assert!(to.recv(&mut [0; 10]).expect_err("no data").would_block());
            assert!(from.recv(&mut [0; 10]).expect_err("no data").would_block());
            assert_eq!(from.pongs(), (1, 1));
        }
        client.send(b"data").expect("sending");
        assert_eq!(server.recv(&mut [0; 10]).expect("receiving"), 4);
    }
}

#[test]
fn empty_heartbeats_of_a_peer_end_nothing_not_even_as_the_first() {
    let times = (Duration::from_secs(1), Duration::from_secs(9));
    let client = client_builder().heartbeats(times.0, times.1).build().expect("a client");
    let server = server_builder().heartbeats(times.0, times.1).build().expect("a server");
    let (client, server) = connect(&client, &server, memory::datagram_pair(1500));
    if !are_there() {
        return;
    }
    // GnuTLS itself can send empty ones once it has sent another, which is lost here.
    client.ping(1).expect("a heartbeat");
    let lost = server.get_ref().try_recv(&mut [0; 100]).expect("a datagram");
    assert!(lost > 19);
    for _ in 0..3 {
        let sent = client.with_raw(|c| {
            // SAFETY: a session that is lent, and a size that GnuTLS takes: its buffer has memory since the first.
            unsafe { sys::gnutls_heartbeat_ping(c.as_ptr(), 16, 0, 0) }
        });
        assert_eq!(sent.expect("lent"), 0);
        assert!(server.recv(&mut [0; 10]).expect_err("no data").would_block());
    }
    client.send(b"data").expect("sending");
    assert_eq!(server.recv(&mut [0; 10]).expect("receiving"), 4);
}

#[test]
fn the_overhead_of_a_record_is_known_before_and_after_the_handshake() {
    let (client, _server) = pair();
    assert_eq!(client.mtu() - client.data_mtu(), client.record_overhead());
    let guess = Protocol::DTLS1_2.record_overhead(client.cipher(), Mac::AEAD);
    assert_eq!(guess, Some(client.record_overhead()));
    assert_eq!(Protocol::from_raw(9999).record_overhead(Cipher::AES_128_GCM, Mac::AEAD), None);
}
