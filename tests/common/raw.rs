//! GnuTLS without this crate: what to compare with.

use std::ffi::{CStr, c_uint};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::ptr;

use gnutls_sys as sys;

use super::pki;

/// A session, and the socket that it uses. Neither is freed, nor is what sessions share: the process ends soon.
pub(crate) struct Raw {
    session: sys::gnutls_session_t,
    pub(crate) socket: UnixStream,
}

/// An error code of GnuTLS.
pub(crate) type Code = i64;

// SAFETY: none. That two threads in one session need more than GnuTLS has is what the control of `tests/tsan` shows;
// others move it only.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

impl Raw {
    pub(crate) fn new(
        role: c_uint,
        socket: UnixStream,
        priority: sys::gnutls_priority_t,
        credentials: sys::gnutls_certificate_credentials_t,
    ) -> Raw {
        let mut session = ptr::null_mut();
        // SAFETY: a valid place for the new session.
        ok(unsafe { sys::gnutls_init(&mut session, role) }).expect("a session");
        // SAFETY: a fresh session, and priorities that are never freed.
        ok(unsafe { sys::gnutls_priority_set(session, priority) }).expect("priorities");
        // SAFETY: a fresh session, and credentials that are never freed.
        ok(unsafe { sys::gnutls_credentials_set(session, sys::GNUTLS_CRD_CERTIFICATE, credentials.cast()) })
            .expect("credentials");
        // SAFETY: a fresh session; the socket lives as long as it is used.
        unsafe { sys::gnutls_transport_set_int2(session, socket.as_raw_fd(), socket.as_raw_fd()) };
        Raw { session, socket }
    }

    pub(crate) fn handshake(&self) -> Result<(), Code> {
        // SAFETY: a live session that nobody else has yet.
        ok(unsafe { sys::gnutls_handshake(self.session) }).map(drop)
    }

    /// One record.
    pub(crate) fn send(&self, data: &[u8]) -> Result<Code, Code> {
        // SAFETY: a live session; `data` is readable for its length. Another thread may be in it: see above.
        ok(unsafe { sys::gnutls_record_send(self.session, data.as_ptr().cast(), data.len()) })
    }

    pub(crate) fn receive(&self, buf: &mut [u8]) -> Result<Code, Code> {
        // SAFETY: a live session; `buf` is writable for its length. Another thread may be in it: see above.
        ok(unsafe { sys::gnutls_record_recv(self.session, buf.as_mut_ptr().cast(), buf.len()) })
    }

    pub(crate) fn update_keys(&self) -> Result<Code, Code> {
        // SAFETY: a live session. Another thread may be in it: see above.
        ok(unsafe { sys::gnutls_session_key_update(self.session, 0) })
    }
}

pub(crate) fn priority(text: &CStr) -> sys::gnutls_priority_t {
    let mut priority = ptr::null_mut();
    // SAFETY: a valid place for the new priorities, and a string.
    ok(unsafe { sys::gnutls_priority_init(&mut priority, text.as_ptr(), ptr::null_mut()) }).expect("priorities");
    priority
}

/// The server's, which do for a client that verifies nothing.
pub(crate) fn credentials() -> sys::gnutls_certificate_credentials_t {
    let mut credentials = ptr::null_mut();
    // SAFETY: a valid place for the new credentials.
    ok(unsafe { sys::gnutls_certificate_allocate_credentials(&mut credentials) }).expect("credentials");
    let datum = |bytes: &[u8]| sys::gnutls_datum_t {
        data: bytes.as_ptr().cast_mut(),
        size: bytes.len().try_into().expect("a short text"),
    };
    let identity = &pki().server;
    let (chain, key) = (identity.chain()[0].to_pem(), identity.key().to_pem().expect("a key"));
    let (chain, key) = (datum(chain.as_bytes()), datum(&key));
    // SAFETY: fresh credentials; the texts live during the call, which copies them.
    let code = unsafe { sys::gnutls_certificate_set_x509_key_mem(credentials, &chain, &key, sys::GNUTLS_X509_FMT_PEM) };
    ok(code).expect("an identity");
    credentials
}

fn ok(code: impl TryInto<Code>) -> Result<Code, Code> {
    let code = code.try_into().unwrap_or(-1);
    if code < 0 { Err(code) } else { Ok(code) }
}
