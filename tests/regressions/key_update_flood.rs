//! More than 8 key updates in a second are fatal to who receives them, answers included.

use gnutls::transport::memory;
use gnutls::{ClientConfig, Priority, Progress};
use gnutls_sys as sys;

use crate::common::{HOST, TLS13, pki};
use crate::raw::{Raw, Role, stock_pair};
use crate::stage::{put, take};

#[test]
fn the_plain_library_ends_the_session() {
    let (client, server) = stock_pair(TLS13);
    (0..20).for_each(|_| assert_eq!(client.update_keys(false), 0));
    client.pass_to(&server);
    assert_eq!(server.recv_all().1, sys::GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS);
}

#[test]
fn key_updates_that_ours_makes_by_itself_keep_the_pace_that_a_plain_peer_bears() {
    let config = ClientConfig::builder()
        .with_trust(std::slice::from_ref(&pki().ca))
        .and_then(|builder| builder.priority(Priority::new(TLS13)?).key_update_after(1).build())
        .expect("a client");
    let (near, far) = memory::pair(1 << 20);
    let peer = Raw::new(Role::Server, TLS13);
    let mut ours = Progress::Pending(config.to(HOST).expect("a name").start(near).expect("a start"));
    let session = loop {
        ours = match ours {
            Progress::Done(session) => break session,
            Progress::Pending(unfinished) => unfinished.advance().expect("our handshake"),
        };
        peer.feed(&take(&far));
        assert!([0, sys::GNUTLS_E_AGAIN].contains(&peer.handshake()));
        put(&far, &peer.written());
    };
    for _ in 0..1000 {
        assert_eq!(session.send(b"x").expect("room"), 1);
        // At once: what piles up for seconds on a busy machine is a flood as well.
        peer.feed(&take(&far));
        assert_eq!(peer.recv_all(), (b"x".to_vec(), sys::GNUTLS_E_AGAIN));
    }
    assert!(session.counters().key_updates_sent >= 1);
}
