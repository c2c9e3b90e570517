//! Whole files, for keys and passwords.

use std::path::Path;

use gnutls_sys as sys;

use crate::error::{ErrorKind, Failure, Origin, Result};
use crate::ffi::{filled, path_c_string};
use crate::global;
use crate::secret::SecretBytes;

/// The contents of a file, which are wiped when they are dropped.
///
/// # Errors
/// [`ErrorKind::Transport`] if the file cannot be read.
#[doc(alias = "gnutls_load_file")]
pub fn load_file(path: impl AsRef<Path>) -> Result<SecretBytes> {
    global::ready()?;
    let path = path.as_ref();
    let doing = format!("reading {}", path.display());
    let name = path_c_string(path, doing.clone())?;
    let contents = filled(doing.clone(), |out| {
        // SAFETY: a NUL-terminated path, and a valid out pointer.
        unsafe { sys::gnutls_load_file(name.as_ptr(), out) }
    });
    match contents {
        Ok(contents) => Ok(SecretBytes::new(contents)),
        Err(error) if error.code().is_some_and(|code| code.raw() == sys::GNUTLS_E_FILE_ERROR) => {
            let failure = Failure::of_code(sys::GNUTLS_E_FILE_ERROR, Origin::Local, doing);
            Err(failure.kind(ErrorKind::Transport).into())
        }
        Err(error) => Err(error),
    }
}
