//! `--echo`: every byte goes back as it came.

use std::io::{self, Read, Write};

use gnutls::Session;
use gnutls::transport::Wait;

/// As much as a record carries, so that one that comes in full goes back in full.
const RECORD: usize = 16 * 1024;

/// Echoes what came early, then until the client has closed its side.
///
/// One buffer of one thread: a client that sends without reading is held back once the buffers of both systems are
/// full, and holds back nobody else.
pub(crate) fn echo<T: Wait>(session: &Session<T>, early: &[u8]) -> io::Result<()> {
    let (mut from, mut to) = (session, session);
    to.write_all(early)?;
    let mut buf = [0; RECORD];
    loop {
        match from.read(&mut buf)? {
            0 => return Ok(()),
            n => to.write_all(&buf[..n])?,
        }
    }
}
