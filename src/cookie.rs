//! Cookies: only who receives at an address gets more from a server than one small datagram (RFC 6347, section 4.2.1).

use std::ffi::c_void;
use std::fmt;
use std::slice;
use std::sync::Arc;

use gnutls_sys as sys;

use crate::crypto;
use crate::error::{Error, Failure, Origin, Result};
use crate::ffi::datum;
use crate::secret::SecretBytes;
use crate::transport::records::begins_hello;

const DOING: &str = "checking a client's cookie";

/// What GnuTLS makes its keys of, in bytes.
const LENGTH: usize = 16;

/// The key of a server's cookies. Nothing is kept of clients that have none yet.
///
/// Clones are the same key, and so are [those from the same bytes](CookieKey::from_bytes), for servers behind one address.
/// Cookies do not age: a key should be replaced now and then, which costs who is in the middle of a handshake a second.
#[derive(Clone)]
pub struct CookieKey(Arc<SecretBytes>);

/// What a server does with the first datagram of somebody.
#[derive(Debug)]
pub enum Cookie {
    /// The client receives at its address: its session may begin, **with this very datagram first** in what it receives.
    Valid(Prestate),
    /// The client has none, or not this one: this datagram asks for it, and is all to be sent.
    Missing(Vec<u8>),
    /// This is no beginning of a handshake, or of a hello: nothing is to be sent.
    NoHello,
}

/// Where in the handshake a client is that has a cookie: its session goes on from there.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "gnutls_dtls_prestate_st")]
pub struct Prestate(sys::gnutls_dtls_prestate_st);

impl CookieKey {
    /// A new one.
    ///
    /// # Errors
    /// If the machine has no random numbers.
    #[doc(alias = "gnutls_key_generate")]
    pub fn generate() -> Result<CookieKey> {
        crypto::generate_key(LENGTH).map(|key| CookieKey(Arc::new(key)))
    }

    /// A key from its bytes, which must be as hard to guess as those of [`generate`](CookieKey::generate).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for fewer than 16.
    pub fn from_bytes(bytes: SecretBytes) -> Result<CookieKey> {
        if bytes.len() < LENGTH {
            return Err(Error::input("reading a cookie key", format!("{} bytes are fewer than {LENGTH}", bytes.len())));
        }
        Ok(CookieKey(Arc::new(bytes)))
    }

    /// Looks at the first datagram from `client`: whatever tells clients apart that an attacker can claim, such as the bytes
    /// of address and port.
    ///
    /// # Errors
    /// If GnuTLS cannot make the cookie.
    #[doc(alias = "gnutls_dtls_cookie_verify")]
    #[doc(alias = "gnutls_dtls_cookie_send")]
    pub fn check(&self, datagram: &[u8], client: &[u8]) -> Result<Cookie> {
        /// The record's number in its header; GnuTLS takes the last of its bytes.
        const NUMBER: usize = 10;
        // The cookie is in the first fragment: whoever answered the others would send more datagrams than he got hellos.
        if !begins_hello(datagram) {
            return Ok(Cookie::NoHello);
        }
        let mut key = datum(&self.0, DOING)?;
        let mut prestate = sys::gnutls_dtls_prestate_st { record_seq: 0, hsk_read_seq: 0, hsk_write_seq: 0 };
        let (data, hello) =
            (client.as_ptr().cast_mut().cast::<c_void>(), datagram.as_ptr().cast_mut().cast::<c_void>());
        // SAFETY: key, client and datagram are readable for their lengths, which GnuTLS minds, and it only reads them; a
        // valid place for the state.
        let code = unsafe {
            sys::gnutls_dtls_cookie_verify(&mut key, data, client.len(), hello, datagram.len(), &mut prestate)
        };
        match code {
            0 => return Ok(Cookie::Valid(Prestate(prestate))),
            sys::GNUTLS_E_BAD_COOKIE => {}
            sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH => return Ok(Cookie::NoHello),
            code => return Err(Failure::of_code(code, Origin::Local, DOING).into()),
        }
        prestate.record_seq = datagram[NUMBER].into();
        let mut reply = Reply { bytes: [0; Reply::MOST], length: 0 };
        let to = (&raw mut reply).cast();
        // SAFETY: as above; GnuTLS hands `to`, which lives through the call, to `keep` and to nobody else.
        let code = unsafe { sys::gnutls_dtls_cookie_send(&mut key, data, client.len(), &mut prestate, to, Some(keep)) };
        if code < 0 {
            return Err(Failure::of_code(code, Origin::Local, DOING).into());
        }
        Ok(Cookie::Missing(reply.bytes[..reply.length].to_vec()))
    }
}

impl Prestate {
    /// For `gnutls_dtls_prestate_set`.
    pub(crate) fn raw(self) -> sys::gnutls_dtls_prestate_st {
        self.0
    }
}

/// The datagram that GnuTLS sends.
struct Reply {
    bytes: [u8; Reply::MOST],
    length: usize,
}

impl Reply {
    /// More than GnuTLS sends: heads of 25 bytes, and a cookie of 16.
    const MOST: usize = 128;
}

/// `gnutls_push_func`: keeps what is sent.
unsafe extern "C" fn keep(to: sys::gnutls_transport_ptr_t, from: *const c_void, length: usize) -> isize {
    // SAFETY: `check` passes its reply, which nobody else touches during the call.
    let reply = unsafe { &mut *to.cast::<Reply>() };
    // SAFETY: GnuTLS's push contract: `from` has `length` bytes during the call.
    let bytes = unsafe { slice::from_raw_parts(from.cast::<u8>(), length) };
    match reply.bytes.get_mut(..length) {
        Some(room) => {
            room.copy_from_slice(bytes);
            reply.length = length;
            isize::try_from(length).unwrap_or(-1)
        }
        None => -1,
    }
}

impl fmt::Debug for CookieKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookieKey").finish_non_exhaustive()
    }
}
