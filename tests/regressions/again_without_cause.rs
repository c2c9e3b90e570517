//! `gnutls_record_recv` says `E_AGAIN` after a key update, although data is there and nothing is to be waited for.

use std::ffi::c_int;

use gnutls_sys as sys;

use crate::common::TLS13;
use crate::raw::{Role, stock_pair};
use crate::stage::Stage;

#[test]
fn the_plain_library_wants_to_be_called_again() {
    let (client, server) = stock_pair(TLS13);
    assert_eq!(server.update_keys(false), 0);
    assert_eq!(server.send(b"data"), 4);
    server.pass_to(&client);
    let mut data = [0; 8];
    assert_eq!(c_int::try_from(client.recv(&mut data)).expect("a code"), sys::GNUTLS_E_AGAIN);
    assert_eq!(client.recv(&mut data), 4);
}

#[test]
fn ours_gives_the_data() {
    let (ours, mut stage) = Stage::new(Role::Client, true);
    stage.by_library(|peer| assert_eq!(peer.update_keys(false), 0));
    stage.data(b"data");
    stage.deliver();
    assert_eq!(ours.recv(&mut [0; 8]).expect("data"), 4);
}
