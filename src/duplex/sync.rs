//! The mutex below the lock, what waits beside it, and the atomics: loom's when they are model-checked.

use std::time::Duration;

#[cfg(not(loom))]
pub(crate) use parking_lot::{Condvar, Mutex, MutexGuard};

#[cfg(all(feature = "task", not(loom)))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

#[cfg(loom)]
pub(crate) use loom::sync::Condvar;
#[cfg(all(feature = "task", loom))]
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU32, Ordering};
#[cfg(loom)]
pub(crate) use model::{Mutex, MutexGuard};

/// Lets go of the mutex and sleeps until somebody notifies, or for so long; in a model for ever if nobody does.
#[cfg(not(loom))]
pub(crate) fn sleep<T>(until: &Condvar, mut guard: MutexGuard<'_, T>, most: Duration) {
    until.wait_for(&mut guard, most);
}

#[cfg(loom)]
pub(crate) fn sleep<T>(until: &Condvar, guard: MutexGuard<'_, T>, most: Duration) {
    drop(until.wait_timeout(guard, most));
}

/// loom's mutex with parking_lot's face.
#[cfg(loom)]
mod model {
    pub(crate) type MutexGuard<'a, T> = loom::sync::MutexGuard<'a, T>;

    #[derive(Default)]
    pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Mutex<T> {
            Mutex(loom::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().expect("a model does not panic under the lock")
        }

        pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
            self.0.try_lock().ok()
        }
    }
}
