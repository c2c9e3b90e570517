//! Panics in Rust callbacks wait here until the C frames between are gone.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Room for the first panic of the callbacks of one C call.
#[derive(Default)]
pub(crate) struct PanicSlot(Cell<Option<Box<dyn Any + Send>>>);

impl PanicSlot {
    /// Runs a callback's body; after a panic C gets `failure`, and the panic goes on in [`resume`](PanicSlot::resume).
    pub(crate) fn catch<R>(&self, failure: R, body: impl FnOnce() -> R) -> R {
        match catch_unwind(AssertUnwindSafe(body)) {
            Ok(value) => value,
            Err(panic) => {
                let first = self.0.take().unwrap_or(panic);
                self.0.set(Some(first));
                failure
            }
        }
    }

    /// Called once C has returned.
    ///
    /// # Panics
    /// With the panic that a callback raised.
    pub(crate) fn resume(&self) {
        if let Some(panic) = self.0.take() {
            resume_unwind(panic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_panic_is_the_one_that_goes_on() {
        let slot = PanicSlot::default();
        assert_eq!(slot.catch(-1, || panic!("first")), -1);
        assert_eq!(slot.catch(-1, || panic!("second")), -1);
        assert_eq!(slot.catch(-1, || 7), 7);
        let panic = catch_unwind(AssertUnwindSafe(|| slot.resume())).expect_err("goes on");
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"first"));
        slot.resume();
    }
}
