//! News from whoever receives for a thread that waits for what another one receives.

use std::time::Duration;

use super::sync::{self, Condvar, Mutex};

/// Counts news. Who waits says how many it has seen, so none is missed between its look and its wait.
#[derive(Default)]
pub(crate) struct Signal {
    told: Mutex<u64>,
    changed: Condvar,
}

impl Signal {
    /// How much has been told so far: asked for before looking.
    pub(crate) fn seen(&self) -> u64 {
        *self.told.lock()
    }

    /// There are news.
    pub(crate) fn tell(&self) {
        *self.told.lock() += 1;
        self.changed.notify_all();
    }

    /// Waits for news after `seen`, or for so long.
    pub(crate) fn wait(&self, seen: u64, most: Duration) {
        let told = self.told.lock();
        if *told == seen {
            sync::sleep(&self.changed, told, most);
        }
    }
}
