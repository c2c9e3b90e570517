//! The static strings of GnuTLS's tables.

use std::ffi::{CStr, c_char};

/// The text behind `pointer`, or `None` if it is null or not UTF-8 (GnuTLS's tables are ASCII).
///
/// # Safety
/// `pointer` is null, or a NUL-terminated string that lives as long as the library.
pub(crate) unsafe fn static_text(pointer: *const c_char) -> Option<&'static str> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr::<'static>(pointer) }.to_str().ok()
}
