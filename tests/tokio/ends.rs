//! How sessions end: properly, half, in the middle, and by force.

use std::io::ErrorKind;

use gnutls::tokio::TlsStream;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use crate::common::{TLS12, TLS13};
use crate::pair::{connect, piped, run, tcp};
use crate::waiting::until_pending;

#[test]
fn after_a_shutdown_the_other_direction_goes_on() {
    run("half close", async {
        for priority in [TLS12, TLS13] {
            let (mut client, mut server) = connect(priority, tcp().await).await;
            client.write_all(b"a question").await.expect("room");
            client.shutdown().await.expect("closing");
            let mut all = Vec::new();
            server.read_to_end(&mut all).await.expect("the question");
            assert_eq!(all, b"a question");
            server.write_all(&[7; 100_000]).await.expect("room");
            let (closed, read) = tokio::join!(server.shutdown(), async {
                let mut all = Vec::new();
                client.read_to_end(&mut all).await.map(|_| all)
            });
            closed.expect("closing");
            assert_eq!(read.expect("the answer"), [7; 100_000]);
            assert_eq!(client.write(b"more").await.expect_err("closed").kind(), ErrorKind::BrokenPipe);
            client.shutdown().await.expect("twice is once");
        }
    });
}

#[test]
fn after_close_notify_the_byte_stream_can_be_used_without_tls() {
    run("close_notify", async {
        let (mut client, mut server) = piped(TLS13, 64 * 1024).await;
        client.close_notify().await.expect("closing");
        assert_eq!(server.read(&mut [0; 10]).await.expect("the end"), 0);
        server.close_notify().await.expect("closing");
        assert_eq!(client.read(&mut [0; 10]).await.expect("the end"), 0);
        let (mut near, mut far) = (client.into_inner(), server.into_inner());
        near.write_all(b"plain").await.expect("room");
        let mut buf = [0; 5];
        far.read_exact(&mut buf).await.expect("five bytes");
        assert_eq!(&buf, b"plain");
    });
}

#[test]
fn what_is_dropped_without_a_shutdown_is_truncated() {
    run("truncation", async {
        let (mut client, mut server) = piped(TLS13, 64 * 1024).await;
        client.write_all(b"half a sen").await.expect("room");
        client.flush().await.expect("room");
        drop(client);
        let mut all = Vec::new();
        let error = server.read_to_end(&mut all).await.expect_err("no close_notify");
        assert_eq!((error.kind(), &all[..]), (ErrorKind::UnexpectedEof, &b"half a sen"[..]));
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<gnutls::Error>()).expect("ours inside");
        assert_eq!(inner.kind(), gnutls::ErrorKind::Truncated);
    });
}

/// A stream with a peer that talks over the bare byte stream from here on.
async fn with_a_liar() -> (TlsStream<DuplexStream>, DuplexStream) {
    let (client, server) = piped(TLS13, 2000).await;
    (client, server.into_inner())
}

const FORGED: &[u8] =
    &[23, 3, 3, 0, 30, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0];

#[test]
fn a_forged_record_ends_both_directions_and_wakes_a_writer_that_waits() {
    run("a forged record", async {
        let (client, mut liar) = with_a_liar().await;
        let (mut reader, mut writer) = client.into_split();
        let mut writing = Box::pin(async move { writer.write_all(&[1; 1_000_000]).await });
        until_pending(&mut writing).await;
        let writing = tokio::spawn(writing);
        liar.write_all(FORGED).await.expect("room");
        let error = reader.read(&mut [0; 100]).await.expect_err("a forgery");
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        // The byte stream has no room still: only the failure can have woken it.
        let error = writing.await.expect("no panic").expect_err("the session is over");
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    });
}

#[test]
fn a_writer_that_finds_the_end_of_the_session_wakes_the_reader() {
    run("a reader that waits", async {
        let (client, server) = piped(TLS13, 2000).await;
        let (mut reader, mut writer) = client.into_split();
        let mut reading = Box::pin(async move { reader.read(&mut [0; 100]).await });
        until_pending(&mut reading).await;
        let reading = tokio::spawn(reading);
        drop(server);
        let error = loop {
            if let Err(error) = writer.write_all(&[1; 1000]).await {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        assert_eq!(reading.await.expect("no panic").expect_err("truncated").kind(), ErrorKind::UnexpectedEof);
    });
}

#[test]
fn without_a_reader_the_writer_takes_the_peers_data_away() {
    run("no reader", async {
        // The peer writes before it reads; nobody here wants it.
        let (client, mut server) = piped(TLS13, 100).await;
        let (reader, mut writer) = client.into_split();
        let mut writing = Box::pin(async move {
            writer.write_all(&[1; 300_000]).await?;
            writer.shutdown().await
        });
        until_pending(&mut writing).await;
        let writing = tokio::spawn(writing);
        // It waits for room alone; now there is more to wait for.
        drop(reader);
        server.write_all(&[2; 300_000]).await.expect("room, in the end");
        server.flush().await.expect("room");
        let mut all = Vec::new();
        server.read_to_end(&mut all).await.expect("all of it");
        assert_eq!(all.len(), 300_000);
        writing.await.expect("no panic").expect("all written");
    });
}

#[test]
fn a_shutdown_without_a_reader_takes_the_peers_data_away_too() {
    run("no reader at the end", async {
        let (client, mut server) = piped(TLS13, 100).await;
        let (reader, mut writer) = client.into_split();
        drop(reader);
        let mut filled = 0;
        // As much as a full buffer takes, so that close_notify has to wait behind it.
        filled += writer.write(&[1; 64 * 1024]).await.expect("room");
        let closing = tokio::spawn(async move { writer.shutdown().await });
        server.write_all(&[2; 300_000]).await.expect("room, in the end");
        server.flush().await.expect("room");
        let mut all = Vec::new();
        server.read_to_end(&mut all).await.expect("all of it");
        assert_eq!(all.len(), filled);
        closing.await.expect("no panic").expect("closed");
    });
}
