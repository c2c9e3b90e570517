//! Clients that are asked for a certificate, in tasks: in one piece, and in halves that are in full use.

use gnutls::tokio::{TlsConnector, TlsStream};
use gnutls::{ClientAuth, Reauthentication};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::common::reauth::{SOMEBODY, asking, identified};
use crate::common::{HOST, check, fill};
use crate::pair::{acceptor, connector, run, tcp};

async fn pair<IO: AsyncRead + AsyncWrite + Send + Unpin>((near, far): (IO, IO)) -> (TlsStream<IO>, TlsStream<IO>) {
    let connector: TlsConnector = connector(identified().build().expect("a client"));
    let acceptor = acceptor(asking().build().expect("a server"));
    let (client, server) = tokio::join!(connector.connect(HOST, near), acceptor.accept(far));
    (client.expect("the client's handshake"), server.expect("the server's handshake"))
}

#[test]
fn a_stream_in_one_piece_waits_for_the_answer_and_keeps_the_data_before_it() {
    run("asking", async {
        let (mut client, mut server) = pair(tokio::io::duplex(1 << 16)).await;
        client.write_all(b"before").await.expect("writing");
        let answering = tokio::spawn(async move {
            let mut buf = [0; 2];
            client.read_exact(&mut buf).await.expect("reading");
            assert_eq!(&buf, b"on");
            client
        });
        assert!(server.reauthenticate(ClientAuth::Require).await.expect("an answer"));
        assert_eq!(server.reauthentication(), Some(Reauthentication::Authenticated));
        assert_eq!(server.peer_certificates().expect("a chain")[0].subject().expect("a name"), SOMEBODY);
        let mut buf = [0; 6];
        server.read_exact(&mut buf).await.expect("reading");
        assert_eq!(&buf, b"before");
        server.write_all(b"on").await.expect("writing");
        answering.await.expect("no panic");
    });
}

/// Four tasks; the server's writer asks three times.
async fn both_ways<IO>(ends: (IO, IO), total: u64)
where
    IO: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (client, server) = pair(ends).await;
    let (client_in, mut client_out) = client.into_split();
    let (server_in, mut server_out) = server.into_split();
    let (asked, all_asked) = tokio::sync::oneshot::channel::<()>();
    let up = tokio::spawn(async move {
        send(&mut client_out, 1, 0, total).await;
        // Who has closed cannot answer.
        all_asked.await.expect("all asked");
        client_out.shutdown().await.expect("closing");
        client_out
    });
    let down = tokio::spawn(async move {
        for part in 0..3 {
            send(&mut server_out, 2, part * total / 3, (part + 1) * total / 3).await;
            assert!(server_out.reauthenticate(ClientAuth::Request).await.expect("an answer"));
        }
        asked.send(()).expect("a client");
        server_out.shutdown().await.expect("closing");
        server_out
    });
    let (at_client, at_server) = (tokio::spawn(receive(client_in, 2)), tokio::spawn(receive(server_in, 1)));
    assert_eq!(at_server.await.expect("no panic"), total);
    assert_eq!(at_client.await.expect("no panic"), total / 3 * 3);
    up.await.expect("no panic");
    down.await.expect("no panic");
}

async fn send(to: &mut (impl AsyncWrite + Unpin), seed: u64, from: u64, end: u64) {
    let mut buf = vec![0; 5000];
    let mut at = from;
    while at < end {
        let part = &mut buf[..usize::try_from((end - at).min(5000)).expect("small")];
        fill(seed, at, part);
        to.write_all(part).await.expect("writing");
        at += part.len() as u64;
    }
}

async fn receive(mut from: impl AsyncRead + Unpin, seed: u64) -> u64 {
    let mut buf = vec![0; 7000];
    let mut at = 0;
    loop {
        match from.read(&mut buf).await.expect("reading") {
            0 => return at,
            n => {
                check(seed, at, &buf[..n]);
                at += n as u64;
            }
        }
    }
}

#[test]
fn halves_in_full_use_are_asked_over_tcp_and_pipes_of_every_size() {
    run("tcp", async { both_ways(tcp().await, 3_000_000).await });
    for (capacity, total) in [(1, 9_000), (31, 90_000), (64 * 1024, 3_000_000)] {
        run("a pipe", async move { both_ways(tokio::io::duplex(capacity), total).await });
    }
}
