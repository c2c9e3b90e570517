//! Bulk data and key updates between our server and `openssl s_client`.

use gnutls::KeyUpdateRequest;

use crate::exchange::{self, ASKING, MODEST, Plan};
use crate::files::Files;
use crate::ours::{Port, TLS12, TLS13, server};

const OWN: &str = "k\n";
const BOTH: &str = "K\n";

fn exchange(priority: &str, ours: &[KeyUpdateRequest], theirs: &[&str], asking: u64) {
    exchange_with(priority, ours, theirs, asking, u64::MAX);
}

fn exchange_with(priority: &str, ours: &[KeyUpdateRequest], theirs: &[&str], asking: u64, record_limit: u64) {
    let by_limit = record_limit != u64::MAX;
    let (files, port) = (Files::new(), Port::new());
    let tool = port.openssl_client(&files.ca(), &[]);
    // A ticket would be printed in the middle of the data.
    let session =
        port.accept(&server(priority).tickets(false).key_update_after(record_limit).build().expect("a server"));
    let plan = Plan { up: 6 << 20, down: 6 << 20, ours, theirs, asking, by_limit };
    let session = exchange::run(session, &tool, &plan);
    session.close().expect("closing");
    let end = tool.ended();
    assert!(end.stdout.ends_with("closed\n"), "{}", end.stderr);
    assert_eq!(end.stderr.matches("KEYUPDATE").count(), theirs.len(), "{}", end.stderr);
}

#[test]
fn tls12() {
    exchange(TLS12, &[], &[], 0);
}

#[test]
fn tls13_with_key_updates_of_ours() {
    exchange(TLS13, &ASKING, &[], 0);
}

#[test]
fn tls13_with_key_updates_of_both() {
    exchange(TLS13, &MODEST, &[OWN, BOTH, OWN, BOTH], 2);
}

#[test]
fn tls13_with_requests_that_cross() {
    exchange(TLS13, &ASKING, &[BOTH, BOTH, BOTH], 3);
}

#[test]
fn tls13_with_key_updates_by_a_limit() {
    exchange_with(TLS13, &[], &[], 0, 100);
}
