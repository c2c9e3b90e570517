//! Sessions of tasks: over sockets and tiny pipes, in halves, dropped at every await, against other programs.

#[path = "../common/mod.rs"]
mod common;

mod cancel;
mod dtls;
mod early;
mod ends;
#[path = "../tools/files.rs"]
#[allow(dead_code, reason = "this binary uses a part of it")]
mod files;
mod futures;
mod handshake;
mod idle;
mod listener;
mod pair;
#[path = "../tools/process.rs"]
#[allow(dead_code, reason = "this binary uses a part of it")]
mod process;
mod reauth;
mod renegotiation;
mod timeouts;
mod traffic;
mod waiting;
mod writes;
