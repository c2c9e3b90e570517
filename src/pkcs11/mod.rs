//! PKCS#11 tokens: smart cards, hardware security modules, and stores that behave like them.
//!
//! GnuTLS finds the modules that p11-kit is configured with, at the first use; [`Setup`] chooses others. A [`Token`] has
//! [`Object`]s, each with a URL (RFC 7512); what names a key or a certificate elsewhere in this crate takes such URLs as
//! well. PINs are asked from the [`Pin`](crate::key::Pin) that belongs to an object or a key, or from the one that
//! [`set_default_pin`] sets.

mod attached;
mod flags;
mod key;
mod object;
mod setup;
mod store;
mod token;

use std::ffi::{c_char, c_int, c_void};
use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{OwnedDatum, callback, sized};

pub use flags::{ObjectFlags, TokenFlags};
pub use key::TokenKey;
pub use object::{Object, ObjectKind, certificates};
pub use setup::{Setup, TokenPrompt, deinit, has_default_pin, reinit, set_default_pin, set_token_prompt};
pub use store::{KeyTemplate, delete};
pub use token::{Mechanism, Token};

/// How much a URL says about the module that an object was found with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_pkcs11_url_type_t")]
pub enum UrlDetail {
    /// Nothing: any module will do.
    #[default]
    Generic,
    /// Its name.
    Library,
    /// Its name and version.
    LibraryVersion,
}

impl UrlDetail {
    fn raw(self) -> sys::gnutls_pkcs11_url_type_t {
        match self {
            UrlDetail::Generic => sys::GNUTLS_PKCS11_URL_GENERIC,
            UrlDetail::Library => sys::GNUTLS_PKCS11_URL_LIB,
            UrlDetail::LibraryVersion => sys::GNUTLS_PKCS11_URL_LIB_VERSION,
        }
    }
}

/// The string that `call` allocates.
fn string(doing: &'static str, call: impl FnOnce(*mut *mut c_char) -> c_int) -> Result<String> {
    let mut text = ptr::null_mut();
    let code = callback::entered(|| call(&mut text));
    callback::check(code, doing)?;
    // SAFETY: null, or a string that GnuTLS allocated for us.
    Ok(unsafe { OwnedDatum::from_c_string(text) }.map(|text| text.to_text()).unwrap_or_default())
}

/// The text of a getter that writes into a buffer.
fn info(doing: &'static str, mut call: impl FnMut(*mut c_void, *mut usize) -> c_int) -> Result<String> {
    let (_, text) = sized(doing, |buffer, size| call(buffer.cast(), size))?;
    Ok(String::from_utf8_lossy(&text).trim_end_matches('\0').to_owned())
}
