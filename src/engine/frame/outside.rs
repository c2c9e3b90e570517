//! The callbacks of a handshake whose messages somebody else carries.

use std::ffi::{c_int, c_void};
use std::slice;

use gnutls_sys as sys;

use super::with_frame;
use crate::alert::Alert;
use crate::engine::quic::Level;

/// `gnutls_handshake_read_func`.
pub(in crate::engine) unsafe extern "C" fn message_out(
    _: sys::gnutls_session_t,
    level: sys::gnutls_record_encryption_level_t,
    kind: sys::gnutls_handshake_description_t,
    data: *const c_void,
    length: usize,
) -> c_int {
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| {
        let Some(level) = Level::from_raw(level) else { return sys::GNUTLS_E_INTERNAL_ERROR };
        // It is no message of a handshake.
        if kind != sys::GNUTLS_HANDSHAKE_CHANGE_CIPHER_SPEC && !data.is_null() {
            // SAFETY: GnuTLS's contract: so many bytes, during the callback.
            frame.engine.message_out(level, unsafe { slice::from_raw_parts(data.cast(), length) });
        }
        0
    })
}

/// `gnutls_handshake_secret_func`.
pub(in crate::engine) unsafe extern "C" fn secrets_made(
    _: sys::gnutls_session_t,
    level: sys::gnutls_record_encryption_level_t,
    read: *const c_void,
    write: *const c_void,
    length: usize,
) -> c_int {
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| {
        let Some(level) = Level::from_raw(level) else { return sys::GNUTLS_E_INTERNAL_ERROR };
        let secret = |from: *const c_void| {
            // SAFETY: GnuTLS's contract: null, or so many bytes, during the callback.
            (!from.is_null()).then(|| unsafe { slice::from_raw_parts(from.cast::<u8>(), length) })
        };
        frame.engine.secrets_made(level, secret(read), secret(write));
        0
    })
}

/// `gnutls_alert_read_func`.
pub(in crate::engine) unsafe extern "C" fn alert_out(
    _: sys::gnutls_session_t,
    _: sys::gnutls_record_encryption_level_t,
    _: sys::gnutls_alert_level_t,
    alert: sys::gnutls_alert_description_t,
) -> c_int {
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| {
        frame.engine.alert_out(u8::try_from(alert).map_or(Alert::INTERNAL_ERROR, Alert));
        0
    })
}
