//! `--provider`: certificates and keys in a token, with SoftHSM; ours beside the C programs.

use std::process::Command;

use crate::files::Files;
use crate::peers::{Cli, Serv};
use crate::process::{Process, run};
use crate::tokens::{PIN, Token, url};

#[test]
fn a_token_has_who_either_server_and_either_client_are() {
    let files = Files::new();
    let token = Token::with(&files, &["a", "friend"]);
    let as_one = |name| {
        let (certificate, key) = (url(name, "cert"), url(name, "private"));
        ["--provider".to_owned(), token.module.to_owned(), "--x509certfile".to_owned(), certificate]
            .into_iter()
            .chain(["--x509keyfile".to_owned(), key])
            .collect::<Vec<_>>()
    };
    let (a, friend) = (as_one("a"), as_one("friend"));
    let mut options: Vec<&str> = a.iter().map(String::as_str).collect();
    let trust = files.trust();
    options.extend(["--echo", "--require-client-cert", "--verify-client-cert", &trust]);
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start_in(&options, |command| token.show(command).env("GNUTLS_PIN", PIN));
        for cli in [Cli::Ours, Cli::Gnutls] {
            let mut command = cli.command(&files, server.port);
            let mut client = Process::start(token.show(command.args(&friend)).env("GNUTLS_PIN", PIN));
            client.wait_for("- Simple Client Mode:");
            client.type_in(b"hello\n");
            client.wait_for("hello\n");
            client.finish();
        }
        assert!(server.process.so_far().contains("friend.example"));
        Cli::Ours.talk(&files, server.port, &[], "hello\n").assert_fails("");
    }
}

#[test]
fn a_wrong_pin_and_a_module_that_is_none_are_told() {
    let files = Files::new();
    let token = Token::with(&files, &["friend"]);
    let server = Serv::Ours.start(&files, &["--echo"]);
    let identity = ["--x509certfile", &url("friend", "cert"), "--x509keyfile", &url("friend", "private")];
    for cli in [Cli::Ours, Cli::Gnutls] {
        let mut command = cli.command(&files, server.port);
        let command = command.args(["--provider", token.module]).args(identity);
        let talk = run(token.show(command).env("GNUTLS_PIN", "4321"), b"hello\n");
        talk.assert_fails("*** Wrong PIN has been provided!").assert_is_silent_on("hello\n");
        // GnuTLS's tool before 3.7.3 looks for the file before GnuTLS does, and has words of its own.
        let told = if matches!(cli, Cli::Ours) { "PKCS #11" } else { "" };
        let talk = cli.talk(&files, server.port, &["--provider", "/no/such/module.so"], "hello\n");
        talk.assert_fails(told).assert_is_silent_on("hello\n");
    }
}

/// `script` gives the programs a terminal.
#[test]
fn a_pin_is_asked_for_on_the_terminal() {
    let files = Files::new();
    let token = Token::with(&files, &["friend"]);
    let server = Serv::Ours.start(&files, &["--echo", &files.trust(), "--require-client-cert", "--verify-client-cert"]);
    let identity = ["--x509certfile", &url("friend", "cert"), "--x509keyfile", &url("friend", "private")];
    for cli in [Cli::Ours, Cli::Gnutls] {
        let mut command = cli.command(&files, server.port);
        command.args(["--provider", token.module]).args(identity);
        let words: Vec<_> = [command.get_program()].into_iter().chain(command.get_args()).collect();
        let line: Vec<_> = words.iter().map(|word| format!("'{}'", word.to_str().expect("ASCII"))).collect();
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &line.join(" "), "/dev/null"]);
        let mut client = Process::start(token.show(&mut command));
        client.wait_for("Enter PIN: ");
        client.type_in(format!("{PIN}\n").as_bytes());
        client.wait_for("- Simple Client Mode:");
        client.type_in(b"hello\n");
        // Once typed, and once from the server.
        client.wait_for_times("hello\r\n", 2);
        assert!(!client.so_far().contains(PIN), "{}", client.so_far());
    }
}
