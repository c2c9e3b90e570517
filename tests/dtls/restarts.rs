//! Clients that begin anew from the same port, and who only says that it is one.

use std::io::{self, Read, Write};
use std::net::UdpSocket;
use std::thread;

use gnutls::dtls::{DatagramWait, DtlsListener, DtlsPeer, DtlsSession, Event, Incoming};
use gnutls::{Connect, Error, Progress};

use crate::common::restarts::is_superseded;
use crate::common::{HOST, within};
use crate::cookies::{hellos, next};
use crate::lossy::{Fate, Lossy};
use crate::{client, server};

type Session = DtlsSession<DtlsPeer>;

fn listener() -> DtlsListener {
    DtlsListener::new(UdpSocket::bind("127.0.0.1:0").expect("a port")).expect("a listener")
}

/// A port that is connected to the listener, for one client after another.
fn port(listener: &DtlsListener) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    socket.connect(listener.get_ref().local_addr().expect("an address")).expect("connecting");
    // Otherwise each client would leave it blocking for the others.
    socket.set_nonblocking(true).expect("a socket");
    socket
}

fn again(port: &UdpSocket) -> UdpSocket {
    port.try_clone().expect("another descriptor")
}

fn to_server() -> Connect {
    client().to(HOST).expect("a name")
}

/// The next client; what comes for sessions meanwhile is theirs.
fn incoming(listener: &DtlsListener) -> Incoming {
    loop {
        if let Event::Client(incoming) = next(listener) {
            return incoming;
        }
    }
}

/// Does the handshake of the only client that begins, and `meanwhile` before each datagram.
fn let_in(listener: &DtlsListener, incoming: Incoming, mut meanwhile: impl FnMut()) -> Session {
    let mut going = incoming.start(&server()).expect("a session");
    loop {
        match going.advance().expect("the handshake") {
            Progress::Done(session) => return session,
            Progress::Pending(unfinished) => going = unfinished,
        }
        meanwhile();
        assert!(!matches!(next(listener), Event::Client(_)), "there is one handshake");
    }
}

/// A client at `transport`, in its handshake, and its session here.
fn join_as<T: DatagramWait + 'static>(
    listener: &DtlsListener,
    connect: Connect,
    transport: T,
) -> (DtlsSession<T>, Session) {
    let connecting = thread::spawn(move || connect.connect_datagram(transport).expect("the client's handshake"));
    let session = let_in(listener, incoming(listener), || {});
    (connecting.join().expect("no panic"), session)
}

fn join(listener: &DtlsListener, port: &UdpSocket) -> (DtlsSession<UdpSocket>, Session) {
    join_as(listener, to_server(), again(port))
}

/// What has come for a session.
fn receive(listener: &DtlsListener, session: &Session) -> Result<Vec<u8>, Error> {
    loop {
        match session.recv_packet() {
            Ok(packet) => return Ok(packet.expect("no end").to_vec()),
            Err(error) if error.would_block() => {
                assert!(!matches!(next(listener), Event::Client(_)), "nobody comes");
            }
            Err(error) => return Err(error),
        }
    }
}

/// Datagrams there and back.
fn talk<T: DatagramWait>(listener: &DtlsListener, client: &DtlsSession<T>, session: &Session) {
    for length in [1, 10, 1000] {
        let word: Vec<u8> = (0..length).map(|i| u8::try_from(i * 7 % 256).expect("a byte")).collect();
        client.send(&word).expect("sending");
        assert_eq!(receive(listener, session).expect("receiving"), word);
        session.send(&word).expect("sending");
        assert_eq!(*client.read_packet().expect("receiving").expect("no end"), word);
    }
}

/// What a client of its own, that says nothing more, says at this port: first, and with its cookie.
fn hellos_at(listener: &DtlsListener, port: &UdpSocket) -> (Vec<u8>, Vec<u8>) {
    hellos(|first| {
        port.send(first).expect("sending");
        assert!(matches!(next(listener), Event::Stranger(_)));
        let mut buf = [0; 2000];
        let length = port.recv(&mut buf).expect("a request for a cookie");
        assert!(length < first.len(), "an answer is no amplifier");
        buf[..length].to_vec()
    })
}

