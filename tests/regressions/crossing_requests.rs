//! Two requests for a key update that cross (RFC 8446, section 4.6.3, allows them) end both sessions.

use gnutls::transport::memory;
use gnutls::{ErrorKind, KeyUpdateRequest};
use gnutls_sys as sys;

use crate::common::{TLS13, client, connect, server};
use crate::raw::{Role, stock_pair};
use crate::stage::Stage;

#[test]
fn the_plain_library_takes_them_for_a_fault_of_the_peer() {
    let (client, server) = stock_pair(TLS13);
    assert_eq!([client.update_keys(true), server.update_keys(true)], [0, 0]);
    client.pass_to(&server);
    server.pass_to(&client);
    for side in [client, server] {
        assert_eq!(side.recv_all().1, sys::GNUTLS_E_ILLEGAL_PARAMETER);
    }
}

#[test]
fn two_sessions_of_ours_survive_them() {
    let (client, server) = connect(&client(TLS13), &server(TLS13), memory::pair(1 << 16));
    for side in [&client, &server] {
        side.try_update_keys(KeyUpdateRequest::Requested).expect("asking");
    }
    for (from, to) in [(&client, &server), (&server, &client)] {
        let mut data = [0; 8];
        assert_eq!(from.send(b"data").expect("room"), 4);
        assert_eq!(to.recv(&mut data).expect("data"), 4);
        assert_eq!(from.send(b"more").expect("room"), 4);
        assert_eq!(to.recv(&mut data).expect("data"), 4);
    }
    assert!(client.counters().key_updates_received >= 1 && server.counters().key_updates_received >= 1);
}

#[test]
fn ours_survives_until_the_plain_peer_ends_it_with_an_alert() {
    let (ours, mut stage) = Stage::new(Role::Client, true);
    ours.try_update_keys(KeyUpdateRequest::Requested).expect("asking");
    stage.by_library(|peer| assert_eq!(peer.update_keys(true), 0));
    stage.data(b"data");
    stage.deliver();
    let mut data = [0; 8];
    assert_eq!(ours.recv(&mut data).expect("our side is sound"), 4);
    assert_eq!(stage.hear().1, sys::GNUTLS_E_ILLEGAL_PARAMETER);
    stage.record(crate::forge::ALERT, &[2, 47]);
    stage.deliver();
    assert_eq!(ours.recv(&mut data).expect_err("the alert").kind(), ErrorKind::Alert);
}
