//! Servers that are known by a raw public key (RFC 7250), and those that want to be asked for by their name.

use std::fs;

use gnutls::key::{KeyType, PrivateKey};

use crate::files::{A, B, Files};
use crate::peers::{Cli, Serv};
use crate::process::run;

const RAW: &str = "NORMAL:-CTYPE-SRV-ALL:+CTYPE-SRV-RAWPK";

/// Writes a key pair; the arguments with which a server (or client) has it, and the file of the public half.
fn raw_key(files: &Files, name: &str) -> ([String; 4], String) {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let (public, private) = (files.path(&format!("{name}.pub")), files.path(&format!("{name}.raw")));
    fs::write(&public, key.public_key().and_then(|key| key.to_pem()).expect("PEM")).expect("writing");
    fs::write(&private, key.to_x509().and_then(|key| key.to_pem()).expect("PEM")).expect("writing");
    (["--rawpkfile".into(), public.clone(), "--rawpkkeyfile".into(), private], public)
}

#[test]
fn raw_public_keys_are_shown_and_known() {
    let files = Files::new();
    let ((options, public), (_, other)) = (raw_key(&files, "one"), raw_key(&files, "other"));
    for version in ["TLS1.2", "TLS1.3"] {
        let priority = format!("{RAW}:-VERS-ALL:+VERS-{version}");
        for serv in [Serv::Ours, Serv::Gnutls] {
            let extra = ["--echo", "--disable-client-cert", "--priority", &priority];
            let options: Vec<_> = options.iter().map(String::as_str).chain(extra).collect();
            let server = serv.start_with(&options);
            for client in [Cli::Ours, Cli::Gnutls] {
                let mut command = client.plain(server.port);
                let talk = run(command.args(["--insecure", "--priority", &priority]), b"hello, key\n");
                talk.assert_says("hello, key\n").assert_says("- Handshake was completed");
            }
            let mut command = Cli::Ours.plain(server.port);
            let talk = run(command.args(["--server-rawpkfile", &public, "--priority", &priority]), b"");
            talk.assert_says("- Status: The raw public key is trusted.");
            let mut command = Cli::Ours.plain(server.port);
            let talk = run(command.args(["--server-rawpkfile", &other, "--priority", &priority]), b"");
            talk.assert_fails("is NOT trusted");
        }
    }
}

#[test]
fn a_client_that_asks_for_another_name_is_told_of_or_refused() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo", "--sni-hostname", A]);
    let ask = |port, name: &str| {
        let mut command = Cli::Gnutls.plain(port);
        command.args([&files.trust(), "--sni-hostname", name, "--verify-hostname", A]);
        run(&mut command, b"")
    };
    ask(server.port, A).assert_says("- Handshake was completed");
    ask(server.port, B).assert_says("- Handshake was completed");
    server.process.wait_for(&format!("a client asks for {B}, not for {A}"));
    let server = Serv::Ours.start(&files, &["--echo", "--sni-hostname", A, "--sni-hostname-fatal"]);
    ask(server.port, A).assert_says("- Handshake was completed");
    ask(server.port, B).assert_fails("The server name sent was not recognized");
}
