//! Connected streams, and the runtime that the tests run in.

use std::future::Future;

use gnutls::tokio::{TlsAcceptor, TlsConnector, TlsStream};
use gnutls::{ClientConfig, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

use crate::common::{HOST, client, server, within};

/// Runs `body` on four threads; a hang becomes a failure that says what did not end.
pub(crate) fn run<R: Send + 'static>(what: &str, body: impl Future<Output = R> + Send + 'static) -> R {
    within(what, || {
        Builder::new_multi_thread().worker_threads(4).enable_all().build().expect("a runtime").block_on(body)
    })
}

/// Runs `body` on one thread whose clock goes on only when there is nothing else to do.
pub(crate) fn run_paused<R: Send + 'static>(what: &str, body: impl Future<Output = R> + Send + 'static) -> R {
    let builder = || Builder::new_current_thread().enable_all().start_paused(true).build();
    within(what, move || builder().expect("a runtime").block_on(body))
}

pub(crate) fn connector(config: ClientConfig) -> TlsConnector {
    TlsConnector::from(config)
}

pub(crate) fn acceptor(config: ServerConfig) -> TlsAcceptor {
    TlsAcceptor::from(config)
}

/// A client and a server stream, connected over the two byte streams.
pub(crate) async fn connect<C, S>(priority: &str, (near, far): (C, S)) -> (TlsStream<C>, TlsStream<S>)
where
    C: AsyncRead + AsyncWrite + Send + Unpin,
    S: AsyncRead + AsyncWrite + Send + Unpin,
{
    let (connector, acceptor) = (connector(client(priority)), acceptor(server(priority)));
    let (client, server) = tokio::join!(connector.connect(HOST, near), acceptor.accept(far));
    (client.expect("the client's handshake"), server.expect("the server's handshake"))
}

/// The same over a pipe that holds so many bytes each way.
pub(crate) async fn piped(priority: &str, capacity: usize) -> (TlsStream<DuplexStream>, TlsStream<DuplexStream>) {
    connect(priority, tokio::io::duplex(capacity)).await
}

/// A connection over the loopback interface.
pub(crate) async fn tcp() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (near, far) = tokio::join!(TcpStream::connect(address), listener.accept());
    (near.expect("connecting"), far.expect("accepting").0)
}
