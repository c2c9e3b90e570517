//! A session that fails tells its peer nothing: the alert is the caller's duty.

use gnutls::Alert;
use gnutls_sys as sys;

use crate::common::TLS13;
use crate::forge::records;
use crate::raw::{Role, stock_pair};
use crate::stage::Stage;

#[test]
fn the_plain_library_is_silent() {
    let (client, server) = stock_pair(TLS13);
    assert_eq!(server.send(b"data"), 4);
    let mut record = records(&server.written()).remove(0);
    record[9] ^= 1;
    client.feed(&record);
    assert_eq!(client.recv_all().1, sys::GNUTLS_E_DECRYPTION_FAILED);
    assert!(client.written().is_empty());
}

#[test]
fn ours_sends_the_alert() {
    let (ours, mut stage) = Stage::new(Role::Client, true);
    stage.data(b"data");
    stage.wire[0][9] ^= 1;
    stage.deliver();
    assert_eq!(ours.recv(&mut [0; 8]).expect_err("spoiled").alert_sent(), Some(Alert::BAD_RECORD_MAC));
    assert_eq!(stage.peer_receives(), "`bad_record_mac`");
}
