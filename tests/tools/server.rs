//! Our server as gnutls-cli, `openssl s_client` and our client see it.

use std::fs;

use crate::files::{A, B, Files};
use crate::peers::{Cli, Serv, openssl_client};
use crate::process::run;

const GET: &str = "GET / HTTP/1.0\r\n\r\n";

#[test]
fn it_echoes_to_every_client() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    for version in ["NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.3"] {
        for client in [Cli::Ours, Cli::Gnutls] {
            let talk = client.talk(&files, server.port, &["--priority", version], "hello, echo\n");
            talk.assert_says("hello, echo\n").assert_says("- Status: The certificate is trusted.");
            talk.assert_says("- Handshake was completed").assert_says("- Simple Client Mode:");
            talk.assert_says("- Peer has closed the GnuTLS connection");
        }
    }
    let mut client = openssl_client(&files, server.port, A, &["-quiet", "-no_ign_eof"]);
    client.type_in(b"hello, openssl\n");
    client.wait_for("hello, openssl\n");
    client.finish().assert_says("hello, openssl\n");
}

#[test]
fn it_tells_every_client_about_its_session() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--http", "--alpn", "http/1.1"]);
    for client in [Cli::Ours, Cli::Gnutls] {
        let talk = client.talk(&files, server.port, &["--alpn", "http/1.1"], GET);
        talk.assert_says("HTTP/1.0 200 OK").assert_says("<td>TLS1.3</td>").assert_says("<td>a.example</td>");
        talk.assert_says("<td>http/1.1</td>").assert_says("- Peer has closed the GnuTLS connection");
    }
    let mut client = openssl_client(&files, server.port, A, &["-quiet"]);
    client.type_in(GET.as_bytes());
    client.finish().assert_says("<td>a.example</td>");
}

#[test]
fn what_a_client_says_stays_text_in_the_page() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--alpn", "<b>&"]);
    let talk = Cli::Ours.talk(&files, server.port, &["--alpn", "<b>&"], GET);
    talk.assert_says("<td>&lt;b&gt;&amp;</td>");
}

#[test]
fn it_serves_a_file_instead_of_the_page() {
    let files = Files::new();
    let file = files.path("data");
    fs::write(&file, "something of one's own").expect("writing");
    let server = Serv::Ours.start(&files, &["--httpdata", &file]);
    let talk = Cli::Gnutls.talk(&files, server.port, &[], GET);
    talk.assert_says("Content-Type: application/octet-stream").assert_says("something of one's own");
}

#[test]
fn quietly_it_says_nothing_of_sessions() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--quiet"]);
    Cli::Gnutls.talk(&files, server.port, &[], GET).assert_says("200 OK").assert_is_silent_on("<td>");
    let said = server.process.wait_for("listening");
    assert!(!said.contains("Accepted"), "{said}");
}

#[test]
fn it_agrees_on_an_application_protocol() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo", "--alpn", "h2", "--alpn", "http/1.1"]);
    for client in [Cli::Ours, Cli::Gnutls] {
        let agreed = |names: &[&str]| {
            let options: Vec<_> = names.iter().flat_map(|name| ["--alpn", name]).collect();
            client.talk(&files, server.port, &options, "")
        };
        agreed(&["http/1.1"]).assert_says("- Application protocol: http/1.1");
        // The client's order counts, as at gnutls-serv.
        agreed(&["http/1.1", "h2"]).assert_says("- Application protocol: http/1.1");
        agreed(&["h2", "http/1.1"]).assert_says("- Application protocol: h2");
        agreed(&["spdy/3"]).assert_says("- Handshake was completed").assert_is_silent_on("- Application protocol");
        agreed(&[]).assert_says("- Handshake was completed").assert_is_silent_on("- Application protocol");
    }
}

#[test]
fn alpn_fatal_refuses_other_protocols_and_nothing_else() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo", "--alpn", "h2", "--alpn-fatal"]);
    for client in [Cli::Ours, Cli::Gnutls] {
        client.talk(&files, server.port, &["--alpn", "h2"], "").assert_says("- Application protocol: h2");
        client.talk(&files, server.port, &[], "").assert_says("- Handshake was completed");
    }
    let refused = Cli::Gnutls.talk(&files, server.port, &["--alpn", "spdy/3"], "");
    refused.assert_fails("No supported application protocol could be negotiated");
    let refused = Cli::Ours.talk(&files, server.port, &["--alpn", "spdy/3"], "");
    refused.assert_fails("no_application_protocol").assert_fails("Hint: The server wants another application protocol");
    server.process.wait_for("the peer has been sent the alert no_application_protocol");
    server.assert_echoes(&files);
}

#[test]
fn it_shows_the_certificate_that_fits_the_name() {
    let files = Files::new();
    let mut options = files.identities(&["a", "b"]);
    options.push("--echo".to_owned());
    let server = Serv::Ours.start_with(&options.iter().map(String::as_str).collect::<Vec<_>>());
    for host in [A, B] {
        for client in [Cli::Ours, Cli::Gnutls] {
            let mut command = client.plain(server.port);
            command.args([&files.trust(), "--sni-hostname", host, "--verify-hostname", host]);
            run(&mut command, b"").assert_says(&format!("subject `CN={host}'"));
        }
        let client = openssl_client(&files, server.port, host, &[]);
        client.finish().assert_says("Verify return code: 0 (ok)").assert_says(&format!("subject=CN={host}\n"));
    }
}

#[test]
fn a_key_update_of_the_client_is_answered() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    let mut client = crate::process::Process::start(Cli::Gnutls.command(&files, server.port).arg("--inline-commands"));
    client.type_in(b"before\n");
    client.wait_for("before\n");
    // Both sides' keys, then the client's alone.
    client.type_in(b"^rekey^\n");
    client.wait_for("- Rekey was completed");
    client.type_in(b"between\n");
    client.wait_for("between\n");
    client.type_in(b"^rekey1^\n");
    client.type_in(b"after\n");
    client.wait_for("after\n");
    client.finish().assert_says("- Peer has closed the GnuTLS connection");
}
