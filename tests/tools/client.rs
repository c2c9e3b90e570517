//! Our client at gnutls-serv, `openssl s_server` and our server, and what it says when it cannot go on.

use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use crate::files::{A, B, Files};
use crate::peers::{Cli, Serv, openssl_server, unheard};
use crate::process::{Process, run};

#[test]
fn it_talks_to_every_server() {
    let files = Files::new();
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--echo", "--disable-client-cert"]);
        let talk = Cli::Ours.talk(&files, server.port, &[], "hello, server\n");
        talk.assert_says("hello, server\n").assert_says("- Peer has closed the GnuTLS connection");
        let server = serv.start(&files, &["--http", "--disable-client-cert"]);
        let talk = Cli::Ours.talk(&files, server.port, &["--crlf"], "GET / HTTP/1.0\n\n");
        talk.assert_says("HTTP/1.0 200 OK").assert_says("- Description: (TLS1.3)");
    }
    let server = openssl_server(&files, &["-rev", "-alpn", "h2"]);
    let mut client = Process::start(Cli::Ours.command(&files, server.port).args(["--alpn", "h2", "--verbose"]));
    client.type_in(b"drawer\n");
    client.wait_for("reward\n");
    let talk = client.finish();
    talk.assert_says("- Application protocol: h2").assert_says("- Version: TLS1.3").assert_says("BEGIN CERTIFICATE");
}

#[test]
fn it_sends_while_it_receives() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    let log = files.path("log");
    let sent: Vec<u8> = (0..3_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let talk = run(Cli::Ours.command(&files, server.port).args(["--logfile", &log]), &sent);
    assert!(talk.status.success(), "{}", String::from_utf8_lossy(&talk.stderr));
    assert!(talk.stdout == sent, "{} bytes came back of {}, or others", talk.stdout.len(), sent.len());
    assert!(fs::read_to_string(log).expect("the log").contains("- Handshake was completed"));
}

#[test]
fn it_ends_when_the_server_does_though_stdin_is_open() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--http"]);
    let mut client = Process::start(&mut Cli::Ours.command(&files, server.port));
    client.type_in(b"GET / HTTP/1.0\r\n\r\n");
    // Its stdin is still open here.
    client.wait_for("- Peer has closed the GnuTLS connection");
    client.finish().assert_says("200 OK");
    let said = server.process.wait_for("* Closed connection");
    assert!(!said.contains("Error"), "{said}");
}

#[test]
fn it_changes_keys_at_every_server() {
    let files = Files::new();
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--echo"]);
        let talk = Cli::Ours.talk(&files, server.port, &["--rekey"], "new keys\n");
        talk.assert_says("- Rekey was completed").assert_says("new keys\n");
        let old = ["--rekey", "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2"];
        let talk = Cli::Ours.talk(&files, server.port, &old, "");
        talk.assert_fails("not TLS 1.3").assert_fails("Hint: Key updates (--rekey) are part of TLS 1.3");
    }
    let server = openssl_server(&files, &["-rev"]);
    let mut client = Process::start(Cli::Ours.command(&files, server.port).arg("--rekey"));
    client.type_in(b"drawer\n");
    client.wait_for("reward\n");
    client.finish().assert_says("- Rekey was completed");
}

#[test]
fn a_port_may_stand_behind_the_name_and_the_last_of_an_option_holds() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    let mut command = std::process::Command::new(crate::examples::example("client"));
    command.args([
        &files.trust(),
        "--verify-hostname",
        B,
        "--verify-hostname",
        A,
        "--sni-hostname",
        A,
        "--alpn=x",
        "--alpn=y",
    ]);
    run(command.arg(format!("127.0.0.1:{}", server.port)), b"hello\n").assert_says("hello\n");
}

#[test]
fn it_refuses_a_server_that_is_not_the_right_one() {
    let files = Files::new();
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--echo"]);
        let mut command = Cli::Ours.plain(server.port);
        let talk = run(command.args([&files.trust(), "--verify-hostname", B]), b"");
        talk.assert_fails("- Status: The certificate is NOT trusted.").assert_fails("does not match");
        talk.assert_fails("*** PKI verification of server certificate failed...");
        talk.assert_fails("Hint: Is it the right server? --verify-hostname says which name it must have.");

        let mut command = Cli::Ours.plain(server.port);
        let stranger = format!("--x509cafile={}", files.path("stranger.pem"));
        let talk = run(command.args([&stranger, "--verify-hostname", A]), b"");
        talk.assert_fails("issuer is unknown").assert_fails("Hint: --x509cafile trusts its issuer");

        let mut command = Cli::Ours.plain(server.port);
        let talk = run(command.args(["--insecure", "--print-cert"]), b"whoever you are\n");
        talk.assert_says("whoever you are\n").assert_says("BEGIN CERTIFICATE").assert_says("NOT trusted");
    }
}

