//! Sessions between strangers (TLS 1.2), with both tools as both sides.

use std::io::Write;

use gnutls::{ClientConfig, CredentialsType, Priority, ServerConfig};

use crate::WATCHDOG;
use crate::files::Files;
use crate::ours::{Port, connect, read_line, talk};
use crate::servers::{PEERS, Peer, Server};

const PRIORITIES: [&str; 2] =
    ["NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-ECDH", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-DH"];

fn arguments(peer: Peer, priority: &str) -> Vec<&str> {
    match peer {
        Peer::GnuTls => vec!["--priority", priority],
        // Its security level 0 is the only one with such key exchanges.
        Peer::OpenSsl => vec!["-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"],
    }
}

#[test]
fn our_client_talks_to_their_servers() {
    let files = Files::new();
    for peer in PEERS {
        for priority in PRIORITIES {
            let server = Server::answering(peer, &files.server(), &arguments(peer, priority));
            let client = ClientConfig::builder().priority(Priority::new(priority).expect("priorities"));
            let client = client.handshake_timeout(WATCHDOG).dangerous().with_anonymous().expect("credentials");
            let session = connect(&client.build().expect("a client"), server.tcp());
            assert_eq!(session.server_credentials(), CredentialsType::ANONYMOUS);
            talk(&session, peer);
        }
    }
}

#[test]
fn our_server_talks_to_their_clients() {
    let files = Files::new();
    for peer in PEERS {
        for priority in PRIORITIES {
            let server = ServerConfig::builder().priority(Priority::new(priority).expect("priorities"));
            let server = server.handshake_timeout(WATCHDOG).dangerous().with_anonymous().expect("credentials");
            let port = Port::new();
            let quiet: &[&str] = if peer == Peer::OpenSsl { &["-quiet"] } else { &[] };
            let tool = port.client_of(peer, &files.ca(), &[quiet, &arguments(peer, priority)].concat());
            let session = port.accept(&server.build().expect("a server"));
            assert_eq!(session.client_credentials(), CredentialsType::ANONYMOUS);
            tool.say("hello\n");
            assert_eq!(read_line(&session).expect("a line"), "hello\n");
            writeln!(&session, "welcome").expect("writing");
            tool.stdout.wait_for("welcome\n");
        }
    }
}
