//! DTLS: over a network that loses, repeats and mixes up datagrams, against forgers, and with GnuTLS's and OpenSSL's tools.

#[path = "../common/mod.rs"]
mod common;

mod cookies;
mod crowds;
mod edges;
#[path = "../tools/files.rs"]
#[allow(dead_code, reason = "this binary uses a part of it")]
mod files;
mod handshakes;
mod heartbeats;
mod hostile;
mod lossy;
mod mtu;
#[path = "../tools/process.rs"]
#[allow(dead_code, reason = "this binary uses a part of it")]
mod process;
mod records;
mod restarts;
mod srtp;
mod tools;
mod udp;

use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

use common::{HOST, pki};
use gnutls::dtls::{DatagramWait, DtlsSession};
use gnutls::transport::memory::{self, DatagramEnd};
use gnutls::{ClientConfig, ClientConfigBuilder, ServerConfig, ServerConfigBuilder};

/// For networks that lose nothing: longer than a machine is ever busy elsewhere, so that no flight comes twice. (One that
/// does is a datagram more for who counts them.)
const NEVER: Duration = Duration::from_secs(60);
/// For those that lose something: nothing here is slow.
const SOON: Duration = Duration::from_millis(20);

fn client_builder() -> ClientConfigBuilder {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.retransmit_after(NEVER)
}

fn server_builder() -> ServerConfigBuilder {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("identity");
    builder.retransmit_after(NEVER)
}

fn client() -> ClientConfig {
    client_builder().build().expect("a client")
}

fn server() -> ServerConfig {
    server_builder().build().expect("a server")
}

/// A client that tries again soon.
fn hasty_client() -> ClientConfig {
    client_builder().retransmit_after(SOON).build().expect("a client")
}

/// A server that tries again soon.
fn hasty_server() -> ServerConfig {
    server_builder().retransmit_after(SOON).build().expect("a server")
}

/// A client and a server session, connected.
fn connect<C: DatagramWait + 'static, S: DatagramWait + 'static>(
    client: &ClientConfig,
    server: &ServerConfig,
    (near, far): (C, S),
) -> (DtlsSession<C>, DtlsSession<S>) {
    let server = server.clone();
    let accepting = thread::spawn(move || server.accept_datagram(far));
    let client = client.connect_datagram(HOST, near).expect("the client's handshake");
    (client, accepting.join().expect("no panic").expect("the server's handshake"))
}

/// As `connect`, in memory, without any trouble.
fn pair() -> (DtlsSession<DatagramEnd>, DtlsSession<DatagramEnd>) {
    connect(&client(), &server(), memory::datagram_pair(1500))
}

/// Two sockets that are connected to each other.
fn sockets() -> (UdpSocket, UdpSocket) {
    let bound = || UdpSocket::bind("127.0.0.1:0").expect("a port");
    let (near, far) = (bound(), bound());
    near.connect(far.local_addr().expect("an address")).expect("connecting");
    far.connect(near.local_addr().expect("an address")).expect("connecting");
    (near, far)
}
