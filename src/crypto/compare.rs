//! Secrets in memory: compared without telling where they differ, and overwritten.

use crate::error::{ErrorKind, Failure, Result};
use crate::ffi;

/// Whether two secrets are equal. The time depends on their lengths only.
#[doc(alias = "gnutls_memcmp")]
pub fn equal(one: &[u8], other: &[u8]) -> bool {
    ffi::equal(one, other)
}

/// Overwrites a secret, in a way that the compiler may not leave out.
#[doc(alias = "gnutls_memset")]
pub fn wipe(secret: &mut [u8]) {
    ffi::wipe(secret);
}

/// An error, if a tag is not the expected one.
pub(super) fn same_tag(doing: &'static str, found: &[u8], expected: &[u8]) -> Result<()> {
    if equal(found, expected) {
        return Ok(());
    }
    Err(Failure::new(ErrorKind::Verification, doing).detail("it is not the code of this message").into())
}
