//! Contexts of the records that GnuTLS leaves of what it does, for those who watch a machine's cryptography
//! (crypto-auditing).

use std::ffi::c_long;
use std::fmt;
use std::marker::PhantomData;

use gnutls_sys as sys;

use crate::error::Result;
use crate::global;

/// A context that what this thread does with GnuTLS belongs to, until it is dropped. They nest.
///
/// # Examples
/// ```
/// use gnutls::audit::AuditContext;
///
/// let _request = AuditContext::enter(4711)?; // what this thread does now is done for that
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_audit_pop_context")]
#[must_use = "it ends when it is dropped"]
pub struct AuditContext {
    /// It is one of this thread's.
    _here: PhantomData<*const ()>,
}

impl AuditContext {
    /// Enters the context of this number, which the program chooses.
    ///
    /// # Errors
    /// If GnuTLS cannot be used.
    #[doc(alias = "gnutls_audit_push_context")]
    pub fn enter(context: c_long) -> Result<AuditContext> {
        global::ready()?;
        // SAFETY: takes any number, for this thread.
        unsafe { sys::gnutls_audit_push_context(context) };
        Ok(AuditContext { _here: PhantomData })
    }
}

/// The context that this thread is in; -1 where GnuTLS was built without these records, as Debian's is.
#[doc(alias = "gnutls_audit_current_context")]
pub fn current() -> c_long {
    // SAFETY: takes nothing, and asks about this thread.
    unsafe { sys::gnutls_audit_current_context() }
}

impl Drop for AuditContext {
    fn drop(&mut self) {
        // SAFETY: `enter` has pushed one, on this thread; values on a stack are dropped in the order of the contexts, and
        // one that is dropped out of order ends another of the same thread's.
        unsafe { sys::gnutls_audit_pop_context() };
    }
}

impl fmt::Debug for AuditContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditContext").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_nest_and_end_with_their_values() {
        let outside = current();
        let outer = AuditContext::enter(4711).expect("GnuTLS is there");
        if outside == -1 && current() == -1 {
            // It was built without them.
            return;
        }
        assert_eq!(current(), 4711);
        let inner = AuditContext::enter(12).expect("GnuTLS is there");
        assert_eq!(current(), 12);
        drop(inner);
        assert_eq!(current(), 4711);
        drop(outer);
        assert_eq!(current(), outside);
    }
}
