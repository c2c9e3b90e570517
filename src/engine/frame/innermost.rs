//! The innermost call into GnuTLS of each thread, where its callbacks find their frame.

use std::cell::Cell;
use std::ptr;

use super::Frame;
use crate::engine::Engine;

thread_local! {
    static INNERMOST: Cell<*const Frame<'static>> = const { Cell::new(ptr::null()) };
}

/// A call that has begun: it goes before its frame does. However it ends, the call around it is the innermost again.
pub(super) struct Entered {
    outer: *const Frame<'static>,
}

impl Entered {
    pub(super) fn new(frame: &Frame<'_>) -> Entered {
        INNERMOST.set(ptr::from_ref(frame).cast());
        Entered { outer: frame.outer }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        INNERMOST.set(self.outer);
    }
}

/// The frame of the innermost call; null outside of any.
pub(super) fn innermost() -> *const Frame<'static> {
    INNERMOST.get()
}

/// Whether this thread is inside a call on `engine`'s session, that is, in one of its callbacks.
pub(in crate::engine) fn is_inside(engine: &Engine) -> bool {
    let mut at = innermost();
    while !at.is_null() {
        // SAFETY: a non-null pointer in this list is a `Frame` in a `call` that has not returned, further out on this
        // thread's stack.
        let frame = unsafe { &*at };
        if ptr::eq(frame.engine, engine) {
            return true;
        }
        at = frame.outer;
    }
    false
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Arc;

    use super::*;
    use crate::engine::{Verify, frame::call};
    use crate::transport::Silent;

    #[test]
    #[cfg_attr(miri, ignore = "it makes a session")]
    fn a_call_that_unwinds_is_not_the_innermost_any_more() {
        let flags = gnutls_sys::GNUTLS_CLIENT;
        let engine =
            Engine::new(flags, Verify::Nothing, Arc::default(), Arc::default(), Arc::new(())).expect("a session");
        let calling =
            || call(&engine, &Silent, engine.lock.both(), |_| assert!(!is_inside(&engine), "as expected")).value;
        catch_unwind(AssertUnwindSafe(calling)).expect_err("it is inside");
        assert!(!is_inside(&engine) && innermost().is_null());
        drop(engine.lock.both());
    }
}
