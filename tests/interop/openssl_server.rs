//! Bulk data and key updates between our client and `openssl s_server`.

use std::io::Read;

use gnutls::KeyUpdateRequest;

use crate::exchange::{self, ASKING, MODEST, Plan};
use crate::files::Files;
use crate::ours::{TLS12, TLS13, assert_end, client, connect};
use crate::servers::{Peer, Server};

const OWN: &str = "k\n";
const BOTH: &str = "K\n";

fn exchange(priority: &str, ours: &[KeyUpdateRequest], theirs: &[&str], asking: u64) {
    exchange_with(priority, ours, theirs, asking, u64::MAX);
}

fn exchange_with(priority: &str, ours: &[KeyUpdateRequest], theirs: &[&str], asking: u64, record_limit: u64) {
    let by_limit = record_limit != u64::MAX;
    let files = Files::new();
    let server = Server::openssl(&files.server(), &["-naccept", "1"]);
    let config = client(priority).key_update_after(record_limit).build().expect("a client");
    let session = connect(&config, server.tcp());
    let plan = Plan { up: 6 << 20, down: 6 << 20, ours, theirs, asking, by_limit };
    let mut session = exchange::run(session, &server.tool, &plan);
    session.close().expect("closing");
    assert_end(Peer::OpenSsl, session.read(&mut [0; 10]));
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

#[test]
fn tls13_with_key_updates_by_a_limit() {
    exchange_with(TLS13, &[], &[], 0, 100);
}
