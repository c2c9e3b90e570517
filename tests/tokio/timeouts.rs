//! tokio's timeouts around our futures, as the documentation has them.

use std::time::Duration;

use gnutls::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use crate::common::{TLS13, server};
use crate::pair::{acceptor, piped, run_paused};

#[test]
fn an_idle_timeout_loses_nothing() {
    run_paused("an idle timeout", async {
        let (mut client, mut server) = piped(TLS13, 1000).await;
        let mut buf = [0; 5];
        timeout(Duration::from_secs(60), client.read(&mut buf)).await.expect_err("too late");
        let (read, ()) = tokio::join!(timeout(Duration::from_secs(60), client.read_exact(&mut buf)), async {
            sleep(Duration::from_secs(30)).await;
            server.write_all(b"there").await.expect("room");
            server.flush().await.expect("room");
        });
        read.expect("in time").expect("five bytes");
        assert_eq!(&buf, b"there");
    });
}

#[test]
fn a_handshake_timeout_leaves_nothing_behind() {
    run_paused("a handshake timeout", async {
        let (near, mut far) = tokio::io::duplex(1000);
        timeout(Duration::from_secs(10), acceptor(server(TLS13)).accept(near)).await.expect_err("a silent client");
        assert_eq!(far.read(&mut [0; 10]).await.expect("the end"), 0);
    });
}

#[test]
fn a_configured_handshake_timeout_ends_what_is_polled() {
    run_paused("a configured timeout", async {
        let config = gnutls::ServerConfig::builder()
            .with_identity(crate::common::pki().server.clone())
            .expect("an identity")
            .handshake_timeout(Duration::ZERO)
            .build()
            .expect("a server");
        let (near, _far) = tokio::io::duplex(1000);
        let error = acceptor(config).accept(near).await.expect_err("no time at all");
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    });
}
