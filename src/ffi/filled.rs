//! What GnuTLS fills in: a buffer it is asked for twice, a list it is asked for by index, a datum, an array.

use std::borrow::Cow;
use std::ffi::{c_int, c_uint};
use std::ptr;

use gnutls_sys as sys;

use super::data::{OwnedDatum, free};
use super::result::check;
use super::text::lossy;
use crate::error::{ErrorKind, Failure, Origin, Result};

/// Enough for the digests, names and numbers that are common: one call then, not two.
const FIRST_GUESS: usize = 128;

/// The bytes of a getter that writes into a caller's buffer and tells the size it needs.
///
/// `call` gets a writable buffer and its size in bytes, and leaves the size used (or needed) there. What the getter
/// returned stands beside the bytes.
pub(crate) fn sized(doing: &'static str, call: impl FnMut(*mut u8, *mut usize) -> c_int) -> Result<(c_uint, Vec<u8>)> {
    let (code, bytes) = fill(call);
    Ok((check(code, doing)?, bytes))
}

/// As [`sized`], for a getter that tells the size that it needs, but not the size that it used.
pub(crate) fn sized_exactly(
    doing: &'static str,
    mut call: impl FnMut(*mut u8, *mut usize) -> c_int,
) -> Result<Vec<u8>> {
    let mut size = 0;
    let code = call(ptr::null_mut(), &mut size);
    if code == sys::GNUTLS_E_SHORT_MEMORY_BUFFER {
        let mut bytes = vec![0; size];
        check(call(bytes.as_mut_ptr(), &mut size), doing)?;
        return Ok(bytes);
    }
    check(code, doing)?;
    Ok(Vec::new())
}

/// As [`sized`], `None` where the object does not have it.
pub(crate) fn sized_optional(
    doing: &'static str,
    call: impl FnMut(*mut u8, *mut usize) -> c_int,
) -> Result<Option<Vec<u8>>> {
    let (code, bytes) = fill(call);
    Ok(optional(code, doing)?.map(|_| bytes))
}

/// How many bytes `call` writes into the caller's `output`; where it is too small, the error says what is needed.
pub(crate) fn written(
    doing: &'static str,
    output: &mut [u8],
    call: impl FnOnce(*mut u8, *mut usize) -> c_int,
) -> Result<usize> {
    let room = output.len();
    let mut size = room;
    let code = call(output.as_mut_ptr(), &mut size);
    if code == sys::GNUTLS_E_SHORT_MEMORY_BUFFER {
        let failure = Failure::of_code(code, Origin::Local, doing).kind(ErrorKind::InvalidInput);
        // Not every getter says how much it needs.
        let why = match size > room {
            true => format!("an output of {size} bytes is needed, not one of {room}"),
            false => format!("an output of {room} bytes is too small"),
        };
        return Err(failure.detail(why).into());
    }
    check(code, doing)?;
    Ok(size)
}

/// What every index from 0 on has, until the getter says that there is no more.
///
/// `call` gets the index, and gives what the getter returned and what it left behind; that counts only if the former
/// is not negative.
pub(crate) fn items<T>(doing: &'static str, mut call: impl FnMut(c_uint) -> (c_int, T)) -> Result<Vec<T>> {
    let mut all = Vec::new();
    for index in 0.. {
        let (code, item) = call(index);
        if optional(code, doing)?.is_none() {
            break;
        }
        all.push(item);
    }
    Ok(all)
}

/// As [`items`], for a getter that writes into a buffer; what it returned stands beside the bytes.
pub(crate) fn by_index(
    doing: &'static str,
    mut call: impl FnMut(c_uint, *mut u8, *mut usize) -> c_int,
) -> Result<Vec<(c_uint, Vec<u8>)>> {
    items(doing, |index| {
        let (code, bytes) = fill(|buffer, size| call(index, buffer, size));
        (code, (code.unsigned_abs(), bytes))
    })
}

