//! A wire that can be cut: passes bytes both ways between a client and a server, until a limit.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

use crate::WATCHDOG;

/// A connection to `server` that ends, as if the wire were cut, after `limit` bytes have come from there.
pub(crate) fn cut_after(limit: usize, server: TcpStream) -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let near = TcpStream::connect(listener.local_addr().expect("an address")).expect("connecting");
    let middle = listener.accept().expect("a connection").0;
    for tcp in [&middle, &server] {
        tcp.set_read_timeout(Some(WATCHDOG)).expect("a timeout");
        tcp.set_write_timeout(Some(WATCHDOG)).expect("a timeout");
    }
    let (up_from, up_to) = (middle.try_clone().expect("a handle"), server.try_clone().expect("a handle"));
    thread::spawn(move || pass(up_from, up_to, usize::MAX));
    thread::spawn(move || pass(server, middle, limit));
    near
}

/// Passes up to `limit` bytes, then ends both directions of `to`. What still comes the other way is read by the other
/// thread, so that no reset overtakes the bytes.
fn pass(mut from: TcpStream, mut to: TcpStream, limit: usize) {
    let mut buf = [0; 4096];
    let mut left = limit;
    while left > 0 {
        let room = left.min(buf.len());
        let read = match from.read(&mut buf[..room]) {
            Ok(read @ 1..) => read,
            // A process that was stopped for a moment.
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Ok(_) | Err(_) => break,
        };
        if to.write_all(&buf[..read]).is_err() {
            break;
        }
        left -= read;
    }
    // It fails if the other end has gone already.
    let _ = to.shutdown(Shutdown::Write);
}
