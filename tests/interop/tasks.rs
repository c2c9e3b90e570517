//! Streams of tasks over tokio's sockets, against the tools.

use gnutls::KeyUpdateRequest;
use gnutls::tokio::dtls::{self, DtlsReadHalf, DtlsWriteHalf};
use gnutls::tokio::{TlsAcceptor, TlsConnector};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpStream, UdpSocket};
use tokio::runtime::Builder;
use tokio::time::timeout;

use crate::WATCHDOG;
use crate::common::HOST;
use crate::files::Files;
use crate::ours::{Port, TLS12, TLS13, client, server};
use crate::servers::{PEERS, Peer, Server};

fn run<R>(body: impl Future<Output = R>) -> R {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async { timeout(WATCHDOG, body).await.expect("an end in time") })
}

/// 1000 lines there and back; in TLS 1.3 keys change meanwhile.
async fn exchange(port: u16, peer: Peer, priority: &'static str) {
    let connector = TlsConnector::from(client(priority).build().expect("a client"));
    let tcp = TcpStream::connect(("127.0.0.1", port)).await.expect("it listens");
    let tls = connector.connect(HOST, tcp).await.expect("a handshake");
    let (reader, mut writer) = tls.into_split();
    let sending = tokio::spawn(async move {
        for number in 0..1000 {
            writer.write_all(format!("line {number}\n").as_bytes()).await.expect("writing");
            if number % 300 == 299 && priority == TLS13 {
                writer.update_keys(KeyUpdateRequest::Requested).await.expect("a key update");
            }
        }
        writer.flush().await.expect("writing");
        writer
    });
    let mut lines = BufReader::new(reader).lines();
    for number in 0..1000 {
        let line = lines.next_line().await.expect("reading").expect("a line");
        assert_eq!(line, peer.answer(&format!("line {number}")));
    }
    sending.await.expect("no panic").shutdown().await.expect("closing");
}

#[test]
fn our_client_talks_to_the_servers() {
    let files = Files::new();
    for peer in PEERS {
        for priority in [TLS12, TLS13] {
            let server = Server::answering(peer, &files.server(), &[]);
            run(exchange(server.port, peer, priority));
        }
    }
}

/// A session over datagrams with the server at `port`, in halves.
async fn over_udp(port: u16) -> (DtlsReadHalf<UdpSocket>, DtlsWriteHalf<UdpSocket>) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    socket.connect(("127.0.0.1", port)).await.expect("connecting");
    let config = client("NORMAL").build().expect("a client");
    dtls::connect(config.to(HOST).expect("a name"), socket).await.expect("a handshake").into_split()
}

#[test]
fn our_client_talks_to_the_servers_over_datagrams() {
    let files = Files::new();
    let server = Server::gnutls(&files.server(), &["--udp", "--echo", "--disable-client-cert"]);
    run(async {
        let (mut reader, mut writer) = over_udp(server.port).await;
        let mut buf = [0; 2000];
        for number in 0..100 {
            let line = format!("line {number}\n");
            writer.send(line.as_bytes()).await.expect("sending");
            let length = reader.recv(&mut buf).await.expect("receiving");
            assert_eq!(&buf[..length], line.as_bytes());
        }
        writer.close_notify().await.expect("closing");
    });

    let server = Server::openssl(&files.server(), &["-dtls1_2"]);
    run(async {
        let (mut reader, mut writer) = over_udp(server.port).await;
        writer.send(b"a question from our side\n").await.expect("sending");
        server.tool.stdout.wait_for("a question from our side\n");
        server.tool.say("an answer\n");
        let mut buf = [0; 2000];
        let length = reader.recv(&mut buf).await.expect("receiving");
        assert_eq!(&buf[..length], b"an answer\n");
        writer.close_notify().await.expect("closing");
    });
}

#[test]
fn the_clients_talk_to_our_server() {
    let files = Files::new();
    for peer in PEERS {
        for priority in [TLS12, TLS13] {
            run(async {
                let acceptor = TlsAcceptor::from(server(priority).build().expect("a server"));
                let port = Port::new();
                let tool = port.client_of(peer, &files.ca(), &[]);
                let tcp = port.tcp();
                tcp.set_nonblocking(true).expect("an option");
                let tcp = TcpStream::from_std(tcp).expect("a socket");
                let tls = acceptor.accept(tcp).await.expect("a handshake");
                let (reader, mut writer) = tls.into_split();
                writer.write_all(b"a question from our side\n").await.expect("writing");
                writer.flush().await.expect("writing");
                tool.stdout.wait_for("a question from our side\n");
                tool.say("an answer\n");
                let mut lines = BufReader::new(reader).lines();
                assert_eq!(lines.next_line().await.expect("reading").expect("a line"), "an answer");
                writer.shutdown().await.expect("closing");
            });
        }
    }
}
