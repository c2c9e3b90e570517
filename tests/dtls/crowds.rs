//! A listener among too many clients, liars, and clients that say nothing.

use std::net::UdpSocket;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use gnutls::dtls::{CookieKey, Datagram, DtlsListener, DtlsPeer, DtlsSession, Event, Incoming};
use gnutls::{ErrorKind, Handshaking, Interest, Progress};

use crate::common::{HOST, within};
use crate::cookies::{hellos, next};
use crate::{SOON, client_builder, hasty_client, hasty_server, server_builder};

fn listener() -> DtlsListener {
    DtlsListener::new(UdpSocket::bind("127.0.0.1:0").expect("a port")).expect("a listener")
}

/// A socket that is connected to the listener.
fn dial(listener: &DtlsListener) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    socket.connect(listener.get_ref().local_addr().expect("an address")).expect("connecting");
    socket
}

/// A client in a thread of its own: what it receives first.
fn arrive(listener: &DtlsListener) -> mpsc::Receiver<Vec<u8>> {
    let (told, heard) = mpsc::channel();
    let socket = dial(listener);
    thread::spawn(move || {
        let session = hasty_client().connect_datagram(HOST, socket).expect("the handshake");
        // The test may be over.
        let _ = told.send(session.read_packet().expect("receiving").map_or(Vec::new(), |packet| packet.to_vec()));
    });
    heard
}

fn came(event: Event) -> Incoming {
    match event {
        Event::Client(incoming) => incoming,
        other => panic!("{other:?}"),
    }
}

/// The next client that shows a cookie. Others may still say what their sessions have heard already.
fn newcomer(listener: &DtlsListener) -> Incoming {
    loop {
        if let Event::Client(incoming) = next(listener) {
            return incoming;
        }
    }
}

/// Does the handshake of the only client that speaks.
fn let_in(listener: &DtlsListener, incoming: Incoming) -> DtlsSession<DtlsPeer> {
    let mut going = incoming.start(&hasty_server()).expect("a session");
    loop {
        match going.advance().expect("the handshake") {
            Progress::Done(session) => return session,
            Progress::Pending(unfinished) => going = unfinished,
        }
        next(listener);
    }
}

#[test]
fn more_clients_than_may_be_are_turned_away_until_one_leaves() {
    within("more clients than may be", || {
        let listener = listener();
        listener.set_max_clients(1);
        let first = arrive(&listener);
        let session = let_in(&listener, newcomer(&listener));
        assert_eq!((listener.clients(), listener.turned_away()), (1, 0));
        let second = arrive(&listener);
        while listener.turned_away() == 0 {
            assert!(matches!(next(&listener), Event::Stranger(_) | Event::Datagram(_)));
        }
        assert_eq!(listener.clients(), 1);
        session.send(b"first").expect("sending");
        assert_eq!(first.recv().expect("a client"), b"first");
        drop(session);
        assert_eq!(listener.clients(), 0);
        // It is still saying hello.
        let session = let_in(&listener, newcomer(&listener));
        session.send(b"second").expect("sending");
        assert_eq!(second.recv().expect("a client"), b"second");
        listener.set_max_clients(0);
        assert_eq!(listener.clients(), 1, "who is there stays");
    });
}

#[test]
fn a_client_that_is_not_wanted_leaves_no_trace_when_it_is_dropped() {
    within("an unwanted client", || {
        let listener = listener();
        listener.set_max_clients(1);
        let heard = arrive(&listener);
        let incoming = newcomer(&listener);
        assert_eq!(listener.clients(), 1);
        drop(incoming);
        assert_eq!(listener.clients(), 0);
        // It comes again by itself.
        let session = let_in(&listener, newcomer(&listener));
        session.send(b"welcome").expect("sending");
        assert_eq!(heard.recv().expect("a client"), b"welcome");
    });
}

/// The hello of a client that has a cookie, from a socket that will say nothing more.
fn silent(listener: &DtlsListener) -> (UdpSocket, Vec<u8>) {
    let socket = dial(listener);
    let (_, hello) = hellos(|first| {
        socket.send(first).expect("sending");
        let asked = loop {
            match next(listener) {
                Event::Stranger(from) => break from,
                // Somebody else says again what a session has heard already.
                Event::Datagram(_) => {}
                event => panic!("{event:?}"),
            }
        };
        assert_eq!(asked, socket.local_addr().expect("an address"));
        let mut buf = [0; 2000];
        let length = socket.recv(&mut buf).expect("a request for a cookie");
        assert!(length < first.len(), "an answer is no amplifier");
        buf[..length].to_vec()
    });
    (socket, hello)
}

