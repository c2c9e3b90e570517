//! Very many sessions at once, and one after the other: `ci/check.sh load`. Not part of the usual tests, for it wants an
//! optimised build, minutes, and a process of its own for each test: what is measured is the whole process.
//!
//! Each line that begins with `figure:` is for `docs/reliability.md`.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "../common/mod.rs"]
mod common;
mod cycles;
mod kinds;
mod process;
#[path = "../stress/random.rs"]
mod random;
mod sessions;
mod threads;
mod without_us;
