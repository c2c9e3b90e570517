//! Messages of the handshake that come after it: key updates, requests to begin again, nonsense.

use gnutls_sys as sys;

use super::Case;
use crate::forge::{HANDSHAKE, records};
use crate::raw::{Raw, Role, name};
use crate::stage::{Stage, priority};

pub(super) const CASES: &[Case] = &[
    Case::tls12("the server asks for a renegotiation (HelloRequest)", |stage| stage.record(HANDSHAKE, &[0; 4]))
        .of(Role::Client),
    Case::tls12("a client that sends a HelloRequest", |stage| stage.record(HANDSHAKE, &[0; 4])).of(Role::Server),
    Case::tls12("the client renegotiates (ClientHello)", |stage| {
        stage.by_library(|peer| assert_eq!(peer.handshake(), sys::GNUTLS_E_AGAIN, "{}", name(peer.handshake())));
    })
    .of(Role::Server),
    Case::tls13("a ClientHello", hello).of(Role::Server),
    Case::new("a server that sends a ClientHello", hello).of(Role::Client),
    Case::tls13("a key update", |stage| stage.by_library(|peer| assert_eq!(peer.update_keys(false), 0))),
    Case::tls13("a key update that asks for ours", |stage| {
        stage.by_library(|peer| assert_eq!(peer.update_keys(true), 0))
    }),
    Case::tls13("8 key updates in a second", |stage| key_updates(stage, 8)),
    Case::tls13("20 key updates in a second", |stage| key_updates(stage, 20)),
    Case::tls13("a key update with an unknown wish (2)", |stage| stage.record(HANDSHAKE, &[24, 0, 0, 1, 2])),
    Case::tls13("a key update without a wish", |stage| stage.record(HANDSHAKE, &[24, 0, 0, 0])),
    Case::tls13("half of a key update, then data", |stage| stage.record(HANDSHAKE, &[24, 0])),
    Case::tls12("a key update, which TLS 1.2 does not have", |stage| stage.record(HANDSHAKE, &[24, 0, 0, 1, 0])),
    Case::tls13("a ticket", |stage| {
        // SAFETY: the peer's session, which nobody else has.
        stage.by_library(|peer| assert_eq!(unsafe { sys::gnutls_session_ticket_send(peer.session(), 1, 0) }, 0));
    })
    .of(Role::Client),
    Case::tls13("a ticket that is cut short", |stage| stage.record(HANDSHAKE, &[4, 0, 0, 2, 0, 0])).of(Role::Client),
    Case::tls13("a client that sends a ticket", |stage| stage.record(HANDSHAKE, &[4, 0, 0, 2, 0, 0])).of(Role::Server),
    Case::tls13("a request for a certificate that was not agreed on", |stage| {
        stage.record(HANDSHAKE, &[13, 0, 0, 11, 0, 0, 8, 0, 13, 0, 4, 0, 2, 4, 3]);
    })
    .of(Role::Client),
    Case::new("a second Finished", |stage| stage.record(HANDSHAKE, &[20, 0, 0, 4, 1, 2, 3, 4])),
    Case::new("a message that nobody knows (99)", |stage| stage.record(HANDSHAKE, &[99, 0, 0, 1, 0])),
    Case::new("a message that says it has 16 MB", |stage| stage.record(HANDSHAKE, &[24, 255, 255, 255, 0])),
];

fn key_updates(stage: &mut Stage, count: usize) {
    stage.by_library(|peer| (0..count).for_each(|_| assert_eq!(peer.update_keys(false), 0)));
}

/// A whole and good ClientHello.
fn hello(stage: &mut Stage) {
    let stranger = Raw::new(Role::Client, priority(stage.tls13));
    assert_eq!(stranger.handshake(), sys::GNUTLS_E_AGAIN);
    let hello = records(&stranger.written()).remove(0);
    stage.record(HANDSHAKE, &hello[5..]);
}
