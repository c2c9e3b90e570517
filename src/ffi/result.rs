//! A C result code becomes a `Result`.

use std::borrow::Cow;
use std::ffi::{c_int, c_uint};

use crate::error::{Error, Failure, Origin, Result};

/// The non-negative result of a call outside a session, or the error that names what was being done.
pub(crate) fn check(code: c_int, doing: impl Into<Cow<'static, str>>) -> Result<c_uint> {
    c_uint::try_from(code).map_err(|_| Failure::of_code(code, Origin::Local, doing).into())
}

/// A length as GnuTLS's 32-bit sizes have it.
pub(crate) fn length(length: usize, what: &'static str) -> Result<c_uint> {
    c_uint::try_from(length).map_err(|_| Error::input(what, format!("{length} bytes are more than GnuTLS can take")))
}