#[test]
fn who_shows_a_cookie_and_says_nothing_more_is_forgotten_after_the_time_of_a_handshake() {
    within("clients that say nothing", || {
        const CLIENTS: usize = 20;
        let listener = listener();
        let config = server_builder().handshake_timeout(Duration::from_millis(1)).build().expect("a server");
        let mut going: Vec<Handshaking<Datagram<DtlsPeer>>> = Vec::new();
        let mut sockets = Vec::new();
        for i in 1..=CLIENTS {
            let (socket, hello) = silent(&listener);
            assert_eq!(listener.clients(), i - 1, "nothing is kept of who only asks");
            socket.send(&hello).expect("sending");
            going.push(came(next(&listener)).start(&config).expect("a session"));
            assert_eq!(listener.clients(), i);
            sockets.push(socket);
        }
        // What a poll loop does: wait for the first timer, and look after all.
        while !going.is_empty() {
            let first = going.iter().map(Handshaking::interest).fold(Interest::NONE, |first, next| first | next);
            let left = first.remaining().expect("there is a timer");
            nix::poll::poll(&mut [], first.timeout()).expect("waiting");
            assert!(left <= Duration::from_millis(1), "{left:?}");
            going = going
                .into_iter()
                .filter_map(|handshaking| match handshaking.advance() {
                    Ok(Progress::Pending(handshaking)) => Some(handshaking),
                    Ok(Progress::Done(_)) => panic!("nobody answered"),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::TimedOut, "{error:?}");
                        None
                    }
                })
                .collect();
            assert_eq!(listener.clients(), going.len());
        }
    });
}

#[test]
fn a_cookie_is_good_for_the_key_it_was_made_with_and_the_next_but_no_longer() {
    let listener = listener();
    let ask = |socket: &UdpSocket, hello: &[u8]| {
        socket.send(hello).expect("sending");
        next(&listener)
    };
    let (socket, hello) = silent(&listener);
    drop(came(ask(&socket, &hello)));
    listener.replace_key(CookieKey::generate().expect("a key"));
    drop(came(ask(&socket, &hello)));
    listener.replace_key(CookieKey::generate().expect("a key"));
    assert!(matches!(ask(&socket, &hello), Event::Stranger(_)), "the key has been replaced twice");
    let (socket, hello) = silent(&listener);
    drop(came(ask(&socket, &hello)));
}

#[test]
fn a_cookie_of_another_address_and_noise_are_nothing_to_a_listener() {
    let listener = listener();
    let (_socket, hello) = silent(&listener);
    let thief = dial(&listener);
    for datagram in [&hello[..], b"", b"\x16", b"GET / HTTP/1.0\r\n\r\n", &hello[..40], &[22; 3000]] {
        thief.send(datagram).expect("sending");
        assert!(matches!(next(&listener), Event::Stranger(_)), "{datagram:?}");
        assert_eq!((listener.clients(), listener.turned_away()), (0, 0));
    }
}

#[test]
fn sessions_whose_listener_is_gone_are_told_so_and_do_not_wait_for_ever() {
    within("sessions without a listener", || {
        let listener = listener();
        let heard = arrive(&listener);
        let session = let_in(&listener, newcomer(&listener));
        let (mut reader, mut writer) = session.into_split();
        let waiting = thread::spawn(move || std::io::Read::read(&mut reader, &mut [0; 10]));
        let (socket, hello) = silent(&listener);
        socket.send(&hello).expect("sending");
        let half_open = newcomer(&listener);
        drop(listener);
        let error = waiting.join().expect("no panic").expect_err("nothing can come");
        assert!(error.to_string().contains("the listener"), "{error}");
        let error = half_open.accept(&hasty_server()).expect_err("nothing can come");
        assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
        std::io::Write::write_all(&mut writer, b"farewell").expect("sending");
        assert_eq!(heard.recv().expect("a client"), b"farewell");
    });
}

#[test]
fn a_hello_of_several_datagrams_is_answered_once_and_let_in() {
    within("a large hello", || {
        let listener = listener();
        let socket = dial(&listener);
        let names: Vec<String> = (0..8).map(|i| format!("protocol-with-a-long-name-{i}")).collect();
        thread::spawn(move || {
            let config = client_builder().retransmit_after(SOON).mtu(256).and_then(|builder| builder.alpn(&names));
            config.expect("settings").build().expect("a client").connect_datagram(HOST, socket).expect("the handshake")
        });
        let incoming = newcomer(&listener);
        let_in(&listener, incoming);
    });
}

#[test]
#[cfg(target_os = "linux")]
fn what_icmp_says_of_one_client_is_no_error_of_another() {
    within("a client that is gone", || {
        let listener = listener();
        // Without this the kernel keeps it to itself.
        let told = nix::sys::socket::sockopt::Ipv4RecvErr;
        nix::sys::socket::setsockopt(listener.get_ref(), told, &true).expect("an option of Linux");
        let heard = arrive(&listener);
        let there = let_in(&listener, newcomer(&listener));
        let socket = dial(&listener);
        let leaving =
            thread::spawn(move || drop(hasty_client().connect_datagram(HOST, socket).expect("the handshake")));
        let gone = let_in(&listener, newcomer(&listener));
        leaving.join().expect("no panic");
        gone.send(b"nobody receives this").expect("it was sent");
        there.send(b"but this").expect("it is somebody else who is gone");
        assert_eq!(heard.recv().expect("a client"), b"but this");
        gone.send(b"nor this").expect("it was sent, again");
        assert!(matches!(
            listener.next().expect("still no error of the listener"),
            Event::Nothing | Event::Datagram(_)
        ));
    });
}
