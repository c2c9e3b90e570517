//! `--echo`: every byte goes back as it came.

use std::io::{self, Read, Write};

use gnutls::transport::Wait;
use gnutls::{ClientAuth, Error, ErrorKind, KeyUpdateRequest, Protocol, Renegotiation, Session};

/// As much as a record carries, so that one that comes in full goes back in full.
const RECORD: usize = 16 * 1024;

/// The commands, and what gnutls-serv says when it has obeyed.
const REAUTH: &[u8] = b"**REAUTH**";
const REHANDSHAKE: &[u8] = b"**REHANDSHAKE**";
const DONE: &[u8] = b"Successfully executed command\n";

/// Echoes what came early, then until the client has closed its side.
///
/// One buffer of one thread: a client that sends without reading is held back once the buffers of both systems are
/// full, and holds back nobody else.
///
/// What begins with `**REAUTH**` or `**REHANDSHAKE**` is not echoed: the client is asked for a certificate, or to renegotiate
/// (in TLS 1.3, to change its keys), as gnutls-serv does. What comes back is the session, whatever has become of it.
pub(crate) fn echo<T: Wait>(mut session: Session<T>, early: &[u8], secret: ClientAuth) -> io::Result<Session<T>> {
    session.write_all(early)?;
    let mut buf = [0; RECORD];
    loop {
        match session.read(&mut buf) {
            Ok(0) => return Ok(session),
            Ok(n) if buf[..n].starts_with(REAUTH) => {
                session.reauthenticate(secret)?;
                session.write_all(DONE)?;
            }
            Ok(n) if buf[..n].starts_with(REHANDSHAKE) => {
                match session.protocol() {
                    Protocol::TLS1_3 => session.update_keys(KeyUpdateRequest::Requested)?,
                    _ => session.ask_renegotiation()?,
                }
                session.write_all(DONE)?;
            }
            Ok(n) => session.write_all(&buf[..n])?,
            Err(error) => match session.renegotiation().filter(|_| is_about_renegotiation(&error)) {
                Some(Renegotiation::Wanted) => session = session.renegotiate().map_err(Error::from)?.complete()?,
                // The client would rather not.
                Some(_) => {}
                None => return Err(error),
            },
        }
    }
}

fn is_about_renegotiation(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    inner.is_some_and(|error| error.kind() == ErrorKind::Renegotiation)
}
