//! Priority strings: which versions, ciphers and groups a session may use, and in which order.

use std::ffi::{c_char, c_uint};
use std::fmt;
use std::ptr;
use std::slice;
use std::sync::Arc;

use gnutls_sys as sys;

use crate::algorithm::KeyExchange;
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::c_string;
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

impl Priority {
    /// Parses a priority string such as `"NORMAL:-VERS-TLS1.3"` or `"@SYSTEM"`.
    ///
    /// # Errors
    /// [`ErrorKind::Priority`] with the place in the string that GnuTLS does not understand.
    #[doc(alias = "gnutls_priority_init")]
    #[doc(alias = "gnutls_priority_init2")]
    #[doc(alias = "gnutls_priority_set_direct")]
    #[doc(alias = "gnutls_priority_deinit")]
    pub fn new(text: &str) -> Result<Priority> {
        Priority::parse(Some(text), 0)
    }

    /// What this machine's policy prescribes for programs that do not choose (usually `NORMAL`).
    ///
    /// # Errors
    /// [`ErrorKind::Priority`] if the machine's own configuration does not parse.
    #[doc(alias = "gnutls_set_default_priority")]
    pub fn system() -> Result<Priority> {
        Priority::parse(None, 0)
    }

    /// The machine's policy, and `more` after it.
    pub(crate) fn system_and(more: &str) -> Result<Priority> {
        Priority::parse(Some(more), sys::GNUTLS_PRIORITY_INIT_DEF_APPEND)
    }

    /// Whether they have one of these key exchanges.
    pub(crate) fn has_any(&self, exchanges: &[KeyExchange]) -> bool {
        let mut list = ptr::null();
        // SAFETY: live priorities; the out pointer is valid.
        let count = unsafe { sys::gnutls_priority_kx_list(self.raw(), &mut list) };
        let count = usize::try_from(count).unwrap_or(0);
        if list.is_null() {
            return false;
        }
        // SAFETY: GnuTLS says that there are `count`, which live as long as the priorities.
        let list = unsafe { slice::from_raw_parts(list, count) };
        list.iter().any(|kx| exchanges.contains(&KeyExchange::from_raw(*kx)))
    }

    fn parse(text: Option<&str>, flags: c_uint) -> Result<Priority> {
        global::ready()?;
        let c_text = text.map(|text| c_string(text, "reading the priority string")).transpose()?;
        let start = c_text.as_ref().map_or(ptr::null(), |text| text.as_ptr());
        let mut stopped_at: *const c_char = ptr::null();
        let mut raw = ptr::null_mut();
        // SAFETY: the string (or null, for the default) lives through the call; both out pointers are valid.
        let code = unsafe { sys::gnutls_priority_init2(&mut raw, start, &mut stopped_at, flags) };
        if code < 0 {
            let place = if stopped_at.is_null() { 0 } else { (stopped_at as usize).wrapping_sub(start as usize) };
            return Err(unreadable(code, text.unwrap_or(""), place));
        }
        Ok(Priority(Arc::new(Cache { raw, text: text.map(str::to_owned) })))
    }

    pub(crate) fn raw(&self) -> sys::gnutls_priority_t {
        self.0.raw
    }
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
