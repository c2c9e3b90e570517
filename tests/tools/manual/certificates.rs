//! What makes, reads and verifies certificates, with certtool and openssl.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

use super::manual;
use crate::files::{A, B, Files};
use crate::peers::Server;
use crate::process::{Finished, Process, run};

fn tool(words: &[&str], input: &[u8]) -> Finished {
    run(Command::new(words[0]).args(&words[1..]), input)
}

#[test]
fn crq_makes_a_request_that_certtool_and_openssl_read() {
    let made = run(
        &mut manual(
            "crq",
            &["--subject", "CN=www.example.org,C=GR", "--dns-name", "example.org", "--challenge", "word"],
        ),
        b"",
    );
    made.assert_says("-----BEGIN NEW CERTIFICATE REQUEST-----").assert_says("PRIVATE KEY-----");
    let read = tool(&["certtool", "--crq-info"], &made.stdout);
    read.assert_says("CN=www.example.org").assert_says("DNSname: example.org");
    read.assert_says("Challenge password: word").assert_says("Self signature: verified");
    tool(&["openssl", "req", "-verify", "-noout"], &made.stdout).assert_says("OK");
}

#[test]
fn pkcs12_makes_a_file_that_certtool_and_openssl_open() {
    let files = Files::new();
    let out = files.path("a.p12");
    let mut command = manual("pkcs12", &["--password", "word", "--outfile", &out]);
    run(command.args(files.identities(&["a"])), b"").assert_says("");
    let read = tool(&["openssl", "pkcs12", "-in", &out, "-passin", "pass:word", "-nodes"], b"");
    read.assert_says("friendlyName: My name").assert_says("CERTIFICATE-----").assert_says("PRIVATE KEY-----");
    let read = tool(&["certtool", "--p12-info", "--inder", "--infile", &out, "--password", "word"], b"");
    read.assert_says("Friendly name: My name");
    assert!(!tool(&["openssl", "pkcs12", "-in", &out, "-passin", "pass:other", "-nodes"], b"").status.success());
}

#[test]
fn x509_info_says_what_certtool_says() {
    let files = Files::new();
    let said = run(&mut manual("x509-info", &[&files.path("a.pem")]), b"");
    said.assert_says("\tDN: CN=a.example\n")
        .assert_says("\tIssuer's DN: CN=authority\n")
        .assert_says("\tVersion: #3\n");
    let told = tool(&["certtool", "--certificate-info", "--infile", &files.path("a.pem")], b"").text();
    let serial = told.split("Serial Number (hex): ").nth(1).and_then(|rest| rest.lines().next()).expect("a number");
    said.assert_says(&format!("\tSerial number: {serial}\n"));
}

#[test]
fn verify_says_what_certtool_says() {
    let files = Files::new();
    let [ca, chain] = ["ca.pem", "a.pem"].map(|name| files.path(name));
    for (authority, name, good) in [(&ca, A, true), (&ca, B, false), (&files.path("stranger.pem"), A, false)] {
        let said = run(&mut manual("verify", &["--x509cafile", authority, "--name", name, &chain]), b"");
        let told =
            ["certtool", "--verify", "--load-ca-certificate", authority, "--verify-hostname", name, "--infile", &chain];
        assert_eq!(tool(&told, b"").status.success(), good);
        if good {
            said.assert_says("\tSubject: CN=a.example\n").assert_says("Trusted");
        } else {
            said.assert_fails("not trusted: ");
        }
    }
}

#[test]
fn print_ciphersuites_lists_what_gnutls_cli_lists() {
    for priority in ["NORMAL", "SECURE256:-VERS-ALL:+VERS-TLS1.3"] {
        let said = run(&mut manual("print-ciphersuites", &[priority]), b"").text();
        let told = tool(&["gnutls-cli", "--list", "--priority", priority], b"").text();
        let suites = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| line.starts_with("TLS_"));
            lines.map(|line| line.split_whitespace().take(3).collect::<Vec<_>>().join(" ")).collect()
        };
        assert!(!suites(&said).is_empty());
        assert_eq!(suites(&said), suites(&told), "{priority}");
    }
    run(&mut manual("print-ciphersuites", &["NO-SUCH-THING"]), b"").assert_fails("NO-SUCH-THING");
}

/// `openssl ocsp` as a responder for the authority, which has issued `a.pem` and says that it is `word`.
fn responder(files: &Files, word: &str) -> Server {
    let told = tool(&["openssl", "x509", "-in", &files.path("a.pem"), "-noout", "-serial"], b"").text();
    let serial = told.trim().strip_prefix("serial=").expect("a number");
    let revoked = if word == "R" { "260101000000Z" } else { "" };
    let index = files.path("index.txt");
    std::fs::write(&index, format!("{word}\t491231235959Z\t{revoked}\t{serial}\tunknown\t/CN=a.example\n"))
        .expect("a file");
    for _ in 0..10 {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("a free port");
        let port = free.port();
        let mut command = Command::new("openssl");
        command.args(["ocsp", "-port", &port.to_string(), "-index", &index, "-CA", &files.path("ca.pem")]);
        command.args(["-rsigner", &files.path("ca.pem"), "-rkey", &files.path("ca.key")]);
        let process = Process::start(&mut command);
        if process.wait_for_any(&["aiting for OCSP client connections", "rror"]).contains("aiting") {
            return Server { process, port };
        }
    }
    panic!("openssl finds no free port");
}

#[test]
fn ocsp_client_believes_the_responder_of_the_issuer() {
    let files = Files::new();
    let [ca, certificate] = ["ca.pem", "a.pem"].map(|name| files.path(name));
    for (word, status) in [("V", "Certificate Status: good"), ("R", "Certificate Status: revoked")] {
        let server = responder(&files, word);
        let url = format!("http://127.0.0.1:{}", server.port);
        let ask = |certificate: &str, issuer: &str| {
            run(&mut manual("ocsp-client", &["--url", &url, certificate, issuer]), b"")
        };
        ask(&certificate, &ca).assert_says(status).assert_says("Verification success!");
        ask(&certificate, &files.path("stranger.pem")).assert_fails("manual: ");
    }
    run(&mut manual("ocsp-client", &[&certificate, &ca]), b"").assert_fails("names no responder");
}
