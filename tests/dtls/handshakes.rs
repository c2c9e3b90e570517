//! Handshakes over datagrams, with trouble at every place.

use std::time::Duration;

use gnutls::dtls::{DatagramTransport, DatagramWait};
use gnutls::transport::Readiness;
use gnutls::transport::memory::{self, DatagramEnd};
use gnutls::x509::VerifyStatus;
use gnutls::{ClientConfig, ErrorKind, Priority, Progress, Protocol, Psk, ServerConfig};

use crate::common::{HOST, expected, within};
use crate::lossy::{Fate, Lossy};
use crate::{client, client_builder, connect, hasty_client, hasty_server, pair, server, server_builder};

const READABLE: Readiness = Readiness { readable: true, writable: false };

#[test]
fn a_handshake_agrees_on_dtls_1_2_and_verifies_the_server() {
    let (client, server) = pair();
    assert_eq!((client.protocol(), server.protocol()), (Protocol::DTLS1_2, Protocol::DTLS1_2));
    assert_eq!(client.peer_certificates().expect("shown").len(), 1);
    let (near, far) = memory::datagram_pair(1500);
    let other = server_builder().build().expect("a server");
    let accepting = std::thread::spawn(move || other.accept_datagram(far));
    let error = crate::client().connect_datagram("elsewhere.example", near).expect_err("another name");
    assert_eq!(error.kind(), ErrorKind::Verification);
    assert!(error.verify_status().is_some_and(|status| status.contains(VerifyStatus::UNEXPECTED_OWNER)));
    assert_eq!(accepting.join().expect("no panic").expect_err("refused").kind(), ErrorKind::Alert);
}

#[test]
fn dtls_1_0_alpn_and_pre_shared_keys_are_as_over_a_stream() {
    let old = || Priority::new("NORMAL:-VERS-ALL:+VERS-DTLS1.0:%COMPAT").expect("priorities");
    let client = client_builder().priority(old()).alpn(["coap"]).expect("a name").build().expect("a client");
    let server = server_builder().priority(old()).alpn(["coap"]).expect("a name").build().expect("a server");
    let (client, _server) = connect(&client, &server, memory::datagram_pair(1500));
    assert_eq!((client.protocol(), client.alpn()), (Protocol::DTLS1_0, Some(&b"coap"[..])));

    let key = vec![7; 16];
    let client =
        ClientConfig::builder().with_psk(Psk::new("sensor", key.clone()).expect("a key")).build().expect("a client");
    let server = ServerConfig::builder().with_psk(move |_| Some(key.clone().into())).build().expect("a server");
    let (_client, server) = connect(&client, &server, memory::datagram_pair(1500));
    assert_eq!(server.psk_identity(), Some(&b"sensor"[..]));
}

/// Datagrams of a handshake in each direction: none has more.
const DATAGRAMS: usize = 12;

#[test]
fn whatever_becomes_of_one_datagram_the_handshake_ends_well() {
    within("handshakes with trouble", || {
        let (client, server) = (hasty_client(), hasty_server());
        // Nothing protects the first flights from damage but the checksum of UDP.
        for fate in [Fate::IsLost, Fate::ComesTwice, Fate::IsLate] {
            for at in 0..DATAGRAMS {
                for from_client in [true, false] {
                    let script = move |wanted: bool| {
                        (0..DATAGRAMS).map(move |i| if i == at && wanted { fate } else { Fate::Passes })
                    };
                    let (near, far) = memory::datagram_pair(600);
                    let (near, far) = (Lossy::new(near, script(from_client)), Lossy::new(far, script(!from_client)));
                    exchange(&client, &server, near, far);
                }
            }
        }
    });
}

#[test]
fn a_network_that_loses_every_third_datagram_only_takes_longer() {
    within("a handshake with much loss", || {
        for seed in 0..8 {
            let lossy =
                |seed: u64| (0..60).map(move |i| if expected(seed, i) % 3 == 0 { Fate::IsLost } else { Fate::Passes });
            let (near, far) = memory::datagram_pair(600);
            let (near, far) = (Lossy::new(near, lossy(seed)), Lossy::new(far, lossy(seed + 1)));
            exchange(&hasty_client(), &hasty_server(), near, far);
        }
    });
}

