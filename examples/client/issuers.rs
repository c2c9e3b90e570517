//! `--ca-auto-retrieve`: certificates that a server should have sent, from where the one that needs them says.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use gnutls::x509::{Certificate, Format};

/// How long a place may be silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// More than any certificate takes.
const LONGEST: u64 = 1024 * 1024;

/// The issuers of a certificate that one of its own places has; none where there is none, which is told.
pub(crate) fn fetch(certificate: &Certificate) -> Vec<Certificate> {
    for url in certificate.ca_issuers_uris().unwrap_or_default() {
        match get(&url).and_then(|bytes| Ok(Certificate::list_from(&bytes, Format::detect(&bytes))?)) {
            Ok(found) if !found.is_empty() => return found,
            Ok(_) => eprintln!("*** {url} has no certificate"),
            Err(error) => eprintln!("*** Fetching the issuer from {url}: {error}"),
        }
    }
    Vec::new()
}

/// The body that `http://HOST[:PORT]/PATH` is answered with. What is fetched is verified like the rest of the chain, so that
/// nothing is lost by doing it in the clear.
fn get(url: &str) -> io::Result<Vec<u8>> {
    let odd = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    let place = url.strip_prefix("http://").ok_or_else(|| odd("only http:// is understood"))?;
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let request = format!("GET /{path} HTTP/1.0\r\nHost: {host}\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(|| odd("the answer is not HTTP"))?;
    let status = String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned();
    match status.split(' ').nth(1) {
        Some("200") => Ok(answer.split_off(end + 4)),
        _ => Err(odd(&status)),
    }
}
