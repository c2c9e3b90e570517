//! The callbacks of extensions and of supplemental data. GnuTLS does not tell them which one it means, so there is one
//! function for each place.

use std::ffi::{c_int, c_uchar};
use std::slice;

use gnutls_sys as sys;

use super::{Frame, with_frame};
use crate::engine::custom::MOST;

type Received = unsafe extern "C" fn(sys::gnutls_session_t, *const c_uchar, usize) -> c_int;
type Sending = unsafe extern "C" fn(sys::gnutls_session_t, sys::gnutls_buffer_t) -> c_int;

macro_rules! by_place {
    ($function:ident) => {
        [
            $function::<0>,
            $function::<1>,
            $function::<2>,
            $function::<3>,
            $function::<4>,
            $function::<5>,
            $function::<6>,
            $function::<7>,
        ]
    };
}

/// `gnutls_ext_recv_func`, for each place.
pub(in crate::engine) static EXTENSION_RECEIVED: [Received; MOST] = by_place!(extension_received);
/// `gnutls_ext_send_func`, for each place.
pub(in crate::engine) static EXTENSION_SENDING: [Sending; MOST] = by_place!(extension_sending);
/// `gnutls_supp_recv_func`, for each place.
pub(in crate::engine) static SUPPLEMENTAL_RECEIVED: [Received; MOST] = by_place!(supplemental_received);
/// `gnutls_supp_send_func`, for each place.
pub(in crate::engine) static SUPPLEMENTAL_SENDING: [Sending; MOST] = by_place!(supplemental_sending);

impl Frame<'_> {
    /// Lets the program look at a message that has come: 0, or the error of the handshake.
    ///
    /// # Safety
    /// `body` is null, or a datum that is valid during the call.
    pub(super) unsafe fn looked_at(
        &self,
        message: sys::gnutls_handshake_description_t,
        body: *const sys::gnutls_datum_t,
    ) -> c_int {
        if body.is_null() {
            return 0;
        }
        // SAFETY: the caller's promise.
        let body = unsafe { &*body };
        // SAFETY: as above.
        self.engine.look_at(message, unsafe { bytes(body.data, body.size as usize) })
    }
}

unsafe extern "C" fn extension_received<const PLACE: usize>(
    _: sys::gnutls_session_t,
    data: *const c_uchar,
    length: usize,
) -> c_int {
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| {
        // SAFETY: GnuTLS's contract: so many bytes, during the callback; it has checked the length.
        frame.engine.extension_received(PLACE, unsafe { bytes(data, length) })
    })
}

unsafe extern "C" fn extension_sending<const PLACE: usize>(
    _: sys::gnutls_session_t,
    buffer: sys::gnutls_buffer_t,
) -> c_int {
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| {
        // SAFETY: GnuTLS's contract: its own buffer, which takes more during the callback.
        frame.engine.extension_sending(PLACE, |data| unsafe { append(buffer, data) })
    })
}

unsafe extern "C" fn supplemental_received<const PLACE: usize>(
    _: sys::gnutls_session_t,
    data: *const c_uchar,
    length: usize,
) -> c_int {
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| {
        // SAFETY: so many bytes, during the callback. GnuTLS has not checked the length yet; `Engine::look_at` has, when
        // the message came.
        frame.engine.supplemental_received(PLACE, unsafe { bytes(data, length) })
    })
}

unsafe extern "C" fn supplemental_sending<const PLACE: usize>(
    _: sys::gnutls_session_t,
    buffer: sys::gnutls_buffer_t,
) -> c_int {
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| {
        // SAFETY: GnuTLS's contract: its own buffer, which takes more during the callback.
        frame.engine.supplemental_sending(PLACE, |data| unsafe { append(buffer, data) })
    })
}

/// # Safety
/// `length` bytes at `data`, as long as they are looked at; none may be anywhere.
unsafe fn bytes<'a>(data: *const c_uchar, length: usize) -> &'a [u8] {
    if data.is_null() || length == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(data, length) }
}

/// The number of bytes, or GnuTLS's error.
///
/// # Safety
/// A buffer of GnuTLS's that may grow.
unsafe fn append(buffer: sys::gnutls_buffer_t, data: &[u8]) -> c_int {
    // SAFETY: the caller's promise; the data are copied.
    let code = unsafe { sys::gnutls_buffer_append_data(buffer, data.as_ptr().cast(), data.len()) };
    if code < 0 { code } else { c_int::try_from(data.len()).unwrap_or(sys::GNUTLS_E_INTERNAL_ERROR) }
}