/// A handshake, and a word each way. A side that is done must go on receiving, for its last flight may be lost.
fn exchange(client: &ClientConfig, server: &ServerConfig, near: Lossy, far: Lossy) {
    let mut client = Ok(client.to(HOST).expect("a name").start_datagram(near).expect("a client"));
    let mut server = Ok(server.start_datagram(far).expect("a server"));
    let mut buf = [0; 100];
    loop {
        let mut timers = Vec::new();
        client = client.and_then(|going: gnutls::Handshaking<_>| match going.advance().expect("the client") {
            Progress::Done(session) => Err(session),
            Progress::Pending(going) => {
                timers.push(going.interest().remaining());
                Ok(going)
            }
        });
        server = server.and_then(|going: gnutls::Handshaking<_>| match going.advance().expect("the server") {
            Progress::Done(session) => Err(session),
            Progress::Pending(going) => {
                timers.push(going.interest().remaining());
                Ok(going)
            }
        });
        match (&client, &server) {
            (Err(client), Err(server)) => {
                client.get_ref().set_script([]);
                server.get_ref().set_script([]);
                client.send(b"to the server").expect("sending");
                assert_eq!(server.recv(&mut buf).expect("receiving"), 13);
                server.send(b"to the client").expect("sending");
                assert_eq!(client.recv(&mut buf).expect("receiving"), 13);
                return;
            }
            (Err(done), Ok(going)) => {
                assert!(done.recv(&mut buf).expect_err("nothing is sent").would_block());
                rest(&timers, going.get_ref());
            }
            (Ok(going), Err(done)) => {
                assert!(done.recv(&mut buf).expect_err("nothing is sent").would_block());
                rest(&timers, going.get_ref());
            }
            (Ok(going), Ok(_)) => rest(&timers, going.get_ref()),
        }
    }
}

/// Waits until a datagram has come for `io`, or the first timer has run out.
fn rest(timers: &[Option<Duration>], io: &Lossy) {
    let first = timers.iter().flatten().min().copied().expect("a handshake has timers");
    io.wait(READABLE, Some(first)).expect("waiting");
}

/// How many datagrams have come to `end`.
fn datagrams(end: &DatagramEnd) -> usize {
    std::iter::from_fn(|| end.try_recv(&mut [0; 2000]).ok()).count()
}

#[test]
fn a_flight_without_an_answer_comes_again_whenever_the_timer_of_the_poll_helper_has_run_out() {
    let (near, far) = memory::datagram_pair(1500);
    let mut going = hasty_client().to(HOST).expect("a name").start_datagram(near).expect("a client");
    assert!(going.interest().ready_now(), "the first step waits for nothing");
    for round in 1..=4 {
        // Early calls send nothing: the timer is theirs to wait for.
        let mut came = 0;
        while came == 0 {
            let Progress::Pending(unfinished) = going.advance().expect("a handshake") else { panic!("nobody answers") };
            going = unfinished;
            came = datagrams(&far);
            if came == 0 {
                let left = going.interest().remaining().expect("a handshake has a timer");
                assert!(!going.get_ref().wait(READABLE, Some(left)).expect("waiting"), "nobody answers");
            }
        }
        assert_eq!(came, 1, "round {round}");
    }
}

#[test]
fn a_server_that_does_not_answer_is_a_timeout() {
    // However short the time is, and however long the machine is busy elsewhere meanwhile.
    let config = client_builder().handshake_timeout(Duration::from_millis(1)).build().expect("a client");
    let (near, _far) = memory::datagram_pair(1500);
    let error = config.connect_datagram(HOST, near).expect_err("nobody answers");
    assert_eq!(error.kind(), ErrorKind::TimedOut, "{error:?}");
}

#[test]
fn a_session_is_resumed() {
    let server = server();
    let (first, peer) = connect(&client(), &server, memory::datagram_pair(1500));
    peer.send(b"x").expect("sending");
    assert_eq!(first.recv(&mut [0; 9]).expect("receiving"), 1);
    let data = first.session_data().expect("packed").expect("a ticket");
    let (near, far) = memory::datagram_pair(1500);
    let accepting = std::thread::spawn(move || server.accept_datagram(far).expect("the server"));
    let config = client();
    let again = config.to(HOST).expect("a name").resume(&data).connect_datagram(near);
    // Another configuration did not verify this session.
    let again = again.expect("the client");
    let server = accepting.join().expect("no panic");
    assert!(again.is_resumed() && server.is_resumed());
    again.send(b"to the server").expect("sending");
    assert_eq!(server.recv(&mut [0; 99]).expect("receiving"), 13);
    server.send(b"to the client").expect("sending");
    assert_eq!(again.recv(&mut [0; 99]).expect("receiving"), 13);
}
