//! A future that is dropped has lost and doubled nothing, whichever it is and whenever that happens.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use gnutls::KeyUpdateRequest;
use gnutls::tokio::TlsStream;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use crate::common::{TLS12, TLS13, check, fill};
use crate::pair::{piped, run};

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Polls `future` that often at most, with other tasks in between, and drops it then.
async fn polls<R>(times: u64, future: impl Future<Output = R>) -> Option<R> {
    let mut future = pin!(future);
    for _ in 0..times {
        let polled = std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        if let Poll::Ready(result) = polled {
            return Some(result);
        }
        tokio::task::yield_now().await;
    }
    None
}

/// Sends stream `seed` and receives the other's, by futures most of which are dropped.
async fn exchange(mut tls: TlsStream<DuplexStream>, seed: u64, theirs: u64, total: u64, updates: bool) {
    let mut dice = Dice(seed);
    let (mut sent, mut received, mut updated) = (0, 0, 0);
    let mut buf = vec![0; 5000];
    while sent < total || received < total {
        let times = dice.below(4);
        let size = usize::try_from(dice.below(4999)).expect("small") + 1;
        match dice.below(8) {
            0..=2 => {
                let part = &mut buf[..size.min(usize::try_from(total - sent).expect("small"))];
                fill(seed, sent, part);
                if let Some(taken) = polls(times, tls.write(part)).await {
                    sent += taken.expect("writing") as u64;
                }
            }
            3..=5 => {
                if let Some(read) = polls(times, tls.read(&mut buf[..size])).await {
                    let read = read.expect("reading");
                    check(theirs, received, &buf[..read]);
                    received += read as u64;
                    assert!(read > 0 || received == total, "the end at {received}");
                }
            }
            6 => {
                if let Some(flushed) = polls(times, tls.flush()).await {
                    flushed.expect("flushing");
                }
            }
            _ if updates && updated < 3 && sent > (updated + 1) * total / 5 => {
                updated += 1;
                if let Some(changed) = polls(times, tls.update_keys(KeyUpdateRequest::Requested)).await {
                    changed.expect("a key update");
                }
            }
            _ => {}
        }
    }
    // Shutdowns are dropped, too. Meanwhile the peer's must come through, or both would wait for room.
    let (mut closed, mut ended) = (false, false);
    while !closed || !ended {
        if let Some(result) = polls(dice.below(3), tls.shutdown()).await {
            result.expect("closing");
            closed = true;
        }
        if let Some(read) = polls(dice.below(3), tls.read(&mut buf)).await {
            assert_eq!(read.expect("the end"), 0);
            ended = true;
        }
    }
}

#[test]
fn dropped_futures_lose_and_double_nothing() {
    for (priority, updates) in [(TLS13, true), (TLS12, false)] {
        for (capacity, total) in [(1, 5_000), (50, 50_000), (3000, 200_000), (64 * 1024, 1_000_000)] {
            run(&format!("{priority} over a pipe of {capacity}"), async move {
                let (client, server) = piped(priority, capacity).await;
                let client = tokio::spawn(exchange(client, 10 + capacity as u64, 20, total, updates));
                let server = tokio::spawn(exchange(server, 20, 10 + capacity as u64, total, updates));
                client.await.expect("the client");
                server.await.expect("the server");
            });
        }
    }
}

#[test]
fn a_write_that_is_pending_has_taken_nothing() {
    run("a pending write", async {
        let (mut client, mut server) = piped(TLS13, 1).await;
        let mut taken = 0;
        let refused = vec![b'n'; 1000];
        while let Some(written) = polls(1, client.write(&[b'y'; 3000])).await {
            taken += written.expect("room");
        }
        // The same again, with other bytes, all refused.
        for _ in 0..10 {
            assert!(polls(1, client.write(&refused)).await.is_none());
        }
        let reader = tokio::spawn(async move {
            let mut all = Vec::new();
            server.read_to_end(&mut all).await.expect("all of it");
            all
        });
        client.write_all(b"z").await.expect("room in time");
        client.shutdown().await.expect("closing");
        let all = reader.await.expect("no panic");
        assert_eq!(all.len(), taken + 1);
        assert!(all[..taken].iter().all(|byte| *byte == b'y') && all[taken] == b'z');
    });
}

#[test]
fn a_read_that_was_dropped_has_taken_nothing() {
    run("a dropped read", async {
        let (mut client, mut server) = piped(TLS13, 64 * 1024).await;
        assert!(polls(3, client.read(&mut [0; 100])).await.is_none());
        server.write_all(b"for the next read").await.expect("room");
        server.flush().await.expect("room");
        let mut buf = [0; 17];
        client.read_exact(&mut buf).await.expect("the bytes");
        assert_eq!(&buf, b"for the next read");
    });
}
