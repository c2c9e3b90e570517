//! From a URL to a session.

use std::error::Error;

use gnutls::tokio::{TlsConnector, TlsStream};
use gnutls::{ClientConfig, Identity};
use hyper::Uri;
use hyper::http::uri::Scheme;
use tokio::net::TcpStream;

use crate::options::Options;

pub(crate) async fn connect(options: &Options) -> Result<TlsStream<TcpStream>, Box<dyn Error>> {
    let host = host(&options.url)?;
    let tcp = match options.connect {
        Some(address) => TcpStream::connect(address).await,
        None => TcpStream::connect((host, options.url.port_u16().unwrap_or(443))).await,
    };
    let tcp = tcp.map_err(|error| format!("connecting to {host}: {error}"))?;
    tcp.set_nodelay(true)?;
    Ok(TlsConnector::from(config(options)?).connect(host, tcp).await?)
}

/// The host, an IPv6 address without its brackets.
fn host(url: &Uri) -> Result<&str, Box<dyn Error>> {
    match (url.scheme() == Some(&Scheme::HTTPS), url.host()) {
        // It would go out with the request, where it has no business (RFC 9110, section 7.2).
        (true, Some(_)) if url.authority().is_some_and(|authority| authority.as_str().contains('@')) => {
            Err("a name or password in the URL would not be used; leave it out".into())
        }
        (true, Some(host)) => Ok(host.trim_start_matches('[').trim_end_matches(']')),
        _ => Err(format!("{url} does not begin with https:// and a host").into()),
    }
}

fn config(options: &Options) -> gnutls::Result<ClientConfig> {
    // The one that is preferred comes first.
    let names: &[&str] = if options.http1 { &["http/1.1"] } else { &["h2", "http/1.1"] };
    let mut builder = ClientConfig::builder().alpn(names)?;
    builder = match &options.cafile {
        Some(file) => builder.with_trust_file(file)?,
        None => builder.with_system_trust()?,
    };
    if let (Some(cert), Some(key)) = (&options.cert, &options.key) {
        builder = builder.with_identity(Identity::from_files(cert, key)?)?;
    }
    builder.build()
}

/// What was agreed on, in lines.
pub(crate) fn facts(tls: &TlsStream<TcpStream>) -> gnutls::Result<String> {
    let mut lines = vec![format!("* session: {}", tls.description())];
    lines.extend(tls.alpn().map(|name| format!("* ALPN: {}", name.escape_ascii())));
    lines.extend(tls.peer_certificates()?.iter().map(|certificate| format!("* certificate: {certificate}")));
    Ok(lines.join("\n"))
}
