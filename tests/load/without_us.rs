//! How much of a session's memory is GnuTLS's own: sessions without this crate.

use std::ffi::CStr;
use std::os::unix::net::UnixStream;
use std::thread;

use gnutls_sys as sys;

use crate::common::raw::{Raw, credentials, priority};
use crate::process;

/// Few enough for the usual 1024 descriptors.
const PAIRS: u64 = 400;

/// Bytes per end of an idle session that has sent and received one record.
pub(crate) fn bytes_per_end(text: &CStr) -> u64 {
    let (priority, credentials) = (priority(text), credentials());
    let before = process::allocated();
    let pairs: Vec<[Raw; 2]> = (0..PAIRS)
        .map(|_| {
            let (near, far) = UnixStream::pair().expect("sockets");
            let client = Raw::new(sys::GNUTLS_CLIENT, near, priority, credentials);
            let server = Raw::new(sys::GNUTLS_SERVER, far, priority, credentials);
            thread::scope(|scope| {
                let server = scope.spawn(|| server.handshake());
                client.handshake().expect("the client's handshake");
                server.join().expect("no panic").expect("the server's handshake");
            });
            for (from, to) in [(&server, &client), (&client, &server)] {
                from.send(b"x").expect("sending");
                // A ticket comes before the data.
                while to.receive(&mut [0]) != Ok(1) {}
            }
            [client, server]
        })
        .collect();
    let bytes = process::allocated() - before;
    // They are not freed; nothing is measured after them.
    drop(pairs);
    bytes / (2 * PAIRS)
}
