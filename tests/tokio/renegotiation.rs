//! Renegotiation (TLS 1.2) in tasks: in one piece, and of halves that are put together.

use gnutls::tokio::TlsStream;
use gnutls::{ClientAuth, Error, ErrorKind, Renegotiation};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::common::reauth::{SOMEBODY, issued};
use crate::common::renegotiation::{willing_client, willing_server};
use crate::common::{HOST, check, fill};
use crate::pair::{acceptor, connector, run, tcp};

async fn pair<IO: AsyncRead + AsyncWrite + Send + Unpin>((near, far): (IO, IO)) -> (TlsStream<IO>, TlsStream<IO>) {
    let identified = willing_client().with_identity(issued(gnutls::x509::Purpose::CLIENT_AUTH)).expect("an identity");
    let connector = connector(identified.build().expect("a client"));
    let acceptor = acceptor(willing_server().build().expect("a server"));
    let (client, server) = tokio::join!(connector.connect(HOST, near), acceptor.accept(far));
    (client.expect("the client's handshake"), server.expect("the server's handshake"))
}

/// What the next read says of a peer that wants to renegotiate.
async fn wish<IO: AsyncRead + AsyncWrite + Send + Unpin>(stream: &mut TlsStream<IO>) {
    let error = stream.read(&mut [0; 16]).await.expect_err("no data").downcast::<Error>().expect("ours");
    assert_eq!((error.kind(), error.alert_received()), (ErrorKind::Renegotiation, None), "{error:?}");
    assert_eq!(stream.renegotiation(), Some(Renegotiation::Wanted));
}

#[test]
fn a_server_asks_and_knows_its_client_by_a_certificate_then() {
    run("renegotiating", async {
        let (mut client, mut server) = pair(tokio::io::duplex(1 << 16)).await;
        let (error, kept) = server.renegotiate().map(drop).expect_err("nobody has begun");
        assert_eq!(error.kind(), ErrorKind::Misuse);
        server = kept;
        server.ask_renegotiation().await.expect("asking");
        server.write_all(b"before").await.expect("writing");
        let answering = tokio::spawn(async move {
            wish(&mut client).await;
            let mut client = client.renegotiate().expect("it may").await.expect("the client's handshake");
            let mut buf = [0; 6];
            client.read_exact(&mut buf).await.expect("what was sent before");
            assert_eq!(&buf, b"before");
            client.write_all(b"after").await.expect("writing");
            client
        });
        wish(&mut server).await;
        let again = server.renegotiate_asking(ClientAuth::Require).expect("it may");
        let mut server = again.await.expect("the server's handshake");
        assert_eq!(server.peer_certificates().expect("a chain")[0].subject().expect("a name"), SOMEBODY);
        let mut buf = [0; 5];
        server.read_exact(&mut buf).await.expect("reading");
        assert_eq!(&buf, b"after");
        answering.await.expect("no panic");
    });
}

#[test]
fn a_client_refuses_and_both_go_on() {
    run("refusing", async {
        let (mut client, mut server) = pair(tokio::io::duplex(1 << 16)).await;
        server.ask_renegotiation().await.expect("asking");
        wish(&mut client).await;
        client.refuse_renegotiation().await.expect("refusing");
        client.write_all(b"after").await.expect("writing");
        let error = server.read(&mut [0; 16]).await.expect_err("no data").downcast::<Error>().expect("ours");
        assert_eq!(error.alert_received(), Some(gnutls::Alert::NO_RENEGOTIATION));
        assert_eq!(server.renegotiation(), Some(Renegotiation::Refused));
        let mut buf = [0; 5];
        server.read_exact(&mut buf).await.expect("reading");
        assert_eq!(&buf, b"after");
    });
}

const AMOUNT: usize = 200_000;

/// Both directions are in full use by two tasks at each end, up to where the client begins.
async fn again_and_again<IO>(ends: (IO, IO))
where
    IO: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut client, mut server) = pair(ends).await;
    for round in 0..4 {
        let (client_in, client_out) = client.into_split();
        let (server_in, server_out) = server.into_split();
        let up = tokio::spawn(send(client_out, round));
        let down = tokio::spawn(send(server_out, round + 10));
        let at_client = tokio::spawn(receive(client_in, round + 10));
        let server_in = receive(server_in, round).await;
        client = at_client.await.expect("no panic").reunite(up.await.expect("no panic")).expect("one stream");
        server = server_in.reunite(down.await.expect("no panic")).expect("one stream");
        let beginning = tokio::spawn(client.renegotiate().expect("it may"));
        wish(&mut server).await;
        server = server.renegotiate().expect("the client has begun").await.expect("the server's handshake");
        client = beginning.await.expect("no panic").expect("the client's handshake");
    }
    assert_eq!((client.counters().renegotiations, server.counters().renegotiations), (4, 4));
}

async fn send<IO>(mut half: gnutls::tokio::WriteHalf<IO>, seed: u64) -> gnutls::tokio::WriteHalf<IO>
where
    IO: AsyncRead + AsyncWrite + Send + Unpin,
{
    let mut data = vec![0; AMOUNT];
    fill(seed, 0, &mut data);
    half.write_all(&data).await.expect("writing");
    half.flush().await.expect("flushing");
    half
}

async fn receive<IO>(mut half: gnutls::tokio::ReadHalf<IO>, seed: u64) -> gnutls::tokio::ReadHalf<IO>
where
    IO: AsyncRead + AsyncWrite + Send + Unpin,
{
    let mut data = vec![0; AMOUNT];
    half.read_exact(&mut data).await.expect("reading");
    check(seed, 0, &data);
    half
}

#[test]
fn halves_are_put_together_renegotiated_and_taken_apart_again() {
    run("a pipe", again_and_again(tokio::io::duplex(1000)));
    run("TCP", async { again_and_again(tcp().await).await });
}
