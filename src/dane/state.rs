//! The resolver.

use std::fmt;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::ptr;

use gnutls_sys as sys;

use super::check;
use crate::error::Result;
use crate::ffi::{bit_set, path_c_string, raw_access};
use crate::global;

bit_set! {
    /// How the resolver shall work.
    #[doc(alias = "dane_state_flags_t")]
    Flags {
        /// Without the resolver that the system is configured with.
        IGNORE_LOCAL_RESOLVER = DANE_F_IGNORE_LOCAL_RESOLVER;
        /// Records that DNSSEC does not protect are taken too.
        INSECURE = DANE_F_INSECURE;
        /// Without the keys of DNSSEC: for records that are looked up elsewhere.
        IGNORE_DNSSEC = DANE_F_IGNORE_DNSSEC;
    }
}

/// A resolver for TLSA records. What its calls fail with says what `dane_strerror` says.
#[doc(alias = "dane_state_t")]
#[doc(alias = "dane_state_deinit")]
#[doc(alias = "dane_strerror")]
pub struct State(sys::dane_state_t);

// SAFETY: the object has no ties to the thread that made it.
unsafe impl Send for State {}

raw_access!(State, sys::dane_state_t, lend it => it.0);
raw_access!(State, sys::dane_state_t, give "dane_state_deinit" it => ManuallyDrop::new(it).0);
raw_access!(State, sys::dane_state_t, take "is initialised" raw => State(raw));

impl State {
    /// Makes one.
    ///
    /// # Errors
    /// [`ErrorKind::Resource`](crate::ErrorKind::Resource) if the configuration of the system or the root key of DNSSEC
    /// cannot be read.
    #[doc(alias = "dane_state_init")]
    pub fn new(flags: Flags) -> Result<State> {
        global::ready()?;
        let mut raw = ptr::null_mut();
        // SAFETY: the out pointer is valid.
        let code = unsafe { sys::dane_state_init(&mut raw, flags.raw()) };
        check(code, "preparing to look up TLSA records")?;
        Ok(State(raw))
    }

    /// Sets a file with keys of DNSSEC look-aside validation, which hardly anybody offers any more.
    ///
    /// # Errors
    /// [`ErrorKind::Resource`](crate::ErrorKind::Resource) if it cannot be used.
    #[doc(alias = "dane_state_set_dlv_file")]
    pub fn set_dlv_file(&mut self, path: impl AsRef<Path>) -> Result<()> {
        const DOING: &str = "setting the file for look-aside validation";
        let path = path_c_string(path.as_ref(), DOING)?;
        // SAFETY: a state that is ours alone, and a NUL-terminated string that lives through the call.
        check(unsafe { sys::dane_state_set_dlv_file(self.0, path.as_ptr()) }, DOING)
    }

    pub(super) fn raw(&self) -> sys::dane_state_t {
        self.0
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: initialised and ours; released once.
        unsafe { sys::dane_state_deinit(self.0) };
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("State")
    }
}
