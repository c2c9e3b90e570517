//! Certificates and OCSP responses over HTTP, in its simplest form. They are signed, so that nothing is lost by doing it in the
//! clear.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long a place may be silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// More than any certificate or response takes.
const LONGEST: u64 = 1024 * 1024;

/// What `http://HOST[:PORT]/PATH` answers to GET.
pub(crate) fn get(url: &str) -> io::Result<Vec<u8>> {
    ask(url, "GET", "", b"")
}

/// What `http://HOST[:PORT]/PATH` answers to an OCSP request.
pub(crate) fn post_ocsp(url: &str, request: &[u8]) -> io::Result<Vec<u8>> {
    let head = format!("Content-Type: application/ocsp-request\r\nContent-Length: {}\r\n", request.len());
    ask(url, "POST", &head, request)
}

fn ask(url: &str, method: &str, more: &str, body: &[u8]) -> io::Result<Vec<u8>> {
    let odd = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    let place = url.strip_prefix("http://").ok_or_else(|| odd("only http:// is understood"))?;
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let head = format!("{method} /{path} HTTP/1.0\r\nHost: {host}\r\nAccept: */*\r\nConnection: close\r\n{more}\r\n");
    stream.write_all(&[head.as_bytes(), body].concat())?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(|| odd("the answer is not HTTP"))?;
    let status = String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned();
    match status.split(' ').nth(1) {
        Some("200") => Ok(answer.split_off(end + 4)),
        _ => Err(odd(&status)),
    }
}
