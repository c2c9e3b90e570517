//! Faults of GnuTLS itself, one file for each: what the plain library does, beside the same situation with this crate.
//!
//! `docs/gnutls-bugs.md` is the list. A test of the plain library says for which releases it knows what happens; one
//! that says nothing of releases was seen to hold for all from 3.7.1 to 3.8.13.

#[path = "../common/children.rs"]
mod children;
#[path = "../common/mod.rs"]
mod common;
#[path = "../tsan/control.rs"]
mod control;
#[path = "../faults/forge.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod forge;
#[path = "../stress/random.rs"]
mod random;
#[path = "../common/stock.rs"]
mod raw;
#[path = "../stress/scripted.rs"]
mod scripted;
#[path = "../faults/stage.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod stage;

mod again_without_cause;
mod containers;
mod crossing_requests;
mod file_offset;
mod generated_keys;
mod handshake_memory;
mod heartbeat;
mod interrupted_send;
mod key_update_flood;
mod no_alert;
mod request_as_answer;
mod session_data;
mod two_threads;
mod unchecked_type;
#[cfg(feature = "dane")]
mod unprotected_records;
mod warnings;
