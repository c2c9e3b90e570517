//! Hours of traffic in minutes: `ci/check.sh soak`. Not part of the usual tests, for it wants an optimised build.
//!
//! Each line that begins with `figure:` is for `docs/reliability.md`.

#[path = "../common/mod.rs"]
mod common;
mod low_limits;
#[path = "../stress/random.rs"]
mod random;
mod real_limit;