/// As [`by_index`], for texts.
pub(crate) fn texts_by_index(
    doing: &'static str,
    call: impl FnMut(c_uint, *mut u8, *mut usize) -> c_int,
) -> Result<Vec<String>> {
    Ok(by_index(doing, call)?.into_iter().map(|(_, bytes)| lossy(&bytes)).collect())
}

/// What a getter returned, and what it wrote into two buffers.
pub(crate) type Pair = (c_uint, Vec<u8>, Vec<u8>);

/// As [`by_index`], for a getter that writes into two buffers.
pub(crate) fn pairs_by_index(
    doing: &'static str,
    mut call: impl FnMut(c_uint, (*mut u8, *mut usize), (*mut u8, *mut usize)) -> c_int,
) -> Result<Vec<Pair>> {
    items(doing, |index| {
        let (mut first, mut second) = (vec![0; FIRST_GUESS], vec![0; FIRST_GUESS]);
        loop {
            let mut sizes = (first.len(), second.len());
            let code = call(index, (first.as_mut_ptr(), &mut sizes.0), (second.as_mut_ptr(), &mut sizes.1));
            let grown = sizes.0 > first.len() || sizes.1 > second.len();
            first.resize(sizes.0.max(if grown { first.len() } else { 0 }), 0);
            second.resize(sizes.1.max(if grown { second.len() } else { 0 }), 0);
            if code != sys::GNUTLS_E_SHORT_MEMORY_BUFFER || !grown {
                return (code, (code.unsigned_abs(), first, second));
            }
        }
    })
}

