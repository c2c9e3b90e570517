//! Ciphers, groups, keys, application protocols and server names, each agreed on with each tool.

use std::io::Write;

use gnutls::x509::{CertificateBuilder, KeyType};
use gnutls::{Cipher, Group, Identity, KeyUpdateRequest, Priority, Protocol, PublicKeyAlgorithm, ServerConfig};

use crate::files::{Files, for_host, issued};
use crate::ours::{Port, TLS12, TLS13, Tls, VERSIONS, client, connect, patient, read_line, server, talk};
use crate::servers::{PEERS, Peer, Server};

const CIPHERS: [(&str, Cipher); 3] = [
    ("AES-128-GCM", Cipher::AES_128_GCM),
    ("AES-256-GCM", Cipher::AES_256_GCM),
    ("CHACHA20-POLY1305", Cipher::CHACHA20_POLY1305),
];
const GROUPS: [(&str, Group); 3] =
    [("X25519", Group::X25519), ("SECP256R1", Group::SECP256R1), ("SECP384R1", Group::SECP384R1)];
const KEYS: [(KeyType, PublicKeyAlgorithm); 3] = [
    (KeyType::Rsa { bits: 2048 }, PublicKeyAlgorithm::RSA),
    (KeyType::EcdsaP256, PublicKeyAlgorithm::ECDSA),
    (KeyType::Ed25519, PublicKeyAlgorithm::ED25519),
];

/// Our priorities for one cipher or one group, with what must come of them.
fn priorities() -> impl Iterator<Item = (String, Option<Cipher>, Option<Group>)> {
    let ciphers = CIPHERS.map(|(name, cipher)| (format!("-CIPHER-ALL:+{name}"), Some(cipher), None));
    let groups = GROUPS.map(|(name, group)| (format!("-GROUP-ALL:+GROUP-{name}"), None, Some(group)));
    let all = ciphers.into_iter().chain(groups).collect::<Vec<_>>();
    VERSIONS.into_iter().flat_map(move |(_, version)| {
        let with_version = |(only, cipher, group): &(String, _, _)| (format!("{version}:{only}"), *cipher, *group);
        all.iter().map(with_version).collect::<Vec<_>>()
    })
}

#[test]
fn our_client_gets_the_cipher_and_the_group_that_it_insists_on() {
    let files = Files::new();
    // In TLS 1.2 the groups also limit the keys of certificates, on elliptic curves.
    let pem = files.identity("rsa", &issued(&for_host(), KeyType::Rsa { bits: 2048 }));
    for peer in PEERS {
        let server = Server::answering(peer, &pem, &[]);
        for (priority, cipher, group) in priorities() {
            let session = connect(&client(&priority).build().expect("a client"), server.tcp());
            talk(&session, peer);
            if session.protocol() == Protocol::TLS1_3 {
                session.update_keys(KeyUpdateRequest::Requested).expect("a key update");
                talk(&session, peer);
                assert_eq!(session.counters().key_updates_received, 1, "{priority}, {peer:?}");
            }
            assert!(cipher.is_none_or(|cipher| cipher == session.cipher()), "{priority}: {session:?}");
            assert!(group.is_none_or(|group| group == session.group()), "{priority}: {session:?}");
        }
    }
}

/// Lets the client of `peer` talk to a server of ours; gives the session.
fn served(port: &Port, peer: Peer, ca: &str, args: &[&str], config: &ServerConfig) -> Tls {
    let tool = port.client_of(peer, ca, args);
    let session = port.accept(config);
    tool.say("hello\n");
    assert_eq!(read_line(&session).expect("a line"), "hello\n");
    writeln!(&session, "welcome").expect("writing");
    tool.stdout.wait_for("welcome\n");
    session
}

#[test]
fn our_server_gets_the_cipher_and_the_group_that_it_insists_on() {
    let (files, port) = (Files::new(), Port::new());
    let ca = files.ca();
    for peer in PEERS {
        for (priority, cipher, group) in priorities() {
            let session = served(&port, peer, &ca, &[], &server(&priority).build().expect("a server"));
            assert!(cipher.is_none_or(|cipher| cipher == session.cipher()), "{priority}: {session:?}");
            assert!(group.is_none_or(|group| group == session.group()), "{priority}: {session:?}");
        }
    }
}

