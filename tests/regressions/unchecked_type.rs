//! The type in the head of an encrypted record of TLS 1.3 is not authenticated: 21 and 22 are taken for 23.

use gnutls_sys as sys;

use crate::common::TLS13;
use crate::forge::records;
use crate::raw::{Role, stock_pair};
use crate::stage::Stage;

#[test]
fn the_plain_library_takes_a_record_whose_type_was_changed_on_the_way() {
    let (client, server) = stock_pair(TLS13);
    for outer in [21, 22] {
        assert_eq!(server.send(b"data"), 4);
        let mut record = records(&server.written()).remove(0);
        record[0] = outer;
        client.feed(&record);
        assert_eq!(client.recv_all(), (b"data".to_vec(), sys::GNUTLS_E_AGAIN));
    }
}

#[test]
fn ours_gets_nothing_but_the_data_that_was_sent() {
    let (ours, mut stage) = Stage::new(Role::Client, true);
    stage.data(b"data");
    stage.wire[0][0] = 22;
    stage.deliver();
    let mut data = [0; 8];
    assert_eq!(ours.recv(&mut data).expect("the type inside counts"), 4);
    assert_eq!(&data[..4], b"data");
}
