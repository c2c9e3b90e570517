//! The same over the traits of `futures-io`.

use std::pin::Pin;

use futures_io::{AsyncRead, AsyncWrite};
use gnutls::futures_io::{TlsAcceptor, TlsConnector};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::compat::{FuturesAsyncReadCompatExt, FuturesAsyncWriteCompatExt, TokioAsyncReadCompatExt};

use crate::common::{HOST, TLS13, check, client, fill, server};
use crate::pair::run;

/// What the bounds of other crates ask for.
fn is_a_stream(_: Pin<&mut (impl AsyncRead + AsyncWrite + Send + Unpin + 'static)>) {}

#[test]
fn halves_over_futures_io() {
    run("futures-io", async {
        let (near, far) = tokio::io::duplex(500);
        let (connector, acceptor) = (TlsConnector::from(client(TLS13)), TlsAcceptor::from(server(TLS13)));
        let (client, server) = tokio::join!(connector.connect(HOST, near.compat()), acceptor.accept(far.compat()));
        let (mut client, server) = (client.expect("connected"), server.expect("accepted"));
        is_a_stream(Pin::new(&mut client));
        let (reader, writer) = server.into_split();
        let echo = tokio::spawn(async move {
            let mut writer = writer.compat_write();
            tokio::io::copy(&mut reader.compat(), &mut writer).await.expect("an echo");
            writer.shutdown().await.expect("closing");
        });
        let (reader, writer) = client.into_split();
        let sender = tokio::spawn(async move {
            let mut writer = writer.compat_write();
            let mut data = vec![0; 300_000];
            fill(9, 0, &mut data);
            writer.write_all(&data).await.expect("writing");
            writer.shutdown().await.expect("closing");
        });
        let mut all = Vec::new();
        reader.compat().read_to_end(&mut all).await.expect("all of it");
        assert_eq!(all.len(), 300_000);
        check(9, 0, &all);
        sender.await.expect("no panic");
        echo.await.expect("no panic");
    });
}
