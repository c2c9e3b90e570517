//! Passwords that neither side sends (SRP), with GnuTLS's tools as both sides, and with what its srptool writes.

use std::fs;
use std::io::Write;

use gnutls::{
    ClientConfig, CredentialsType, ErrorKind, Identity, Priority, ServerConfig, SrpGroup, SrpUser, SrpVerifier,
};

use crate::WATCHDOG;
use crate::common::HOST;
use crate::files::{Files, for_host, issued};
use crate::ours::{Port, connect, read_line, talk};
use crate::process::Tool;
use crate::servers::{Peer, Server};

const NAME: &str = "alice";
const PASSWORD: &str = "correct horse";
const OF_THE_TOOLS: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+SRP:+SRP-RSA";

fn user(password: &str) -> SrpUser {
    SrpUser::new(NAME, password).expect("a user")
}

/// What `srptool` makes for alice, with the group of a number: users and groups.
fn files_of_srptool(files: &Files, group: &str) -> (String, String) {
    let (users, groups) = (files.path("tpasswd"), files.path("tpasswd.conf"));
    let tool = Tool::start(&["srptool"], &["--create-conf", &groups]);
    tool.stdout.wait_for_end();
    let arguments = ["--passwd", &users, "--passwd-conf", &groups, "--username", NAME, "--index", group];
    let tool = Tool::start(&["srptool"], &arguments);
    tool.say(&format!("{PASSWORD}\n"));
    tool.stdout.wait_for_end();
    (users, groups)
}

/// Whether this GnuTLS, and so its tools, have SRP; otherwise they say that they have not.
fn supported() -> bool {
    if SrpGroup::is_supported() {
        return true;
    }
    let listed = Tool::start(&["gnutls-cli"], &["--list"]).stdout.wait_for_end();
    assert!(!listed.contains("TLS_SRP_"), "the tools have SRP, and the library has not");
    false
}

#[test]
fn our_client_and_their_server_know_each_other_by_the_password() {
    if !supported() {
        return;
    }
    let files = Files::new();
    for group in ["3", "4"] {
        let (users, groups) = files_of_srptool(&files, group);
        let arguments = ["--srppasswd", &users, "--srppasswdconf", &groups, "--priority", OF_THE_TOOLS];
        let server = Server::answering(Peer::GnuTls, &files.server(), &arguments);
        let client = |password| {
            ClientConfig::builder().with_srp(user(password)).handshake_timeout(WATCHDOG).build().expect("a client")
        };
        let session = connect(&client(PASSWORD), server.tcp());
        assert_eq!(session.peer_authentication(), Some(CredentialsType::SRP));
        talk(&session, Peer::GnuTls);
        let error = client("wrong").connect(HOST, server.tcp()).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Alert, "{error:?}");
    }
}

#[test]
fn our_client_verifies_the_certificate_that_their_server_shows_besides() {
    if !supported() {
        return;
    }
    let files = Files::new();
    let (users, groups) = files_of_srptool(&files, "3");
    let rsa: Identity = issued(&for_host(), gnutls::x509::KeyType::Rsa { bits: 2048 });
    let pem = files.identity("rsa", &rsa);
    let only = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+SRP-RSA";
    let server =
        Server::answering(Peer::GnuTls, &pem, &["--srppasswd", &users, "--srppasswdconf", &groups, "--priority", only]);
    let client = ClientConfig::builder().with_trust_file(files.ca()).expect("an authority").with_srp(user(PASSWORD));
    let session = connect(&client.handshake_timeout(WATCHDOG).build().expect("a client"), server.tcp());
    assert_eq!(session.server_credentials(), CredentialsType::CERTIFICATE);
    assert_eq!(session.client_credentials(), CredentialsType::SRP);
    talk(&session, Peer::GnuTls);
}

#[test]
fn our_server_and_their_client_know_each_other_by_the_password() {
    if !supported() {
        return;
    }
    let files = Files::new();
    let (users, groups) = files_of_srptool(&files, "3");
    let known = SrpVerifier::new(&user(PASSWORD), SrpGroup::BITS_3072).expect("a verifier");
    let by_code = ServerConfig::builder().with_srp(move |name| (name == NAME).then(|| known.clone()));
    let by_files = ServerConfig::builder().with_srp_files(users, groups);
    for server in [by_code, by_files] {
        let server = server.handshake_timeout(WATCHDOG).build().expect("a server");
        let port = Port::new();
        let arguments = ["--srpusername", NAME, "--srppasswd", PASSWORD, "--priority", OF_THE_TOOLS];
        let tool = port.client_of(Peer::GnuTls, &files.ca(), &arguments);
        let session = port.accept(&server);
        assert_eq!(session.srp_username(), Some(NAME));
        tool.say("hello\n");
        assert_eq!(read_line(&session).expect("a line"), "hello\n");
        writeln!(&session, "welcome").expect("writing");
        tool.stdout.wait_for("welcome\n");
    }
}

#[test]
fn a_user_that_srptool_wrote_is_the_verifier_of_the_password() {
    if !supported() {
        return;
    }
    let files = Files::new();
    for (index, group) in [("2", SrpGroup::BITS_1536), ("3", SrpGroup::BITS_2048), ("5", SrpGroup::BITS_4096)] {
        let (users, _) = files_of_srptool(&files, index);
        let line = fs::read_to_string(users).expect("a file");
        let fields: Vec<_> = line.trim_end().split(':').collect();
        let [number, salt] = [1, 2].map(|at| gnutls::encoding::srp::decode(fields[at]).expect("a number"));
        // A salt that begins with a zero byte is shorter in the file.
        let made = SrpVerifier::with_salt(&user(PASSWORD), group, &[&vec![0; 16 - salt.len()], &*salt].concat());
        assert_eq!((fields[0], fields[3]), (NAME, index));
        assert_eq!(**made.expect("a verifier").verifier(), *number);
    }
}

#[test]
fn priorities_of_the_callers_are_taken_as_they_are() {
    if !supported() {
        return;
    }
    let files = Files::new();
    let (users, groups) = files_of_srptool(&files, "3");
    let server = ServerConfig::builder().priority(Priority::new(OF_THE_TOOLS).expect("priorities"));
    let server = server.with_srp_files(users, groups).handshake_timeout(WATCHDOG).build().expect("a server");
    let port = Port::new();
    let arguments = ["--srpusername", NAME, "--srppasswd", "wrong", "--priority", OF_THE_TOOLS];
    let tool = port.client_of(Peer::GnuTls, &files.ca(), &arguments);
    let error = server.accept(port.tcp()).expect_err("a wrong password");
    assert!([ErrorKind::Protocol, ErrorKind::Alert].contains(&error.kind()), "{error:?}");
    tool.stderr.wait_for_end();
}
