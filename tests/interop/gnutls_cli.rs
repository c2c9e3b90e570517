//! Bulk data and key updates between our server and `gnutls-cli`.

use gnutls::KeyUpdateRequest;

use crate::exchange::{self, ASKING, MODEST, Plan};
use crate::files::Files;
use crate::ours::{Port, TLS12, TLS13, server};

/// gnutls-cli prints each byte with a system call of its own, so it gets less than it gives.
const UP: u64 = 4 << 20;
const DOWN: u64 = 512 << 10;

const OWN: &str = "^rekey1^\n";
const BOTH: &str = "^rekey^\n";

fn exchange(priority: &str, ours: &[KeyUpdateRequest], theirs: &[&str], asking: u64) {
    let (files, port) = (Files::new(), Port::new());
    let tool = port.gnutls_cli(&files.ca(), &["--inline-commands"]);
    let session = port.accept(&server(priority).build().expect("a server"));
    let session = exchange::run(session, &tool, &Plan { up: UP, down: DOWN, ours, theirs, asking, by_limit: false });
    session.close().expect("closing");
    let end = tool.ended();
    assert!(end.success, "{end:?}");
    assert!(end.stdout.contains("Peer has closed the GnuTLS connection"), "{end:?}");
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
    // One side asks at most: a GnuTLS peer ends the session when requests cross.
    exchange(TLS13, &MODEST, &[OWN, BOTH, OWN, BOTH], 2);
}
