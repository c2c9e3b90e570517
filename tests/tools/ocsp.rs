//! `--ocsp`: a client that asks the authority's responder, which is `openssl ocsp`.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Command;
use std::thread;

use gnutls::encoding::hex;
use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey};

use crate::files::{A, Files};
use crate::peers::{Cli, Serv, unheard};
use crate::process::Finished;

/// Writes the certificate `own`, which names a place to ask; its serial number, as openssl's index has it.
fn own(files: &Files, url: &str) -> String {
    let ca = Certificate::list_from_file(files.path("ca.pem")).expect("a certificate").remove(0);
    let ca_key = PrivateKey::from_file(files.path("ca.key"), None).expect("a key");
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let certificate = CertificateBuilder::new().subject("CN=own").dns_name(A).ocsp_uri(url);
    let certificate = certificate.signed_by(&key, &ca, &ca_key).expect("a certificate");
    fs::write(files.path("own.pem"), certificate.to_pem()).expect("writing");
    fs::write(files.path("own.key"), key.to_pem().expect("PEM")).expect("writing");
    hex::encode(certificate.serial().expect("a number")).expect("hex").to_uppercase()
}

/// Answers one request over HTTP.
fn answer(files: &Files, mut stream: &TcpStream) {
    let mut from = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while from.read_line(&mut line).expect("a line") > 2 {
        if let Some(number) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = number.trim().parse().expect("a length");
        }
        line.clear();
    }
    let mut request = vec![0; length];
    from.read_exact(&mut request).expect("a request");
    let [asked, answered, ca] = ["request", "response", "ca.pem"].map(|name| files.path(name));
    fs::write(&asked, request).expect("writing");
    let made = Command::new("openssl")
        .args(["ocsp", "-index", &files.path("index"), "-CA", &ca, "-rsigner", &ca, "-rkey", &files.path("ca.key")])
        .args(["-ndays", "2", "-reqin", &asked, "-respout", &answered])
        .output()
        .expect("openssl is installed");
    assert!(made.status.success(), "{made:?}");
    let response = fs::read(answered).expect("a response");
    let head = format!("HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n", response.len());
    stream.write_all(&[head.as_bytes(), &response].concat()).expect("answering");
}

/// What becomes of a client with `--ocsp` at a server whose certificate has this line in the index, before its number.
fn with_state(cli: Cli, state: &str, wishes: &[&str]) -> Finished {
    let files = Files::new();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let serial = own(&files, &format!("http://{}/", listener.local_addr().expect("an address")));
    let line = if state.is_empty() { String::new() } else { format!("{state}\t{serial}\tunknown\t/CN=own\n") };
    fs::write(files.path("index"), line).expect("writing");
    let identity = files.identities(&["own"]);
    let identity: Vec<_> = identity.iter().map(String::as_str).collect();
    let server = Serv::Ours.start_with(&[&identity[..], &["--echo"]].concat());
    thread::scope(|scope| {
        scope.spawn(|| answer(&files, &listener.accept().expect("a client").0));
        cli.talk(&files, server.port, &[&["--ocsp"], wishes].concat(), "hello\n")
    })
}

const GOOD: &str = "V\t491231235959Z\t";
const REVOKED: &str = "R\t491231235959Z\t251122000000Z,keyCompromise";

#[test]
fn a_certificate_that_its_authority_calls_good_is_taken() {
    for cli in [Cli::Ours, Cli::Gnutls] {
        let talk = with_state(cli, GOOD, &[]);
        talk.assert_says("*** OCSP: verified 1 certificate(s).").assert_says("hello\n");
    }
}

#[test]
fn a_certificate_that_its_authority_has_revoked_is_refused() {
    const FAILED: &str = "*** Verifying (with OCSP) server certificate chain failed...";
    for cli in [Cli::Ours, Cli::Gnutls] {
        with_state(cli, REVOKED, &[]).assert_fails(FAILED).assert_is_silent_on("hello");
        with_state(cli, REVOKED, &["--insecure"]).assert_says(FAILED).assert_says("hello\n");
    }
    with_state(Cli::Ours, REVOKED, &[]).assert_fails("it is revoked (KEY_COMPROMISE)");
    with_state(Cli::Ours, "", &[]).assert_fails("nothing is known of it");
}

#[test]
fn a_server_about_which_nobody_can_be_asked_is_refused() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    for cli in [Cli::Ours, Cli::Gnutls] {
        let talk = cli.talk(&files, server.port, &["--ocsp"], "hello\n");
        talk.assert_fails("*** Verifying (with OCSP) server certificate chain failed...").assert_is_silent_on("hello");
    }
}

#[test]
fn an_authority_that_does_not_answer_is_told() {
    let files = Files::new();
    let (_held, nobody) = unheard();
    own(&files, &format!("http://{nobody}/"));
    let identity = files.identities(&["own"]);
    let identity: Vec<_> = identity.iter().map(String::as_str).collect();
    let server = Serv::Ours.start_with(&[&identity[..], &["--echo"]].concat());
    let talk = Cli::Ours.talk(&files, server.port, &["--ocsp"], "hello\n");
    talk.assert_fails(&format!("asking http://{nobody}/ about certificate 0 of the server"))
        .assert_is_silent_on("hello");
}
