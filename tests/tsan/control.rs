//! The control: GnuTLS without our lock, used as its manual has it. At both ends one thread sends and another
//! receives, and the sender updates the keys. A ThreadSanitizer that is silent about this proves nothing elsewhere.
//!
//! Expect a wrong record, a crash, or luck.

use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use gnutls_sys as sys;

use crate::common::raw::{Code, Raw, credentials, priority};

/// Between two key updates, of which GnuTLS bears 8 in a second.
const PACE: Duration = Duration::from_millis(200);

pub(crate) fn run(duration: Duration) {
    let (near, far) = UnixStream::pair().expect("sockets");
    let ends = [(sys::GNUTLS_CLIENT, near), (sys::GNUTLS_SERVER, far)];
    let handshakes = ends.map(|(role, socket)| {
        let end = Raw::new(role, socket, priority(c"NORMAL:-VERS-ALL:+VERS-TLS1.3"), credentials());
        // Never freed, so that no end of an `Arc` is reported: ThreadSanitizer does not see std's fences.
        let end: &Raw = Box::leak(Box::new(end));
        thread::spawn(move || end.handshake().map(|()| end))
    });
    let ends = handshakes.map(|thread| thread.join().expect("no panic").expect("a handshake"));
    let until = Instant::now() + duration;
    let threads = ends.map(|end| [thread::spawn(move || send(end, until)), thread::spawn(move || receive(end))]);
    for thread in threads.into_iter().flatten() {
        match thread.join().expect("no panic") {
            Ok(()) => println!("no error"),
            Err(code) => println!("error {code}"),
        }
    }
}

fn send(end: &Raw, until: Instant) -> Result<(), Code> {
    let data = [7; 16_384];
    let mut next = Instant::now();
    let mut result = Ok(0);
    while result.is_ok() && Instant::now() < until {
        result = end.send(&data);
        if Instant::now() >= next {
            next += PACE;
            result = result.and(end.update_keys());
        }
    }
    let how = if result.is_ok() { Shutdown::Write } else { Shutdown::Both };
    end.socket.shutdown(how).expect("a shutdown");
    result.map(drop)
}

fn receive(end: &Raw) -> Result<(), Code> {
    let mut buf = [0; 16_384];
    loop {
        match end.receive(&mut buf) {
            // Nobody says close_notify here.
            Err(code) if code == i64::from(sys::GNUTLS_E_PREMATURE_TERMINATION) => return Ok(()),
            Err(code) if code != i64::from(sys::GNUTLS_E_AGAIN) => {
                end.socket.shutdown(Shutdown::Both).expect("a shutdown");
                return Err(code);
            }
            _ => {}
        }
    }
}
