//! Too many clients, too many datagrams, clients that say nothing, and clients that come again.

use std::time::Duration;

use gnutls::dtls::CookieKey;
use gnutls::{ErrorKind, ServerConfig};

use super::{arrive, dial, join, let_in, listen, puppet, talk};
use crate::common::pki;
use crate::pair::run;

#[test]
fn more_clients_than_may_be_are_turned_away_until_one_leaves() {
    run("more clients than may be", async {
        let listener = listen().await;
        listener.set_max_clients(1);
        let (mut client, mut session) = join(&listener).await;
        let arriving = tokio::spawn(arrive(dial(&listener).await));
        while listener.turned_away() == 0 {
            talk(&mut client, &mut session, b"another knocks").await;
        }
        assert_eq!(listener.clients(), 1);
        drop(session);
        // It is still saying hello.
        let mut session = let_in(listener.accept().await.expect("a client")).await;
        let mut client = arriving.await.expect("no panic").expect("the handshake");
        talk(&mut client, &mut session, b"let in").await;
        listener.set_max_clients(0);
        assert_eq!(listener.clients(), 1, "who is there stays");
        let before = listener.turned_away();
        let puppet_with_cookie = puppet(&listener).await;
        puppet_with_cookie.show_cookie().await;
        puppet(&listener).await;
        assert_eq!((listener.clients(), listener.turned_away()), (1, before + 1));
        talk(&mut client, &mut session, b"still here").await;
    });
}

#[test]
fn clients_that_nobody_accepts_count_as_well() {
    run("nobody accepts", async {
        let listener = listen().await;
        listener.set_max_clients(3);
        let mut puppets = Vec::new();
        for _ in 0..5 {
            let puppet = puppet(&listener).await;
            puppet.show_cookie().await;
            puppets.push(puppet);
        }
        puppet(&listener).await;
        assert_eq!((listener.clients(), listener.turned_away()), (3, 2));
        for puppet in &puppets[..3] {
            assert_eq!(listener.accept().await.expect("a client").address(), puppet.address(), "in their order");
        }
        assert_eq!(listener.clients(), 0);
    });
}

#[test]
fn a_session_that_is_not_read_loses_its_own_datagrams_and_nobody_elses() {
    const SENT: usize = 400;
    run("a session that is not read", async {
        let listener = listen().await;
        let (mut lazy, mut unread) = join(&listener).await;
        let (mut client, mut session) = join(&listener).await;
        talk(&mut lazy, &mut unread, b"hello").await;
        for i in 0..SENT {
            lazy.send(&i.to_le_bytes()).await.expect("sending");
            if i % 16 == 0 {
                talk(&mut client, &mut session, b"meanwhile").await;
            }
        }
        talk(&mut client, &mut session, b"all have come").await;
        assert_eq!(unread.get_ref().lost(), u64::try_from(SENT - 256).expect("small"));
        let mut buf = [0; 100];
        for i in 0..256_usize {
            assert_eq!(unread.recv(&mut buf).await.expect("the first are kept"), 8);
            assert_eq!(buf[..8], i.to_le_bytes());
        }
        talk(&mut lazy, &mut unread, b"there is room again").await;
    });
}

#[test]
fn who_shows_a_cookie_and_says_nothing_more_is_forgotten_after_the_time_of_a_handshake() {
    run("silent clients", async {
        let listener = listen().await;
        let config = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let config = config.handshake_timeout(Duration::from_millis(20)).build().expect("a server");
        let mut handshakes = Vec::new();
        for i in 0..10 {
            let puppet = puppet(&listener).await;
            assert_eq!(listener.clients(), i, "nothing is kept of who only asks");
            puppet.show_cookie().await;
            let (incoming, config) = (listener.accept().await.expect("a client"), config.clone());
            // Its place is kept until the test says so.
            handshakes.push((puppet, incoming, config));
        }
        let handshakes = handshakes.into_iter().map(|(puppet, incoming, config)| {
            tokio::spawn(async move { (incoming.accept(&config).await.map(drop), puppet) })
        });
        for handshake in handshakes.collect::<Vec<_>>() {
            let error = handshake.await.expect("no panic").0.expect_err("nobody answers");
            assert_eq!(error.kind(), ErrorKind::TimedOut, "{error:?}");
        }
        assert_eq!(listener.clients(), 0);
    });
}

#[test]
fn a_flight_without_an_answer_comes_again_by_the_timers_of_the_runtime() {
    run("a flight again", async {
        let listener = listen().await;
        let puppet = puppet(&listener).await;
        puppet.show_cookie().await;
        let handshake = tokio::spawn(let_in(listener.accept().await.expect("a client")));
        /// Where a datagram has the type of its first message of the handshake, and that of a server's hello.
        const TYPE: (usize, u8) = (13, 2);
        let (mut hellos, mut buf) = (0, [0; 2000]);
        while hellos < 3 {
            let length = puppet.socket.recv(&mut buf).await.expect("the flight");
            hellos += usize::from(length > TYPE.0 && buf[0] == 22 && buf[TYPE.0] == TYPE.1);
        }
        handshake.abort();
    });
}

#[test]
fn a_cookie_is_good_for_the_key_it_was_made_with_and_the_next_but_no_longer() {
    run("keys of cookies", async {
        let listener = listen().await;
        let early = puppet(&listener).await;
        for _ in 0..2 {
            early.show_cookie().await;
            assert_eq!(listener.accept().await.expect("a client").address(), early.address());
            listener.replace_key(CookieKey::generate().expect("a key"));
        }
        early.show_cookie().await;
        let late = puppet(&listener).await;
        assert_eq!(listener.clients(), 0, "the key has been replaced twice");
        late.show_cookie().await;
        assert_eq!(listener.accept().await.expect("a client").address(), late.address());
    });
}
