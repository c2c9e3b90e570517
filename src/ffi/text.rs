//! Strings to and from C.

use std::borrow::Cow;
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::error::{Error, Result};

/// `text` for C; a NUL byte inside, which C would take for the end, is an error that names `what`.
pub(crate) fn c_string(text: impl Into<Vec<u8>>, what: impl Into<Cow<'static, str>>) -> Result<CString> {
    CString::new(text).map_err(|nul| {
        let place = nul.nul_position();
        Error::input(what, format!("there is a NUL byte at byte {place}, which C would take for the end"))
    })
}

/// A path for C.
pub(crate) fn path_c_string(path: &Path, what: impl Into<Cow<'static, str>>) -> Result<CString> {
    c_string(path.as_os_str().as_bytes(), what)
}

/// Text that GnuTLS wrote, without the NUL bytes at its end; what is no UTF-8 is replaced.
pub(crate) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned()
}
