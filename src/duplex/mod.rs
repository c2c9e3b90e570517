//! Two directions of one session at once: the lock that keeps them apart, and what both wait for.
//!
//! Nothing here calls C. [`lock`] says who may touch what, [`interest`] says what to wait for.

pub(crate) mod apart;
pub(crate) mod interest;
pub(crate) mod lock;
#[cfg(all(test, loom))]
mod lock_models;
#[cfg(all(test, not(loom)))]
mod lock_threads;
pub(crate) mod signal;
#[cfg(all(test, loom))]
mod signal_models;
pub(crate) mod sync;
