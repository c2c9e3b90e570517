//! gnutls-cli and OpenSSL as clients, several at once.

use std::net::SocketAddr;
use std::process::Command;

use gnutls::tokio::dtls::DtlsListener;
use gnutls::{Identity, ServerConfig};
use tokio::runtime::{Builder, Runtime};

use crate::files::{A, Files};
use crate::process::Process;

/// An echo server in a runtime, which ends with it.
fn echo(files: &Files) -> (Runtime, SocketAddr) {
    let identity = Identity::from_files(files.path("a.pem"), files.path("a.key")).expect("an identity");
    let config = ServerConfig::builder().with_identity(identity).expect("they fit").build().expect("a server");
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let listener = runtime.block_on(DtlsListener::bind("127.0.0.1:0")).expect("a listener");
    let address = listener.local_addr().expect("an address");
    runtime.spawn(async move {
        loop {
            let (incoming, config) = (listener.accept().await.expect("a client"), config.clone());
            tokio::spawn(async move {
                let mut session = incoming.accept(&config).await.expect("the handshake");
                let mut buf = [0; 2000];
                while let length @ 1.. = session.recv(&mut buf).await.expect("receiving") {
                    session.send(&buf[..length]).await.expect("sending");
                }
                session.close_notify().await
            });
        }
    });
    (runtime, address)
}

fn gnutls_cli(files: &Files, address: SocketAddr) -> Command {
    let mut command = Command::new("gnutls-cli");
    command.args(["--udp", "127.0.0.1", "--port", &address.port().to_string(), &files.trust()]);
    command.args(["--sni-hostname", A, "--verify-hostname", A]);
    command
}

fn s_client(files: &Files, address: SocketAddr) -> Command {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-dtls1_2", "-connect", &address.to_string(), "-CAfile", &files.path("ca.pem")]);
    command.args(["-verify_return_error", "-verify_hostname", A]);
    command
}

#[test]
fn gnutls_cli_and_openssl_talk_to_one_listener_at_once() {
    let files = Files::new();
    let (_runtime, address) = echo(&files);
    let mut clients = Vec::new();
    for _ in 0..3 {
        let (mut gnutls, mut openssl) = (gnutls_cli(&files, address), s_client(&files, address));
        clients.push((Process::start(&mut gnutls), "- Simple Client Mode:", "(DTLS1.2-"));
        clients.push((Process::start(&mut openssl), "Verify return code: 0 (ok)", "DTLSv1.2"));
    }
    // All are connected before the first of them talks.
    clients.iter().for_each(|(client, ready, _)| drop(client.wait_for(ready)));
    for (i, (client, ..)) in clients.iter_mut().enumerate() {
        client.type_in(format!("I am {i}\n").as_bytes());
    }
    for (i, (client, _, version)) in clients.into_iter().enumerate() {
        client.wait_for(&format!("\nI am {i}\n"));
        client.finish().assert_says(version);
    }
}
