//! Renegotiation (TLS 1.2) between the example programs and GnuTLS's own, each as either side.

use std::fs;

use crate::files::Files;
use crate::peers::{Cli, Serv};
use crate::process::Process;

const OLDER: [&str; 2] = ["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2"];

/// Echo servers that may be asked.
fn servers() -> [(Serv, Vec<&'static str>); 2] {
    let echo = ["--echo", "--disable-client-cert"];
    [(Serv::Ours, [&echo[..], &["--allow-renegotiation"]].concat()), (Serv::Gnutls, echo.to_vec())]
}

/// gnutls-cli loses itself when a line comes before the server's hello (it begins again), as it does with gnutls-serv.
#[test]
fn a_line_makes_either_echo_server_ask_and_our_client_obeys() {
    let files = Files::new();
    for (serv, options) in servers() {
        let server = serv.start(&files, &options);
        let mut client = Process::start(Cli::Ours.command(&files, server.port).args(OLDER));
        client.wait_for("- Simple Client Mode:");
        for _ in 0..2 {
            client.type_in(b"**REHANDSHAKE**\n");
            client.wait_for("*** Rehandshake was performed.");
            client.wait_for("Successfully executed command\n");
            client.type_in(b"hello\n");
            client.wait_for("hello\n");
        }
        client.finish();
    }
}

#[test]
fn either_client_renegotiates_with_either_server() {
    let files = Files::new();
    for (serv, options) in servers() {
        let server = serv.start(&files, &options);
        for cli in [Cli::Ours, Cli::Gnutls] {
            let mut client = Process::start(cli.command(&files, server.port).args(OLDER).arg("--rehandshake"));
            client.wait_for("- ReHandshake was completed");
            client.type_in(b"hello\n");
            client.wait_for("hello\n");
            client.finish();
        }
    }
}

#[test]
fn a_line_makes_either_client_renegotiate_with_either_server() {
    let files = Files::new();
    for (serv, options) in servers() {
        let server = serv.start(&files, &options);
        for cli in [Cli::Ours, Cli::Gnutls] {
            let mut client = Process::start(cli.command(&files, server.port).args(OLDER).arg("--inline-commands"));
            client.wait_for("- Simple Client Mode:");
            for (count, line) in ["one\n", "two\n"].into_iter().enumerate() {
                client.type_in(b"^renegotiate^\n");
                client.wait_for_times("- ReHandshake was completed", count + 1);
                client.type_in(line.as_bytes());
                client.wait_for(line);
            }
            client.finish();
        }
    }
}

/// What the server sends while nobody receives is there afterwards.
#[test]
fn a_renegotiation_in_the_middle_of_the_data_loses_nothing() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo", "--disable-client-cert", "--allow-renegotiation"]);
    let lines: String = (0..2000).map(|line| format!("line {line}\n")).collect();
    let typed = format!("{lines}^renegotiate^\n{lines}^renegotiate^\n^resume^\n^renegotiate^\n{lines}");
    // What is not data has a file of its own: it may be said in the middle of a line.
    let log = files.path("log");
    let mut command = Cli::Ours.command(&files, server.port);
    let mut client = Process::start(command.args(OLDER).args(["--inline-commands", "--logfile", &log]));
    client.type_in(typed.as_bytes());
    client.wait_for_times("line 1999\n", 3);
    let said = client.finish();
    assert!(said.status.success() && said.stdout == lines.repeat(3).into_bytes(), "{}", said.text());
    let log = fs::read_to_string(log).expect("a file");
    assert_eq!(log.matches("- ReHandshake was completed").count(), 3, "{log}");
    assert!(log.contains("- Peer has closed the GnuTLS connection"), "{log}");
}

/// In TLS 1.3 the same line has the keys changed.
#[test]
fn a_server_that_does_not_allow_it_refuses() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo", "--disable-client-cert"]);
    let mut client = Process::start(Cli::Ours.command(&files, server.port).args(OLDER).arg("--rehandshake"));
    client.type_in(b"");
    client.finish().assert_fails("no_renegotiation");
    let mut client = Process::start(Cli::Ours.command(&files, server.port).args(OLDER).arg("--inline-commands"));
    client.type_in(b"^renegotiate^\n");
    client.finish().assert_fails("no_renegotiation");
    let mut client = Process::start(&mut Cli::Ours.command(&files, server.port));
    client.wait_for("- Simple Client Mode:");
    client.type_in(b"**REHANDSHAKE**\n");
    client.wait_for("Successfully executed command\n");
    client.finish();
    // And so does the client's own command.
    let mut client = Process::start(Cli::Ours.command(&files, server.port).arg("--inline-commands"));
    client.type_in(b"^renegotiate^\nhello\n");
    client.wait_for("hello\n");
    client.finish().assert_says("- ReHandshake was completed");
}
