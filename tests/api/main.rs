//! What the public interface promises, module by module: bad input, misuse, and the facts of a session.

#[path = "../common/mod.rs"]
mod common;

mod anonymous;
#[path = "../common/children.rs"]
mod children;
mod config;
mod dh;
mod exporting;
mod faces;
mod facts;
mod files;
mod handshake;
mod hooks;
mod identities;
mod key_log;
mod lent;
mod limits;
mod observing;
mod padded;
mod priorities;
mod psk;
mod reauth;
mod records;
mod resumed_unverified;
mod resumption;
mod sigpipe;
mod srp;
mod tickets;
mod tofu;
mod trust;
mod verification;

/// The error's class, and words that its message must contain.
fn is(error: &gnutls::Error, kind: gnutls::ErrorKind, words: &[&str]) {
    let text = error.to_string();
    assert_eq!(error.kind(), kind, "{error:?}");
    for word in words {
        assert!(text.contains(word), "{text:?} should say {word:?}");
    }
}
