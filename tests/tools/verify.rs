//! Servers that are verified by more than their names: known keys, revocation lists, OCSP, purposes.

use std::fs;
use std::process::Command;

use gnutls::Digest;
use gnutls::ocsp::Request;
use gnutls::x509::{Certificate, PrivateKey, RevocationListBuilder};

use crate::files::Files;
use crate::peers::{Cli, Serv};
use crate::process::{Finished, run};

/// Our client, at home in the directory of the test, where it is known to nobody.
fn at_home(files: &Files, port: u16, options: &[&str], input: &str) -> Finished {
    run(Cli::Ours.command(files, port).env("HOME", files.path("")).args(options), input.as_bytes())
}

fn certificate(files: &Files, name: &str) -> Certificate {
    Certificate::list_from_file(files.path(&format!("{name}.pem"))).expect("a certificate").remove(0)
}

fn key(files: &Files, name: &str) -> PrivateKey {
    PrivateKey::from_file(files.path(&format!("{name}.key")), None).expect("a key")
}

#[test]
fn a_server_is_known_by_the_key_that_it_had_before() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    let says = |options: &[&str], input| at_home(&files, server.port, options, input);
    says(&["--strict-tofu"], "")
        .assert_fails("the key of the server is not known")
        .assert_fails("never been contacted");
    says(&["--tofu"], "n\n").assert_fails("the key of the server is not known");
    says(&["--tofu"], "y\nhello\n").assert_says("Are you sure").assert_says("hello");
    says(&["--strict-tofu"], "hello\n").assert_says("hello").assert_is_silent_on("contacted");

    // Another server with the same name at the same port has another key.
    let kept = files.path(".gnutls/known_hosts");
    let text = fs::read_to_string(&kept).expect("a file");
    files.renew("b", crate::files::A);
    let other = Serv::Ours.start_with(&[&["--echo"][..], &refs(&files.identities(&["b"]))].concat());
    fs::write(&kept, text.replace(&format!("|{}|", server.port), &format!("|{}|", other.port))).expect("a file");
    let talk = at_home(&files, other.port, &["--strict-tofu"], "");
    talk.assert_fails("the key of the server is not known").assert_fails("associated with a different key");
}

fn refs(options: &[String]) -> Vec<&str> {
    options.iter().map(String::as_str).collect()
}

#[test]
fn who_is_revoked_is_refused_by_client_and_server() {
    let files = Files::new();
    let (ca, ca_key) = (certificate(&files, "ca"), key(&files, "ca"));
    let revoking = |name| {
        let list = RevocationListBuilder::new().revoke(&certificate(&files, name)).signed_by(&ca, &ca_key);
        let path = files.path(&format!("no-{name}.pem"));
        fs::write(&path, list.expect("a list").to_pem()).expect("a file");
        path
    };
    let (no_a, no_friend) = (revoking("a"), revoking("friend"));
    let server = Serv::Ours.start(&files, &["--echo"]);
    Cli::Ours.talk(&files, server.port, &["--x509crlfile", &no_a], "").assert_fails("revoked");
    Cli::Ours.talk(&files, server.port, &["--x509crlfile", &no_friend], "hello\n").assert_says("hello");

    let server =
        Serv::Ours.start(&files, &["--echo", &files.trust(), "--verify-client-cert", "--x509crlfile", &no_friend]);
    let friend = files.identities(&["friend"]);
    for client in [Cli::Ours, Cli::Gnutls] {
        assert!(!client.talk(&files, server.port, &refs(&friend), "").status.success());
    }
    assert!(server.process.wait_for("revoked").contains("Error"));
}

#[test]
fn staples_are_given_asked_for_and_saved() {
    let files = Files::new();
    let (server_certificate, ca) = (certificate(&files, "a"), certificate(&files, "ca"));
    let mut request = Request::new().expect("a request");
    request.add_certificate(Digest::SHA1, &ca, &server_certificate).expect("asking");
    fs::write(files.path("request"), request.to_der().expect("DER")).expect("a file");
    // Nothing is known of it: the answer is "unknown", and as good for this as any.
    fs::write(files.path("index"), "").expect("a file");
    let (signer, staple) = (files.path("ca.pem"), files.path("staple"));
    let made = Command::new("openssl")
        .args(["ocsp", "-index", &files.path("index"), "-CA", &signer, "-rsigner", &signer, "-ndays", "2"])
        .args(["-rkey", &files.path("ca.key"), "-reqin", &files.path("request"), "-respout", &staple])
        .output()
        .expect("openssl is installed");
    assert!(made.status.success(), "{made:?}");

    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--echo", "--ocsp-response", &staple]);
        let saved = files.path("saved");
        let talk = Cli::Ours.talk(&files, server.port, &["--ocsp", "--save-ocsp", &saved], "hello\n");
        talk.assert_says("hello");
        assert_eq!(fs::read(&saved).expect("a response"), fs::read(&staple).expect("a response"));
        let [ours, theirs] = [Cli::Ours, Cli::Gnutls].map(|cli| {
            cli.talk(&files, server.port, &["--save-ocsp-multi", &saved], "").assert_says("- Handshake was completed");
            fs::read_to_string(&saved).expect("a response")
        });
        assert!(ours.starts_with("-----BEGIN OCSP RESPONSE-----") && ours == theirs, "{ours} {theirs}");
    }
    fs::write(&staple, [0x30, 3, 2, 1, 0]).expect("a file");
    let server = Serv::Ours.start(&files, &["--echo", "--ocsp-response", &staple, "--ignore-ocsp-response-errors"]);
    for client in [Cli::Ours, Cli::Gnutls] {
        assert!(!client.talk(&files, server.port, &[], "").status.success());
    }
}

#[test]
fn a_purpose_can_be_demanded() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    // The certificate says no purpose, so it is for all.
    let code_signing = "1.3.6.1.5.5.7.3.3";
    let talk = Cli::Ours.talk(&files, server.port, &["--verify-purpose", code_signing], "hello\n");
    talk.assert_says("hello");
}