#[test]
fn a_client_that_restarts_is_let_in_and_its_old_session_is_told_in_both_directions() {
    within("a restart", || {
        let listener = listener();
        let port = port(&listener);
        let (mut client, mut session) = join(&listener, &port);
        for _ in 0..3 {
            talk(&listener, &client, &session);
            drop(client);
            let (mut reader, mut writer) = session.into_split();
            let waiting = thread::spawn(move || reader.read(&mut [0; 10]));
            (client, session) = join(&listener, &port);
            let error = waiting.join().expect("no panic").expect_err("an end");
            assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted, "{error}");
            assert!(is_superseded(writer.send(b"nobody receives this").expect_err("an end")));
            assert_eq!(writer.write(b"nor this").expect_err("an end").kind(), io::ErrorKind::ConnectionAborted);
            assert_eq!(listener.clients(), 1);
            talk(&listener, &client, &session);
        }
        drop(session);
        assert_eq!(listener.clients(), 0);
    });
}

#[test]
fn a_client_that_resumes_its_session_after_a_restart_is_let_in() {
    within("a restart that resumes", || {
        let listener = listener();
        let port = port(&listener);
        let config = server();
        let connecting = |connect: Connect| {
            let socket = again(&port);
            thread::spawn(move || connect.connect_datagram(socket).expect("the client's handshake"))
        };
        let let_in = |incoming: Incoming| {
            let mut going = incoming.start(&config).expect("a session");
            loop {
                match going.advance().expect("the handshake") {
                    Progress::Done(session) => return session,
                    Progress::Pending(unfinished) => going = unfinished,
                }
                next(&listener);
            }
        };
        let config = client();
        let connect = || config.to(HOST).expect("a name");
        let first = connecting(connect());
        let session = let_in(incoming(&listener));
        let first = first.join().expect("no panic");
        talk(&listener, &first, &session);
        let data = first.session_data().expect("data").expect("the session can be resumed");
        drop(first);
        let second = connecting(connect().resume(&data));
        let come = incoming(&listener);
        assert!(come.is_restart());
        let resumed = let_in(come);
        let second = second.join().expect("no panic");
        assert!(second.is_resumed() && is_superseded(receive(&listener, &session).expect_err("an end")));
        talk(&listener, &second, &resumed);
    });
}

#[test]
fn a_session_lives_until_the_new_handshake_is_done_whoever_has_a_hello_with_a_cookie() {
    within("a hello with a cookie", || {
        let listener = listener();
        let port = port(&listener);
        let (client, session) = join(&listener, &port);
        // By turns before the first data, when the last flight of the handshake is kept, and after.
        for _ in 0..3 {
            let (_, hello) = hellos_at(&listener, &port);
            port.send(&hello).expect("sending");
            let come = incoming(&listener);
            assert!(come.is_restart() && listener.clients() == 1);
            talk(&listener, &client, &session);
            // Its answers come to the client, which is not moved by them.
            let going = come.start(&server()).expect("a session");
            let Progress::Pending(going) = going.advance().expect("a flight") else { panic!("nobody answers") };
            talk(&listener, &client, &session);
            port.send(&hello).expect("sending");
            assert!(matches!(next(&listener), Event::Datagram(_)), "the hello is not new");
            talk(&listener, &client, &session);
            drop(going);
            talk(&listener, &client, &session);
        }
        assert_eq!(listener.clients(), 1);
    });
}