fn identities() -> [(Identity, PublicKeyAlgorithm); 3] {
    KEYS.map(|(key_type, algorithm)| (issued(&for_host(), key_type), algorithm))
}

#[test]
fn every_kind_of_key_serves() {
    let (files, port) = (Files::new(), Port::new());
    let ca = files.ca();
    for (identity, algorithm) in identities() {
        let pem = files.identity("key", &identity);
        for peer in PEERS {
            let tool = Server::answering(peer, &pem, &[]);
            for (_, priority) in VERSIONS {
                let session = connect(&client(priority).build().expect("a client"), tool.tcp());
                talk(&session, peer);
                let shown = &session.peer_certificates().expect("readable")[0];
                assert_eq!(shown.key_algorithm().expect("known").0, algorithm);
                let ours = ServerConfig::builder().with_identity(identity.clone()).expect("an identity");
                let ours = ours.priority(Priority::new(priority).expect("a priority")).build().expect("a server");
                served(&port, peer, &ca, &[], &ours);
            }
        }
    }
}

#[test]
fn our_client_agrees_on_an_application_protocol() {
    let files = Files::new();
    let pem = files.server();
    for peer in PEERS {
        let args: &[&str] = match peer {
            Peer::GnuTls => &["--alpn", "http/1.1", "--alpn", "spdy/2"],
            Peer::OpenSsl => &["-alpn", "http/1.1,spdy/2"],
        };
        let server = Server::answering(peer, &pem, args);
        for (_, priority) in VERSIONS {
            let alpn = client(priority).alpn(["h2", "http/1.1"]).expect("names");
            let session = connect(&alpn.build().expect("a client"), server.tcp());
            assert_eq!(session.alpn(), Some(&b"http/1.1"[..]));
            talk(&session, peer);
            // s_server serves one after the other.
            drop(session);
            let session = connect(&client(priority).build().expect("a client"), server.tcp());
            assert_eq!(session.alpn(), None);
        }
    }
}

#[test]
fn our_server_agrees_on_an_application_protocol_and_hears_the_name() {
    let (files, port) = (Files::new(), Port::new());
    let ca = files.ca();
    for peer in PEERS {
        let args: &[&str] = match peer {
            Peer::GnuTls => &["--alpn", "spdy/2", "--alpn", "h2", "--sni-hostname", "www.example"],
            Peer::OpenSsl => &["-alpn", "spdy/2,h2", "-servername", "www.example"],
        };
        for (_, priority) in VERSIONS {
            let config = server(priority).alpn(["h2", "http/1.1"]).expect("names").build().expect("a server");
            let session = served(&port, peer, &ca, args, &config);
            assert_eq!(session.alpn(), Some(&b"h2"[..]));
            assert_eq!(session.server_name().as_deref(), Some("www.example"));
        }
    }
}

#[test]
fn a_server_with_two_names_shows_the_certificate_for_the_name_we_sent() {
    let files = Files::new();
    let named = |name: &str| {
        let builder = CertificateBuilder::new().subject(format!("CN={name}")).dns_name(name);
        files.identity(name, &issued(&builder, KeyType::EcdsaP256))
    };
    let (one, two) = (named("one.example"), named("two.example"));
    let second = ["-rev", "-servername", "two.example", "-cert2", &two.chain, "-key2", &two.key];
    let server = Server::openssl(&one, &second);
    for priority in [TLS12, TLS13] {
        let config = client(priority).build().expect("a client");
        for name in ["one.example", "two.example"] {
            talk(&patient(config.connect(name, server.tcp()).expect(name)), Peer::OpenSsl);
        }
        let asked = config.to("two.example").expect("a name").server_name("one.example").connect(server.tcp());
        assert!(asked.expect_err("the other one's").to_string().contains("name"));
        let asked = config.to("one.example").expect("a name").without_server_name().connect(server.tcp());
        talk(&patient(asked.expect("the first is for everyone")), Peer::OpenSsl);
    }
}
