//! The library as a whole: which GnuTLS is loaded, and whether it is new enough.

mod clock;

use std::ffi::CStr;
use std::path::PathBuf;
use std::ptr;
use std::sync::OnceLock;

use gnutls_sys as sys;

use crate::cstr::static_text;
use crate::error::{Error, ErrorKind, Failure, Result};
pub use clock::set_clock;

/// The oldest GnuTLS that this crate works with.
pub const MINIMUM_VERSION: &str = "3.7.1";
const MINIMUM: &CStr = c"3.7.1";

/// The version of the GnuTLS that is loaded, for example `"3.7.9"`.
#[doc(alias = "gnutls_check_version")]
pub fn version() -> &'static str {
    // SAFETY: null asks for the version; the answer is a static string.
    let version = unsafe { sys::gnutls_check_version(ptr::null()) };
    // SAFETY: as above.
    unsafe { static_text(version) }.unwrap_or("unknown")
}

/// Whether the loaded GnuTLS is at least `wanted` ("3.8.0").
#[doc(alias = "gnutls_check_version")]
pub fn is_at_least(wanted: &CStr) -> bool {
    // SAFETY: a NUL-terminated string that lives through the call.
    let found = unsafe { sys::gnutls_check_version(wanted.as_ptr()) };
    !found.is_null()
}

/// The file with this machine's policy that GnuTLS reads, whether there is one or not (before 3.7.3: if there is one);
/// `GNUTLS_SYSTEM_PRIORITY_FILE` in the environment names another.
#[doc(alias = "gnutls_get_system_config_file")]
pub fn system_config_file() -> Option<PathBuf> {
    // SAFETY: takes nothing; null or a static string.
    let path = unsafe { sys::gnutls_get_system_config_file() };
    // SAFETY: as above.
    unsafe { static_text(path) }.map(PathBuf::from)
}

/// How the loaded GnuTLS was built and set up, as names with values: `("hardware-features", "aesni sha")`.
#[cfg(gnutls_3_7_3)]
#[doc(alias = "gnutls_get_library_config")]
pub fn library_config() -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    // SAFETY: takes nothing; the answer is a static array that ends with null, filled when the library was loaded.
    let mut entry = unsafe { sys::gnutls_get_library_config() };
    loop {
        // SAFETY: inside of the array: its end has not been passed.
        let sys::gnutls_library_config_st { name, value } = unsafe { entry.read() };
        // SAFETY: null or a static string.
        let Some(name) = (unsafe { static_text(name) }) else { return found };
        // SAFETY: as above.
        found.push((name, unsafe { static_text(value) }.unwrap_or_default()));
        // SAFETY: as above; what was read was not the end.
        entry = unsafe { entry.add(1) };
    }
}

/// Every path into GnuTLS starts here: the loaded library must be one that this crate was made for.
///
/// GnuTLS initialises itself when it is loaded (`gnutls_global_init` is a constructor since 3.3.0) and stays so
/// until the process ends.
#[doc(alias = "gnutls_global_init")]
#[doc(alias = "gnutls_global_deinit")]
pub(crate) fn ready() -> Result<()> {
    if *READY.get_or_init(|| is_at_least(MINIMUM)) {
        return Ok(());
    }
    Err(too_old())
}

/// Whether the library is as new as it must be; set by the first use.
static READY: OnceLock<bool> = OnceLock::new();

/// Runs `settings`, which change what GnuTLS keeps for the whole process, before anybody uses it: nobody else is in the
/// library meanwhile. True if that was possible.
pub(crate) fn before_first_use(settings: impl FnOnce()) -> Result<bool> {
    let mut first = false;
    READY.get_or_init(|| {
        first = true;
        let new_enough = is_at_least(MINIMUM);
        if new_enough {
            settings();
        }
        new_enough
    });
    ready().map(|()| first)
}

#[cold]
fn too_old() -> Error {
    let why = format!("the loaded GnuTLS is {}, and {MINIMUM_VERSION} or newer is needed", version());
    Failure::new(ErrorKind::Unsupported, "using GnuTLS").detail(why).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(gnutls_3_7_3)]
    #[test]
    fn the_library_says_how_it_was_built() {
        let config = library_config();
        assert!(
            config.iter().any(|(name, value)| *name == "libgnutls-soname" && value.contains("gnutls")),
            "{config:?}"
        );
    }

    #[test]
    fn the_policy_of_the_machine_is_in_a_file() {
        let path = system_config_file();
        assert!(path.is_some() || !is_at_least(c"3.7.3"), "GnuTLS names one");
        assert!(path.is_none_or(|path| path.is_absolute() && !path.ends_with("/")));
    }

    #[test]
    fn the_loaded_library_is_new_enough_and_knows_its_version() {
        ready().expect("GnuTLS 3.7.1 or newer");
        assert!(is_at_least(MINIMUM) && !is_at_least(c"99.0.0"));
        assert!(version().starts_with('3') || version().starts_with('4'), "{}", version());
    }
}
