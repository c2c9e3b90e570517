//! An empty heartbeat (RFC 6520) aborts the process where the peer's heartbeats are allowed.

use std::os::unix::process::ExitStatusExt;

use gnutls::ErrorKind;
use gnutls_sys as sys;
use nix::libc;

use crate::children::{is_child, run};
use crate::forge::Forge;
use crate::raw::{Raw, Role, join};
use crate::stage::{Stage, priority};

const HEARTBEAT: u8 = 24;
const EMPTY: [u8; 3] = [1, 0, 0];

#[test]
fn the_plain_library_aborts() {
    const NAME: &str = "heartbeat::the_plain_library_aborts";
    if is_child(NAME) {
        return receive_an_empty_heartbeat();
    }
    let output = run(NAME);
    let aborted = output.status.signal() == Some(libc::SIGABRT);
    println!("an empty heartbeat, GnuTLS {}: {}", gnutls::version(), output.status);
    assert!(aborted || output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
}

fn receive_an_empty_heartbeat() {
    let (client, server) = (Raw::new(Role::Client, priority(false)), Raw::new(Role::Server, priority(false)));
    for side in [&client, &server] {
        // SAFETY: a fresh session.
        unsafe { sys::gnutls_heartbeat_enable(side.session(), sys::GNUTLS_HB_PEER_ALLOWED_TO_SEND) };
    }
    join(&client, &server);
    client.feed(&Forge::of(&server, false).seal(HEARTBEAT, &[&EMPTY[..], &[0; 16]].concat()));
    let code = client.recv_all().1;
    println!("received: {}", crate::raw::name(code));
    // What a caller does next.
    // SAFETY: a session that nobody else has.
    let code = unsafe { sys::gnutls_heartbeat_pong(client.session(), 0) };
    println!("answered: {}", crate::raw::name(code));
}

#[test]
fn ours_allows_none_unless_asked() {
    for tls13 in [false, true] {
        let (ours, mut stage) = Stage::new(Role::Client, tls13);
        stage.record(HEARTBEAT, &EMPTY);
        stage.deliver();
        assert_eq!(ours.recv(&mut [0; 8]).expect_err("not agreed on").kind(), ErrorKind::Protocol);
    }
}
