//! The servers, with gnutls-cli.

use std::fs;

use gnutls::SrpGroup;

use super::manual;
use crate::files::Files;
use crate::peers::{Cli, Server};
use crate::process::{Process, run};
use crate::{srp, udp};

fn start(program: &str, options: &[&str]) -> Server {
    let process = Process::start(manual(program, &["--port", "0"]).args(options));
    let port = process.wait_for_rest("Listening to port '").trim_end_matches("'.").parse().expect("a port");
    Server { process, port }
}

#[test]
fn serv_x509_echoes_and_may_demand_certificates() {
    let files = Files::new();
    let identity = files.identities(&["a"]);
    let mut options: Vec<&str> = identity.iter().map(String::as_str).collect();
    let server = start("serv-x509", &options);
    for _ in 0..2 {
        Cli::Gnutls.talk(&files, server.port, &[], "hello\n").assert_says("- Status: The certificate is trusted.");
        Cli::Gnutls.talk(&files, server.port, &[], "hello\n").assert_says("hello\n");
    }
    server.process.wait_for("The client is anybody");
    let trust = files.trust();
    options.push(&trust);
    let server = start("serv-x509", &options);
    let friend = files.identities(&["friend"]);
    let friend: Vec<&str> = friend.iter().map(String::as_str).collect();
    Cli::Gnutls.talk(&files, server.port, &friend, "hello\n").assert_says("hello\n");
    server.process.wait_for("The client is subject `CN=friend.example'");
    Cli::Gnutls.talk(&files, server.port, &[], "hello\n").assert_fails("");
}

#[test]
fn serv_anon_echoes_to_strangers() {
    let files = Files::new();
    let server = start("serv-anon", &[]);
    let priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-ECDH:+ANON-DH";
    Cli::Gnutls.talk(&files, server.port, &["--priority", priority], "hello\n").assert_says("hello\n");
    server.process.wait_for("ANON");
}

#[test]
fn serv_dtls_echoes_to_clients_at_once() {
    let files = Files::new();
    let identity = files.identities(&["a"]);
    let server = start("serv-dtls", &identity.iter().map(String::as_str).collect::<Vec<_>>());
    let talks = udp::talk_at_once(&files, server.port, 2);
    for talk in talks {
        talk.assert_says("- Status: The certificate is trusted.");
    }
    server.process.wait_for_times("- Handshake was completed. (DTLS1.2", 2);
}

#[test]
fn serv_psk_knows_clients_by_their_keys() {
    let files = Files::new();
    let keys = files.path("keys");
    fs::write(&keys, "sensor:c0ffee0102030405060708090a0b0c0d\n").expect("a file");
    let server = start("serv-psk", &["--pskpasswd", &keys]);
    let talk = |key| {
        let options = ["--priority", "NORMAL:-KX-ALL:+ECDHE-PSK:+DHE-PSK", "--pskusername", "sensor", "--pskkey", key];
        Cli::Gnutls.talk(&files, server.port, &options, "hello\n")
    };
    talk("c0ffee0102030405060708090a0b0c0d").assert_says("hello\n");
    server.process.wait_for("User 'sensor' connected");
    talk("00ff00ff").assert_fails("");
}

#[test]
fn serv_srp_knows_users_by_their_passwords() {
    let files = Files::new();
    if !SrpGroup::is_supported() {
        let file = files.path("a.pem");
        run(&mut manual("serv-srp", &["--srppasswd", &file, "--srppasswdconf", &file]), b"").assert_fails("SRP");
        return;
    }
    let [users, groups] = srp::written(&files);
    let server = start("serv-srp", &["--srppasswd", &users, "--srppasswdconf", &groups]);
    let talk = |password| {
        let priority = "NORMAL:-VERS-TLS1.3:-KX-ALL:+SRP";
        let options = ["--priority", priority, "--srpusername", "alice", "--srppasswd", password];
        Cli::Gnutls.talk(&files, server.port, &options, "hello\n")
    };
    talk("correct horse").assert_says("hello\n");
    server.process.wait_for("User 'alice' connected");
    talk("wrong").assert_fails("");
}
