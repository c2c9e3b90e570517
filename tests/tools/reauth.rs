//! Clients that are asked for a certificate when they want something secret, commands among their lines, and TLS that
//! begins in the middle.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

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

#[test]
fn lines_are_commands_if_such_are_wanted() {
    let files = Files::new();
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--echo", "--disable-client-cert"]);
        let mut client = Process::start(Cli::Ours.command(&files, server.port).arg("--inline-commands"));
        client.wait_for("- Simple Client Mode:");
        client.type_in(b"^rekey^\n");
        client.wait_for("- Rekey was completed");
        client.type_in(b"^other^ line\n");
        client.wait_for("^other^ line\n");
        client.finish();
    }
}

/// What a server of each protocol says, a line of the client's between each; `|` is the end of a line.
const GREETINGS: [(&str, &[&str]); 6] = [
    ("smtp", &["220 mail|", "250-mail|250 STARTTLS|", "220 go ahead|"]),
    ("lmtp", &["220 mail|", "250-mail|250 STARTTLS|", "220 go ahead|"]),
    ("imap", &["* OK ready|", "a OK begin|"]),
    ("pop3", &["+OK ready|", "+OK begin|"]),
    ("ftp", &["220-hello|220 ready|", "211-Features| AUTH TLS|211 end|", "234 begin|"]),
    ("nntp", &["200 ready|", "382 begin|"]),
];

#[test]
fn tls_begins_in_the_middle_of_other_protocols() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo", "--disable-client-cert"]);
    for (protocol, says) in GREETINGS {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let behind = server.port;
        let between = thread::spawn(move || {
            let client = listener.accept().expect("a client").0;
            let mut lines = BufReader::with_capacity(1, &client);
            for (number, said) in says.iter().enumerate() {
                if number > 0 {
                    let mut line = String::new();
                    lines.read_line(&mut line).expect("a line");
                    assert!(line.ends_with("\r\n"), "{line:?}");
                }
                { &client }.write_all(said.replace('|', "\r\n").as_bytes()).expect("said");
            }
            let server = std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, behind)).expect("the server");
            let (mut up, mut down) = (client.try_clone().expect("a handle"), server.try_clone().expect("a handle"));
            let upwards = thread::spawn(move || {
                let _ = std::io::copy(&mut up, &mut down);
                let _ = down.shutdown(std::net::Shutdown::Write);
            });
            let _ = std::io::copy(&mut { &server }, &mut { &client });
            let _ = client.shutdown(std::net::Shutdown::Write);
            upwards.join().expect("no panic");
        });
        Cli::Ours.talk(&files, port, &["--starttls-proto", protocol], "hello\n").assert_says("hello\n");
        between.join().expect("no panic");
    }
}

#[test]
fn a_server_that_does_not_begin_tls_is_quoted() {
    let files = Files::new();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let refusing = thread::spawn(move || {
        let client = listener.accept().expect("a client").0;
        { &client }.write_all(b"554 not today\r\n").expect("said");
        let _ = BufReader::new(&client).read_line(&mut String::new());
    });
    let mut client = Process::start(Cli::Ours.command(&files, port).args(["--starttls-proto", "smtp"]));
    client.type_in(b"");
    client.finish().assert_fails("554 not today");
    refusing.join().expect("no panic");
}