#[test]
fn it_says_what_is_wrong_and_what_to_do() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.3"]);
    let old = ["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2"];
    Cli::Ours
        .talk(&files, server.port, &old, "")
        .assert_fails("the peer sent the alert")
        .assert_fails("--priority offers");
    Cli::Ours.talk(&files, server.port, &["--priority", "NONSENSE"], "").assert_fails("NONSENSE");

    let server = Serv::Ours.start(&files, &["--require-client-cert"]);
    let talk = Cli::Ours.talk(&files, server.port, &[], "GET / HTTP/1.0\r\n\r\n");
    talk.assert_fails("certificate_required").assert_fails("--x509certfile and --x509keyfile name one");

    let missing = files.path("missing.pem");
    let talk = run(Cli::Ours.plain(server.port).args(["--x509cafile", &missing]), b"");
    talk.assert_fails("missing.pem").assert_fails("No such file");

    let (_held, nobody) = unheard();
    run(Cli::Ours.plain(nobody.port()).arg("--insecure"), b"").assert_fails("Hint: Is a server listening there?");
    run(Cli::Ours.plain(0).arg("--unheard-of"), b"").assert_fails("--unheard-of");
}

#[test]
fn a_server_without_tls_is_named_so() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
    let port = listener.local_addr().expect("its address").port();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the client");
        stream.write_all(b"220 mail.example ESMTP\r\n").expect("a greeting");
        stream
    });
    let talk = run(Cli::Ours.plain(port).arg("--insecure"), b"");
    talk.assert_fails("Hint: The server may speak no TLS at this port");
    drop(server.join().expect("no panic"));
}

#[test]
fn secrets_are_written_where_sslkeylogfile_says_only_if_they_are_asked_for() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    let talk = |cli: Cli, name: &str, options: &[&str]| {
        let path = files.path(name);
        let mut command = cli.command(&files, server.port);
        run(command.args(options).env("SSLKEYLOGFILE", &path), b"hello\n").assert_says("hello\n");
        fs::read_to_string(path)
    };
    talk(Cli::Ours, "unasked", &[]).expect_err("there is no such file");
    let asked = talk(Cli::Ours, "asked", &["--keylog"]).expect("a file");
    assert!(asked.contains("\nCLIENT_TRAFFIC_SECRET_0 "), "{asked}");
    // GnuTLS by itself does not wait to be asked. A release that does one day makes this fail, and the documentation wrong.
    let unasked = talk(Cli::Gnutls, "gnutls", &[]).expect("a file");
    assert!(unasked.contains("\nCLIENT_TRAFFIC_SECRET_0 "), "{unasked}");
}

#[test]
fn it_and_every_server_know_each_other_by_a_key() {
    let files = Files::new();
    let keys = files.path("psks");
    fs::write(&keys, "sensor:c0ffee0102030405060708090a0b0c0d\n").expect("a file");
    let also_psk = ["--priority", "NORMAL:+ECDHE-PSK:+DHE-PSK"];
    let key = ["--pskusername", "sensor", "--pskkey", "c0ffee0102030405060708090a0b0c0d"];
    for serv in [Serv::Ours, Serv::Gnutls] {
        let own: &[&str] = if matches!(serv, Serv::Gnutls) { &also_psk } else { &[] };
        // Without a certificate.
        let server = serv.start_with(&[&["--echo", "--pskpasswd", &keys, "--pskhint", "take it"], own].concat());
        for cli in [Cli::Ours, Cli::Gnutls] {
            let own: &[&str] = if matches!(cli, Cli::Gnutls) { &also_psk } else { &[] };
            let talk = cli.talk(&files, server.port, &[&key[..], own].concat(), "hello, server\n");
            talk.assert_says("hello, server\n").assert_says("- PSK authentication.");
        }
        if matches!(serv, Serv::Ours) {
            server.process.wait_for("- PSK authentication. Connected as 'sensor'");
        }
        let wrong = run(Cli::Ours.plain(server.port).args(["--pskusername", "sensor", "--pskkey", "00ff"]), b"");
        wrong.assert_fails("alert");
    }
}

#[test]
fn it_talks_to_strangers_if_the_priorities_say_so() {
    let files = Files::new();
    let strangers = ["--priority", "NORMAL:-VERS-TLS1.3:-KX-ALL:+ANON-ECDH"];
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &[&["--echo"], &strangers[..]].concat());
        let talk = Cli::Ours.talk(&files, server.port, &strangers, "hello, server\n");
        talk.assert_says("hello, server\n").assert_says("- Anonymous: nobody is authenticated.");
        run(&mut Cli::Ours.command(&files, server.port), b"").assert_fails("alert");
    }
}