#[test]
fn hellos_without_a_cookie_of_their_own_cost_the_session_nothing() {
    within("hellos without a cookie", || {
        const RANDOM: usize = 27;
        let listener = listener();
        let port = port(&listener);
        let (client, session) = join(&listener, &port);
        talk(&listener, &client, &session);
        let (mut first, mut hello) = hellos_at(&listener, &port);
        for i in 0..200 {
            // A cookie is of one hello: nobody can say another with it.
            let forged = if i % 2 == 0 { &mut first } else { &mut hello };
            forged[RANDOM] = forged[RANDOM].wrapping_add(1);
            port.send(forged).expect("sending");
            assert!(matches!(next(&listener), Event::Stranger(_)), "hello {i}");
            if i % 10 == 0 {
                talk(&listener, &client, &session);
            }
        }
        talk(&listener, &client, &session);
        assert_eq!((listener.clients(), listener.turned_away()), (1, 0));
    });
}

#[test]
fn what_a_client_has_said_in_its_handshake_begins_no_second_one_when_it_comes_again() {
    within("datagrams that come again", || {
        let listener = listener();
        let port = port(&listener);
        for fate in [Fate::Passes, Fate::ComesTwice, Fate::IsLate] {
            // The last of a flight is not late: it would come after nothing.
            let script = if fate == Fate::IsLate { vec![Fate::Passes, Fate::ComesTwice, fate] } else { vec![fate; 20] };
            let (client, session) = join_as(&listener, to_server(), Lossy::new(again(&port), script));
            client.get_ref().set_script([]);
            let said = client.get_ref().seen();
            for talked in [false, true] {
                for datagram in said.iter().chain(said.iter().rev()) {
                    client.get_ref().forge(datagram);
                    assert!(!matches!(next(&listener), Event::Client(_)), "{fate:?}, {talked}");
                }
                talk(&listener, &client, &session);
            }
            assert_eq!(listener.clients(), 1);
        }
    });
}

#[test]
fn data_of_the_old_session_are_its_own_and_do_not_disturb_the_new_handshake() {
    within("data in a handshake", || {
        let listener = listener();
        let port = port(&listener);
        let (old, session) = join(&listener, &port);
        talk(&listener, &old, &session);
        let socket = again(&port);
        let connecting = thread::spawn(move || to_server().connect_datagram(socket).expect("the handshake"));
        let come = incoming(&listener);
        let mut sent = 0_u32;
        let new = let_in(&listener, come, || {
            // Not for ever: what is sent for each datagram that is taken keeps the others from their turn.
            if sent < 20 {
                old.send(&sent.to_be_bytes()).expect("sending");
                sent += 1;
            }
        });
        let client = connecting.join().expect("no panic");
        // Those that were sent last may have come after the end.
        let mut came = 0_u32;
        let error = loop {
            match receive(&listener, &session) {
                Ok(data) => assert_eq!(data, came.to_be_bytes()),
                Err(error) => break error,
            }
            came += 1;
        };
        assert!(is_superseded(error) && came > 0 && came <= sent, "{came} of {sent}");
        talk(&listener, &client, &new);
    });
}

#[test]
fn a_restart_needs_no_place_of_its_own_but_the_old_session_must_go_before_the_next() {
    within("restarts and places", || {
        let listener = listener();
        listener.set_max_clients(1);
        let (near, far) = (port(&listener), port(&listener));
        let (client, session) = join(&listener, &near);
        talk(&listener, &client, &session);
        let (_, hello) = hellos_at(&listener, &far);
        far.send(&hello).expect("sending");
        assert!(matches!(next(&listener), Event::Stranger(_)), "somebody else");
        assert_eq!((listener.clients(), listener.turned_away()), (1, 1));
        let (client, new) = join(&listener, &near);
        talk(&listener, &client, &new);
        // However often it restarts: it has two sessions at most.
        let (_, hello) = hellos_at(&listener, &near);
        for _ in 0..3 {
            near.send(&hello).expect("sending");
            assert!(matches!(next(&listener), Event::Stranger(_)), "the program keeps the old session");
        }
        drop(session);
        near.send(&hello).expect("sending");
        assert!(incoming(&listener).is_restart());
        assert_eq!((listener.clients(), listener.turned_away()), (1, 1));
        talk(&listener, &client, &new);
    });
}
