//! Raw bindings to the system's [GnuTLS](https://www.gnutls.org/manual/), found
//! through pkg-config: every public header of libgnutls, and with the feature
//! `dane` the one of libgnutls-dane.
//!
//! # Releases
//!
//! The bindings come from the newest headers and work with every release since
//! [`MINIMUM_VERSION`]. An item newer than that is behind a `cfg` named after the
//! release that brought it, `gnutls_3_8_4` for instance, which the build script
//! turns on when the library it finds is that new. A dependent package sees the
//! same facts in its build script, as `DEP_GNUTLS_VERSION` (the release found),
//! `DEP_GNUTLS_CFGS` (the gates that are on) and `DEP_GNUTLS_GATES` (all gates).
//!
//! # Names
//!
//! Constants are at the top of the crate, under their C names. An enumeration is
//! an alias of an integer type: a newer library may return values that these
//! headers don't have. Error codes are `c_int`, as functions return them.
//!
//! Not bound are the constants that describe the headers rather than the library
//! (`GNUTLS_VERSION...`, `..._MAX`), and what C compiles into the caller: macros
//! that take arguments, such as `gnutls_transport_set_int` (the function is
//! [`gnutls_transport_set_int2`]), macros that rename a function, and the two
//! `static inline` functions of `compat.h`.
#![no_std]
#![allow(
    missing_debug_implementations,
    missing_docs,
    non_camel_case_types,
    non_upper_case_globals,
    unused_imports,
    clippy::all,
    reason = "nearly all of this crate is generated: the names are C's, documented in its manual"
)]

use core::ffi::CStr;

/// The oldest release these bindings work with; `gnutls_check_version` takes it.
pub const MINIMUM_VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("GNUTLS_SYS_MINIMUM"), "\0").as_bytes())
{
    Ok(version) => version,
    Err(_) => unreachable!(),
};

/// The release that the build script found.
pub const BUILT_AGAINST: &str = env!("GNUTLS_SYS_FOUND");

#[cfg(not(feature = "bindgen"))]
mod bindings;
#[cfg(feature = "bindgen")]
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
}
pub use bindings::*;

#[cfg(all(feature = "dane", not(feature = "bindgen")))]
mod bindings_dane;
#[cfg(all(feature = "dane", feature = "bindgen"))]
mod bindings_dane {
    include!(concat!(env!("OUT_DIR"), "/bindings_dane.rs"));
}
#[cfg(feature = "dane")]
pub use bindings_dane::*;
