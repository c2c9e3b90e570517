//! Clients that are asked for a certificate when they want something secret.

use crate::files::Files;
use crate::peers::{Cli, Serv};
use crate::process::Process;

/// A client's options for a certificate, and for being asked.
fn asked(files: &Files) -> [String; 5] {
    let [chain, key] = ["friend.pem", "friend.key"].map(|name| files.path(name));
    ["--x509certfile".to_owned(), chain, "--x509keyfile".to_owned(), key, "--post-handshake-auth".to_owned()]
}

#[test]
fn a_secret_is_shown_to_who_shows_a_certificate() {
    let files = Files::new();
    let ca = files.path("ca.pem");
    let trusting = ["--http", "--disable-client-cert", "--x509cafile", &ca, "--secret"];
    let asked = asked(&files);
    let asked: Vec<_> = asked.iter().map(String::as_str).collect();
    for demand in ["request", "require"] {
        let server = Serv::Ours.start(&files, &[&trusting[..], &[demand]].concat());
        for cli in [Cli::Ours, Cli::Gnutls] {
            let get = |options: &[&str], path: &str| {
                let request = format!("GET {path} HTTP/1.0\r\n\r\n");
                let mut client = Process::start(cli.command(&files, server.port).args(options));
                client.wait_for("- Simple Client Mode:");
                client.type_in(request.as_bytes());
                // gnutls-cli calls the question an error, not a fatal one.
                client.wait_for_any(&["</html>", "Fatal error"]);
                client.finish()
            };
            let nobody = "<th>Client certificate</th><td>none</td>";
            get(&asked, "/").assert_says(nobody);
            get(&asked, "/secret").assert_says("200 OK").assert_is_silent_on(nobody);
            get(&[], "/secret").assert_says(nobody);
            get(&[], "/keyupdate").assert_says("200 OK");
        }
        let mut client = Process::start(Cli::Ours.command(&files, server.port).arg("--post-handshake-auth"));
        client.wait_for("- Simple Client Mode:");
        client.type_in(b"GET /secret HTTP/1.0\r\n\r\n");
        // Who closes earlier cannot answer any more.
        client.wait_for_any(&["</html>", "Fatal error"]);
        if demand == "require" {
            client.finish().assert_fails("certificate_required");
        } else {
            client.finish().assert_says("200 OK");
        }
    }
}

#[test]
fn a_line_makes_either_echo_server_ask() {
    let files = Files::new();
    let ca = files.path("ca.pem");
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--echo", "--disable-client-cert", "--x509cafile", &ca]);
        for cli in [Cli::Ours, Cli::Gnutls] {
            let mut client = Process::start(cli.command(&files, server.port).args(asked(&files)));
            client.wait_for("- Simple Client Mode:");
            client.type_in(b"**REAUTH**\n");
            client.wait_for("Successfully executed command\n");
            client.type_in(b"hello\n");
            client.wait_for("hello\n");
            client.finish();
        }
    }
}
