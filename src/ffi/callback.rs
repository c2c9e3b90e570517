//! Panics and errors of the callbacks of keys, which C may call from within any use of the key.
//!
//! In a call that was [`entered`] the panic goes on, and the error becomes the cause of ours, once C has returned. Where a
//! session calls back, C gets its failure value, and the panic has been reported by the panic hook.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::error::Error as StdError;
use std::ffi::{c_int, c_uint};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use crate::error::{Failure, Origin, Result};

type Cause = Box<dyn StdError + Send + Sync>;

/// What the callbacks of one call left.
#[derive(Default)]
struct Left {
    panic: Option<Box<dyn Any + Send>>,
    cause: Option<Cause>,
}

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static LEFT: RefCell<Left> = const { RefCell::new(Left { panic: None, cause: None }) };
}

/// Counts the calls of a thread that may call back.
struct Inside;

impl Inside {
    fn new() -> Inside {
        DEPTH.set(DEPTH.get() + 1);
        Inside
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// Makes a call into C that may call back.
///
/// # Panics
/// With the panic that a callback raised.
pub(crate) fn entered<R>(call: impl FnOnce() -> R) -> R {
    if DEPTH.get() == 0 {
        LEFT.take();
    }
    let inside = Inside::new();
    let result = call();
    drop(inside);
    if let Some(panic) = LEFT.with_borrow_mut(|left| left.panic.take()) {
        resume_unwind(panic);
    }
    result
}

/// The result of a call that was [`entered`], with what a callback said about its failure.
pub(crate) fn check(code: c_int, doing: &'static str) -> Result<c_uint> {
    c_uint::try_from(code).map_err(|_| blamed(Failure::of_code(code, Origin::Local, doing)).into())
}

/// The failure of a call that was [`entered`], with what a callback said about it, if one did, in place of its own detail.
pub(crate) fn blamed(failure: Failure) -> Failure {
    match LEFT.with_borrow_mut(|left| left.cause.take()) {
        Some(cause) => failure.detail(cause.to_string()).source(Arc::from(cause)),
        None => failure,
    }
}

/// Runs the body of a callback; C gets `failure` for a panic and for an error.
pub(crate) fn caught<R>(failure: R, body: impl FnOnce() -> std::result::Result<R, Cause>) -> R {
    let entered = DEPTH.get() > 0;
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => value,
        Ok(Err(cause)) => {
            if entered {
                LEFT.with_borrow_mut(|left| left.cause = Some(cause));
            }
            failure
        }
        Err(panic) => {
            if entered {
                LEFT.with_borrow_mut(|left| {
                    left.panic.get_or_insert(panic);
                });
            }
            failure
        }
    }
}
