//! Key updates that nobody asked for: by a limit, and where there are none.

use std::io::{Read, Write};

use gnutls::{KeyUpdateRequest, Priority, ServerConfig, Session, transport::Wait};

use crate::common::{TLS12, TLS13, client, connect, pki, server, within};
use gnutls::transport::memory;

fn server_that_rekeys(priority: &str, records: u64) -> ServerConfig {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("identity");
    let builder = builder.priority(Priority::new(priority).expect("priority"));
    builder.key_update_after(records).build().expect("a server")
}

/// Sends `count` records and receives them.
fn talk<C: Wait, S: Wait>(mut from: &Session<C>, mut to: &Session<S>, count: u32) {
    for number in 0..count {
        from.write_all(&number.to_be_bytes()).expect("writing");
    }
    for number in 0..count {
        let mut data = [0; 4];
        to.read_exact(&mut data).expect("reading");
        assert_eq!(u32::from_be_bytes(data), number);
    }
}

#[test]
fn keys_are_renewed_after_the_limit_and_not_faster_than_a_peer_bears() {
    within("talking", || {
        let (client, server) = connect(&client(TLS13), &server_that_rekeys(TLS13, 10), memory::pair(1 << 20));
        // Read as it goes, so that what a peer bears in a second never comes to it at once.
        for _ in 0..50 {
            talk(&server, &client, 100);
        }
        let updates = client.counters().key_updates_received;
        assert!(updates >= 1, "no update at all");
        assert_eq!(updates, server.counters().key_updates_sent);
        talk(&client, &server, 100);
        assert_eq!(client.counters().key_updates_sent, 0);
    });
}

#[test]
fn a_limit_means_nothing_to_tls12_which_has_no_key_updates() {
    within("talking", || {
        let (client, server) = connect(&client(TLS12), &server_that_rekeys(TLS12, 4), memory::pair(1 << 20));
        talk(&server, &client, 100);
        talk(&client, &server, 100);
    });
}

#[test]
fn requests_that_arrive_together_are_answered_once_and_after_the_data() {
    within("talking", || {
        let (client, server) = connect(&client(TLS13), &server(TLS13), memory::pair(1 << 20));
        talk(&server, &client, 1);
        for _ in 0..3 {
            server.update_keys(KeyUpdateRequest::Requested).expect("room");
        }
        talk(&server, &client, 1);
        assert_eq!((client.counters().key_updates_received, client.counters().key_updates_sent), (3, 0));
        assert!(client.recv(&mut [0]).expect_err("nothing is left").would_block());
        assert_eq!(client.counters().key_updates_sent, 1);
        talk(&client, &server, 1);
        assert_eq!((server.counters().key_updates_received, client.counters().key_updates_sent), (1, 1));
    });
}

#[test]
fn an_answer_that_is_due_goes_before_the_next_data() {
    within("talking", || {
        let (client, server) = connect(&client(TLS13), &server(TLS13), memory::pair(1 << 20));
        server.update_keys(KeyUpdateRequest::Requested).expect("room");
        talk(&server, &client, 1);
        assert_eq!(client.counters().key_updates_sent, 0);
        talk(&client, &server, 1);
        assert_eq!((server.counters().key_updates_received, client.counters().key_updates_sent), (1, 1));
    });
}
