//! From 3.8.11 on a session whose keys have been updated gives no data for resumption.

use gnutls::KeyUpdateRequest;
use gnutls::transport::memory;
use gnutls_sys as sys;

use crate::common::{TLS13, client, connect, server};
use crate::raw::{Raw, Role, datum, join};

fn session_data(session: &Raw) -> i32 {
    let mut data = sys::gnutls_datum_t { data: std::ptr::null_mut(), size: 0 };
    // SAFETY: a session that nobody else has; the out datum is valid.
    let code = unsafe { sys::gnutls_session_get_data2(session.session(), &mut data) };
    if !data.data.is_null() {
        // SAFETY: a data symbol that nobody changes.
        let free = unsafe { sys::gnutls_free }.expect("it is set");
        // SAFETY: GnuTLS allocated it, and nobody uses it after this.
        unsafe { free(data.data.cast()) };
    }
    code
}

#[test]
fn the_plain_library_refuses_after_a_key_update() {
    let (client, server) = (Raw::new(Role::Client, TLS13), Raw::new(Role::Server, TLS13));
    let key = datum(&[7; 64]);
    // SAFETY: a fresh session; the key lives through the call, which copies it.
    assert_eq!(unsafe { sys::gnutls_session_ticket_enable_server(server.session(), &key) }, 0);
    join(&client, &server);
    assert_eq!(session_data(&client), 0);
    assert_eq!(server.update_keys(false), 0);
    server.pass_to(&client);
    assert_eq!(client.recv_all().1, sys::GNUTLS_E_AGAIN);
    let expected = if gnutls::is_at_least(c"3.8.11") { sys::GNUTLS_E_UNAVAILABLE_DURING_HANDSHAKE } else { 0 };
    assert_eq!(session_data(&client), expected, "GnuTLS {}", gnutls::version());
}

#[test]
fn ours_gives_it_all_the_same() {
    let (ours, peer) = connect(&client(TLS13), &server(TLS13), memory::pair(1 << 16));
    peer.try_update_keys(KeyUpdateRequest::NotRequested).expect("room");
    assert!(ours.recv(&mut [0; 8]).expect_err("no data").would_block());
    assert_eq!(ours.counters().key_updates_received, 1);
    assert!(ours.session_data().expect("no error").is_some());
}
