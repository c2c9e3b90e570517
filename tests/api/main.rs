//! What the public interface promises, module by module: bad input, misuse, and the facts of a session.

#[path = "../common/mod.rs"]
mod common;

mod alerts;
mod anonymous;
mod busy;
#[path = "../common/children.rs"]
mod children;
mod choosing;
mod config;
mod dh;
mod early;
mod early_records;
mod edges;
mod endless;
mod exporting;
mod extensions;
mod faces;
mod facts;
mod files;
mod foreign_tickets;
mod handshake;
mod hooks;
mod hosts;
mod identities;
mod key_log;
mod large_keys;
mod lent;
mod limits;
mod observing;
mod padded;
mod priorities;
mod psk;
mod quic;
mod raw_keys;
mod reauth;
mod records;
mod renegotiation;
mod replay;
mod resumed_unverified;
mod resumption;
mod sigpipe;
mod srp;
mod srp_files;
mod standing;
mod tickets;
mod tofu;
mod trust;
mod verification;
mod verify_with;

/// The error's class, and words that its message must contain.
fn is(error: &gnutls::Error, kind: gnutls::ErrorKind, words: &[&str]) {
    let text = error.to_string();
    assert_eq!(error.kind(), kind, "{error:?}");
    for word in words {
        assert!(text.contains(word), "{text:?} should say {word:?}");
    }
}
