//! The loops in C (`c/`), which use the same libgnutls.

use std::ffi::{CStr, CString, c_char, c_int, c_uint};
use std::net::TcpStream;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::thread;

use super::{Halves, Reader, Stack, Writer};
use crate::Result;
use crate::material::Setup;

#[repr(C)]
pub(super) struct RawConfig {
    _opaque: [u8; 0],
}

#[repr(C)]
pub(super) struct RawSession {
    _opaque: [u8; 0],
}

#[repr(C)]
pub(super) struct RawWire {
    _opaque: [u8; 0],
}

/// `gnutls_datum_t`.
#[repr(C)]
pub(super) struct Datum {
    data: *mut u8,
    size: c_uint,
}

impl Datum {
    pub(super) fn empty() -> Datum {
        Datum { data: ptr::null_mut(), size: 0 }
    }
}

unsafe extern "C" {
    fn bench_config_new(
        made: *mut *mut RawConfig,
        priority: *const c_char,
        trust: *const c_char,
        chain: *const c_char,
        key: *const c_char,
    ) -> c_int;
    fn bench_config_free(config: *mut RawConfig);
    fn bench_session_new(made: *mut *mut RawSession, config: *const RawConfig, fd: c_int, mode: c_int) -> c_int;
    fn bench_session_free(session: *mut RawSession);
    fn bench_handshake(session: *mut RawSession) -> c_int;
    fn bench_write(session: *mut RawSession, data: *const u8, size: usize, times: u64) -> c_int;
    fn bench_fill(session: *mut RawSession, buf: *mut u8, size: usize) -> c_int;
    fn bench_drain(session: *mut RawSession, buf: *mut u8, size: usize, total: u64) -> c_int;
    fn bench_update_key(session: *mut RawSession) -> c_int;
    fn gnutls_strerror_name(code: c_int) -> *const c_char;
}

/// An error for a negative code.
pub(super) fn check(code: c_int) -> Result<()> {
    if code >= 0 {
        return Ok(());
    }
    // SAFETY: it takes any number.
    let name = unsafe { gnutls_strerror_name(code) };
    if name.is_null() {
        return Err(format!("GnuTLS says {code}").into());
    }
    // SAFETY: the names are static strings.
    Err(format!("GnuTLS says {}", unsafe { CStr::from_ptr(name) }.to_string_lossy()).into())
}

/// Credentials and priorities of one side.
pub(super) struct Config(NonNull<RawConfig>);

// SAFETY: sessions only read it, as GnuTLS allows for credentials that no longer change.
unsafe impl Send for Config {}
// SAFETY: as above.
unsafe impl Sync for Config {}

impl Config {
    pub(super) fn client(setup: &Setup) -> Result<Config> {
        Config::new(setup, false)
    }

    pub(super) fn server(setup: &Setup) -> Result<Config> {
        Config::new(setup, true)
    }

    fn new(setup: &Setup, server: bool) -> Result<Config> {
        let material = &setup.material;
        let priority = CString::new(setup.priority())?;
        let trust = CString::new(material.authority.as_str())?;
        let (chain, key) = (CString::new(material.chain.as_str())?, CString::new(material.key.as_str())?);
        let of_server = |text: &CStr| if server { text.as_ptr() } else { ptr::null() };
        let mut made = ptr::null_mut();
        let (chain, key) = (of_server(&chain), of_server(&key));
        // SAFETY: strings that outlive the call, and a place for the result.
        check(unsafe { bench_config_new(&raw mut made, priority.as_ptr(), trust.as_ptr(), chain, key) })?;
        Ok(Config(NonNull::new(made).ok_or("no configuration was made")?))
    }

    pub(super) fn as_ptr(&self) -> *const RawConfig {
        self.0.as_ptr()
    }
}

impl Drop for Config {
    fn drop(&mut self) {
        // SAFETY: made by `new`, and the sessions that use it keep it by an `Arc`.
        unsafe { bench_config_free(self.0.as_ptr()) };
    }
}

/// A session in C, and what it needs.
pub(super) struct CSession {
    raw: NonNull<RawSession>,
    _config: Arc<Config>,
    /// Goes after it.
    below: Below,
}

/// What a session stands on.
pub(super) enum Below {
    Socket(OwnedFd),
    Memory(#[allow(dead_code, reason = "it is only kept")] Box<dyn Send + Sync>),
}

// SAFETY: GnuTLS binds no session to a thread.
unsafe impl Send for CSession {}
// SAFETY: two threads use it at once, one sending and one receiving. The GnuTLS manual allows that without key updates,
// and mode `Locked` has a mutex; that the former is a data race all the same is why the library exists.
unsafe impl Sync for CSession {}

/// How the loops wait, as `enum bench_mode` has it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Blocking = 0,
    Polling = 1,
    Locked = 2,
}

