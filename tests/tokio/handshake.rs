//! From byte streams to sessions, or to an error and the byte stream.

use gnutls::{ErrorKind, Protocol};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::common::{HOST, TLS12, TLS13, client, server};
use crate::pair::{acceptor, connect, connector, piped, run, tcp};

#[test]
fn a_handshake_needs_no_more_than_a_byte_of_room() {
    run("handshakes", async {
        for (priority, protocol) in [(TLS12, Protocol::TLS1_2), (TLS13, Protocol::TLS1_3)] {
            for capacity in [1, 7, 64, 1000, 64 * 1024] {
                let (mut client, mut server) = piped(priority, capacity).await;
                assert_eq!((client.protocol(), server.protocol()), (protocol, protocol));
                assert_eq!(server.server_name().as_deref(), Some(HOST));
                assert_eq!(client.peer_certificates().expect("a chain").len(), 1);
                let mut buf = [0; 5];
                let (sent, received) = tokio::join!(
                    async {
                        client.write_all(b"hello").await?;
                        client.flush().await
                    },
                    server.read_exact(&mut buf)
                );
                sent.and(received).expect("five bytes");
                assert_eq!(&buf, b"hello");
            }
        }
    });
}

#[test]
fn the_byte_stream_below_can_be_asked() {
    run("get_ref", async {
        let (near, far) = tcp().await;
        let address = near.local_addr().expect("an address");
        let (mut client, server) = connect(TLS13, (near, far)).await;
        assert_eq!(client.get_ref().local_addr().expect("an address"), address);
        assert_eq!(server.get_ref().peer_addr().expect("an address"), address);
        client.get_mut().set_nodelay(true).expect("an option");
        assert_eq!(client.into_inner().local_addr().expect("an address"), address);
    });
}

#[test]
fn a_refused_server_gets_its_alert_through_the_smallest_pipe() {
    run("a refusal", async {
        for capacity in [1, 4096] {
            let (near, far) = tokio::io::duplex(capacity);
            let (connector, acceptor) = (connector(client(TLS13)), acceptor(server(TLS13)));
            let (client, server) = tokio::join!(
                async { connector.connect("other.example", near).await.expect_err("another name") },
                async {
                    // In TLS 1.3 the server learns of it in its handshake.
                    acceptor.accept(far).await.expect_err("the client's alert")
                }
            );
            assert_eq!(client.kind(), ErrorKind::Verification);
            assert!(client.alert_sent().is_some());
            assert_eq!(server.kind(), ErrorKind::Alert);
            assert_eq!(server.alert_received(), client.alert_sent());
        }
    });
}

#[test]
fn a_failed_handshake_gives_the_byte_stream_back() {
    run("a failure", async {
        let (near, mut far) = tokio::io::duplex(64 * 1024);
        let handshake = connector(client(TLS13)).connect("", near).into_fallible();
        let (error, near) = handshake.await.expect_err("no name");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let handshake = acceptor(server(TLS13)).accept(near).into_fallible();
        far.write_all(b"GET / HTTP/1.0\r\n\r\n").await.expect("room");
        let (error, mut near) = handshake.await.expect_err("no TLS");
        assert_eq!(error.kind(), ErrorKind::Protocol);
        near.write_all(b"speak TLS").await.expect("room");
        drop(near);
        let mut answer = Vec::new();
        far.read_to_end(&mut answer).await.expect("the answer");
        assert!(answer.ends_with(b"speak TLS"));
    });
}

#[test]
fn a_dropped_handshake_is_a_truncated_one_for_the_peer() {
    run("a dropped handshake", async {
        let (near, far) = tokio::io::duplex(64 * 1024);
        let mut handshake = Box::pin(connector(client(TLS13)).connect(HOST, near));
        // One poll, which sends the first flight; nobody is there yet who could answer it.
        let polled = std::future::poll_fn(|cx| std::task::Poll::Ready(handshake.as_mut().poll(cx).is_pending())).await;
        assert!(polled);
        drop(handshake);
        let error = acceptor(server(TLS13)).accept(far).await.expect_err("half a handshake");
        assert!(matches!(error.kind(), ErrorKind::Truncated | ErrorKind::Transport), "{error}");
    });
}

#[test]
fn a_session_is_resumed_by_connect_with() {
    run("resumption", async {
        let (connector, acceptor) = (connector(client(TLS13)), acceptor(server(TLS13)));
        let mut data = None;
        for resumed in [false, true] {
            let (near, far) = tokio::io::duplex(64 * 1024);
            let connecting = connector.connect_with(HOST, near, |connect| match &data {
                Some(data) => connect.resume(data),
                None => connect,
            });
            let (tls, peer) = tokio::join!(connecting, acceptor.accept(far));
            let (mut client, mut server) = (tls.expect("connected"), peer.expect("accepted"));
            assert_eq!((client.is_resumed(), server.is_resumed()), (resumed, resumed));
            server.write_all(b"x").await.expect("room");
            server.flush().await.expect("room");
            assert_eq!(client.read_u8().await.expect("a byte"), b'x');
            data = client.session_data().expect("a session");
            assert!(data.is_some());
        }
    });
}

use std::future::Future;
