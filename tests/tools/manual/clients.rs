//! The clients, with gnutls-serv.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use gnutls::SrpGroup;
use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};

use super::{at, manual};
use crate::files::Files;
use crate::peers::{Serv, Server};
use crate::process::{Finished, Process, run};
use crate::srp;

const TLS12: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2";

fn client(program: &str, server: &Server, options: &[&str]) -> Finished {
    run(manual(program, &[]).args(at(server.port, options)), b"")
}

#[test]
fn client_x509_takes_a_server_that_is_who_it_should_be() {
    let files = Files::new();
    let server = Serv::Gnutls.start(&files, &["--http"]);
    let trust = files.trust();
    let talk = client("client-x509", &server, &[&trust]);
    talk.assert_says("- Session info: (TLS1.3)").assert_says("HTTP/1.0 200 OK");
    talk.assert_says("- Peer has closed the TLS connection");
    run(
        manual("client-x509", &[&trust, "--port", &server.port.to_string(), "localhost"]).args(["--name", "b.example"]),
        b"",
    )
    .assert_fails("does not match");
    client("client-x509", &server, &[&format!("--x509cafile={}", files.path("stranger.pem"))]).assert_fails("unknown");
}

#[test]
fn session_info_tells_what_gnutls_serv_tells() {
    let files = Files::new();
    let server = Serv::Gnutls.start(&files, &["--http"]);
    let talk = client("session-info", &server, &[&files.trust()]);
    talk.assert_says("- Peer provided 1 certificates.").assert_says("\tDN: CN=a.example\n");
    talk.assert_says("\tIssuer's DN: CN=authority\n").assert_says("- Protocol: TLS1.3");
    talk.assert_says("- Negotiated group ");
}

#[test]
fn client_resume_resumes() {
    let files = Files::new();
    for version in [TLS12, "NORMAL:-VERS-ALL:+VERS-TLS1.3"] {
        let server = Serv::Gnutls.start(&files, &["--http", "--priority", version]);
        client("client-resume", &server, &[&files.trust()]).assert_says("- Previous session was resumed");
    }
    let server = Serv::Gnutls.start(&files, &["--http", "--priority", TLS12, "--noticket", "--nodb"]);
    let talk = client("client-resume", &server, &[&files.trust()]);
    assert!(talk.text().contains("NOT resumed") || talk.text().contains("nothing to resume with"), "{}", talk.text());
}

#[test]
fn client_early_is_heard_before_the_handshake() {
    let files = Files::new();
    let server = Serv::Gnutls.start(&files, &["--echo", "--earlydata"]);
    let talk = client("client-early", &server, &[&files.trust()]);
    talk.assert_says("- The early data was taken");
    let server = Serv::Gnutls.start(&files, &["--http"]);
    let talk = client("client-early", &server, &[&files.trust()]);
    talk.assert_says("- The early data was not taken").assert_says("HTTP/1.0 200 OK");
}

#[test]
fn verify_ssh_knows_a_server_by_the_key_that_it_had() {
    let files = Files::new();
    let (trust, known) = (files.trust(), files.path("known_hosts"));
    let server = Serv::Gnutls.start(&files, &["--http"]);
    let answering = |server: &Server, answer: &[u8]| {
        run(manual("verify-ssh", &["--known-hosts", &known, &trust]).args(at(server.port, &[])), answer)
    };
    answering(&server, b"n\n").assert_fails("the key was not trusted");
    answering(&server, b"y\n").assert_says("is not known").assert_says("HTTP/1.0 200 OK");
    answering(&server, b"").assert_says("has the key that it had").assert_says("HTTP/1.0 200 OK");
    drop(server);
    files.renew("a", crate::files::A);
    let server = Serv::Gnutls.start(&files, &["--http"]);
    answering(&server, b"y\n").assert_fails("under attack");
}

#[test]
fn alert_tells_the_alert() {
    let files = Files::new();
    let server = Serv::Gnutls.start(&files, &["--http", "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.3"]);
    let talk = client("alert", &server, &["--priority", TLS12, &files.trust()]);
    talk.assert_fails("* Received alert '");
    let talk = client("alert", &server, &[&format!("--x509cafile={}", files.path("stranger.pem"))]);
    talk.assert_fails("* Sent alert '");
    client("alert", &server, &[&files.trust()]).assert_says("HTTP/1.0 200 OK");
}

#[test]
fn cert_select_shows_the_certificate_that_the_server_can_use() {
    let files = Files::new();
    let trust = files.trust();
    let demanding = ["--http", &trust, "--require-client-cert", "--verify-client-cert"];
    let server = Serv::Gnutls.start(&files, &demanding);
    // Of an authority with another name.
    let (ca_key, key) = [(); 2].map(|()| PrivateKey::generate(KeyType::EcdsaP256).expect("a key")).into();
    let other = CertificateBuilder::new().subject("CN=another authority").ca(None).self_signed(&ca_key).expect("a ca");
    let other = CertificateBuilder::new().subject("CN=other").signed_by(&key, &other, &ca_key).expect("a certificate");
    std::fs::write(files.path("other.pem"), other.to_pem()).expect("writing");
    std::fs::write(files.path("other.key"), key.to_pem().expect("PEM")).expect("writing");
    let both = files.identities(&["other", "friend"]);
    let options: Vec<&str> = both.iter().map(String::as_str).chain([trust.as_str()]).collect();
    let talk = client("cert-select", &server, &options);
    talk.assert_says("[0]: CN=authority").assert_says("HTTP/1.0 200 OK").assert_says("friend.example");
    let other = files.identities(&["other"]);
    let options: Vec<&str> = other.iter().map(String::as_str).chain([trust.as_str()]).collect();
    assert!(!client("cert-select", &server, &options).text().contains("HTTP/1.0 200 OK"));
}

