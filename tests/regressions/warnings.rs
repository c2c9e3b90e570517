//! The 17th warning in a handshake is reported as `INTERNAL_ERROR`.

use gnutls::ErrorKind;
use gnutls_sys as sys;

use crate::common::TLS12;
use crate::raw::{Raw, Role};
use crate::stage::{begin, put};

const WARNING: [u8; 7] = [21, 3, 3, 0, 2, 1, 112];

#[test]
fn the_plain_library_reports_an_internal_error() {
    let client = Raw::new(Role::Client, TLS12);
    assert_eq!(client.handshake(), sys::GNUTLS_E_AGAIN);
    client.feed(&WARNING.repeat(20));
    for _ in 0..16 {
        assert_eq!(client.handshake(), sys::GNUTLS_E_WARNING_ALERT_RECEIVED);
    }
    assert_eq!(client.handshake(), sys::GNUTLS_E_INTERNAL_ERROR);
}

#[test]
fn ours_names_the_peers_fault() {
    let (ours, far) = begin(Role::Client, false);
    put(&far, &WARNING.repeat(20));
    assert_eq!(ours.advance().expect_err("too many").kind(), ErrorKind::Protocol);
}
