//! Faults of the transport and of the peer: which error, from which half, what the other half sees, what is kept.
//!
//! The cases are data (`cases/`); `table` runs each with every face of a session, and `docs/faults.md` has what must
//! come of it. `UPDATE=1 cargo test --test faults table` writes there what came of it, to be read before it is committed.

#[path = "../common/mod.rs"]
mod common;
#[path = "../stress/random.rs"]
mod random;
#[path = "../common/raw.rs"]
mod raw;
#[path = "../stress/scripted.rs"]
mod scripted;

mod cases;
mod everywhere;
mod faces;
mod forge;
mod handshakes;
mod seen;
mod stage;
mod table;
