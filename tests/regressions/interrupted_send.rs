//! A request for a key update that arrives while a send is interrupted doubles the data of that send.

use std::ffi::c_int;

use gnutls_sys as sys;

use crate::common::{TLS13, fill};
use crate::raw::{Role, stock_pair};
use crate::stage::Stage;

const LENGTH: usize = 5001;

#[test]
fn the_plain_library_sends_the_data_twice() {
    let (client, server) = stock_pair(TLS13);
    let data = [b'x'; LENGTH];
    client.refuse(true);
    assert_eq!(c_int::try_from(client.send(&data)).expect("a code"), sys::GNUTLS_E_AGAIN);
    assert_eq!(server.update_keys(true), 0);
    server.pass_to(&client);
    assert_eq!(client.recv_all().1, sys::GNUTLS_E_AGAIN);
    client.refuse(false);
    // The manual of GnuTLS demands just this: the same call with the same data.
    assert!(client.send(&data) > 0);
    client.pass_to(&server);
    let (received, code) = server.recv_all();
    assert_eq!(code, sys::GNUTLS_E_AGAIN);
    assert_eq!(received.len(), 2 * LENGTH, "a release that sends it once deserves a line in docs/gnutls-bugs.md");
}

#[test]
fn ours_sends_it_once() {
    let (ours, mut stage) = Stage::new(Role::Client, true);
    let mut data = [0; LENGTH];
    fill(1, 0, &mut data);
    // The transport takes nothing for a while.
    stage.script.on_write(|| Err(std::io::ErrorKind::WouldBlock.into()));
    assert_eq!(ours.send(&data).expect("taken"), LENGTH);
    stage.by_library(|peer| assert_eq!(peer.update_keys(true), 0));
    stage.deliver();
    assert!(ours.recv(&mut [0; 8]).expect_err("no data").would_block());
    stage.script.on_write(|| Ok(()));
    assert!(ours.try_flush().expect("room"));
    assert_eq!(ours.send(b"!").expect("room"), 1);
    let (received, code) = stage.hear();
    assert_eq!((code, received.len()), (sys::GNUTLS_E_AGAIN, LENGTH + 1));
    crate::common::check(1, 0, &received[..LENGTH]);
    assert_eq!(ours.counters().key_updates_sent, 1);
}
