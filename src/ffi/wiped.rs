//! Secrets on our side of the border: bytes that are overwritten before their memory goes back.

use std::borrow::Cow;
use std::ffi::c_char;
#[cfg(not(miri))]
use std::ffi::c_void;
use std::ops::{Deref, DerefMut};

#[cfg(not(miri))]
use gnutls_sys as sys;

use super::text::c_string;
use crate::error::Result;

/// Bytes that are overwritten when they are dropped: passwords, the contents of key files.
pub(crate) struct Wiped(Vec<u8>);

impl Wiped {
    pub(crate) fn new(bytes: Vec<u8>) -> Wiped {
        Wiped(bytes)
    }

    /// Cuts off what follows the first `length` bytes, overwriting it.
    pub(crate) fn truncate(&mut self, length: usize) {
        if let Some(rest) = self.0.get_mut(length..) {
            wipe(rest);
            self.0.truncate(length);
        }
    }

    /// `text` with its NUL, for [`as_c_ptr`](Wiped::as_c_ptr).
    pub(crate) fn c_string(text: &str, what: impl Into<Cow<'static, str>>) -> Result<Wiped> {
        c_string(text, what).map(|text| Wiped(text.into_bytes_with_nul()))
    }

    /// The start of what [`c_string`](Wiped::c_string) made.
    pub(crate) fn as_c_ptr(&self) -> *const c_char {
        self.0.as_ptr().cast()
    }
}

impl Deref for Wiped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Wiped {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

/// Overwrites `bytes` in a way that the compiler may not leave out.
#[cfg(not(miri))]
pub(crate) fn wipe(bytes: &mut [u8]) {
    // SAFETY: the pointer and the length are one slice's, which is ours alone.
    unsafe { sys::gnutls_memset(bytes.as_mut_ptr().cast::<c_void>(), 0, bytes.len()) };
}

/// Miri, which has no C, sees to it that the slice is used rightly.
#[cfg(miri)]
pub(crate) fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
}

/// Whether two secrets are equal. The time depends on their lengths only.
#[cfg(not(miri))]
pub(crate) fn equal(one: &[u8], other: &[u8]) -> bool {
    // SAFETY: both pointers have as many bytes behind them as are compared, since the lengths are equal.
    one.len() == other.len()
        && unsafe { sys::gnutls_memcmp(one.as_ptr().cast(), other.as_ptr().cast(), one.len()) == 0 }
}

/// Miri, which has no C, does not look at the time.
#[cfg(miri)]
pub(crate) fn equal(one: &[u8], other: &[u8]) -> bool {
    one == other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wiping_overwrites_every_byte() {
        let mut bytes = *b"correct horse";
        wipe(&mut bytes);
        assert_eq!(bytes, [0; 13]);
        wipe(&mut []);
    }

    #[test]
    fn a_password_keeps_its_bytes_and_ends_with_nul() {
        let password = Wiped::c_string("p\u{e4}ss", "reading the password").expect("no NUL inside");
        assert_eq!(&*password, "p\u{e4}ss\0".as_bytes());
    }
}
