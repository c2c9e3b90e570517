//! Encrypted private keys: both servers and both clients ask for their password; ours beside the C programs.

use std::fs;
use std::process::Command;

use gnutls::x509::PrivateKey;

use crate::files::Files;
use crate::peers::{Cli, Serv};
use crate::process::{Process, run};

const PASSWORD: &str = "not a secret";

/// Files of which the key of `name` is encrypted.
fn sealed(name: &str) -> Files {
    let files = Files::new();
    let path = files.path(&format!("{name}.key"));
    let key = PrivateKey::from_file(&path, None).expect("a key");
    fs::write(&path, key.to_pkcs8_pem(Some(PASSWORD)).expect("PEM")).expect("writing");
    files
}

/// `command` with a terminal, which `script` gives it.
fn on_terminal(command: &Command) -> Command {
    let words: Vec<_> = [command.get_program()].into_iter().chain(command.get_args()).collect();
    let line: Vec<_> = words.iter().map(|word| format!("'{}'", word.to_str().expect("ASCII"))).collect();
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line.join(" "), "/dev/null"]).env_remove("GNUTLS_PIN");
    script
}

/// `command` without a terminal, which `setsid` takes from it.
fn without_terminal(command: &Command) -> Command {
    let mut without = Command::new("setsid");
    without.args(["--wait"]).arg(command.get_program()).args(command.get_args()).env_remove("GNUTLS_PIN");
    without
}

#[test]
fn a_password_is_asked_for_on_the_terminal() {
    let files = sealed("friend");
    let trust = files.trust();
    let server = Serv::Ours.start(&files, &["--echo", &trust, "--require-client-cert", "--verify-client-cert"]);
    for cli in [Cli::Ours, Cli::Gnutls] {
        let mut command = cli.command(&files, server.port);
        command.args(files.identities(&["friend"]));
        let mut client = Process::start(&mut on_terminal(&command));
        client.wait_for("Enter password: ");
        client.type_in(format!("{PASSWORD}\n").as_bytes());
        client.wait_for("- Simple Client Mode:");
        client.type_in(b"hello\n");
        // Once typed, and once from the server.
        client.wait_for_times("hello\r\n", 2);
        assert!(!client.so_far().contains(PASSWORD), "{}", client.so_far());

        let mut client = Process::start(&mut on_terminal(&command));
        client.wait_for("Enter password: ");
        client.type_in(b"another\n");
        client.wait_for_any(&["Decryption has failed", "no password that opens it"]);
    }
}

#[test]
fn a_password_of_the_environment_opens_the_keys_of_either_server_and_either_client() {
    let files = sealed("a");
    let mut options = files.identities(&["a"]);
    options.push("--echo".to_owned());
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start_in(&options, |command| command.env("GNUTLS_PIN", PASSWORD));
        Cli::Ours.talk(&files, server.port, &[], "hello\n").assert_says("hello\n");
    }
}

#[test]
fn without_a_terminal_it_is_said_where_a_password_comes_from() {
    let files = sealed("friend");
    let server = Serv::Ours.start(&files, &["--echo"]);
    let mut command = Cli::Ours.command(&files, server.port);
    command.args(files.identities(&["friend"]));
    let talk = run(&mut without_terminal(&command), b"hello\n");
    let told = "friend.key: it needs the password: there is no terminal to ask on";
    talk.assert_fails(told).assert_is_silent_on("hello\n");
    run(&mut without_terminal(&command), b"hello\n").assert_fails("comes from the variable GNUTLS_PIN");
    run(without_terminal(&command).env("GNUTLS_PIN", "another"), b"").assert_fails("no password that opens it");
}
