//! Sessions of tasks: over sockets and tiny pipes, in halves, dropped at every await, against other programs.

#[path = "../common/mod.rs"]
mod common;

mod cancel;
mod dtls;
mod early;
mod ends;
mod futures;
mod handshake;
mod idle;
mod pair;
mod reauth;
mod renegotiation;
mod timeouts;
mod traffic;
mod waiting;
mod writes;
