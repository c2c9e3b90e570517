//! Very many sessions at once, and one after the other: `ci/check.sh load`. Not part of the usual tests, for it wants an
//! optimised build, minutes, and a process of its own for each test: what is measured is the whole process.
//!
//! Each line that begins with `figure:` is for `docs/reliability.md`.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "../common/mod.rs"]
mod common;
#[cfg(feature = "tokio")]
mod crowd;
mod cycles;
mod kinds;
mod process;
#[path = "../stress/random.rs"]
mod random;
mod sessions;
#[cfg(feature = "tokio")]
mod tasks;
mod threads;
#[cfg(feature = "tokio")]
mod turnover;
mod without_us;
