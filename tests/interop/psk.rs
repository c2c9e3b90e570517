//! Pre-shared keys, with both tools as both sides.

use std::fs;
use std::io::{Read, Write};

use gnutls::{ClientConfig, CredentialsType, ErrorKind, Priority, Psk, ServerConfig};

use crate::WATCHDOG;
use crate::common::HOST;
use crate::files::Files;
use crate::ours::{Port, VERSIONS, connect, inner, patient, read_line, talk};
use crate::servers::{PEERS, Peer, Server};

const IDENTITY: &str = "sensor 12";
const KEY: &str = "c0ffee0102030405060708090a0b0c0d0e0f";
const OF_THE_TOOLS: &str = "NORMAL:-KX-ALL:+ECDHE-PSK:+DHE-PSK:+PSK";

fn client(priority: &str, psk: Psk) -> ClientConfig {
    let priority = Priority::new(&format!("{priority}:-KX-ALL:+ECDHE-PSK:+DHE-PSK")).expect("priorities");
    let builder = ClientConfig::builder().with_psk(psk).priority(priority).handshake_timeout(WATCHDOG);
    builder.build().expect("a client")
}

fn psk(key: &str) -> Psk {
    Psk::from_hex(IDENTITY, key).expect("a key")
}

/// A server of `peer`'s that has the key.
fn serving(peer: Peer, files: &Files) -> Server {
    let passwords = files.path("passwords");
    fs::write(&passwords, format!("another:00ff\n{IDENTITY}:{KEY}\n")).expect("a file");
    let args: &[&str] = match peer {
        Peer::GnuTls => &["--pskpasswd", &passwords, "--pskhint", "for sensors", "--priority", OF_THE_TOOLS],
        // With a certificate, it would take that: it begins with the cipher, and the hash may not be the key's.
        Peer::OpenSsl => &["-nocert", "-psk", KEY, "-psk_identity", IDENTITY, "-psk_hint", "for sensors"],
    };
    Server::answering(peer, &files.server(), args)
}

#[test]
fn our_client_and_their_servers_know_each_other_by_the_key() {
    let files = Files::new();
    for peer in PEERS {
        let server = serving(peer, &files);
        for (version, priority) in VERSIONS {
            let session = connect(&client(priority, psk(KEY)), server.tcp());
            assert_eq!(session.protocol(), version);
            assert_eq!(session.peer_authentication(), Some(CredentialsType::PSK));
            talk(&session, peer);
        }
    }
}

#[test]
fn their_servers_refuse_a_wrong_key() {
    let files = Files::new();
    for peer in PEERS {
        let server = serving(peer, &files);
        for (version, priority) in VERSIONS {
            let error = match client(priority, psk("00112233")).connect(HOST, server.tcp()) {
                Ok(session) => inner(&patient(session).read(&mut [0; 10]).expect_err("refused")),
                Err(error) => error,
            };
            assert_eq!(error.kind(), ErrorKind::Alert, "{peer:?}, {version}: {error:?}");
        }
    }
}

#[test]
fn our_server_and_their_clients_know_each_other_by_the_key() {
    let files = Files::new();
    for peer in PEERS {
        for (version, priority) in VERSIONS {
            let key = psk(KEY);
            let lookup = move |identity: &[u8]| (identity == key.identity()).then(|| key.key().to_vec().into());
            let priority = Priority::new(&format!("{priority}:-KX-ALL:+ECDHE-PSK:+DHE-PSK")).expect("priorities");
            let server = ServerConfig::builder().with_psk(lookup).psk_hint("for sensors").priority(priority);
            let server = server.handshake_timeout(WATCHDOG).build().expect("a server");
            let port = Port::new();
            let args: &[&str] = match peer {
                Peer::GnuTls => &["--pskusername", IDENTITY, "--pskkey", KEY, "--priority", OF_THE_TOOLS],
                Peer::OpenSsl => &["-quiet", "-psk", KEY, "-psk_identity", IDENTITY],
            };
            let tool = port.client_of(peer, &files.ca(), args);
            let session = port.accept(&server);
            assert_eq!(session.protocol(), version);
            assert_eq!(session.psk_identity(), Some(IDENTITY.as_bytes()));
            tool.say("hello\n");
            assert_eq!(read_line(&session).expect("a line"), "hello\n");
            writeln!(&session, "welcome").expect("writing");
            tool.stdout.wait_for("welcome\n");
        }
    }
}
