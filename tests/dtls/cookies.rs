//! Cookies, and many clients on one socket.

use std::io::{Read, Write};
use std::net::UdpSocket;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::thread;

use gnutls::dtls::{Cookie, CookieKey, DatagramTransport, DtlsListener, Event};
use gnutls::transport::memory::{self, DatagramEnd};
use gnutls::{ErrorKind, Progress};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::common::{HOST, within};
use crate::{client, client_builder, hasty_client, hasty_server};

/// A client's first datagram, with what it sends after `answer`.
pub(crate) fn hellos(answer: impl FnOnce(&[u8]) -> Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let (near, far) = memory::datagram_pair(1500);
    let going = client().to(HOST).expect("a name").start_datagram(near).expect("a client");
    let Progress::Pending(going) = going.advance().expect("a hello") else { panic!("nobody answered") };
    let first = newest(&far);
    far.try_send(&answer(&first)).expect("there is room");
    let Progress::Pending(_going) = going.advance().expect("another") else { panic!("nobody answered") };
    (first, newest(&far))
}

/// The last datagram that has come to `far`.
fn newest(far: &DatagramEnd) -> Vec<u8> {
    let mut buf = [0; 2000];
    let came = std::iter::from_fn(|| far.try_recv(&mut buf).ok().map(|length| buf[..length].to_vec()));
    came.last().expect("a datagram")
}

#[test]
fn who_answers_with_the_cookie_of_its_address_is_let_in_and_nobody_else() {
    let key = CookieKey::generate().expect("a key");
    let ask = |hello: &[u8]| match key.check(hello, b"here").expect("a check") {
        Cookie::Missing(reply) => {
            assert!(reply.len() < hello.len(), "an answer is no amplifier");
            reply
        }
        other => panic!("{other:?}"),
    };
    let (first, second) = hellos(ask);
    assert!(matches!(key.check(&second, b"here").expect("a check"), Cookie::Valid(_)));
    assert!(matches!(key.clone().check(&second, b"here").expect("a check"), Cookie::Valid(_)));
    assert!(matches!(key.check(&first, b"here").expect("a check"), Cookie::Missing(_)));
    assert!(matches!(key.check(&second, b"there").expect("a check"), Cookie::Missing(_)), "another address");
    let mut part = first.clone();
    part[21] = 1;
    assert!(matches!(key.check(&part, b"here").expect("a check"), Cookie::NoHello), "a later part of a hello");
    let other = CookieKey::generate().expect("a key");
    assert!(matches!(other.check(&second, b"here").expect("a check"), Cookie::Missing(_)), "another key");
    for length in 0..second.len() {
        let cut = key.check(&second[..length], b"here").expect("a check");
        assert!(length > 60 || matches!(cut, Cookie::NoHello), "{length}: {cut:?}");
    }
    assert!(matches!(key.check(b"GET / HTTP/1.0\r\n\r\n", b"here").expect("a check"), Cookie::NoHello));
}

#[test]
fn only_the_first_datagram_of_a_large_hello_is_answered() {
    let (near, far) = memory::datagram_pair(1500);
    let names: Vec<String> = (0..8).map(|i| format!("protocol-with-a-long-name-{i}")).collect();
    let config = client_builder().mtu(256).and_then(|builder| builder.alpn(&names)).expect("settings");
    let config = config.build().expect("a client");
    let _going = config.to(HOST).expect("a name").start_datagram(near).expect("a client").advance().expect("a hello");
    let key = CookieKey::generate().expect("a key");
    let mut buf = [0; 2000];
    let mut parts = 0;
    while let Ok(length) = far.try_recv(&mut buf) {
        match key.check(&buf[..length], b"here").expect("a check") {
            Cookie::Missing(_) => assert_eq!(parts, 0),
            Cookie::NoHello => assert_ne!(parts, 0),
            Cookie::Valid(_) => panic!("nobody has had a cookie"),
        }
        parts += 1;
    }
    assert!(parts > 1, "{parts}");
}

