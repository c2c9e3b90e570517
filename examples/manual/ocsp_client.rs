//! Asks an OCSP responder about a certificate, and looks whether the answer is to be believed.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;

use clap::Args;
use gnutls::Digest;
use gnutls::ocsp::{Request, Response};
use gnutls::x509::Certificate;

use crate::Ended;

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The certificate to ask about
    certificate: PathBuf,

    /// The certificate of its issuer
    issuer: PathBuf,

    /// Where to ask [default: what the certificate says]
    #[arg(long, value_name = "http://HOST:PORT/PATH")]
    url: Option<String>,
}

pub(crate) fn run(options: &Options) -> Ended {
    let first = |path: &PathBuf| Certificate::list_from_file(path).map(|mut list| list.remove(0));
    let (certificate, issuer) = (first(&options.certificate)?, first(&options.issuer)?);
    let url = match &options.url {
        Some(url) => url.clone(),
        None => certificate.ocsp_uris()?.into_iter().next().ok_or("the certificate names no responder")?,
    };

    let mut request = Request::new()?;
    request.add_certificate(Digest::SHA1, &issuer, &certificate)?;
    // Without a nonce the answer could be an old one.
    request.randomize_nonce()?;
    println!("Connecting to OCSP server: {url}");
    let response = Response::from_der(post(&url, &request.to_der()?)?)?;
    println!("{}", response.print_full()?);

    if !response.is_about(0, &certificate)? {
        return Err("the answer is about another certificate".into());
    }
    if response.nonce()? != request.nonce()? {
        return Err("the answer is to another question".into());
    }
    let verification = response.verify_direct(&issuer)?;
    if !verification.is_ok() {
        return Err(format!("the answer is not to be believed: {verification:?}").into());
    }
    println!("Verification success!");
    Ok(())
}

/// The body of the answer, in the simplest HTTP that there is.
fn post(url: &str, body: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let place = url.strip_prefix("http://").ok_or("only http:// is understood here")?;
    let (authority, path) = place.split_once('/').unwrap_or((place, ""));
    let address = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST /{path} HTTP/1.0\r\nHost: {authority}\r\nContent-Type: application/ocsp-request\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    )?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or("the answer is no HTTP")?;
    Ok(answer.split_off(end + 4))
}