/// What `get` finds at every index from 0 on, until it says that there is no more.
pub(crate) fn until_end<T>(mut get: impl FnMut(c_uint) -> Result<T>) -> Result<Vec<T>> {
    let mut all = Vec::new();
    for index in 0.. {
        match get(index) {
            Ok(item) => all.push(item),
            Err(error) if error.is_end() => break,
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// The result of a getter, `None` where the object does not have what was asked for.
pub(crate) fn optional(code: c_int, doing: &'static str) -> Result<Option<c_uint>> {
    if code == sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE {
        return Ok(None);
    }
    check(code, doing).map(Some)
}

/// The datum that `call` fills.
pub(crate) fn filled(
    doing: impl Into<Cow<'static, str>>,
    call: impl FnOnce(*mut sys::gnutls_datum_t) -> c_int,
) -> Result<OwnedDatum> {
    let (code, datum) = fill_datum(call);
    check(code, doing)?;
    Ok(datum)
}

/// As [`filled`], `None` where the object does not have it.
pub(crate) fn filled_optional(
    doing: &'static str,
    call: impl FnOnce(*mut sys::gnutls_datum_t) -> c_int,
) -> Result<Option<OwnedDatum>> {
    let (code, datum) = fill_datum(call);
    Ok(optional(code, doing)?.map(|_| datum))
}

/// The data that `call` fills, all of them or none: the numbers of a key, the halves of a signature.
pub(crate) fn filled_many<const N: usize>(
    doing: &'static str,
    call: impl FnOnce([*mut sys::gnutls_datum_t; N]) -> c_int,
) -> Result<[OwnedDatum; N]> {
    let mut data = [(); N].map(|()| OwnedDatum::new());
    let code = call(data.each_mut().map(OwnedDatum::as_mut_ptr));
    if code < 0 {
        // What a call that failed leaves behind is not ours to free.
        data.into_iter().for_each(std::mem::forget);
        return Err(check(code, doing).expect_err("a negative code"));
    }
    Ok(data)
}

fn fill_datum(call: impl FnOnce(*mut sys::gnutls_datum_t) -> c_int) -> (c_int, OwnedDatum) {
    let mut datum = OwnedDatum::new();
    let code = call(datum.as_mut_ptr());
    if code < 0 {
        // What a call that failed leaves behind is not ours to free.
        std::mem::forget(std::mem::replace(&mut datum, OwnedDatum::new()));
    }
    (code, datum)
}

fn fill(mut call: impl FnMut(*mut u8, *mut usize) -> c_int) -> (c_int, Vec<u8>) {
    let mut bytes = vec![0; FIRST_GUESS];
    loop {
        let mut size = bytes.len();
        let code = call(bytes.as_mut_ptr(), &mut size);
        // A getter that asks for no more than it had would be asked for ever.
        if code == sys::GNUTLS_E_SHORT_MEMORY_BUFFER && size > bytes.len() {
            bytes.resize(size, 0);
            continue;
        }
        bytes.truncate(size);
        return (code, bytes);
    }
}

/// An array of handles that GnuTLS allocated; freed with `gnutls_free`. The handles are the caller's to release.
pub(crate) struct OwnedArray<T> {
    start: *mut T,
    length: c_uint,
}

impl<T: Copy> OwnedArray<T> {
    /// The array that `call` fills; where `call` fails, GnuTLS has freed it.
    pub(crate) fn filled(
        call: impl FnOnce(*mut *mut T, *mut c_uint) -> c_int,
    ) -> std::result::Result<OwnedArray<T>, c_int> {
        let (mut start, mut length) = (ptr::null_mut(), 0);
        let code = call(&mut start, &mut length);
        if code < 0 { Err(code) } else { Ok(OwnedArray { start, length }) }
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        if self.start.is_null() {
            return &[];
        }
        // SAFETY: GnuTLS filled the pair: `start` points to `length` handles in memory that it allocated for us.
        unsafe { std::slice::from_raw_parts(self.start, self.length as usize) }
    }
}

impl<T> Drop for OwnedArray<T> {
    fn drop(&mut self) {
        // SAFETY: GnuTLS allocated it for us, or it is null; nobody uses it after this.
        unsafe { free(self.start.cast()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A getter over `data`, as GnuTLS's are.
    fn getter(data: &[u8], buffer: *mut u8, size: *mut usize) -> c_int {
        // SAFETY: the caller's own variable.
        let room = unsafe { size.read() };
        // SAFETY: as above.
        unsafe { size.write(data.len()) };
        if room < data.len() {
            return sys::GNUTLS_E_SHORT_MEMORY_BUFFER;
        }
        // SAFETY: the buffer has room for `data`, as was checked.
        unsafe { ptr::copy_nonoverlapping(data.as_ptr(), buffer, data.len()) };
        7
    }

    #[test]
    fn a_short_buffer_grows_and_the_result_is_kept() {
        for length in [0, 1, FIRST_GUESS, FIRST_GUESS + 1, 5000] {
            let data = vec![0xA5; length];
            let found = sized("testing", |buffer, size| getter(&data, buffer, size));
            assert_eq!(found.expect("fits"), (7, data));
        }
    }

    #[test]
    fn a_callers_buffer_is_filled_or_told_too_small() {
        let mut buffer = [0; 4];
        let wrote = written("testing", &mut buffer, |start, size| getter(b"abc", start, size));
        assert_eq!((wrote.expect("fits"), &buffer), (3, b"abc\0"));
        let error = written("testing", &mut buffer, |start, size| getter(b"abcde", start, size)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        // The name of the code in the message is C's to say.
        #[cfg(not(miri))]
        assert!(error.to_string().contains("an output of 5 bytes is needed, not one of 4"), "{error}");
    }

    #[test]
    fn a_list_ends_where_the_getter_says() {
        let found = by_index("testing", |index, buffer, size| match index {
            0..3 => getter(&[b'a'; 300][..index as usize * 100], buffer, size),
            _ => sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE,
        });
        let lengths: Vec<_> = found.expect("a list").iter().map(|(_, item)| item.len()).collect();
        assert_eq!(lengths, [0, 100, 200]);
        let error = by_index("testing", |_, _, _| sys::GNUTLS_E_MEMORY_ERROR).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Resource);
    }

    #[test]
    fn a_getter_that_never_has_enough_is_an_error_not_a_loop() {
        let error = sized("testing", |_, _| sys::GNUTLS_E_SHORT_MEMORY_BUFFER).unwrap_err();
        assert_eq!(error.code().map(|code| code.raw()), Some(sys::GNUTLS_E_SHORT_MEMORY_BUFFER));
    }
}
