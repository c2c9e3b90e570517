//! Whom a client trusts, and when.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey};

use crate::files::{A, Files};
use crate::peers::{Cli, Serv};
use crate::process::run;

#[test]
fn an_insecure_client_says_what_is_wrong_and_goes_on() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    let stranger = format!("--x509cafile={}", files.path("stranger.pem"));
    for cli in [Cli::Ours, Cli::Gnutls] {
        for trust in [&[][..], &[&stranger[..]]] {
            let mut command = cli.plain(server.port);
            let talk = run(command.args(trust).args(["--insecure", "--verify-hostname", A]), b"hello\n");
            talk.assert_says("hello\n").assert_says("- Status: The certificate is NOT trusted.");
            talk.assert_says("*** PKI verification of server certificate failed...");
        }
        let mut command = cli.plain(server.port);
        let talk = run(command.args([&files.trust(), "--insecure", "--verify-hostname", A]), b"hello\n");
        talk.assert_says("hello\n").assert_says("- Status: The certificate is trusted.");
        let mut command = cli.plain(server.port);
        let talk = run(command.args(["--no-ca-verification"]), b"hello\n");
        talk.assert_says("hello\n").assert_is_silent_on("NOT trusted");
    }
}

#[test]
fn certificates_are_as_old_as_the_time_that_is_given() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    let at = |time: &str| Cli::Ours.talk(&files, server.port, &["--attime", time], "hello\n");
    for past in ["2001-02-03", "2001-02-03 04:05:06", "2001-02-03T04:05:06Z", "@981173106"] {
        at(past).assert_fails("not yet valid").assert_fails("- Status: The certificate is NOT trusted.");
    }
    at("2999-01-01").assert_fails("expired");
    let now = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_secs();
    at(&format!("@{}", now + 60)).assert_says("hello\n");
    for odd in ["yesterday", "2001-02-30", "2001-02", "2001-01-01 25:00:00", "@x"] {
        at(odd).assert_fails("a time is 2030-12-31");
    }

    let demands = ["--echo", "--verify-client-cert", &files.trust(), "--attime"];
    let friend = files.identities(&["friend"]);
    let friend: Vec<_> = friend.iter().map(String::as_str).collect();
    let server = Serv::Ours.start(&files, &[&demands[..], &["2001-02-03"]].concat());
    assert!(!Cli::Gnutls.talk(&files, server.port, &friend, "hello\n").status.success());
    server.process.wait_for("not yet valid");
}

/// A server's file with its certificate alone, signed by an authority that only `url` has.
fn without_its_issuer(files: &Files, url: &str) -> Vec<u8> {
    let ca = Certificate::list_from_file(files.path("ca.pem")).expect("a certificate").remove(0);
    let ca_key = PrivateKey::from_file(files.path("ca.key"), None).expect("a key");
    let new_key = || PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let (between_key, key) = (new_key(), new_key());
    let between = CertificateBuilder::new().subject("CN=between").ca(None);
    let between = between.signed_by(&between_key, &ca, &ca_key).expect("a certificate");
    let own = CertificateBuilder::new().subject("CN=own").dns_name(A).ca_issuers_uri(url);
    let own = own.signed_by(&key, &between, &between_key).expect("a certificate");
    fs::write(files.path("own.pem"), own.to_pem()).expect("writing");
    fs::write(files.path("own.key"), key.to_pem().expect("PEM")).expect("writing");
    between.to_der()
}

#[test]
fn an_issuer_that_the_server_has_not_sent_is_fetched() {
    let files = Files::new();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let issuer = without_its_issuer(&files, &format!("http://127.0.0.1:{port}/issuer.der"));
    let identity = files.identities(&["own"]);
    let identity: Vec<_> = identity.iter().map(String::as_str).collect();
    let server = Serv::Ours.start_with(&[&identity[..], &["--echo"]].concat());
    Cli::Ours.talk(&files, server.port, &[], "").assert_fails("issuer is unknown");

    let serving = thread::spawn(move || {
        for _ in [Cli::Ours, Cli::Gnutls] {
            let (mut stream, _) = listener.accept().expect("a client");
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            assert_eq!(lines.next().as_deref(), Some("GET /issuer.der HTTP/1.0"));
            let _ = lines.find(String::is_empty);
            let head = format!("HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n", issuer.len());
            stream.write_all(&[head.as_bytes(), &issuer].concat()).expect("answering");
        }
    });
    for cli in [Cli::Ours, Cli::Gnutls] {
        cli.talk(&files, server.port, &["--ca-auto-retrieve"], "hello\n").assert_says("hello\n");
    }
    serving.join().expect("no panic");
    Cli::Ours
        .talk(&files, server.port, &["--ca-auto-retrieve"], "")
        .assert_fails("Fetching the issuer from http://127");
}
