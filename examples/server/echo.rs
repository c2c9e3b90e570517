//! `--echo`: every byte goes back as it came.

use std::io::{self, Read, Write};

use gnutls::transport::Wait;
use gnutls::{ClientAuth, Session};

/// As much as a record carries, so that one that comes in full goes back in full.
const RECORD: usize = 16 * 1024;

/// The command, and what gnutls-serv says when it has obeyed.
const REAUTH: &[u8] = b"**REAUTH**";
const DONE: &[u8] = b"Successfully executed command\n";

/// Echoes what came early, then until the client has closed its side.
///
/// One buffer of one thread: a client that sends without reading is held back once the buffers of both systems are
/// full, and holds back nobody else.
///
/// What begins with `**REAUTH**` is not echoed: the client is asked for a certificate, as gnutls-serv does.
pub(crate) fn echo<T: Wait>(session: &Session<T>, early: &[u8], secret: ClientAuth) -> io::Result<()> {
    let (mut from, mut to) = (session, session);
    to.write_all(early)?;
    let mut buf = [0; RECORD];
    loop {
        match from.read(&mut buf)? {
            0 => return Ok(()),
            n if buf[..n].starts_with(REAUTH) => {
                session.reauthenticate(secret)?;
                to.write_all(DONE)?;
            }
            n => to.write_all(&buf[..n])?,
        }
    }
}
