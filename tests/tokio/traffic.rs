//! Both directions at full speed while keys change, every byte checked.

use gnutls::tokio::{ReadHalf, TlsStream, WriteHalf};
use gnutls::{KeyUpdateRequest, Protocol};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::common::{TLS12, TLS13, check, fill};
use crate::pair::{connect, piped, run, tcp};

async fn send_all<IO: AsyncRead + AsyncWrite + Send + Unpin>(
    mut writer: WriteHalf<IO>,
    seed: u64,
    total: u64,
    updates: &[KeyUpdateRequest],
) -> WriteHalf<IO> {
    let mut buf = vec![0; 40_000];
    let most = 40_000.min(total / 10);
    let (mut at, mut size) = (0, 1);
    let every = total / (updates.len() as u64 + 1) + 1;
    let mut updates = updates.iter().zip(1u64..);
    let mut next = updates.next();
    while at < total {
        size = (size * 7 + 13) % most;
        let part = &mut buf[..usize::try_from((size + 1).min(total - at)).expect("fits")];
        fill(seed, at, part);
        writer.write_all(part).await.expect("writing");
        at += part.len() as u64;
        if let Some((request, _)) = next.filter(|(_, number)| at >= number * every) {
            writer.update_keys(*request).await.expect("a key update");
            next = updates.next();
        }
    }
    writer.shutdown().await.expect("closing");
    writer
}

async fn receive_all<IO: AsyncRead + AsyncWrite + Send + Unpin>(
    mut reader: ReadHalf<IO>,
    seed: u64,
) -> (ReadHalf<IO>, u64) {
    let mut buf = vec![0; 20_000];
    let mut at = 0;
    loop {
        match reader.read(&mut buf).await.expect("reading") {
            0 => return (reader, at),
            n => {
                check(seed, at, &buf[..n]);
                at += n as u64;
            }
        }
    }
}

/// Four tasks, two at each end; both ask for key updates, and make some unasked.
async fn both_ways<IO: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    (client, server): (TlsStream<IO>, TlsStream<IO>),
    total: u64,
) {
    use KeyUpdateRequest::{NotRequested, Requested};
    let updates = client.protocol() == Protocol::TLS1_3;
    let asking: &[_] = if updates { &[Requested, NotRequested, Requested] } else { &[] };
    let changing: &[_] = if updates { &[NotRequested, Requested] } else { &[] };
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    let up = tokio::spawn(send_all(client_out, 1, total, asking));
    let down = tokio::spawn(send_all(server_out, 2, total, changing));
    let at_client = tokio::spawn(receive_all(client_in, 2));
    let at_server = tokio::spawn(receive_all(server_in, 1));
    let (client_in, received) = at_client.await.expect("no panic");
    assert_eq!(received, total);
    let (server_in, received) = at_server.await.expect("no panic");
    assert_eq!(received, total);
    let client = client_in.reunite(up.await.expect("no panic")).expect("one session");
    let server = server_in.reunite(down.await.expect("no panic")).expect("one session");
    assert_eq!((client.counters().bytes_sent, server.counters().bytes_received), (total, total));
    if updates {
        assert!(client.counters().key_updates_sent >= 3 && server.counters().key_updates_sent >= 2);
    }
}

#[test]
fn four_tasks_over_tcp() {
    for priority in [TLS12, TLS13] {
        run(priority, async move {
            both_ways(connect(priority, tcp().await).await, 8_000_000).await;
        });
    }
}

#[test]
fn four_tasks_over_pipes_of_every_size() {
    for (capacity, total) in [(1, 10_000), (2, 20_000), (31, 100_000), (1024, 1_000_000), (64 * 1024, 8_000_000)] {
        run(&format!("a pipe of {capacity}"), async move {
            both_ways(piped(TLS13, capacity).await, total).await;
        });
    }
}

#[test]
fn many_short_sessions_at_once() {
    run("many sessions", async {
        let sessions: Vec<_> =
            (1..60).map(|i| tokio::spawn(async move { both_ways(piped(TLS13, i * 97).await, 50_000).await })).collect();
        for session in sessions {
            session.await.expect("no panic");
        }
    });
}

/// One stream in one piece, whose two directions are two tasks all the same.
#[test]
fn tokios_own_split_works_too() {
    run("split", async {
        let (client, server) = piped(TLS13, 300).await;
        let echo = tokio::spawn(async move {
            let (mut reader, mut writer) = tokio::io::split(server);
            tokio::io::copy(&mut reader, &mut writer).await.expect("an echo");
            writer.shutdown().await.expect("closing");
        });
        let (mut reader, mut writer) = tokio::io::split(client);
        let sender = tokio::spawn(async move {
            let mut data = vec![0; 500_000];
            fill(3, 0, &mut data);
            writer.write_all(&data).await.expect("writing");
            writer.shutdown().await.expect("closing");
        });
        let mut all = Vec::new();
        reader.read_to_end(&mut all).await.expect("reading");
        assert_eq!(all.len(), 500_000);
        check(3, 0, &all);
        sender.await.expect("no panic");
        echo.await.expect("no panic");
    });
}

/// TLS over TLS, as through a proxy.
#[test]
fn a_session_over_a_session() {
    run("nested", async {
        let outer = piped(TLS13, 5000).await;
        both_ways(connect(TLS13, outer).await, 500_000).await;
    });
}

#[test]
fn halves_of_different_sessions_do_not_fit() {
    run("halves", async {
        let (one, two) = piped(TLS13, 5000).await;
        let (one_in, one_out) = one.into_split();
        let (two_in, two_out) = two.into_split();
        assert!(one_in.is_pair_of(&one_out) && !one_in.is_pair_of(&two_out));
        let mixed = one_in.reunite(two_out).expect_err("two sessions");
        mixed.reader.reunite(one_out).expect("one session");
        mixed.writer.reunite(two_in).expect("one session");
    });
}
