//! Who leaves, in any order: sessions, halves, handshakes, the listener, the runtime; and futures that are dropped.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use gnutls::ErrorKind;
use tokio::net::UdpSocket;
use tokio::runtime::Builder;

use super::{arrive, dial, join, let_in, listen, nothing_came, puppet, talk};
use crate::common::within;
use crate::dtls::configs;
use crate::pair::run;

#[test]
fn a_session_both_halves_or_a_client_that_is_not_wanted_free_their_place() {
    run("places", async {
        let listener = listen().await;
        let (_client, session) = join(&listener).await;
        assert_eq!(listener.clients(), 1);
        drop(session);
        assert_eq!(listener.clients(), 0);
        let (_client, session) = join(&listener).await;
        let (reader, writer) = session.into_split();
        drop(reader);
        assert_eq!(listener.clients(), 1, "there is one half");
        drop(writer);
        assert_eq!(listener.clients(), 0);
        let unwanted = puppet(&listener).await;
        unwanted.show_cookie().await;
        let incoming = listener.accept().await.expect("a client");
        assert_eq!((incoming.address(), listener.clients()), (unwanted.address(), 1));
        drop(incoming);
        assert_eq!(listener.clients(), 0);
        unwanted.show_cookie().await;
        drop(listener.accept().await.expect("it says hello again"));
    });
}

#[test]
fn a_dropped_handshake_drops_the_client_which_may_say_hello_again() {
    run("a dropped handshake", async {
        let listener = listen().await;
        let config = configs().1;
        let puppet = puppet(&listener).await;
        for _ in 0..3 {
            puppet.show_cookie().await;
            let mut handshake = Box::pin(listener.accept().await.expect("a client").accept(&config));
            assert!(waits(&mut handshake).await);
            assert_eq!(listener.clients(), 1);
            drop(handshake);
            assert_eq!(listener.clients(), 0);
        }
        let (mut client, mut session) = join(&listener).await;
        talk(&mut client, &mut session, b"hello").await;
    });
}

#[test]
fn a_dropped_accept_has_taken_nobody() {
    run("dropped accepts", async {
        let listener = Arc::new(listen().await);
        // It waits, and is told; then it is dropped before it looks.
        let mut accepting = Box::pin(listener.accept());
        assert!(waits(&mut accepting).await);
        let waiting = {
            let listener = Arc::clone(&listener);
            tokio::spawn(async move { listener.accept().await.expect("a client") })
        };
        let first = puppet(&listener).await;
        first.show_cookie().await;
        // The cookie has been looked at.
        puppet(&listener).await;
        assert_eq!(listener.clients(), 1);
        drop(accepting);
        let incoming = waiting.await.expect("no panic");
        assert_eq!(incoming.address(), first.address());
        // Dropped whenever it has to wait.
        let second = puppet(&listener).await;
        second.show_cookie().await;
        let incoming = loop {
            tokio::select! {
                biased;
                incoming = listener.accept() => break incoming.expect("a client"),
                () = tokio::task::yield_now() => {}
            }
        };
        assert_eq!(incoming.address(), second.address());
    });
}

/// Polls once: whether it waits.
async fn waits(future: &mut Pin<Box<impl Future>>) -> bool {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await
}

/// The port, once nobody has it.
async fn port_is_free(address: SocketAddr) {
    while UdpSocket::bind(address).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[test]
fn sessions_go_on_without_their_listener_which_lets_nobody_else_in() {
    run("a dropped listener", async {
        let listener = listen().await;
        let address = listener.local_addr().expect("an address");
        let (mut client, mut session) = join(&listener).await;
        // One has begun its handshake, one has shown its cookie, one has it.
        let arriving = tokio::spawn(arrive(dial(&listener).await));
        let begun = listener.accept().await.expect("a client");
        let (shown, late) = (puppet(&listener).await, puppet(&listener).await);
        shown.show_cookie().await;
        puppet(&listener).await;
        assert_eq!(listener.clients(), 3);
        drop(listener);
        late.show_cookie().await;
        late.socket.send(&late.first).await.expect("sending");
        shown.show_cookie().await;
        talk(&mut client, &mut session, b"goes on").await;
        assert!(nothing_came(&late.socket) && nothing_came(&shown.socket));
        let mut second = let_in(begun).await;
        let mut other = arriving.await.expect("no panic").expect("the handshake");
        talk(&mut other, &mut second, b"goes on, too").await;
        drop(session);
        talk(&mut other, &mut second, b"is the last").await;
        assert!(UdpSocket::bind(address).await.is_err(), "the socket is there");
        drop(second);
        port_is_free(address).await;
    });
}

#[test]
fn a_listener_without_clients_closes_its_socket() {
    run("a socket", async {
        let listener = listen().await;
        let address = listener.local_addr().expect("an address");
        drop(listener);
        port_is_free(address).await;
    });
}

#[test]
fn a_listener_that_is_dropped_while_a_client_comes_closes_its_socket() {
    run("a listener that goes", async {
        for _ in 0..100 {
            let listener = listen().await;
            let address = listener.local_addr().expect("an address");
            let puppet = puppet(&listener).await;
            // The task that reads is in another thread by now.
            puppet.show_cookie().await;
            drop(listener);
            port_is_free(address).await;
        }
    });
}

#[test]
fn who_is_left_when_the_runtime_ends_is_told_and_does_not_wait_for_ever() {
    within("a runtime that ends", || {
        let runtime = || Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let (ends, stays) = (runtime(), runtime());
        let (listener, mut session, mut client) = ends.block_on(async {
            let listener = listen().await;
            let (mut client, mut session) = join(&listener).await;
            talk(&mut client, &mut session, b"hello").await;
            (listener, session, client)
        });
        ends.block_on(client.send(b"farewell")).expect("sending");
        // It has come when another has its cookie.
        ends.block_on(puppet(&listener));
        let accepting = stays.spawn(async move { listener.accept().await.map(drop) });
        let receiving = stays.spawn(async move {
            let mut buf = [0; 10];
            assert_eq!(session.recv(&mut buf).await.expect("what came before"), 8);
            session.recv(&mut buf).await
        });
        drop(ends);
        let error = stays.block_on(receiving).expect("no panic").expect_err("nothing can come");
        assert!(error.kind() == ErrorKind::Transport && error.to_string().contains("the runtime"), "{error}");
        let error = stays.block_on(accepting).expect("no panic").expect_err("nobody can come");
        assert!(error.to_string().contains("the runtime"), "{error}");
    });
}
