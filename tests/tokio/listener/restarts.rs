//! Clients that begin anew from the same port, and who only says that it is one.

use std::io;
use std::sync::Mutex;
use std::task::{Context, Poll, ready};

use gnutls::tokio::dtls::{self, AsyncDatagram};
use tokio::net::UdpSocket;

use super::{Client, arrive, hellos, join, let_in, listen, puppet, talk};
use crate::common::HOST;
use crate::common::restarts::is_superseded;
use crate::dtls::configs;
use crate::pair::run;

/// The port of a client that has forgotten all else.
fn port_of(client: Client) -> UdpSocket {
    client.into_inner().into_inner()
}

#[test]
fn a_client_that_restarts_is_let_in_and_its_old_session_is_told_in_both_directions() {
    run("a restart", async {
        let listener = listen().await;
        // It needs no place of its own.
        listener.set_max_clients(1);
        let (mut client, mut session) = join(&listener).await;
        for i in 0..4 {
            talk(&mut client, &mut session, b"hello").await;
            let address = session.get_ref().address();
            let (mut reader, mut writer) = session.into_split();
            let waiting = tokio::spawn(async move { reader.recv(&mut [0; 10]).await });
            let arriving = tokio::spawn(arrive(port_of(client)));
            let incoming = listener.accept().await.expect("a client");
            assert!(incoming.is_restart() && incoming.address() == address && !waiting.is_finished());
            if i % 2 == 0 {
                session = let_in(incoming).await;
                let error = waiting.await.expect("no panic").expect_err("an end");
                assert!(is_superseded(error));
                assert!(is_superseded(writer.send(b"nobody receives this").await.expect_err("an end")));
            } else {
                // The program need not wait for it.
                waiting.abort();
                drop(writer);
                session = let_in(incoming).await;
            }
            client = arriving.await.expect("no panic").expect("the handshake");
            assert_eq!((listener.clients(), listener.turned_away()), (1, 0));
        }
        talk(&mut client, &mut session, b"hello").await;
        drop(session);
        assert_eq!(listener.clients(), 0);
    });
}

#[test]
fn a_session_lives_until_the_new_handshake_is_done_whoever_has_a_hello_with_a_cookie() {
    run("a hello with a cookie", async {
        let listener = listen().await;
        let (mut client, mut session) = join(&listener).await;
        for _ in 0..3 {
            let (_, hello) = hellos(client.get_ref()).await;
            client.get_ref().send(&hello).await.expect("sending");
            let incoming = listener.accept().await.expect("a client");
            assert!(incoming.is_restart());
            talk(&mut client, &mut session, b"nobody has begun").await;
            let config = configs().1;
            let handshake = tokio::spawn(async move { incoming.accept(&config).await });
            for _ in 0..5 {
                client.get_ref().send(&hello).await.expect("sending");
                talk(&mut client, &mut session, b"a handshake that nobody ends").await;
            }
            handshake.abort();
            assert!(handshake.await.expect_err("it was dropped").is_cancelled());
            talk(&mut client, &mut session, b"it was dropped").await;
            assert_eq!(listener.clients(), 1);
        }
    });
}

#[test]
fn hellos_without_a_cookie_of_their_own_cost_the_session_nothing() {
    const RANDOM: usize = 27;
    run("hellos without a cookie", async {
        let listener = listen().await;
        let (mut client, mut session) = join(&listener).await;
        let (mut first, mut hello) = hellos(client.get_ref()).await;
        for i in 0..200 {
            // A cookie is of one hello: nobody can say another with it.
            let forged = if i % 2 == 0 { &mut first } else { &mut hello };
            forged[RANDOM] = forged[RANDOM].wrapping_add(1);
            client.get_ref().send(forged).await.expect("sending");
            if i % 10 == 0 {
                talk(&mut client, &mut session, b"undisturbed").await;
            }
        }
        talk(&mut client, &mut session, b"undisturbed").await;
        let other = puppet(&listener).await;
        other.show_cookie().await;
        let incoming = listener.accept().await.expect("a client");
        assert!(incoming.address() == other.address() && !incoming.is_restart(), "nobody else has come");
    });
}

/// A socket that sends each datagram twice, and keeps it.
struct Twice {
    socket: UdpSocket,
    said: Mutex<Vec<Vec<u8>>>,
}

impl AsyncDatagram for Twice {
    fn poll_recv(&self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        AsyncDatagram::poll_recv(&self.socket, cx, buf)
    }

    fn poll_send(&self, cx: &mut Context<'_>, datagram: &[u8]) -> Poll<io::Result<()>> {
        ready!(AsyncDatagram::poll_send(&self.socket, cx, datagram))?;
        self.said.lock().expect("no panic").push(datagram.to_vec());
        // There is room on the loopback interface; without, it is sent once.
        let _ = self.socket.try_send(datagram);
        Poll::Ready(Ok(()))
    }
}

#[test]
fn what_a_client_has_said_in_its_handshake_begins_no_second_one_when_it_comes_again() {
    run("datagrams that come again", async {
        let listener = listen().await;
        let socket = super::dial(&listener).await;
        let twice = Twice { socket, said: Mutex::default() };
        let connecting = tokio::spawn(dtls::connect(configs().0.to(HOST).expect("a name"), twice));
        let mut session = let_in(listener.accept().await.expect("a client")).await;
        let mut client = connecting.await.expect("no panic").expect("the handshake");
        let said = client.get_ref().said.lock().expect("no panic").clone();
        for _ in 0..2 {
            for datagram in said.iter().chain(said.iter().rev()) {
                client.get_ref().socket.send(datagram).await.expect("sending");
            }
            talk(&mut client, &mut session, b"the same session").await;
        }
        let other = puppet(&listener).await;
        other.show_cookie().await;
        assert_eq!(listener.accept().await.expect("a client").address(), other.address(), "nobody else has come");
    });
}

#[test]
fn without_its_listener_a_session_outlives_who_would_begin_anew() {
    run("a restart without a listener", async {
        let listener = listen().await;
        let (mut client, mut session) = join(&listener).await;
        let (first, hello) = hellos(client.get_ref()).await;
        client.get_ref().send(&hello).await.expect("sending");
        // It has come, and is forgotten with the listener.
        puppet(&listener).await;
        drop(listener);
        for hello in [&first, &hello] {
            client.get_ref().send(hello).await.expect("sending");
            talk(&mut client, &mut session, b"goes on").await;
        }
    });
}
