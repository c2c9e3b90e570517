//! A session of the plain C library, in memory: a peer that does what no peer of ours would do, and the library that
//! the regressions are about.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::{CStr, CString, c_int, c_uint, c_void};
use std::ptr;

use gnutls_sys as sys;
use nix::errno::Errno;

use crate::common::pki;

/// Which side a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Client,
    Server,
}

impl Role {
    pub(crate) fn other(self) -> Role {
        match self {
            Role::Client => Role::Server,
            Role::Server => Role::Client,
        }
    }
}

/// What the session reads and writes.
#[derive(Default)]
pub(crate) struct Link {
    pub(crate) input: VecDeque<u8>,
    pub(crate) output: Vec<u8>,
    /// Pushes are refused (`EAGAIN`).
    pub(crate) refuse: bool,
}

/// The session, with what it stands on.
pub(crate) struct Raw {
    session: sys::gnutls_session_t,
    credentials: sys::gnutls_certificate_credentials_t,
    link: Box<RefCell<Link>>,
}

// SAFETY: whoever has the `Raw` has its session and its link alone; neither is bound to a thread.
unsafe impl Send for Raw {}

impl Raw {
    /// A session with the usual identity (a server) or one that believes anybody (a client).
    pub(crate) fn new(role: Role, priority: &str) -> Raw {
        Raw::with_flags(role, priority, 0)
    }

    /// The same with more flags for `gnutls_init`.
    pub(crate) fn with_flags(role: Role, priority: &str, flags: c_uint) -> Raw {
        let side = if role == Role::Client { sys::GNUTLS_CLIENT } else { sys::GNUTLS_SERVER };
        let mut session = ptr::null_mut();
        // SAFETY: the out pointer is valid.
        ok(unsafe { sys::gnutls_init(&mut session, side | sys::GNUTLS_NONBLOCK | flags) });
        let raw = Raw { session, credentials: credentials(role), link: Box::default() };
        let priority = CString::new(priority).expect("no NUL");
        // SAFETY: a fresh session, a string that lives through the call, and null for the place of an error.
        ok(unsafe { sys::gnutls_priority_set_direct(session, priority.as_ptr(), ptr::null_mut()) });
        // SAFETY: a fresh session; the credentials live as long as it does.
        ok(unsafe { sys::gnutls_credentials_set(session, sys::GNUTLS_CRD_CERTIFICATE, raw.credentials.cast()) });
        // SAFETY: a fresh session; the link is boxed and lives as long as it does.
        unsafe { sys::gnutls_transport_set_ptr(session, (&raw const *raw.link).cast_mut().cast()) };
        // SAFETY: `push` keeps the contract of gnutls_push_func.
        unsafe { sys::gnutls_transport_set_push_function(session, Some(push)) };
        // SAFETY: `pull` keeps the contract of gnutls_pull_func.
        unsafe { sys::gnutls_transport_set_pull_function(session, Some(pull)) };
        // SAFETY: `pull_timeout` keeps the contract of gnutls_pull_timeout_func.
        unsafe { sys::gnutls_transport_set_pull_timeout_function(session, Some(pull_timeout)) };
        raw
    }

    /// For calls that have no method here.
    pub(crate) fn session(&self) -> sys::gnutls_session_t {
        self.session
    }

    /// What it has written since it was last asked.
    pub(crate) fn written(&self) -> Vec<u8> {
        std::mem::take(&mut self.link.borrow_mut().output)
    }

    /// Gives it bytes to read.
    pub(crate) fn feed(&self, bytes: &[u8]) {
        self.link.borrow_mut().input.extend(bytes);
    }

    /// Whether pushes are refused from now on.
    pub(crate) fn refuse(&self, refuse: bool) {
        self.link.borrow_mut().refuse = refuse;
    }

    /// Passes on what this one has written.
    pub(crate) fn pass_to(&self, other: &Raw) {
        other.feed(&self.written());
    }

    pub(crate) fn handshake(&self) -> c_int {
        // SAFETY: this session, which nobody else has.
        unsafe { sys::gnutls_handshake(self.session) }
    }

    pub(crate) fn send(&self, data: &[u8]) -> isize {
        // SAFETY: as above; `data` is readable for its length.
        unsafe { sys::gnutls_record_send(self.session, data.as_ptr().cast(), data.len()) }
    }

    pub(crate) fn recv(&self, buf: &mut [u8]) -> isize {
        // SAFETY: as above; `buf` is writable for its length.
        unsafe { sys::gnutls_record_recv(self.session, buf.as_mut_ptr().cast(), buf.len()) }
    }

    pub(crate) fn update_keys(&self, ask: bool) -> c_int {
        // SAFETY: as above.
        unsafe { sys::gnutls_session_key_update(self.session, if ask { sys::GNUTLS_KU_PEER } else { 0 }) }
    }

    pub(crate) fn alert(&self, level: sys::gnutls_alert_level_t, alert: u8) -> c_int {
        // SAFETY: as above.
        unsafe { sys::gnutls_alert_send(self.session, level, alert.into()) }
    }

    /// Sends close_notify.
    pub(crate) fn close(&self) -> c_int {
        // SAFETY: as above.
        unsafe { sys::gnutls_bye(self.session, sys::GNUTLS_SHUT_WR) }
    }

