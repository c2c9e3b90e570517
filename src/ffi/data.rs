//! `gnutls_datum_t`: borrowed for the length of a call, or owned and freed.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use gnutls_sys as sys;

use super::length;
use super::text::lossy;
use crate::error::Result;

/// A borrowed view of `bytes` for an input parameter. It is valid as long as `bytes` is, and C must not write to it.
pub(crate) fn datum(bytes: &[u8], what: &'static str) -> Result<sys::gnutls_datum_t> {
    Ok(sys::gnutls_datum_t { data: start(bytes).cast_mut(), size: length(bytes.len(), what)? })
}

/// The start of `bytes`, for a call that gets their number too. Where there are none, a NUL byte: GnuTLS looks at the first
/// byte of some numbers whatever their size, and libtasn1 takes the size 0 for a text that a NUL ends.
pub(crate) fn start(bytes: &[u8]) -> *const u8 {
    static NUL: u8 = 0;
    if bytes.is_empty() { &raw const NUL } else { bytes.as_ptr() }
}

/// A datum that GnuTLS allocated and that is freed with `gnutls_free`.
pub(crate) struct OwnedDatum(sys::gnutls_datum_t);

impl OwnedDatum {
    /// An empty one for GnuTLS to fill.
    pub(crate) fn new() -> OwnedDatum {
        OwnedDatum(no_datum())
    }

    /// A string that GnuTLS allocated for the caller; `None` for null.
    ///
    /// # Safety
    /// `text` is null, or a NUL-terminated string from GnuTLS's allocator that is now ours.
    pub(crate) unsafe fn from_c_string(text: *mut c_char) -> Option<OwnedDatum> {
        if text.is_null() {
            return None;
        }
        // SAFETY: the caller's promise.
        let length = unsafe { CStr::from_ptr(text) }.count_bytes();
        Some(OwnedDatum(sys::gnutls_datum_t { data: text.cast(), size: u32::try_from(length).unwrap_or(u32::MAX) }))
    }

    /// Bytes that GnuTLS allocated for the caller; `None` for null.
    ///
    /// # Safety
    /// `start` is null, or points to `size` bytes from GnuTLS's allocator that are now ours.
    pub(crate) unsafe fn from_parts(start: *mut u8, size: usize) -> Option<OwnedDatum> {
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        (!start.is_null()).then_some(OwnedDatum(sys::gnutls_datum_t { data: start, size }))
    }

    pub(crate) fn as_mut_ptr(&mut self) -> *mut sys::gnutls_datum_t {
        &raw mut self.0
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        if self.0.data.is_null() {
            return &[];
        }
        // SAFETY: GnuTLS filled the pair: `data` points to `size` bytes that it allocated for us.
        unsafe { std::slice::from_raw_parts(self.0.data, self.0.size as usize) }
    }

    /// The bytes as text; GnuTLS's own texts are UTF-8, anything else is replaced.
    pub(crate) fn to_text(&self) -> String {
        lossy(self.as_slice())
    }

    pub(crate) fn to_vec(&self) -> Vec<u8> {
        self.as_slice().to_vec()
    }

    /// Overwrites the bytes before they are freed: for keys and session data.
    pub(crate) fn wipe(&mut self) {
        if !self.0.data.is_null() {
            // SAFETY: the pair describes memory we own.
            unsafe { sys::gnutls_memset(self.0.data.cast::<c_void>(), 0, self.0.size as usize) };
        }
    }
}

impl Drop for OwnedDatum {
    fn drop(&mut self) {
        // SAFETY: `data` is null or was allocated by GnuTLS for us, and is freed once.
        unsafe { free(self.0.data.cast::<c_void>()) };
    }
}

/// Copies `bytes` into memory of GnuTLS's allocator, for C to free; false if there is none.
///
/// # Safety
/// `datum` may be written, and what it holds is not ours to free.
pub(crate) unsafe fn give(bytes: &[u8], datum: *mut sys::gnutls_datum_t) -> bool {
    let (Ok(size), Some(data)) = (u32::try_from(bytes.len()), allocated(bytes)) else { return false };
    // SAFETY: the caller's promise.
    unsafe { datum.write(sys::gnutls_datum_t { data, size }) };
    true
}

/// A datum that points to nothing, for a getter to fill.
pub(crate) fn no_datum() -> sys::gnutls_datum_t {
    sys::gnutls_datum_t { data: ptr::null_mut(), size: 0 }
}

/// A copy of what a datum points to that belongs to somebody else.
///
/// # Safety
/// `datum.data` is null or points to `datum.size` bytes.
pub(crate) unsafe fn copied(datum: &sys::gnutls_datum_t) -> Vec<u8> {
    if datum.data.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(datum.data, datum.size as usize) }.to_vec()
}

/// The bytes of a datum that lives as long as the library and never changes.
///
/// # Safety
/// `datum` is such a one.
pub(crate) unsafe fn static_bytes(datum: *const sys::gnutls_datum_t) -> &'static [u8] {
    // SAFETY: the caller's promise.
    let datum = unsafe { &*datum };
    if datum.data.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(datum.data, datum.size as usize) }
}

/// A copy of `items` in memory of GnuTLS's allocator, for GnuTLS to free; `None` if memory runs out.
pub(crate) fn allocated<T: Copy>(items: &[T]) -> Option<*mut T> {
    // SAFETY: a data symbol that GnuTLS sets before any call and that nobody changes.
    let malloc = unsafe { sys::gnutls_malloc }?;
    // SAFETY: an allocator takes any size; one byte more, so that nothing gets a pointer too.
    let start = unsafe { malloc(size_of_val(items) + 1) }.cast::<T>();
    if start.is_null() {
        return None;
    }
    // SAFETY: the new memory has room for the items, and is aligned for everything, as malloc's is.
    unsafe { ptr::copy_nonoverlapping(items.as_ptr(), start, items.len()) };
    Some(start)
}

/// Gives memory back to GnuTLS's allocator.
///
/// # Safety
/// `pointer` is null, or was allocated by GnuTLS for the caller and is not used after this.
pub(super) unsafe fn free(pointer: *mut c_void) {
    // SAFETY: a data symbol that GnuTLS sets before any call and that nobody changes.
    let free = unsafe { sys::gnutls_free };
    if let Some(free) = free {
        // SAFETY: the caller's promise.
        unsafe { free(pointer) };
    }
}
