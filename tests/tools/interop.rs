//! `interop`: the matrix as a tool. What it finds is `ci/check.sh interop`'s; here, that it tells the truth.

use std::fs;
use std::net::TcpListener;
use std::process::Command;
use std::thread;

use crate::common::early;
use crate::examples::example;
use crate::files::{A, Files};
use crate::peers::Serv;
use crate::process::run;

fn interop(args: &[&str]) -> Command {
    let mut command = Command::new(example("interop"));
    command.args(args);
    command
}

#[test]
fn cells_that_work_and_cells_that_are_refused_for_a_known_reason_are_a_success() {
    let files = Files::new();
    let (json, keys) = (files.path("cells.json"), files.path("keys"));
    // Who has early data depends on the release.
    let mut early = vec!["client/gnutls", "client/openssl", "client/rustls"];
    if early::are_taken() {
        early.extend(["client/ours", "server/openssl", "server/rustls"]);
        early.extend(early::gnutls_cli_sends().then_some("server/gnutls"));
    }
    let filters: Vec<String> = early.iter().map(|pair| format!("--filter={pair}/1.3/early-data")).collect();
    let mut args = vec!["--filter", "*/openssl/1.3/key=*", "--filter", "server/rustls/1.2/*rsa-pss"];
    args.extend(filters.iter().map(String::as_str));
    let ran = run(&mut interop(&[&args[..], &["--json", &json, "--files", &keys]].concat()), b"");
    let works = 14 + early.len();
    ran.assert_says(&format!("interop: {} cells: {works} work, 1 refused by the peer as expected, ", works + 1));
    ran.assert_says(", 0 not offered yet, 0 unexplained, 0 broken");
    let written = fs::read_to_string(&json).expect("a file");
    for member in ["\"outcome\": \"works\"", "openssl s_server -accept 5556", "--only 'client/openssl/1.3/key=rsa'"] {
        assert!(written.contains(member), "{member} is not in {written}");
    }
    assert!(fs::exists(files.path("keys/ca.pem")).expect("a directory"), "the files are kept");
}

#[test]
fn one_cell_is_told_with_the_commands_that_do_it_again() {
    let ran = run(&mut interop(&["--only", "server/gnutls/1.2/resumption"]), b"");
    ran.assert_says("gnutls-cli --port 5556 ").assert_says("--example server -- --port 5556 --echo ");
    ran.assert_says("--example interop -- --only 'server/gnutls/1.2/resumption'");
    run(&mut interop(&["--only", "no/such/cell"]), b"").assert_fails("no cell is called like that");
}

#[test]
fn a_server_of_ours_passes_and_what_is_no_tls_server_is_broken() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--alpn", "h2"]);
    let features = ["alpn", "resumption", "key-update-ours", "close-ours-first"];
    let filters: Vec<String> = features.iter().map(|feature| format!("--filter=*/1.3/{feature}")).collect();
    let filters: Vec<&str> = filters.iter().map(String::as_str).collect();
    let address = format!("127.0.0.1:{}", server.port);
    let ran = run(&mut interop(&[&["--insecure", "--against", &address], &filters[..]].concat()), b"");
    ran.assert_says("interop: 4 cells: 4 work, ");

    let server = Serv::Ours.start(&files, &["--udp", "--alpn", "h2"]);
    let address = format!("127.0.0.1:{}", server.port);
    let ran = run(&mut interop(&["--insecure", "--against", &address, "--udp", "--filter", "*/dtls1.2/*"]), b"");
    ran.assert_says("interop: 7 cells: 7 work, ");

    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    // It hangs up at once.
    thread::spawn(move || listener.incoming().for_each(drop));
    let ran = run(&mut interop(&["--insecure", "--against", &address, "--filter", "*/1.3/alpn"]), b"");
    ran.assert_fails("broken: ");
}

#[test]
fn a_server_that_demands_a_certificate_gets_one_and_is_verified_by_the_name_that_it_has() {
    let files = Files::new();
    let ca = files.path("ca.pem");
    let server = Serv::Ours.start(&files, &["--require-client-cert", "--verify-client-cert", "--x509cafile", &ca]);
    let address = format!("127.0.0.1:{}", server.port);
    let shared = ["--against", &address, "--name", A, "--x509cafile", &ca, "--filter", "*/close-ours-first"];
    let ran = run(&mut interop(&shared), b"");
    ran.assert_says("interop: 2 cells: 0 work, 2 refused by the peer").assert_says("certificate_required");
    let (certificate, key) = (files.path("friend.pem"), files.path("friend.key"));
    let shown = ["--x509certfile", &certificate, "--x509keyfile", &key];
    run(&mut interop(&[&shared[..], &shown].concat()), b"").assert_says("interop: 2 cells: 2 work, ");
}

#[test]
fn a_server_that_is_not_there_is_told_once() {
    for nowhere in ["localhost", "127.0.0.1:1"] {
        let ran = run(&mut interop(&["--against", nowhere]), b"");
        ran.assert_fails(&format!("interop: connecting to {nowhere}: "));
        ran.assert_is_silent_on("client/against/");
    }
}