#[test]
fn keys_come_from_bytes_that_are_not_too_few_and_do_not_show() {
    let key = CookieKey::from_bytes(vec![7; 32].into()).expect("enough");
    assert_eq!(format!("{key:?}"), "CookieKey { .. }");
    assert_eq!(CookieKey::from_bytes(vec![7; 15].into()).expect_err("too few").kind(), ErrorKind::InvalidInput);
}

fn port() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").expect("a port")
}

/// What the next datagram is about, once it has come.
pub(crate) fn next(listener: &DtlsListener) -> Event {
    loop {
        match listener.next().expect("the socket") {
            Event::Nothing => {
                let readable = PollFd::new(listener.get_ref().as_fd(), PollFlags::POLLIN);
                poll(&mut [readable], PollTimeout::NONE).expect("waiting");
            }
            event => return event,
        }
    }
}

/// [`next`] without strangers.
fn known(listener: &DtlsListener) -> Event {
    loop {
        match next(listener) {
            Event::Stranger(_) => {}
            event => return event,
        }
    }
}

#[test]
fn many_clients_talk_at_once_through_one_socket() {
    const CLIENTS: u8 = 12;
    within("many clients", || {
        let listener = Arc::new(DtlsListener::new(port()).expect("a listener"));
        let address = listener.get_ref().local_addr().expect("an address");
        let config = hasty_server();
        let accepting = Arc::clone(&listener);
        // It ends with the process: nothing ends a wait for clients.
        thread::spawn(move || {
            loop {
                let (incoming, config) = (accepting.accept().expect("a client"), config.clone());
                thread::spawn(move || {
                    let from = incoming.address();
                    let mut session = incoming.accept(&config).expect("the handshake");
                    assert_eq!(session.get_ref().address(), from);
                    let mut buf = [0; 100];
                    while let length @ 1.. = session.read(&mut buf).expect("receiving") {
                        session.write_all(&buf[..length]).expect("sending");
                    }
                });
            }
        });
        let (done, all_done) = std::sync::mpsc::channel();
        for i in 0..CLIENTS {
            let done = done.clone();
            thread::spawn(move || {
                let socket = port();
                socket.connect(address).expect("connecting");
                let mut session = hasty_client().connect_datagram(HOST, socket).expect("the handshake");
                for j in 0..50 {
                    session.write_all(&[i, j]).expect("sending");
                    let mut buf = [0; 100];
                    assert_eq!((session.read(&mut buf).expect("receiving"), buf[0], buf[1]), (2, i, j));
                }
                session.close().expect("closing");
                done.send(i).expect("somebody counts");
            });
        }
        let mut came: Vec<u8> = (0..CLIENTS).map(|_| all_done.recv().expect("a client")).collect();
        came.sort_unstable();
        assert_eq!(came, (0..CLIENTS).collect::<Vec<_>>());
    });
}

#[test]
fn one_thread_can_serve_by_polling_and_strangers_leave_no_trace() {
    let listener = DtlsListener::new(port()).expect("a listener");
    let address = listener.get_ref().local_addr().expect("an address");
    let next = || known(&listener);
    let socket = port();
    socket.connect(address).expect("connecting");
    socket.send(b"no hello").expect("sending");
    let talking = thread::spawn(move || {
        let mut session = hasty_client().connect_datagram(HOST, socket).expect("the handshake");
        session.write_all(b"hello").expect("sending");
        let mut buf = [0; 10];
        session.read(&mut buf).expect("receiving")
    });
    let Event::Client(incoming) = next() else { panic!("a client with a cookie comes first") };
    assert_eq!(listener.clients(), 1);
    let from = incoming.address();
    let mut going = incoming.start(&hasty_server()).expect("a session");
    let session = loop {
        match going.advance().expect("the handshake") {
            Progress::Done(session) => break session,
            Progress::Pending(unfinished) => going = unfinished,
        }
        assert!(matches!(next(), Event::Datagram(address) if address == from));
    };
    let mut buf = [0; 10];
    let length = loop {
        match session.recv(&mut buf) {
            Err(error) if error.would_block() => assert!(matches!(next(), Event::Datagram(_))),
            other => break other.expect("receiving"),
        }
    };
    session.send(&buf[..length]).expect("sending");
    assert_eq!(talking.join().expect("no panic"), 5);
    drop(session);
    assert_eq!(listener.clients(), 0);
}
