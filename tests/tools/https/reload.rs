//! SIGHUP: new files for new connections, and nothing else changes.

use std::fs;

use nix::sys::signal::Signal;

use super::Server;
use super::visit::Visit;
use crate::files::{A, Files};

#[test]
fn a_reload_changes_the_certificate_of_new_connections_and_breaks_none() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &[]);
    let mut before = Visit::new(&files, &server);
    before.get().expect("an answer");
    files.renew("a", A);
    server.process.signal(Signal::SIGHUP);
    server.process.wait_for("reloaded");
    let mut after = Visit::new(&files, &server);
    assert_ne!(after.certificate(), before.certificate());
    assert_eq!(after.certificate(), fs::read_to_string(files.path("a.pem")).expect("readable"));
    after.get().expect("an answer");
    before.get().expect("an answer on the connection from before");
}

#[test]
fn sessions_are_resumed_across_a_reload() {
    let files = Files::new();
    let ca = files.path("ca.pem");
    let server = Server::start(&files, &["a"], &["--client-cafile", &ca, "--require-client-cert"]);
    let mut before = Visit::new(&files, &server);
    assert!(before.get().expect("an answer").contains("<p>resumed: false</p>"));
    files.renew("a", A);
    server.process.signal(Signal::SIGHUP);
    server.process.wait_for("reloaded");
    let mut after = Visit::resuming(&files, &server, Some(&before.data())).expect("a handshake");
    let page = after.get().expect("an answer");
    assert!(page.contains("<p>resumed: true</p>") && page.contains("<p>client: CN=friend.example</p>"), "{page}");
}

#[test]
fn a_client_whose_authority_is_gone_after_a_reload_cannot_resume() {
    let files = Files::new();
    let clients = files.path("clients.pem");
    fs::copy(files.path("ca.pem"), &clients).expect("copying");
    let server = Server::start(&files, &["a"], &["--client-cafile", &clients, "--require-client-cert"]);
    let mut before = Visit::new(&files, &server);
    before.get().expect("an answer");
    fs::copy(files.path("stranger.pem"), &clients).expect("copying");
    server.process.signal(Signal::SIGHUP);
    server.process.wait_for("reloaded");
    // A client of TLS 1.3 can have finished before it is refused.
    let again = Visit::resuming(&files, &server, Some(&before.data()));
    assert!(again.is_err() || again.is_ok_and(|mut visit| visit.get().is_err()), "the server still trusts it");
}

#[test]
fn a_reload_with_a_wrong_file_changes_nothing() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &[]);
    let certificate = Visit::new(&files, &server).certificate();
    fs::write(files.path("a.key"), "no key").expect("writing");
    server.process.signal(Signal::SIGHUP);
    let why = server.process.wait_for_rest("not reloaded, going on as before: ");
    assert!(why.contains("a.key"), "{why}");
    let mut after = Visit::new(&files, &server);
    after.get().expect("an answer");
    assert_eq!(after.certificate(), certificate);
}
