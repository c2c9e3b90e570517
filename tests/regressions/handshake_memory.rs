//! A message of the handshake may have 16 MB, all of which are kept before the peer is known.

use gnutls::{ErrorKind, Progress};
use gnutls_sys as sys;

use crate::common::TLS13;
use crate::forge::{HANDSHAKE, head};
use crate::raw::{Raw, Role};
use crate::stage::{Stage, begin, put};

/// The head of a ClientHello that says it has 16 MB, and a part of it.
fn endless() -> (Vec<u8>, Vec<u8>) {
    let first = [&head(HANDSHAKE, 6)[..], &[1, 255, 255, 255, 3, 3]].concat();
    (first, [&head(HANDSHAKE, 1 << 14)[..], &[0; 1 << 14]].concat())
}

#[test]
fn the_plain_library_keeps_all_of_it() {
    let server = Raw::new(Role::Server, TLS13);
    let (first, more) = endless();
    server.feed(&first);
    for _ in 0..900 {
        server.feed(&more);
        assert_eq!(server.handshake(), sys::GNUTLS_E_AGAIN, "a release that ends this deserves a line in docs");
    }
}

#[test]
fn ours_ends_it_at_a_megabyte() {
    let (mut ours, far) = begin(Role::Server, true);
    let (first, more) = endless();
    put(&far, &first);
    let mut sent = first.len();
    let error = loop {
        put(&far, &more);
        sent += more.len();
        assert!(sent < 1_200_000, "no end");
        ours = match ours.advance() {
            Ok(Progress::Pending(unfinished)) => unfinished,
            Ok(Progress::Done(_)) => unreachable!("nobody has said anything of sense"),
            Err(error) => break error,
        };
    };
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert!(sent > 1_000_000);
}

/// A peer that is known may send as much; there is nothing by which to tell such a message from records without data, which
/// hide when there are any.
#[test]
fn after_the_handshake_all_of_it_is_kept() {
    let (ours, mut stage) = Stage::new(Role::Server, true);
    stage.record(HANDSHAKE, &[4, 255, 255, 255, 0]);
    for _ in 0..900 {
        stage.record(HANDSHAKE, &[0; 1 << 14]);
        stage.deliver();
        let error = ours.recv(&mut [0; 8]).expect_err("no data");
        assert!(error.would_block(), "a release that ends this deserves a line in docs: {error}");
    }
}