impl CSession {
    pub(super) fn over(config: &Arc<Config>, socket: OwnedFd, mode: Mode) -> Result<CSession> {
        let mut made = ptr::null_mut();
        // SAFETY: the configuration and the socket are kept as long as the session.
        check(unsafe { bench_session_new(&raw mut made, config.as_ptr(), socket.as_raw_fd(), mode as c_int) })?;
        CSession::new(made, config, Below::Socket(socket))
    }

    pub(super) fn new(raw: *mut RawSession, config: &Arc<Config>, below: Below) -> Result<CSession> {
        let raw = NonNull::new(raw).ok_or("no session was made")?;
        Ok(CSession { raw, _config: Arc::clone(config), below })
    }

    pub(super) fn as_ptr(&self) -> *mut RawSession {
        self.raw.as_ptr()
    }

    pub(super) fn socket(&self) -> Option<BorrowedFd<'_>> {
        match &self.below {
            Below::Socket(socket) => Some(socket.as_fd()),
            Below::Memory(_) => None,
        }
    }

    fn handshake(&self) -> Result<()> {
        // SAFETY: a session that one thread uses.
        check(unsafe { bench_handshake(self.as_ptr()) })
    }

    pub(super) fn write(&self, data: &[u8], times: u64) -> Result<()> {
        // SAFETY: one thread sends; the bytes outlive the call.
        check(unsafe { bench_write(self.as_ptr(), data.as_ptr(), data.len(), times) })
    }

    pub(super) fn fill(&self, buf: &mut [u8]) -> Result<()> {
        // SAFETY: one thread receives, into a buffer of its own.
        check(unsafe { bench_fill(self.as_ptr(), buf.as_mut_ptr(), buf.len()) })
    }

    pub(super) fn drain(&self, buf: &mut [u8], total: u64) -> Result<()> {
        // SAFETY: as for `fill`.
        check(unsafe { bench_drain(self.as_ptr(), buf.as_mut_ptr(), buf.len(), total) })
    }
}

impl Drop for CSession {
    fn drop(&mut self) {
        // SAFETY: made by `bench_session_new`, and nobody uses it any more.
        unsafe { bench_session_free(self.raw.as_ptr()) };
    }
}

/// The loops over a socket.
pub(crate) struct C(pub(crate) Mode);

impl Stack for C {
    fn name(&self) -> &'static str {
        match self.0 {
            Mode::Blocking => "c",
            Mode::Polling => "c-poll",
            Mode::Locked => "c-mutex",
        }
    }

    fn note(&self) -> &'static str {
        match self.0 {
            Mode::Blocking => {
                "C, gnutls_record_send and _recv on a blocking socket; two threads without a lock, which only a \
                 connection without key updates survives"
            }
            Mode::Polling => "C, a non-blocking socket and poll(2) after GNUTLS_E_AGAIN; two threads without a lock",
            Mode::Locked => "C, a non-blocking socket, one pthread mutex around every call, poll(2) outside it",
        }
    }

    fn connect(&self, setup: &Setup, client: TcpStream, server: TcpStream) -> Result<(Halves, Halves)> {
        let (near, far) = (Arc::new(Config::client(setup)?), Arc::new(Config::server(setup)?));
        for socket in [&client, &server] {
            socket.set_nonblocking(self.0 != Mode::Blocking)?;
        }
        let near = CSession::over(&near, client.into(), self.0)?;
        let far = CSession::over(&far, server.into(), self.0)?;
        let accepting = thread::spawn(move || far.handshake().map(|()| far));
        near.handshake()?;
        Ok((halves(near), halves(accepting.join().expect("no panic")?)))
    }
}

fn halves(session: CSession) -> Halves {
    let session = Arc::new(session);
    Halves { reader: Box::new(Half(Arc::clone(&session))), writer: Box::new(Half(session)) }
}

/// Either half: in C both are the session.
pub(super) struct Half(pub(super) Arc<CSession>);

impl Reader for Half {
    fn fill(&mut self, buf: &mut [u8]) -> Result<()> {
        self.0.fill(buf)
    }

    fn drain(&mut self, buf: &mut [u8], total: u64) -> Result<()> {
        self.0.drain(buf, total)
    }
}

impl Writer for Half {
    fn write(&mut self, data: &[u8], times: u64) -> Result<()> {
        self.0.write(data, times)
    }

    fn update_keys(&mut self) -> Result<()> {
        // SAFETY: the caller knows that the session does nothing else meanwhile, or has a mutex.
        check(unsafe { bench_update_key(self.0.as_ptr()) })
    }
}
