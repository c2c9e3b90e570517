//! FIPS 140: whether GnuTLS obeys its rules, and whether what a program did was approved.

use gnutls_sys as sys;

/// How strictly GnuTLS obeys the rules. Open: unknown values are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_fips_mode_t")]
pub struct Mode(sys::gnutls_fips_mode_t);

impl Mode {
    /// Not at all: what is usual.
    pub const DISABLED: Mode = Mode(sys::GNUTLS_FIPS140_DISABLED);
    /// What is forbidden fails.
    pub const STRICT: Mode = Mode(sys::GNUTLS_FIPS140_STRICT);
    /// The tests at the start are run, and nothing more.
    pub const SELF_TESTS: Mode = Mode(sys::GNUTLS_FIPS140_SELFTESTS);
    /// What is forbidden works.
    pub const LAX: Mode = Mode(sys::GNUTLS_FIPS140_LAX);
    /// What is forbidden works, and is logged.
    pub const LOG: Mode = Mode(sys::GNUTLS_FIPS140_LOG);

    /// The number of the C enumeration.
    pub const fn raw(self) -> sys::gnutls_fips_mode_t {
        self.0
    }
}

/// The mode of the calling thread.
#[doc(alias = "gnutls_fips140_mode_enabled")]
pub fn mode() -> Mode {
    // SAFETY: takes nothing, and reads.
    Mode(unsafe { sys::gnutls_fips140_mode_enabled() })
}

/// Changes the mode of the calling thread. Without effect where the system does not obey FIPS 140.
#[doc(alias = "gnutls_fips140_set_mode")]
pub fn set_thread_mode(mode: Mode) {
    // SAFETY: takes any number; with this flag it changes what belongs to the thread alone.
    unsafe { sys::gnutls_fips140_set_mode(mode.0, sys::GNUTLS_FIPS140_SET_MODE_THREAD) };
}

#[cfg(gnutls_3_7_7)]
pub use operations::run_self_tests;
#[cfg(gnutls_3_7_3)]
pub use operations::{Approval, observe};

#[cfg(gnutls_3_7_3)]
mod operations {
    //! Whether operations were approved.

    use std::ptr;

    use gnutls_sys as sys;

    use crate::error::Result;
    use crate::ffi::check;
    use crate::global;

    /// Whether operations were approved. Open: unknown values are kept.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[doc(alias = "gnutls_fips140_operation_state_t")]
    pub struct Approval(sys::gnutls_fips140_operation_state_t);

    impl Approval {
        /// There was none.
        pub const NONE: Approval = Approval(sys::GNUTLS_FIPS140_OP_INITIAL);
        /// All were approved.
        pub const APPROVED: Approval = Approval(sys::GNUTLS_FIPS140_OP_APPROVED);
        /// One was not.
        pub const NOT_APPROVED: Approval = Approval(sys::GNUTLS_FIPS140_OP_NOT_APPROVED);
        /// One failed.
        pub const ERROR: Approval = Approval(sys::GNUTLS_FIPS140_OP_ERROR);
    }

    /// A context on the thread's stack of contexts: taken off, then released.
    struct Context(sys::gnutls_fips140_context_t);

    impl Drop for Context {
        fn drop(&mut self) {
            // SAFETY: takes the innermost context off, which is this one: contexts nest as calls do.
            unsafe { sys::gnutls_fips140_pop_context() };
            // SAFETY: initialised and ours; released once.
            unsafe { sys::gnutls_fips140_context_deinit(self.0) };
        }
    }

    /// Does `work`, and says whether what it did with GnuTLS in this thread was approved.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if GnuTLS was built without FIPS 140; `work` is not done then.
    #[doc(alias = "gnutls_fips140_context_init")]
    #[doc(alias = "gnutls_fips140_context_deinit")]
    #[doc(alias = "gnutls_fips140_push_context")]
    #[doc(alias = "gnutls_fips140_pop_context")]
    #[doc(alias = "gnutls_fips140_get_operation_state")]
    pub fn observe<R>(work: impl FnOnce() -> R) -> Result<(R, Approval)> {
        const DOING: &str = "observing what FIPS 140 approves";
        global::ready()?;
        let mut raw = ptr::null_mut();
        // SAFETY: the out pointer is valid.
        let code = unsafe { sys::gnutls_fips140_context_init(&mut raw) };
        check(code, DOING)?;
        // SAFETY: a fresh context, which lives until it is taken off.
        let code = unsafe { sys::gnutls_fips140_push_context(raw) };
        if let Err(error) = check(code, DOING) {
            // SAFETY: initialised, ours, and on no stack.
            unsafe { sys::gnutls_fips140_context_deinit(raw) };
            return Err(error);
        }
        let context = Context(raw);
        let result = work();
        // SAFETY: a context.
        let state = unsafe { sys::gnutls_fips140_get_operation_state(context.0) };
        Ok((result, Approval(state)))
    }

    /// Runs the tests that FIPS 140 demands.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`](crate::ErrorKind::Internal) if one fails.
    ///
    /// # Safety
    /// It changes the state of the whole library without a lock: no other thread may be using GnuTLS.
    #[cfg(gnutls_3_7_7)]
    #[doc(alias = "gnutls_fips140_run_self_tests")]
    pub unsafe fn run_self_tests() -> Result<()> {
        global::ready()?;
        // SAFETY: the caller's promise.
        let code = unsafe { sys::gnutls_fips140_run_self_tests() };
        check(code, "running the tests of FIPS 140").map(drop)
    }
}
