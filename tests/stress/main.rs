//! Sessions under transports and callers that do their worst: every byte is checked, nothing may hang or spin.

#[path = "../common/mod.rs"]
mod common;

mod closing;
mod failing;
mod fragments;
mod lonely_writer;
mod many;
mod nested;
mod pair;
mod panics;
mod panics_elsewhere;
mod polling;
mod random;
mod reauth;
mod reentry;
mod rekey;
mod renegotiation;
mod scripted;
mod timeouts;
mod traffic;
mod waiting;
