//! A side that has asked for a key update does not take the peer's own request for the answer, but for an attack.

use gnutls::KeyUpdateRequest;
use gnutls_sys as sys;

use crate::common::TLS13;
use crate::raw::{Role, stock_pair};
use crate::stage::Stage;

#[test]
fn the_plain_library_ends_the_session() {
    let (client, server) = stock_pair(TLS13);
    assert_eq!(client.update_keys(true), 0);
    client.pass_to(&server);
    assert_eq!(server.recv_all().1, sys::GNUTLS_E_AGAIN);
    assert_eq!(server.update_keys(true), 0);
    server.pass_to(&client);
    assert_eq!(client.recv_all().1, sys::GNUTLS_E_ILLEGAL_PARAMETER);
}

#[test]
fn ours_answers_before_it_asks() {
    let (ours, mut stage) = Stage::new(Role::Client, true);
    stage.by_library(|peer| assert_eq!(peer.update_keys(true), 0));
    stage.deliver();
    // The request is met by a receive that has no room for the answer.
    stage.script.on_write(|| Err(std::io::ErrorKind::WouldBlock.into()));
    assert!(ours.recv(&mut [0; 8]).expect_err("no data").would_block());
    stage.script.on_write(|| Ok(()));
    ours.try_update_keys(KeyUpdateRequest::Requested).expect("asking");
    assert_eq!(ours.send(b"data").expect("room"), 4);
    assert_eq!(stage.hear(), (b"data".to_vec(), sys::GNUTLS_E_AGAIN));
}
