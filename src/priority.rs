//! Priority strings: which versions, ciphers and groups a session may use, and in which order.

mod lists;

use std::ffi::{c_char, c_int};
use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

use crate::algorithm::KeyExchange;
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::{c_string, raw_access};
use crate::global;

/// A parsed priority string (GnuTLS manual, "Priority strings"). Cheap to clone, shared by any number of sessions.
///
/// # Examples
/// ```
/// use gnutls::Priority;
///
/// let modern = Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.3")?;
/// let policy = Priority::system()?; // what this machine's policy says
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "gnutls_priority_t")]
pub struct Priority(Arc<Cache>);

struct Cache {
    raw: sys::gnutls_priority_t,
    text: Option<String>,
}

// SAFETY: a priority cache is not changed after its creation; the manual (gnutls_priority_init) has it shared by
// sessions of several threads, and the sessions' reference count in it is atomic.
unsafe impl Send for Cache {}
// SAFETY: as above.
unsafe impl Sync for Cache {}

impl Drop for Cache {
    fn drop(&mut self) {
        // SAFETY: created by gnutls_priority_init2 and released once; sessions hold references of their own.
        unsafe { sys::gnutls_priority_deinit(self.raw) };
    }
}

raw_access!(Priority, sys::gnutls_priority_t, lend it => it.raw());
raw_access!(Priority, sys::gnutls_priority_t,
    try_give "gnutls_priority_deinit" unless "clones of it share the object" it => {
    let mut cache = ManuallyDrop::new(Arc::try_unwrap(it.0).map_err(Priority)?);
    cache.text = None;
    Ok(cache.raw)
});
raw_access!(Priority, sys::gnutls_priority_t, take "is initialised" raw => {
    Priority(Arc::new(Cache { raw, text: Some("(made by C)".to_owned()) }))
});

impl Priority {
    /// Parses a priority string such as `"NORMAL:-VERS-TLS1.3"` or `"@SYSTEM"`.
    ///
    /// # Errors
    /// [`ErrorKind::Priority`] with the place in the string that GnuTLS does not understand.
    #[doc(alias = "gnutls_priority_init")]
    #[doc(alias = "gnutls_priority_deinit")]
    pub fn new(text: &str) -> Result<Priority> {
        Priority::parse(Some(text), |raw, start, stopped_at| {
            // SAFETY: the string lives through the call; both out pointers are valid.
            unsafe { sys::gnutls_priority_init(raw, start, stopped_at) }
        })
    }

    /// What this machine's policy prescribes for programs that do not choose (usually `NORMAL`).
    ///
    /// # Errors
    /// [`ErrorKind::Priority`] if the machine's own configuration does not parse.
    #[doc(alias = "gnutls_priority_init")]
    pub fn system() -> Result<Priority> {
        Priority::parse(None, |raw, start, stopped_at| {
            // SAFETY: null stands for the default; both out pointers are valid.
            unsafe { sys::gnutls_priority_init(raw, start, stopped_at) }
        })
    }

    /// The machine's policy, and `more` after it: `"-VERS-TLS1.3:%COMPAT"`. What the policy takes away, `more` cannot
    /// give back.
    ///
    /// # Errors
    /// As [`new`](Priority::new).
    #[doc(alias = "gnutls_priority_init2")]
    pub fn system_and(more: &str) -> Result<Priority> {
        Priority::parse(Some(more), |raw, start, stopped_at| {
            // SAFETY: the string lives through the call; both out pointers are valid.
            unsafe { sys::gnutls_priority_init2(raw, start, stopped_at, sys::GNUTLS_PRIORITY_INIT_DEF_APPEND) }
        })
    }

    /// Whether they have one of these key exchanges.
    pub(crate) fn has_any(&self, exchanges: &[KeyExchange]) -> bool {
        self.key_exchanges().iter().any(|kx| exchanges.contains(kx))
    }

    /// Parses with `init`, which gets the places for the result and for where it stopped, and the text between them.
    fn parse(
        text: Option<&str>,
        init: impl FnOnce(*mut sys::gnutls_priority_t, *const c_char, *mut *const c_char) -> c_int,
    ) -> Result<Priority> {
        global::ready()?;
        let mut raw = ptr::null_mut();
        with_text(text, |start, stopped_at| init(&raw mut raw, start, stopped_at))?;
        Ok(Priority(Arc::new(Cache { raw, text: text.map(str::to_owned) })))
    }

    pub(crate) fn raw(&self) -> sys::gnutls_priority_t {
        self.0.raw
    }
}

/// Makes a call that reads a priority string, and says where it stops.
pub(crate) fn with_text(
    text: Option<&str>,
    call: impl FnOnce(*const c_char, *mut *const c_char) -> c_int,
) -> Result<()> {
    let c_text = text.map(|text| c_string(text, "reading the priority string")).transpose()?;
    let start = c_text.as_ref().map_or(ptr::null(), |text| text.as_ptr());
    let mut stopped_at: *const c_char = ptr::null();
    let code = call(start, &raw mut stopped_at);
    if code < 0 {
        let place = if stopped_at.is_null() { 0 } else { (stopped_at as usize).wrapping_sub(start as usize) };
        return Err(unreadable(code, text.unwrap_or(""), place));
    }
    Ok(())
}

/// The error for a string that GnuTLS stopped reading at byte `place`.
fn unreadable(code: i32, text: &str, place: usize) -> Error {
    let failure = Failure::of_code(code, Origin::Local, format!("reading the priority string {text:?}"));
    if ErrorKind::of_code(code, Origin::Local) == ErrorKind::Resource {
        return failure.into();
    }
    let detail = match text.get(place..) {
        Some("") => "it ends too early, or leaves nothing to choose from".to_owned(),
        Some(rest) => format!("byte {place} ({rest:?}) is not understood"),
        None => "it is not understood".to_owned(),
    };
    failure.kind(ErrorKind::Priority).detail(detail).into()
}

impl fmt::Debug for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Priority").field(&self.0.text.as_deref().unwrap_or("(system default)")).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_names_the_place() {
        let error = Priority::new("NORMAL:+NO-SUCH-THING").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Priority);
        let text = error.to_string();
        assert!(text.contains("byte 7") && text.contains("+NO-SUCH-THING"), "{text}");
        assert!(error.code().is_some());
    }

    #[test]
    fn a_nul_byte_is_refused_before_c_sees_it() {
        let error = Priority::new("NORMAL\0:+ALL").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}
