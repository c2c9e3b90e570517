//! Keys that both sides export (RFC 5705), with both tools as the other side.

use std::io::Write;

use gnutls::encoding::hex;

use crate::files::Files;
use crate::ours::{Port, VERSIONS, client, connect, read_line, server};
use crate::process::Tool;
use crate::servers::{PEERS, Peer, Server};

const LABEL: &str = "EXPERIMENTAL interop";
const SIZE: usize = 48;

fn arguments(peer: Peer) -> &'static [&'static str] {
    match peer {
        Peer::GnuTls => &["--keymatexport", LABEL, "--keymatexportsize", "48"],
        Peer::OpenSsl => &["-keymatexport", LABEL, "-keymatexportlen", "48"],
    }
}

/// What the tool says it has exported.
fn exported(tool: &Tool, peer: Peer) -> Vec<u8> {
    let before = match peer {
        Peer::GnuTls => "Key material: ",
        Peer::OpenSsl => "Keying material: ",
    };
    let digits = loop {
        tool.stdout.wait_for(before);
        let printed = tool.stdout.so_far();
        let rest = printed.split_once(before).expect("it was printed").1;
        match rest.split_once('\n') {
            Some((digits, _)) => break digits.trim().to_owned(),
            None => drop(tool.stdout.after(printed.len())),
        }
    };
    hex::decode(digits).expect("digits").to_vec()
}

#[test]
fn our_server_exports_what_their_clients_do() {
    let (files, port) = (Files::new(), Port::new());
    for peer in PEERS {
        for (version, priority) in VERSIONS {
            let config = server(priority).build().expect("a server");
            let tool = port.client_of(peer, &files.ca(), arguments(peer));
            let session = port.accept(&config);
            assert_eq!(session.protocol(), version);
            let key = session.export(LABEL, None, SIZE).expect("a key");
            assert_eq!(exported(&tool, peer), key.to_vec(), "{peer:?}, {version}");
            tool.say("hello\n");
            assert_eq!(read_line(&session).expect("a line"), "hello\n");
            writeln!(&session, "welcome").expect("writing");
            tool.stdout.wait_for("welcome\n");
        }
    }
}

#[test]
fn our_client_exports_what_the_server_of_openssl_does() {
    let files = Files::new();
    let peer = Peer::OpenSsl;
    for (version, priority) in VERSIONS {
        // One server each: it prints in the order of its connections.
        let server = Server::openssl(&files.server(), arguments(peer));
        let session = connect(&client(priority).build().expect("a client"), server.tcp());
        assert_eq!(session.protocol(), version);
        let key = session.export(LABEL, None, SIZE).expect("a key");
        assert_eq!(exported(&server.tool, peer), key.to_vec(), "{version}");
    }
}
