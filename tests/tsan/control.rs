//! The control: GnuTLS without our lock, used as its manual has it. At both ends one thread sends and another
//! receives, and the sender updates the keys. A ThreadSanitizer that is silent about this proves nothing elsewhere.
//!
//! Expect a wrong record, a crash, or luck.

use std::ffi::c_uint;
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::ptr;
use std::thread;
use std::time::{Duration, Instant};

use gnutls_sys as sys;

use crate::common::pki;

/// Between two key updates, of which GnuTLS bears 8 in a second.
const PACE: Duration = Duration::from_millis(200);

pub(crate) fn run(duration: Duration) {
    let (near, far) = UnixStream::pair().expect("sockets");
    let ends = [(sys::GNUTLS_CLIENT, near), (sys::GNUTLS_SERVER, far)];
    let handshakes = ends.map(|(role, socket)| {
        // Never freed, so that no end of an `Arc` is reported: ThreadSanitizer does not see std's fences.
        let end: &Raw = Box::leak(Box::new(Raw::new(role, socket)));
        thread::spawn(move || end.handshake().map(|()| end))
    });
    let ends = handshakes.map(|thread| thread.join().expect("no panic").expect("a handshake"));
    let until = Instant::now() + duration;
    let threads = ends.map(|end| [thread::spawn(move || end.send(until)), thread::spawn(move || end.receive())]);
    for thread in threads.into_iter().flatten() {
        match thread.join().expect("no panic") {
            Ok(()) => println!("no error"),
            Err(code) => println!("error {code}"),
        }
    }
}

/// A session, and the socket that it uses. Neither is freed, nor are the credentials: the process ends soon.
struct Raw {
    session: sys::gnutls_session_t,
    socket: UnixStream,
}

// SAFETY: none. That two threads in one session need more than GnuTLS has is what is shown here.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

impl Raw {
    fn new(role: c_uint, socket: UnixStream) -> Raw {
        let mut session = ptr::null_mut();
        // SAFETY: a valid place for the new session.
        ok(unsafe { sys::gnutls_init(&mut session, role) }).expect("a session");
        let priority = c"NORMAL:-VERS-ALL:+VERS-TLS1.3";
        // SAFETY: a fresh session, and a string.
        ok(unsafe { sys::gnutls_priority_set_direct(session, priority.as_ptr(), ptr::null_mut()) })
            .expect("priorities");
        // SAFETY: a fresh session, and credentials that are never freed.
        ok(unsafe { sys::gnutls_credentials_set(session, sys::GNUTLS_CRD_CERTIFICATE, credentials().cast()) })
            .expect("credentials");
        // SAFETY: a fresh session; the socket lives as long as it is used.
        unsafe { sys::gnutls_transport_set_int2(session, socket.as_raw_fd(), socket.as_raw_fd()) };
        Raw { session, socket }
    }

    fn handshake(&self) -> Result<(), i64> {
        // SAFETY: a live session that nobody else has yet.
        ok(unsafe { sys::gnutls_handshake(self.session) })
    }

    fn send(&self, until: Instant) -> Result<(), i64> {
        let data = [7; 16_384];
        let mut next = Instant::now();
        let mut result = Ok(());
        while result.is_ok() && Instant::now() < until {
            // SAFETY: a live session; `data` is readable for its length. The other thread is what this is about.
            result = ok(unsafe { sys::gnutls_record_send(self.session, data.as_ptr().cast(), data.len()) });
            if Instant::now() >= next {
                next += PACE;
                // SAFETY: as above.
                result = result.and(ok(unsafe { sys::gnutls_session_key_update(self.session, 0) }));
            }
        }
        let how = if result.is_ok() { Shutdown::Write } else { Shutdown::Both };
        self.socket.shutdown(how).expect("a shutdown");
        result
    }

    fn receive(&self) -> Result<(), i64> {
        let mut buf = [0; 16_384];
        loop {
            // SAFETY: a live session; `buf` is writable for its length. The other thread is what this is about.
            let received = unsafe { sys::gnutls_record_recv(self.session, buf.as_mut_ptr().cast(), buf.len()) };
            match i64::try_from(received).expect("fits") {
                // Nobody says close_notify here.
                code if code == i64::from(sys::GNUTLS_E_PREMATURE_TERMINATION) => return Ok(()),
                code if code == i64::from(sys::GNUTLS_E_AGAIN) => {}
                code if code < 0 => {
                    self.socket.shutdown(Shutdown::Both).expect("a shutdown");
                    return Err(code);
                }
                _ => {}
            }
        }
    }
}

/// The server's, which do for a client that verifies nothing.
fn credentials() -> sys::gnutls_certificate_credentials_t {
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

fn ok(code: impl TryInto<i64>) -> Result<(), i64> {
    let code = code.try_into().unwrap_or(-1);
    if code < 0 { Err(code) } else { Ok(()) }
}
