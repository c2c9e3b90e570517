//! Peers that share nothing to talk in: who notices says what is missing, the other keeps the alert.

use gnutls::{Alert, Error, ErrorKind};

use crate::common::HOST;
use crate::files::Files;
use crate::ours::{Port, TLS12, TLS13, client, server};
use crate::servers::{PEERS, Peer, Server};

/// Priorities of ours, and the arguments for GnuTLS's and OpenSSL's tools that leave nothing in common.
const APART: [(&str, &str, [&str; 2], &[&str]); 4] = [
    ("no common version", TLS13, ["--priority", TLS12], &["-tls1_2"]),
    ("no common version either", TLS12, ["--priority", TLS13], &["-tls1_3"]),
    (
        "no common cipher",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM",
        ["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-256-GCM"],
        &["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"],
    ),
    (
        "no common group",
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-SECP384R1",
        ["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519"],
        &["-tls1_3", "-groups", "X25519"],
    ),
];

fn arguments<'a>(peer: Peer, gnutls: &'a [&'a str], openssl: &'a [&'a str]) -> &'a [&'a str] {
    match peer {
        Peer::GnuTls => gnutls,
        Peer::OpenSsl => openssl,
    }
}

/// Checks that `error` says who refused: an alert of the peer's, kept, or ours, sent.
fn assert_apart(error: &Error, about: &str) {
    match error.kind() {
        ErrorKind::Alert => {
            let alert = error.alert_received().unwrap_or_else(|| panic!("{about}: no alert in {error:?}"));
            let known = [Alert::PROTOCOL_VERSION, Alert::HANDSHAKE_FAILURE, Alert::INSUFFICIENT_SECURITY];
            assert!(known.contains(&alert), "{about}: {error}");
            assert!(error.to_string().contains(alert.name().expect("a known one")), "{about}: {error}");
        }
        ErrorKind::Negotiation => assert!(error.alert_sent().is_some(), "{about}: {error:?}"),
        _ => panic!("{about}: {error:?}"),
    }
}

#[test]
fn our_client_and_a_server_with_nothing_in_common() {
    let files = Files::new();
    let pem = files.server();
    for (name, priority, gnutls, openssl) in APART {
        for peer in PEERS {
            let args = arguments(peer, &gnutls, openssl);
            let server = Server::answering(peer, &pem, args);
            let config = client(priority).build().expect("a client");
            let error = config.connect(HOST, server.tcp()).expect_err(name);
            assert_apart(&error, &format!("{name}, {peer:?}"));
        }
    }
}

#[test]
fn our_server_and_a_client_with_nothing_in_common() {
    let (files, port) = (Files::new(), Port::new());
    let ca = files.ca();
    for (name, priority, gnutls, openssl) in APART {
        for peer in PEERS {
            let tool = port.client_of(peer, &ca, arguments(peer, &gnutls, openssl));
            let error = server(priority).build().expect("a server").accept(port.tcp()).expect_err(name);
            let about = format!("{name}, {peer:?}");
            assert_apart(&error, &about);
            if let Some(alert) = error.alert_sent() {
                tool.stderr.wait_for(&peer.alert_text(alert.0));
            }
            assert!(!tool.ended().success, "{about}");
        }
    }
}

#[test]
fn application_protocols_that_must_agree_and_do_not() {
    let (files, port) = (Files::new(), Port::new());
    let (pem, ca) = (files.server(), files.ca());
    for peer in PEERS {
        let theirs = arguments(peer, &["--alpn", "spdy/2", "--alpn-fatal"], &["-alpn", "spdy/2"]);
        let tool = Server::answering(peer, &pem, theirs);
        let client = client("NORMAL").alpn(["h2"]).expect("names").build().expect("a client");
        match client.connect(HOST, tool.tcp()) {
            Ok(session) => assert!(peer.is_lax() && session.alpn().is_none(), "{peer:?}: {session:?}"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Alert, "{error:?}");
                assert_eq!(error.alert_received(), Some(Alert::NO_APPLICATION_PROTOCOL), "{error:?}");
            }
        }

        let server = server("NORMAL").alpn(["h2"]).expect("names").alpn_required().build().expect("a server");
        let tool = port.client_of(peer, &ca, arguments(peer, &["--alpn", "spdy/2"], &["-alpn", "spdy/2"]));
        let error = server.accept(port.tcp()).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Negotiation, "{error:?}");
        assert_eq!(error.alert_sent(), Some(Alert::NO_APPLICATION_PROTOCOL), "{error:?}");
        tool.stderr.wait_for(&peer.alert_text(Alert::NO_APPLICATION_PROTOCOL.0));
    }
}

#[test]
fn a_server_that_does_not_know_the_name() {
    let files = Files::new();
    let pem = files.server();
    for peer in PEERS {
        let fatal = match peer {
            Peer::GnuTls => vec!["--sni-hostname", "www.example", "--sni-hostname-fatal"],
            Peer::OpenSsl => {
                vec!["-servername", "www.example", "-servername_fatal", "-cert2", &pem.chain, "-key2", &pem.key]
            }
        };
        let server = Server::answering(peer, &pem, &fatal);
        for priority in [TLS12, TLS13] {
            let error = client(priority).build().expect("a client").connect(HOST, server.tcp()).expect_err("unknown");
            assert_eq!(error.kind(), ErrorKind::Alert, "{error:?}");
            assert_eq!(error.alert_received(), Some(Alert::UNRECOGNIZED_NAME), "{error:?}");
        }
    }
}
