//! Client certificates in each mode, and the certificate that the server makes itself.

use std::fs;

use crate::files::Files;
use crate::peers::{Cli, Serv};
use crate::process::run;

const GET: &str = "GET / HTTP/1.0\r\n\r\n";

/// What becomes of a client.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// It is served, and the page shows its certificate.
    Known,
    /// It is served, and the page shows none.
    Unknown,
    /// It is refused.
    Refused,
}

/// For each mode: the options, then what becomes of clients without a certificate, with one of the authority, and
/// with one of another.
const MODES: [(&[&str], [Fate; 3]); 5] = [
    (&[], [Fate::Unknown, Fate::Known, Fate::Known]),
    (&["--disable-client-cert"], [Fate::Unknown, Fate::Unknown, Fate::Unknown]),
    (&["--require-client-cert"], [Fate::Refused, Fate::Known, Fate::Known]),
    (&["--verify-client-cert"], [Fate::Unknown, Fate::Known, Fate::Refused]),
    (&["--verify-client-cert", "--require-client-cert"], [Fate::Refused, Fate::Known, Fate::Refused]),
];

#[test]
fn each_mode_serves_and_refuses_whom_it_should_with_tls_1_3() {
    all_modes("NORMAL:-VERS-ALL:+VERS-TLS1.3");
}

#[test]
fn each_mode_serves_and_refuses_whom_it_should_with_tls_1_2() {
    all_modes("NORMAL:-VERS-ALL:+VERS-TLS1.2");
}

fn all_modes(version: &str) {
    let files = Files::new();
    for (mode, fates) in MODES {
        // A server that names its authorities would not be shown the stranger's certificate.
        let trust = files.trust();
        let mut options = vec!["--http", "--priority", version];
        options.extend(mode);
        if mode.contains(&"--verify-client-cert") {
            options.push(&trust);
        }
        let server = Serv::Ours.start(&files, &options);
        let identities = [vec![], files.identities(&["friend"]), files.identities(&["stranger"])];
        for (identity, fate) in identities.iter().zip(fates) {
            for client in [Cli::Ours, Cli::Gnutls] {
                let options: Vec<_> = identity.iter().map(String::as_str).collect();
                let talk = client.talk(&files, server.port, &options, GET);
                let context = format!("{mode:?} {version} {client:?} {identity:?}");
                let found = match talk.status.code() {
                    Some(0) if talk.text().contains("<th>Client certificate</th><td>none</td>") => Fate::Unknown,
                    Some(0) if talk.text().contains("<th>Client certificate</th><td>subject") => Fate::Known,
                    Some(1) => Fate::Refused,
                    _ => panic!("{context}: {}", talk.text()),
                };
                assert_eq!(found, fate, "{context}: {}", talk.text());
            }
        }
    }
}

#[test]
fn the_log_says_what_was_verified() {
    let files = Files::new();
    let friend = files.identities(&["friend"]);
    let friend: Vec<_> = friend.iter().map(String::as_str).collect();
    let trust = files.trust();
    let modes: [(&[&str], &str); 2] = [
        (&[], "- Peer's certificate was NOT verified."),
        (&["--verify-client-cert", &trust], "- Peer's certificate was verified."),
    ];
    for (mode, words) in modes {
        let server = Serv::Ours.start(&files, mode);
        Cli::Gnutls.talk(&files, server.port, &friend, GET).assert_says("200 OK");
        server.process.wait_for(words);
    }
}

#[test]
fn a_certificate_of_its_own_making_can_be_trusted() {
    let files = Files::new();
    let server = Serv::Ours.start_with(&["--http"]);
    let said = server.process.wait_for("-----END CERTIFICATE-----\n");
    let start = said.find("-----BEGIN CERTIFICATE-----").expect("a certificate");
    let end = said.find("-----END CERTIFICATE-----").expect("its end") + "-----END CERTIFICATE-----\n".len();
    let file = files.path("made.pem");
    fs::write(&file, &said[start..end]).expect("writing");
    for client in [Cli::Ours, Cli::Gnutls] {
        for host in ["localhost", "127.0.0.1"] {
            let mut command = client.plain(server.port);
            let talk = run(command.args(["--x509cafile", &file, "--verify-hostname", host]), GET.as_bytes());
            talk.assert_says("- Status: The certificate is trusted.").assert_says("200 OK");
        }
    }
}
