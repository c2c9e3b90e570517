//! One connection: handshake, requests, close_notify.

use std::error::Error;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::facts::Facts;
use crate::limits::{self, Watched};
use crate::options::Options;
use crate::reload::Current;
use crate::service;

/// Serves a client until it closes, or until `stopped` and the requests under way are answered.
pub(crate) async fn serve(
    tcp: TcpStream,
    peer: SocketAddr,
    current: &Current,
    options: &Options,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    // hyper gathers what belongs together by itself.
    tcp.set_nodelay(true)?;
    let handshake = timeout(options.handshake_timeout, current.acceptor().accept(tcp));
    let mut tls = handshake.await.map_err(|_| "the handshake takes too long")??;
    let facts = Arc::new(Facts::of(&tls, peer)?);
    let is_http2 = tls.alpn() == Some(b"h2");
    let service = service_fn(|request| service::answer(Arc::clone(&facts), request, options.max_body, options.quiet));
    // hyper gets the session lent: after an error it would drop it without close_notify.
    let (io, moved) = Watched::new(&mut tls);
    let io = TokioIo::new(io);

    /// Both versions have the same methods, and no trait for them.
    macro_rules! until_over {
        ($connection:expr) => {{
            let mut connection = pin!($connection);
            tokio::select! {
                result = connection.as_mut() => result.map_err(Into::into),
                () = async { drop(stopped.wait_for(|stopped| *stopped).await) } => {
                    connection.as_mut().graceful_shutdown();
                    connection.await.map_err(Into::into)
                }
                why = limits::over(moved, options) => {
                    connection.as_mut().graceful_shutdown();
                    // What is under way may come to its end; what does not is dropped.
                    let _ = timeout(options.grace, connection).await;
                    Err(why.into())
                }
            }
        }};
    }
    let result = if is_http2 {
        until_over!(http2::Builder::new(TokioExecutor::new()).timer(TokioTimer::new()).serve_connection(io, service))
    } else {
        let mut http = http1::Builder::new();
        // A head that comes byte by byte moves, too.
        http.timer(TokioTimer::new()).header_read_timeout(options.idle_timeout);
        until_over!(http.serve_connection(io, service))
    };
    // hyper's word counts; a client that is gone already needs no close_notify.
    let _ = timeout(options.handshake_timeout, tls.shutdown()).await;
    result
}
