//! GnuTLS's own error codes, as an open type.

use std::ffi::c_int;
use std::fmt;

use gnutls_sys as sys;

use crate::cstr::static_text;

/// A GnuTLS error code (`GNUTLS_E_*`, a negative number). Codes this crate does not know are kept as they are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(c_int);

impl Code {
    /// The code for a number that a GnuTLS function returned.
    pub const fn from_raw(raw: c_int) -> Code {
        Code(raw)
    }

    /// The number as C has it, for example `-28` for `GNUTLS_E_AGAIN`.
    pub const fn raw(self) -> c_int {
        self.0
    }

    /// The name as C has it (`"GNUTLS_E_AGAIN"`), if this GnuTLS knows the code.
    #[doc(alias = "gnutls_strerror_name")]
    pub fn name(self) -> Option<&'static str> {
        // SAFETY: takes any integer.
        let name = unsafe { sys::gnutls_strerror_name(self.0) };
        // SAFETY: null or a static string.
        unsafe { static_text(name) }
    }

    /// GnuTLS's one-line description.
    #[doc(alias = "gnutls_strerror")]
    pub fn description(self) -> &'static str {
        // SAFETY: takes any integer.
        let text = unsafe { sys::gnutls_strerror(self.0) };
        // SAFETY: a static string, also for unknown codes.
        unsafe { static_text(text) }.unwrap_or("unknown error")
    }

    /// Writes GnuTLS's description to the standard error output of C, as `GnuTLS error: ...`. It goes past Rust's own
    /// `eprintln!`, which is what else there is.
    #[doc(alias = "gnutls_perror")]
    pub fn print(self) {
        // SAFETY: takes any integer.
        unsafe { sys::gnutls_perror(self.0) };
    }

    /// Whether a session cannot go on after this code.
    #[doc(alias = "gnutls_error_is_fatal")]
    pub fn is_fatal(self) -> bool {
        // SAFETY: takes any integer and only looks it up in a table.
        unsafe { sys::gnutls_error_is_fatal(self.0) != 0 }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name().unwrap_or("GNUTLS_E_?"), self.0)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_unknown_codes_survive() {
        let again = Code::from_raw(sys::GNUTLS_E_AGAIN);
        assert_eq!(again.name(), Some("GNUTLS_E_AGAIN"));
        assert!(!again.is_fatal());
        let odd = Code::from_raw(-77_777);
        assert_eq!((odd.raw(), odd.name()), (-77_777, None));
        assert!(!odd.description().is_empty());
    }
}
