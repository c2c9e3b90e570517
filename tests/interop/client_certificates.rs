//! Certificates of clients: shown, missing, and not accepted.

use std::io::{Read, Write};

use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey, Purpose, VerifyStatus};
use gnutls::{Alert, ClientAuth, ErrorKind, Identity, Protocol, ServerConfig};

use crate::common::{HOST, pki};
use crate::files::{Files, client_identity, for_host, issued};
use crate::ours::{Port, VERSIONS, client, connect, inner, patient, read_line, server, talk};
use crate::servers::{PEERS, Peer, Server};

/// The arguments that make a server demand certificates of the authority in `ca`.
fn demanding(peer: Peer, ca: &str) -> Vec<&str> {
    match peer {
        Peer::GnuTls => vec!["--x509cafile", ca, "--require-client-cert", "--verify-client-cert"],
        Peer::OpenSsl => vec!["-CAfile", ca, "-Verify", "1", "-verify_return_error"],
    }
}

#[test]
fn a_server_that_demands_one_gets_ours() {
    let files = Files::new();
    let (pem, ca) = (files.server(), files.ca());
    for peer in PEERS {
        let server = Server::answering(peer, &pem, &demanding(peer, &ca));
        for (_, priority) in VERSIONS {
            let config = client(priority).with_identity(client_identity()).expect("an identity");
            talk(&connect(&config.build().expect("a client"), server.tcp()), peer);
        }
    }
}

#[test]
fn a_server_that_demands_one_refuses_who_has_none() {
    let files = Files::new();
    let (pem, ca) = (files.server(), files.ca());
    for peer in PEERS {
        let server = Server::answering(peer, &pem, &demanding(peer, &ca));
        for (version, priority) in VERSIONS {
            let config = client(priority).build().expect("a client");
            // In TLS 1.3 a client is finished before its certificate has been seen.
            let error = match config.connect(HOST, server.tcp()) {
                Ok(session) => inner(&patient(session).read(&mut [0; 10]).expect_err("refused")),
                Err(error) => error,
            };
            let about = format!("{peer:?}, {version}: {error:?}");
            assert_eq!(error.kind(), ErrorKind::Alert, "{about}");
            let alert = error.alert_received().expect("an alert");
            if version == Protocol::TLS1_3 {
                assert_eq!(alert, Alert::CERTIFICATE_REQUIRED, "{about}");
            }
            assert!(error.to_string().contains(alert.name().expect("a known one")), "{about}");
        }
    }
}

fn demanding_server(priority: &str) -> ServerConfig {
    let builder = server(priority).with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.client_auth(ClientAuth::Require).build().expect("a server")
}

/// The arguments that make a client show a certificate.
fn showing<'a>(peer: Peer, chain: &'a str, key: &'a str) -> Vec<&'a str> {
    match peer {
        Peer::GnuTls => vec!["--x509certfile", chain, "--x509keyfile", key],
        Peer::OpenSsl => vec!["-quiet", "-cert", chain, "-key", key],
    }
}

#[test]
fn our_server_demands_one_and_gets_it() {
    let (files, identity) = (Files::new(), client_identity());
    let (pem, ca) = (files.identity("client", &identity), files.ca());
    for peer in PEERS {
        for (version, priority) in VERSIONS {
            let port = Port::new();
            let tool = port.client_of(peer, &ca, &showing(peer, &pem.chain, &pem.key));
            let session = port.accept(&demanding_server(priority));
            assert_eq!(session.protocol(), version);
            // gnutls-cli adds the authority that it knows.
            assert_eq!(session.peer_certificates().expect("readable").first(), identity.chain().first());
            tool.say("hello\n");
            assert_eq!(read_line(&session).expect("a line"), "hello\n");
            writeln!(&session, "welcome").expect("writing");
            tool.stdout.wait_for("welcome\n");
        }
    }
}

#[test]
fn our_server_refuses_who_has_none_or_a_wrong_one() {
    let files = Files::new();
    let ca = files.ca();
    let unknown = files.identity("unknown", &of_unknown_authority());
    let for_servers = files.identity("for-servers", &issued(&for_host(), KeyType::EcdsaP256));
    let cases = [
        ("none", None, None),
        ("of an unknown authority", Some(&unknown), Some(VerifyStatus::SIGNER_NOT_FOUND)),
        ("a server's", Some(&for_servers), Some(VerifyStatus::PURPOSE_MISMATCH)),
    ];
    for (name, pem, status) in cases {
        for peer in PEERS {
            for (version, priority) in VERSIONS {
                let port = Port::new();
                let args = pem.map_or(Vec::new(), |pem| showing(peer, &pem.chain, &pem.key));
                let tool = port.client_of(peer, &ca, &args);
                let tcp = port.tcp();
                // Closing with bytes unread would reset the connection, and the alert could be lost on its way.
                let _open = tcp.try_clone().expect("a second handle");
                let error = demanding_server(priority).accept(tcp).expect_err("refused");
                let about = format!("{name}, {peer:?}, {version}: {error:?}");
                assert_eq!(error.kind(), ErrorKind::Verification, "{about}");
                if let Some(status) = status {
                    assert!(error.verify_status().is_some_and(|found| found.contains(status)), "{about}");
                }
                let alert = error.alert_sent().unwrap_or_else(|| panic!("no alert: {about}"));
                tool.stderr.wait_for(&peer.alert_text(alert.0));
                assert!(!tool.ended().success, "{about}");
            }
        }
    }
}

fn of_unknown_authority() -> Identity {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let builder = CertificateBuilder::new().subject("CN=stranger").purpose(Purpose::CLIENT_AUTH);
    Identity::new(vec![builder.self_signed(&key).expect("a certificate")], key).expect("they fit")
}
