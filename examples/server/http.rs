//! `--http`: reads a request to its empty line and answers it, in one record if the answer fits.

use std::io::{self, Read, Write};
use std::time::Duration;

use gnutls::transport::Wait;
use gnutls::{ClientAuth, KeyUpdateRequest, Protocol, Session};

use crate::page;

/// How long a client may be silent in the middle of its request.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The longest request: more than any tester sends, and little enough for many clients at once.
const LONGEST: usize = 1024 * 1024;

/// What requests are answered with.
pub(crate) enum Answer {
    /// A page about the session.
    Session,
    /// A page that says only that the server is there.
    Quiet,
    /// The bytes of a file.
    Data(Vec<u8>),
}

/// Answers one request, whose beginning may have come early. A client that closes before its request is complete gets
/// no answer.
///
/// `GET /secret` is answered once the client has been asked for a certificate, where it can be; `GET /keyupdate` once it
/// has been asked for new keys.
pub(crate) fn serve<T: Wait>(
    session: &Session<T>,
    early: &[u8],
    answer: &Answer,
    secret: ClientAuth,
) -> io::Result<()> {
    let Some(request) = read_request(&mut early.chain(session))? else { return Ok(()) };
    if request.starts_with(b"GET /secret ") && session.can_reauthenticate() {
        session.reauthenticate(secret)?;
    }
    if request.starts_with(b"GET /keyupdate ") && session.protocol() == Protocol::TLS1_3 {
        session.update_keys(KeyUpdateRequest::Requested)?;
    }
    // One call, so that GnuTLS can make it one record.
    { session }.write_all(&reply(session, &request, answer))
}

/// The bytes up to and including the first empty line; none if the client closes before.
fn read_request(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let (mut request, mut buf) = (Vec::new(), [0; 16 * 1024]);
    while request.len() < LONGEST {
        let n = from.read(&mut buf)?;
        if n == 0 {
            return Ok(None);
        }
        // The line end before the empty line may have come earlier.
        let seen = request.len().saturating_sub(2);
        request.extend_from_slice(&buf[..n]);
        if let Some(end) = empty_line(&request[seen..]) {
            request.truncate(seen + end);
            return Ok(Some(request));
        }
    }
    let why = format!("the request has no empty line in its first {LONGEST} bytes");
    Err(io::Error::new(io::ErrorKind::InvalidData, why))
}

/// Where the first empty line ends; lines end with LF or CR LF.
fn empty_line(text: &[u8]) -> Option<usize> {
    (0..text.len()).find_map(|at| match &text[at..] {
        [b'\n', b'\n', ..] => Some(at + 2),
        [b'\n', b'\r', b'\n', ..] => Some(at + 3),
        _ => None,
    })
}

fn reply<T: Wait>(session: &Session<T>, request: &[u8], answer: &Answer) -> Vec<u8> {
    const HTML: &str = "text/html; charset=utf-8";
    let (status, kind, body) = match answer {
        _ if !request.starts_with(b"GET ") => ("501 Not Implemented", HTML, page::not_implemented().into_bytes()),
        Answer::Session => ("200 OK", HTML, page::about(session).into_bytes()),
        Answer::Quiet => ("200 OK", HTML, page::quiet().into_bytes()),
        Answer::Data(bytes) => ("200 OK", "application/octet-stream", bytes.clone()),
    };
    let length = body.len();
    let head = format!("HTTP/1.0 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n");
    [head.into_bytes(), body].concat()
}