    /// The last alert that came.
    pub(crate) fn alert_received(&self) -> Option<u8> {
        // SAFETY: as above.
        u8::try_from(unsafe { sys::gnutls_alert_get(self.session) }).ok()
    }

    /// Everything that is there for the application, and the code that ended it (0 for close_notify).
    pub(crate) fn recv_all(&self) -> (Vec<u8>, c_int) {
        let mut all = Vec::new();
        let mut buf = [0; 4096];
        let mut quiet = 0;
        loop {
            let received = self.recv(&mut buf);
            match c_int::try_from(received).expect("a code or a length") {
                0 => return (all, 0),
                // After a record without data there can be more.
                sys::GNUTLS_E_AGAIN if quiet < 20 && !self.link.borrow().input.is_empty() => quiet += 1,
                code if code < 0 => return (all, code),
                _ => all.extend_from_slice(&buf[..received.unsigned_abs()]),
            }
        }
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: nobody uses the session after this.
        unsafe { sys::gnutls_deinit(self.session) };
        // SAFETY: the session that pointed to them is gone.
        unsafe { sys::gnutls_certificate_free_credentials(self.credentials) };
    }
}

/// A client and a server of the plain library, connected.
pub(crate) fn stock_pair(priority: &str) -> (Raw, Raw) {
    let (client, server) = (Raw::new(Role::Client, priority), Raw::new(Role::Server, priority));
    join(&client, &server);
    (client, server)
}

/// The handshake of two sessions of the plain library.
pub(crate) fn join(client: &Raw, server: &Raw) {
    let mut codes = [sys::GNUTLS_E_AGAIN; 2];
    for _ in 0..20 {
        for (i, (side, other)) in [(client, server), (server, client)].into_iter().enumerate() {
            if codes[i] != 0 {
                codes[i] = side.handshake();
            }
            side.pass_to(other);
        }
        if codes == [0, 0] {
            // The tickets of TLS 1.3.
            let (none, code) = client.recv_all();
            assert_eq!((none.len(), code), (0, sys::GNUTLS_E_AGAIN));
            return;
        }
    }
    panic!("the handshake does not end: {codes:?}");
}

/// The name of a code.
pub(crate) fn name(code: c_int) -> String {
    // SAFETY: takes any number.
    let name = unsafe { sys::gnutls_strerror_name(code) };
    if name.is_null() {
        return code.to_string();
    }
    // SAFETY: a static string.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}

fn ok(code: c_int) {
    assert_eq!(code, 0, "{}", name(code));
}

fn credentials(role: Role) -> sys::gnutls_certificate_credentials_t {
    let mut credentials = ptr::null_mut();
    // SAFETY: the out pointer is valid.
    ok(unsafe { sys::gnutls_certificate_allocate_credentials(&mut credentials) });
    if role == Role::Server {
        let identity = &pki().server;
        let chain: String = identity.chain().iter().map(|certificate| certificate.to_pem()).collect();
        let key = identity.key().to_pkcs8_pem(None).expect("a key in PEM");
        let (chain, key) = (datum(chain.as_bytes()), datum(key.as_ref()));
        let pem = sys::GNUTLS_X509_FMT_PEM;
        // SAFETY: fresh credentials; both texts live through the call, which copies what it needs.
        let code = unsafe { sys::gnutls_certificate_set_x509_key_mem(credentials, &chain, &key, pem) };
        assert!(code >= 0, "{}", name(code));
    }
    credentials
}

/// A view for C, which only reads it.
pub(crate) fn datum(bytes: &[u8]) -> sys::gnutls_datum_t {
    sys::gnutls_datum_t { data: bytes.as_ptr().cast_mut(), size: u32::try_from(bytes.len()).expect("short") }
}

unsafe extern "C" fn push(link: sys::gnutls_transport_ptr_t, from: *const c_void, length: usize) -> isize {
    // SAFETY: `Raw` set this pointer to its own link.
    let link = unsafe { &*link.cast::<RefCell<Link>>() };
    let mut link = link.borrow_mut();
    if link.refuse {
        Errno::EAGAIN.set();
        return -1;
    }
    // SAFETY: `from` has `length` bytes during the call.
    link.output.extend_from_slice(unsafe { std::slice::from_raw_parts(from.cast(), length) });
    isize::try_from(length).expect("short")
}

unsafe extern "C" fn pull(link: sys::gnutls_transport_ptr_t, to: *mut c_void, room: usize) -> isize {
    // SAFETY: as in `push`.
    let link = unsafe { &*link.cast::<RefCell<Link>>() };
    let mut link = link.borrow_mut();
    if link.input.is_empty() {
        Errno::EAGAIN.set();
        return -1;
    }
    let taken: Vec<u8> = {
        let most = room.min(link.input.len());
        link.input.drain(..most).collect()
    };
    // SAFETY: `to` has `room` bytes for us, and these are no more.
    unsafe { ptr::copy_nonoverlapping(taken.as_ptr(), to.cast(), taken.len()) };
    isize::try_from(taken.len()).expect("short")
}

unsafe extern "C" fn pull_timeout(link: sys::gnutls_transport_ptr_t, _: c_uint) -> c_int {
    // SAFETY: as in `push`.
    let link = unsafe { &*link.cast::<RefCell<Link>>() };
    c_int::from(!link.borrow().input.is_empty())
}
