//! What the public interface promises, module by module: bad input, misuse, and the facts of a session.

#[path = "../common/mod.rs"]
mod common;

mod anonymous;
mod config;
mod faces;
mod facts;
mod files;
mod handshake;
mod hooks;
mod key_log;
mod observing;
mod priorities;
mod psk;
mod reauth;
mod records;
mod resumed_unverified;
mod resumption;
mod sigpipe;
mod verification;

/// The error's class, and words that its message must contain.
fn is(error: &gnutls::Error, kind: gnutls::ErrorKind, words: &[&str]) {
    let text = error.to_string();
    assert_eq!(error.kind(), kind, "{error:?}");
    for word in words {
        assert!(text.contains(word), "{text:?} should say {word:?}");
    }
}
