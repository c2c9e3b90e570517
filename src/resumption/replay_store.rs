//! Where servers note which early data they have seen.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::fmt;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// A memory of names, shared by every server that takes early data under the same [ticket key](crate::TicketKey). It is
/// what tells a repetition from the first time.
///
/// It is called inside handshakes, by many threads at once; the handshake waits for it, so it should give up early. It holds
/// no secrets, but who can delete a name can repeat what it stands for.
pub trait ReplayStore: Send + Sync {
    /// Adds `name` for at least `lifetime`, and says whether it was new. **Of two that add the same name at once, wherever
    /// they are, one is told true and one false** (Redis: `SET name 1 NX PX lifetime`).
    ///
    /// False also if it cannot be known: the store cannot be reached, or has no room. A panic counts as false. The early
    /// data are refused then; the handshake goes on without them.
    fn add(&self, name: &[u8], lifetime: Duration) -> bool;
}

/// A [`ReplayStore`] in the memory of this process. When it is full it says that nothing is new, until what it has expires.
pub struct MemoryReplayStore {
    capacity: usize,
    names: Mutex<Names>,
}

#[derive(Default)]
struct Names {
    all: HashSet<Vec<u8>>,
    first_to_end: BinaryHeap<Reverse<(Instant, Vec<u8>)>>,
}

impl MemoryReplayStore {
    /// Keeps up to `capacity` names, about 200 bytes each.
    pub fn new(capacity: usize) -> MemoryReplayStore {
        MemoryReplayStore { capacity, names: Mutex::default() }
    }

    fn add_at(&self, now: Instant, name: &[u8], lifetime: Duration) -> bool {
        // What no clock can show the end of would stay for ever.
        let Some(end) = now.checked_add(lifetime) else { return false };
        let mut names = self.names.lock();
        while let Some(Reverse((_, name))) = names.first_to_end.peek().filter(|Reverse((end, _))| *end <= now) {
            let name = name.clone();
            names.all.remove(&name);
            names.first_to_end.pop();
        }
        if names.all.len() >= self.capacity || !names.all.insert(name.to_vec()) {
            return false;
        }
        names.first_to_end.push(Reverse((end, name.to_vec())));
        true
    }
}

impl ReplayStore for MemoryReplayStore {
    fn add(&self, name: &[u8], lifetime: Duration) -> bool {
        self.add_at(Instant::now(), name, lifetime)
    }
}

impl fmt::Debug for MemoryReplayStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryReplayStore").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::*;

    const TEN: Duration = Duration::from_secs(10);

    #[test]
    fn a_name_is_new_once_until_its_time_is_over() {
        let (store, now) = (MemoryReplayStore::new(10), Instant::now());
        assert!(store.add_at(now, b"one", TEN));
        assert!(!store.add_at(now, b"one", TEN));
        assert!(store.add_at(now, b"two", TEN));
        assert!(!store.add_at(now + TEN - Duration::from_nanos(1), b"one", TEN));
        assert!(store.add_at(now + TEN, b"one", TEN));
        assert!(!store.add(b"three", Duration::MAX), "no end is no lifetime");
    }

    #[test]
    fn a_full_store_forgets_nothing_and_takes_nothing() {
        let (store, now) = (MemoryReplayStore::new(2), Instant::now());
        assert!(store.add_at(now, b"one", TEN) && store.add_at(now, b"two", TEN * 2));
        assert!(!store.add_at(now, b"three", TEN));
        assert!(!store.add_at(now, b"one", TEN), "it is still there");
        assert!(store.add_at(now + TEN, b"three", TEN), "the first has gone");
        assert!(!store.add_at(now + TEN, b"two", TEN));
        assert!(!MemoryReplayStore::new(0).add(b"one", TEN));
    }

    #[test]
    fn of_many_that_add_one_name_at_once_one_is_told_that_it_is_new() {
        let store = Arc::new(MemoryReplayStore::new(100));
        let adding: Vec<_> = (0..8)
            .map(|_| {
                let store = Arc::clone(&store);
                // Longer than any machine takes for this.
                thread::spawn(move || (0..50u8).filter(|name| store.add(&[*name], 1000 * TEN)).count())
            })
            .collect();
        let new: usize = adding.into_iter().map(|one| one.join().expect("no panic")).sum();
        assert_eq!(new, 50);
    }
}
