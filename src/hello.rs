//! The first message of a handshake, read without a session: what a client says that it wants and can.

use std::ffi::{c_int, c_uchar, c_uint, c_void};
use std::slice;

use gnutls_sys as sys;

use crate::cstr::static_text;
use crate::error::{Error, Failure, Result};
use crate::ffi::datum;
use crate::global;

const DOING: &str = "reading the extensions of a hello";

/// An extension: its number and its data.
pub type RawExtension = (u16, Vec<u8>);

/// The extensions of a ClientHello of TLS, in its order: what
/// [`on_raw_client_hello`](crate::ServerConfigBuilder::on_raw_client_hello) gets, without the header of the message.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for what is none.
#[doc(alias = "gnutls_ext_raw_parse")]
pub fn client_hello_extensions(hello: &[u8]) -> Result<Vec<RawExtension>> {
    parse(hello, sys::GNUTLS_EXT_RAW_FLAG_TLS_CLIENT_HELLO)
}

/// The extensions of a ClientHello of DTLS, in its order.
///
/// # Errors
/// As [`client_hello_extensions`].
#[doc(alias = "gnutls_ext_raw_parse")]
pub fn dtls_client_hello_extensions(hello: &[u8]) -> Result<Vec<RawExtension>> {
    parse(hello, sys::GNUTLS_EXT_RAW_FLAG_DTLS_CLIENT_HELLO)
}

/// The extensions of a list of them, as messages have it: two bytes of length, then each with two for its number and two
/// for its length.
///
/// # Examples
/// ```
/// let list = [0, 5, 0, 43, 0, 1, 7];
/// assert_eq!(gnutls::hello::extensions(&list)?, [(43, vec![7])]);
/// assert_eq!(gnutls::hello::extension_name(43), Some("Supported Versions"));
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
/// As [`client_hello_extensions`].
#[doc(alias = "gnutls_ext_raw_parse")]
pub fn extensions(list: &[u8]) -> Result<Vec<RawExtension>> {
    parse(list, 0)
}

/// GnuTLS's name for the number of an extension that it has.
#[doc(alias = "gnutls_ext_get_name")]
pub fn extension_name(id: u16) -> Option<&'static str> {
    // SAFETY: takes any number and looks it up in a table.
    let name = unsafe { sys::gnutls_ext_get_name(id.into()) };
    // SAFETY: null or a static string.
    unsafe { static_text(name) }
}

fn parse(bytes: &[u8], flags: c_uint) -> Result<Vec<RawExtension>> {
    global::ready()?;
    // GnuTLS counts some of it in `int`; a message of a handshake is shorter.
    if bytes.len() > 1 << 24 {
        return Err(Error::input(DOING, format!("{} bytes are more than a message has", bytes.len())));
    }
    let view = datum(bytes, DOING)?;
    let mut found: Vec<RawExtension> = Vec::new();
    // SAFETY: the view lives through the call; `collect` gets the pointer to `found`, which nobody else uses meanwhile.
    let code = unsafe { sys::gnutls_ext_raw_parse((&raw mut found).cast(), Some(collect), &view, flags) };
    match code {
        0.. => Ok(found),
        // A hello without any.
        sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE => Ok(Vec::new()),
        _ => Err(Failure::of_input(code, DOING).kind(crate::error::ErrorKind::InvalidInput).into()),
    }
}

/// `gnutls_ext_raw_process_func`.
unsafe extern "C" fn collect(found: *mut c_void, id: c_uint, data: *const c_uchar, length: c_uint) -> c_int {
    // SAFETY: what `parse` passed, alive during the call.
    let found = unsafe { &mut *found.cast::<Vec<RawExtension>>() };
    let data = if data.is_null() || length == 0 {
        &[]
    } else {
        // SAFETY: GnuTLS's contract: so many bytes, during the callback.
        unsafe { slice::from_raw_parts(data, length as usize) }
    };
    // Numbers have two bytes in a message.
    found.push((u16::try_from(id).unwrap_or(u16::MAX), data.to_vec()));
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn lists_are_read_in_their_order_and_lies_are_refused() {
        assert_eq!(extensions(&[]).expect("none"), []);
        assert_eq!(extensions(&[0, 0]).expect("none"), []);
        let two = [0, 9, 0xff, 1, 0, 1, 0, 0, 0, 0, 0];
        assert_eq!(extensions(&two).expect("two"), [(0xff01, vec![0]), (0, vec![])]);
        for cut in 1..two.len() {
            assert_eq!(extensions(&two[..cut]).expect_err("too short").kind(), ErrorKind::InvalidInput, "{cut}");
        }
        assert_eq!(client_hello_extensions(&[3; 10]).expect_err("too short").kind(), ErrorKind::InvalidInput);
        assert_eq!(dtls_client_hello_extensions(&[254; 90]).expect_err("no hello").kind(), ErrorKind::InvalidInput);
    }

    #[test]
    fn known_extensions_have_names() {
        assert_eq!(extension_name(16), Some("ALPN"));
        assert_eq!(extension_name(0xfafa), None);
    }
}
