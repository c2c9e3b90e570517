//! `--ca-auto-retrieve`: certificates that a server should have sent, from where the one that needs them says.

use std::io;

use gnutls::x509::{Certificate, Format};

use crate::http;

/// The issuers of a certificate that one of its own places has, to be verified like the rest of the chain; none where there is
/// none, which is told.
pub(crate) fn fetch(certificate: &Certificate) -> Vec<Certificate> {
    for url in certificate.ca_issuers_uris().unwrap_or_default() {
        match http::get(&url).and_then(read) {
            Ok(found) if !found.is_empty() => return found,
            Ok(_) => eprintln!("*** {url} has no certificate"),
            Err(error) => eprintln!("*** Fetching the issuer from {url}: {error}"),
        }
    }
    Vec::new()
}

fn read(bytes: Vec<u8>) -> io::Result<Vec<Certificate>> {
    Ok(Certificate::list_from(&bytes, Format::detect(&bytes))?)
}
