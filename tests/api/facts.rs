//! What a session knows about itself.

use std::io::{Read, Write};

use gnutls::transport::memory;
use gnutls::{Cipher, Group, Protocol, Session, SessionData};

use crate::common::{HOST, TLS12, TLS13, client, connect, pki, server};

type Pair = (Session<memory::End>, Session<memory::End>);

fn pair(priority: &str) -> Pair {
    connect(&client(priority), &server(priority), memory::pair(1 << 16))
}

#[test]
fn both_sides_agree_on_what_was_agreed_on() {
    let exact = "NONE:+VERS-TLS1.3:+AES-128-GCM:+AEAD:+SIGN-ECDSA-SECP256R1-SHA256:+GROUP-X25519:+ECDHE-ECDSA";
    for (priority, protocol) in [(TLS12, Protocol::TLS1_2), (TLS13, Protocol::TLS1_3), (exact, Protocol::TLS1_3)] {
        let (client, server) = pair(priority);
        assert_eq!((client.protocol(), server.protocol()), (protocol, protocol));
        assert_eq!((client.cipher(), client.group()), (server.cipher(), server.group()));
        assert_eq!(client.signature(), server.signature());
        assert_eq!(client.description(), server.description());
        assert!(client.description().contains(protocol.name().expect("a name")), "{}", client.description());
        assert!(!client.is_resumed() && !server.is_resumed());
        assert_eq!(client.max_record_size(), 16384);
        if priority == exact {
            assert_eq!((client.cipher(), client.group()), (Cipher::AES_128_GCM, Group::X25519));
        }
    }
}

#[test]
fn the_server_hears_the_name_that_the_client_wants() {
    for priority in [TLS12, TLS13] {
        let (_client, server) = pair(priority);
        assert_eq!(server.server_name().as_deref(), Some(HOST));
    }
    let start = |connect: gnutls::Connect| {
        let (near, far) = memory::pair(1 << 16);
        let accepting = std::thread::spawn(move || server(TLS13).accept(far));
        let _client = connect.connect(near).expect("the client's handshake");
        accepting.join().expect("no panic").expect("the server's handshake").server_name()
    };
    let to = || client(TLS13).to(HOST).expect("a name");
    assert_eq!(start(to().without_server_name()), None);
    assert_eq!(start(to().server_name("other.example")).as_deref(), Some("other.example"));
}

#[test]
fn the_peers_certificates_are_those_it_showed() {
    for priority in [TLS12, TLS13] {
        let (client, server) = pair(priority);
        let shown = client.peer_certificates().expect("certificates");
        assert_eq!(shown[0].to_der(), pki().server.chain()[0].to_der());
        assert!(server.peer_certificates().expect("none").is_empty());
    }
}

#[test]
fn counters_count_what_went_through() {
    for priority in [TLS12, TLS13] {
        let (client, server) = pair(priority);
        (&client).write_all(&[1; 30_000]).expect("writing");
        (&server).read_exact(&mut [0; 20_000]).expect("reading");
        assert_eq!(client.counters().bytes_sent, 30_000);
        assert_eq!(server.counters().bytes_received, 20_000);
        assert!(server.pending() > 0, "the rest of a record");
        (&server).read_exact(&mut [0; 10_000]).expect("reading");
        assert_eq!((server.counters().bytes_received, server.pending()), (30_000, 0));
    }
}

#[test]
fn debug_output_is_useful_and_shows_no_secret() {
    let (client, server) = pair(TLS13);
    (&server).write_all(b"tickets first").expect("writing");
    (&client).read_exact(&mut [0; 13]).expect("reading");
    let data = client.session_data().expect("no error").expect("a ticket");
    let key = pki().server.key().to_der().expect("a key");
    let hidden = [&key[..], data.as_bytes(), &key[key.len() / 2..]];
    let shown = [
        format!("{client:?}"),
        format!("{server:?}"),
        format!("{data:?}"),
        format!("{:?}", pki().server),
        format!("{:?}", pki().server.key()),
        format!("{:?} {:?}", crate::common::client(TLS13), crate::common::server(TLS13)),
        // SAFETY: never used to resume.
        format!("{:?}", unsafe { SessionData::from_bytes(b"a secret") }),
    ];
    for text in &shown {
        assert!(!text.contains("a secret") && !text.is_empty());
        for secret in hidden {
            // Neither as text nor as a list of numbers: no three bytes in a row.
            let listed = format!("{:?}", &secret[8..11]);
            assert!(!text.contains(listed.trim_matches(['[', ']'])), "{text}");
        }
    }
    assert!(shown[0].contains("TLS1.3") && shown[0].contains("cipher"), "{}", shown[0]);
}