#[test]
fn client_anon_talks_to_anybody() {
    let files = Files::new();
    let server = Serv::Gnutls.start(&files, &["--http", "--priority", &format!("{TLS12}:-KX-ALL:+ANON-ECDH")]);
    client("client-anon", &server, &[]).assert_says("ANON").assert_says("HTTP/1.0 200 OK");
}

#[test]
fn client_dtls_has_its_datagram_back() {
    let files = Files::new();
    let server = Serv::Gnutls.start(&files, &["--udp", "--echo", "--disable-client-cert"]);
    let talk = client("client-dtls", &server, &[&files.trust()]);
    talk.assert_says("- Session info: (DTLS1.2").assert_says("- Received 18 bytes: GET / HTTP/1.0");
    client("client-dtls", &server, &[&format!("--x509cafile={}", files.path("stranger.pem"))]).assert_fails("unknown");
}

#[test]
fn client_psk_is_known_by_its_key() {
    let files = Files::new();
    let keys = files.path("keys");
    std::fs::write(&keys, "sensor:c0ffee0102030405060708090a0b0c0d\n").expect("a file");
    let priority = "NORMAL:+ECDHE-PSK:+DHE-PSK:+PSK";
    let server = Serv::Gnutls.start(&files, &["--http", "--pskpasswd", &keys, "--priority", priority]);
    let key = |digits| client("client-psk", &server, &["--pskusername", "sensor", "--pskkey", digits]);
    key("c0ffee0102030405060708090a0b0c0d").assert_says("HTTP/1.0 200 OK");
    server.process.wait_for("- PSK authentication. Connected as 'sensor'");
    key("00ff").assert_fails("manual: ");
}

#[test]
fn client_srp_is_known_by_its_password() {
    let files = Files::new();
    if !SrpGroup::is_supported() {
        let options = ["--srpusername", "alice", "--srppasswd", "p", "127.0.0.1"];
        run(&mut manual("client-srp", &options), b"").assert_fails("SRP");
        return;
    }
    let [users, groups] = srp::written(&files);
    let options = ["--srppasswd", &users, "--srppasswdconf", &groups, "--priority", "NORMAL:-VERS-TLS1.3:+SRP"];
    let server = Serv::Gnutls.start(&files, &[&["--http"], &options[..]].concat());
    let password = |word| client("client-srp", &server, &["--srpusername", "alice", "--srppasswd", word]);
    password("correct horse").assert_says("SRP").assert_says("HTTP/1.0 200 OK");
    password("wrong").assert_fails("manual: ");
}

#[test]
fn tlsproxy_speaks_tls_for_who_cannot() {
    let files = Files::new();
    let server = Serv::Gnutls.start(&files, &["--echo"]);
    let mut command = manual("tlsproxy", &["--listen", "0", &files.trust()]);
    let proxy = Process::start(command.args(at(server.port, &[])));
    let port = proxy.wait_for_rest("Listening to port '").trim_end_matches("'.").parse::<u16>().expect("a port");
    for _ in 0..2 {
        let mut plain = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        plain.write_all(b"nothing of TLS\n").expect("writing");
        plain.shutdown(Shutdown::Write).expect("shutting down");
        let mut answer = String::new();
        plain.read_to_string(&mut answer).expect("the echo");
        assert_eq!(answer, "nothing of TLS\n");
    }
}

#[test]
fn tlsproxy_ends_what_nobody_moves() {
    let files = Files::new();
    let server = Serv::Gnutls.start(&files, &["--echo"]);
    let mut command = manual("tlsproxy", &["--listen", "0", "--idle", "1", &files.trust()]);
    let proxy = Process::start(command.args(at(server.port, &[])));
    let port = proxy.wait_for_rest("Listening to port '").trim_end_matches("'.").parse::<u16>().expect("a port");
    let mut silent = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    assert_eq!(silent.read(&mut [0; 10]).unwrap_or(0), 0);
    proxy.wait_for("- nothing moves");
}

#[test]
fn tlsproxy_tells_its_client_that_the_server_has_gone() {
    let files = Files::new();
    let server = Serv::Gnutls.start(&files, &["--echo"]);
    let mut command = manual("tlsproxy", &["--listen", "0", &files.trust()]);
    let proxy = Process::start(command.args(at(server.port, &[])));
    let port = proxy.wait_for_rest("Listening to port '").trim_end_matches("'.").parse::<u16>().expect("a port");
    let mut plain = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    plain.write_all(b"hello\n").expect("writing");
    plain.read_exact(&mut [0; 6]).expect("the echo");
    // It is killed, and says no close_notify.
    drop(server);
    assert_eq!(plain.read(&mut [0; 10]).unwrap_or(0), 0);
    proxy.wait_for("close_notify");
}
