//! Bulk data and key updates between our client and `openssl s_server`.

use std::io::Read;

use gnutls::KeyUpdateRequest;

use crate::exchange::{self, ASKING, MODEST, Plan};
use crate::files::Files;
use crate::ours::{TLS12, TLS13, client, connect};
use crate::servers::Server;

const OWN: &str = "k\n";
const BOTH: &str = "K\n";

fn exchange(priority: &str, ours: &[KeyUpdateRequest], theirs: &[&str], asking: u64) {
    let files = Files::new();
    let server = Server::openssl(&files.server(), &["-naccept", "1"]);
    let session = connect(&client(priority).build().expect("a client"), server.tcp());
    let plan = Plan { up: 6 << 20, down: 6 << 20, ours, theirs, asking };
    let mut session = exchange::run(session, &server.tool, &plan);
    session.close().expect("closing");
    assert_eq!(session.read(&mut [0; 10]).expect("its close_notify"), 0);
    let end = server.tool.ended();
    assert!(end.stdout.contains("CONNECTION CLOSED"), "{end:?}");
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
