//! Who waits is woken, and by what it waits for; who need not wait does not.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use gnutls::KeyUpdateRequest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::common::TLS13;
use crate::pair::{piped, run};

/// Polls `future` until it waits for something else than the scheduler.
pub(crate) async fn until_pending<R: std::fmt::Debug>(future: &mut Pin<Box<impl Future<Output = R>>>) {
    for _ in 0..100 {
        let polled = std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        assert!(polled.is_pending(), "{polled:?}");
        tokio::task::yield_now().await;
    }
}

/// The answer to a key update does not fit; the reader sees it out piece by piece, though nobody writes and no data comes.
#[test]
fn a_reader_that_owes_an_answer_waits_for_room() {
    run("an answer", async {
        let (mut client, mut server) = piped(TLS13, 3).await;
        let reading = tokio::spawn(async move {
            let mut buf = [0; 1];
            client.read_exact(&mut buf).await.map(|_| buf[0])
        });
        server.update_keys(KeyUpdateRequest::Requested).await.expect("a key update");
        while server.counters().key_updates_received == 0 {
            let mut buf = [0; 1];
            let mut future = Box::pin(server.read(&mut buf));
            until_pending(&mut future).await;
        }
        server.write_all(b"x").await.expect("room");
        server.flush().await.expect("room");
        assert_eq!(reading.await.expect("no panic").expect("a byte"), b'x');
    });
}

/// A reader whose future was dropped is not waited for: who writes looks for messages by itself.
#[test]
fn a_writer_looks_for_messages_when_the_reader_does_not_come_back() {
    run("a reader that is gone", async {
        let (mut client, mut server) = piped(TLS13, 1 << 20).await;
        {
            let mut buf = [0; 10];
            let mut reading = Box::pin(client.read(&mut buf));
            until_pending(&mut reading).await;
        }
        server.update_keys(KeyUpdateRequest::Requested).await.expect("a key update");
        for _ in 0..200 {
            client.write_all(b"on and on").await.expect("room");
        }
        assert_eq!(client.counters().key_updates_received, 1);
        assert_eq!(client.counters().key_updates_sent, 1);
    });
}
