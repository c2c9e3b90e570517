//! What a thread leaves behind that has used GnuTLS: the state of its random numbers, until the process ends. This crate
//! adds nothing to it.

use std::thread;

use gnutls_sys as sys;

use crate::common::figures;
use crate::kinds::{Visitor, World};
use crate::process;

const THREADS: u64 = 1000;

/// A nonce from GnuTLS, which is enough for its state to exist.
fn nonce() {
    let mut nonce = [0u8; 8];
    // SAFETY: as many bytes as it says.
    let code = unsafe { sys::gnutls_rnd(sys::GNUTLS_RND_NONCE, nonce.as_mut_ptr().cast(), nonce.len()) };
    assert_eq!(code, 0);
}

/// Bytes that each of many threads leaves, one after the other.
fn left_by(body: impl Fn() + Sync) -> u64 {
    let run = |count| {
        for _ in 0..count {
            thread::scope(|scope| scope.spawn(&body).join().expect("no panic"));
        }
    };
    run(100);
    let before = process::allocated();
    run(THREADS);
    process::allocated().saturating_sub(before).div_ceil(THREADS)
}

#[test]
#[ignore = "a process of its own: ci/check.sh load"]
fn a_thread_leaves_nothing_behind_but_what_gnutls_keeps() {
    let world = World::new();
    let without_us = left_by(nonce);
    let with_us = left_by(|| (0..5).for_each(|seed| Visitor::new(&world, seed).visit()));
    figures(
        "load: threads that end, one after the other",
        &[
            ("bytes kept for each that had 5 connections", &with_us),
            ("bytes kept for each that called gnutls_rnd, and nothing of this crate", &without_us),
        ],
    );
    // What malloc takes for the smallest thing that can be allocated is 32 bytes; what the process keeps for once, such as
    // a table that has grown, comes to some 13 for each thread.
    assert!(with_us < without_us + 32, "{with_us} bytes, and {without_us} without this crate");
}
