//! Bulk data and key updates between our server and `gnutls-cli`.

use std::io::Write;
use std::os::fd::AsRawFd;
use std::thread;

use gnutls::KeyUpdateRequest;
use nix::sys::socket::{MsgFlags, recv};

use crate::exchange::{self, ASKING, MODEST, Plan};
use crate::files::Files;
use crate::ours::{Port, TLS12, TLS13, read_line, server};

/// gnutls-cli prints each byte with a system call of its own, so it gets less than it gives.
const UP: u64 = 4 << 20;
const DOWN: u64 = 512 << 10;

const OWN: &str = "^rekey1^\n";
const BOTH: &str = "^rekey^\n";

fn exchange(priority: &str, ours: &[KeyUpdateRequest], theirs: &[&str], asking: u64) {
    let (files, port) = (Files::new(), Port::new());
    let tool = port.gnutls_cli(&files.ca(), &["--inline-commands"]);
    let session = port.accept(&server(priority).build().expect("a server"));
    let session = exchange::run(session, &tool, &Plan { up: UP, down: DOWN, ours, theirs, asking, by_limit: false });
    session.close().expect("closing");
    let end = tool.ended();
    assert!(end.success, "{end:?}");
    assert!(end.stdout.contains("Peer has closed the GnuTLS connection"), "{end:?}");
}

#[test]
fn tls12() {
    exchange(TLS12, &[], &[], 0);
}

#[test]
fn tls13_with_key_updates_of_ours() {
    exchange(TLS13, &ASKING, &[], 0);
}

#[test]
fn tls13_with_key_updates_of_both() {
    // One side asks at most: a GnuTLS peer ends the session when requests cross.
    exchange(TLS13, &MODEST, &[OWN, BOTH, OWN, BOTH], 2);
}

/// A key update and a line of the tool, as records.
const BOTH_RECORDS: usize = (5 + 5 + 1 + 16) + (5 + 6 + 1 + 16);

#[test]
fn a_request_of_ours_is_not_the_answer_to_one_of_theirs() {
    let (files, port) = (Files::new(), Port::new());
    let mut tool = port.gnutls_cli(&files.ca(), &["--inline-commands"]);
    let session = port.accept(&server(TLS13).build().expect("a server"));
    tool.say(BOTH);
    tool.stdout.wait_for("- Rekey was completed");
    tool.say("hello\n");
    // The line is received right after the request: there is no pause in which the answer is sent.
    while recv(session.get_ref().as_raw_fd(), &mut [0; 100], MsgFlags::MSG_PEEK).expect("records") < BOTH_RECORDS {
        thread::yield_now();
    }
    assert_eq!(read_line(&session).expect("a line"), "hello\n");
    session.update_keys(KeyUpdateRequest::Requested).expect("a key update");
    writeln!(&session, "welcome").expect("writing");
    tool.stdout.wait_for("welcome\n");
    tool.say("goodbye\n");
    assert_eq!(read_line(&session).expect("a line"), "goodbye\n");
    assert_eq!(session.counters().key_updates_received, 2, "their request, and their answer to ours");
    tool.hang_up();
}
