//! Faults of the transport and of the peer: which error, from which half, what the other half sees, what is kept.
//!
//! The cases are data (`cases/`); `table` runs each with every face of a session, and `docs/faults.md` has what must
//! come of it. `UPDATE=1 cargo test --test faults manual_says` writes there what came of it, to be read before it is
//! committed.

#[path = "../common/mod.rs"]
mod common;
#[path = "../interop/files.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod files;
#[path = "../interop/output.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod output;
#[path = "../interop/process.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod process;
#[path = "../stress/random.rs"]
mod random;
#[path = "../common/stock.rs"]
mod raw;
#[path = "../stress/scripted.rs"]
mod scripted;
#[path = "../interop/servers.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod servers;

mod cases;
mod everywhere;
mod faces;
mod forge;
mod handshakes;
mod pressure;
mod proxy;
mod seen;
mod stage;
mod table;
mod tcp;

use std::time::Duration;

/// The longest any single wait for a tool may take: far more than a busy machine needs, so that nothing depends on it.
const WATCHDOG: Duration = Duration::from_secs(300);
