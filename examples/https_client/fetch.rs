//! One request over a session, in the version of HTTP that ALPN has chosen.

use std::error::Error;
use std::future::Future;
use std::io::{self, Write};

use gnutls::tokio::TlsStream;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, Response, Uri};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

/// Gets `url`, and writes the body to stdout.
pub(crate) async fn fetch(tls: TlsStream<TcpStream>, url: &Uri, verbose: bool) -> Result<(), Box<dyn Error>> {
    let is_http2 = tls.alpn() == Some(b"h2");
    let io = TokioIo::new(tls);
    // The connection moves the bytes, and ends with close_notify once its sender is gone.
    let (shown, connection) = if is_http2 {
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await?;
        let connection = tokio::spawn(connection);
        let request = Request::get(url).body(Empty::<Bytes>::new())?;
        (show(sender.send_request(request), verbose).await, connection)
    } else {
        let (mut sender, connection) = http1::handshake(io).await?;
        let connection = tokio::spawn(connection);
        // HTTP/1.1 has the host in a header, and only the path in its first line.
        let host = url.authority().ok_or("a URL without a host")?.as_str();
        let path = url.path_and_query().map_or("/", |path| path.as_str());
        let request = Request::get(path).header(HOST, HeaderValue::from_str(host)?).body(Empty::<Bytes>::new())?;
        (show(sender.send_request(request), verbose).await, connection)
    };
    // Where the connection has failed it knows why; the request was only cancelled.
    connection.await??;
    shown
}

async fn show(
    answer: impl Future<Output = hyper::Result<Response<Incoming>>>,
    verbose: bool,
) -> Result<(), Box<dyn Error>> {
    let (head, mut body) = answer.await?.into_parts();
    if verbose {
        eprintln!("* {:?} {}", head.version, head.status);
    }
    while let Some(frame) = body.frame().await {
        if let Some(data) = frame?.data_ref() {
            io::stdout().write_all(data)?;
        }
    }
    // What is held back until the end of its line has to go, or be told of.
    io::stdout().flush()?;
    if head.status.is_success() { Ok(()) } else { Err(format!("the server says {}", head.status).into()) }
}
