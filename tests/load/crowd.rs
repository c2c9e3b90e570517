//! Eleven thousand connections of tasks at once, in one process: ten thousand idle, a thousand busy in both directions.

use std::sync::Arc;
use std::time::Instant;

use gnutls::tokio::{ReadHalf, TlsAcceptor, TlsConnector, TlsStream, WriteHalf};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::Barrier;
use tokio::task::JoinHandle;

use crate::common::{HOST, TLS13, check, client, figures, fill, server};
use crate::random::Random;
use crate::{process, tasks, without_us};

const IDLE: usize = 10_000;
const BUSY: usize = 1_000;
/// What each direction of a busy connection carries, in bytes, and the most in one write or read.
const EACH: u64 = 512 << 10;
const MOST: usize = 24 << 10;
/// What the transport holds.
const CAPACITY: usize = 16 << 10;
/// More than GnuTLS alone keeps for an idle end, in bytes: the books of this crate.
const BOUND: u64 = 2048;

type Stream = TlsStream<DuplexStream>;

/// Connects `count` pairs, whose client ends have received their tickets.
async fn connect(count: usize) -> Vec<(Stream, Stream)> {
    let (connector, acceptor) = (TlsConnector::from(client(TLS13)), TlsAcceptor::from(server(TLS13)));
    let workers = process::workers();
    let some = |share: usize| {
        let (connector, acceptor) = (connector.clone(), acceptor.clone());
        tokio::spawn(async move {
            let mut pairs = Vec::with_capacity(share);
            for _ in 0..share {
                let (near, far) = tokio::io::duplex(CAPACITY);
                let (near, far) = tokio::join!(connector.connect(HOST, near), acceptor.accept(far));
                let (mut near, mut far) = (near.expect("a client"), far.expect("a server"));
                far.write_all(b"x").await.expect("a byte");
                far.flush().await.expect("seen out");
                near.read_exact(&mut [0]).await.expect("a byte");
                pairs.push((near, far));
            }
            pairs
        })
    };
    let tasks: Vec<_> =
        (0..workers).map(|worker| some(count / workers + usize::from(worker < count % workers))).collect();
    let mut pairs = Vec::with_capacity(count);
    for task in tasks {
        pairs.extend(task.await.expect("no panic"));
    }
    pairs
}

/// Echoes to the end, closes, and gives the byte stream back.
fn echo(mut stream: Stream) -> JoinHandle<DuplexStream> {
    tokio::spawn(async move {
        let mut buf = [0; 1];
        while stream.read(&mut buf).await.expect("a byte or the end") > 0 {
            stream.write_all(&buf).await.expect("room");
            stream.flush().await.expect("seen out");
        }
        stream.close_notify().await.expect("closing");
        stream.into_inner()
    })
}

/// Sends a stream that the other side knows; waits in its middle, twice.
async fn send(mut half: WriteHalf<DuplexStream>, seed: u64, halfway: Arc<Barrier>) -> WriteHalf<DuplexStream> {
    let (mut random, mut buf, mut at) = (Random::new(seed), vec![0; MOST], 0);
    let mut measured = false;
    while at < EACH {
        let size = (1 + random.below(MOST)).min(usize::try_from(EACH - at).expect("small"));
        fill(seed, at, &mut buf[..size]);
        half.write_all(&buf[..size]).await.expect("room");
        at += size as u64;
        if at >= EACH / 2 && !measured {
            measured = true;
            halfway.wait().await;
            halfway.wait().await;
        }
    }
    half.flush().await.expect("seen out");
    half
}

/// Receives such a stream and looks at every byte.
async fn receive(mut half: ReadHalf<DuplexStream>, seed: u64) -> ReadHalf<DuplexStream> {
    let (mut random, mut buf, mut at) = (Random::new(seed + 1), vec![0; MOST], 0);
    while at < EACH {
        let size = (1 + random.below(MOST)).min(usize::try_from(EACH - at).expect("small"));
        let n = half.read(&mut buf[..size]).await.expect("bytes");
        assert_ne!(n, 0, "the stream ends at {at}");
        check(seed, at, &buf[..n]);
        at += n as u64;
    }
    half
}

/// Both directions of all pairs at once, a task for each half: the resident memory in the middle.
async fn traffic(pairs: Vec<(Stream, Stream)>) -> u64 {
    let halfway = Arc::new(Barrier::new(2 * pairs.len() + 1));
    let mut tasks = Vec::new();
    for (pair, (near, far)) in pairs.into_iter().enumerate() {
        let seeds = [2 * pair as u64, 2 * pair as u64 + 1];
        for (stream, [outgoing, incoming]) in [(near, seeds), (far, [seeds[1], seeds[0]])] {
            let (reader, writer) = stream.into_split();
            let sending = tokio::spawn(send(writer, outgoing, Arc::clone(&halfway)));
            tasks.push((sending, tokio::spawn(receive(reader, incoming))));
        }
    }
    halfway.wait().await;
    let resident = process::resident();
    halfway.wait().await;
    for (sending, receiving) in tasks {
        let (writer, reader) = (sending.await.expect("no panic"), receiving.await.expect("every byte right"));
        drop(reader.reunite(writer).expect("halves of one stream"));
    }
    resident
}

#[test]
#[ignore = "a process of its own: ci/check.sh load"]
fn ten_thousand_idle_and_a_thousand_busy_connections_of_tasks_live_in_one_process() {
    tasks::run(async {
        let start = Instant::now();
        // What the first ones make once for all.
        drop(connect(10).await);
        let (allocated, resident) = (process::allocated(), process::resident());
        let idle = connect(IDLE).await;
        let (mut near, waiting): (Vec<_>, Vec<_>) = idle.into_iter().map(|(near, far)| (near, echo(far))).unzip();
        let (with_tasks, idle_resident) = (process::allocated() - allocated, process::resident() - resident);
        let middle = traffic(connect(BUSY).await).await;

        // The idle ones have not been forgotten.
        for stream in &mut near {
            stream.write_all(b"?").await.expect("room");
            stream.flush().await.expect("seen out");
        }
        for stream in &mut near {
            let mut answer = [0];
            stream.read_exact(&mut answer).await.expect("an answer");
            assert_eq!(&answer, b"?");
        }
        // The servers go, and no task is left that could free anything; then the clients, whose transports stay, for
        // they are no part of them.
        for stream in &mut near {
            stream.close_notify().await.expect("closing");
        }
        let mut far = Vec::with_capacity(IDLE);
        for task in waiting {
            far.push(task.await.expect("no panic"));
        }
        let before = process::allocated();
        let transports: Vec<_> = near.into_iter().map(Stream::into_inner).collect();
        let per_client = before.saturating_sub(process::allocated()) / IDLE as u64;
        drop((transports, far));
        let without_us = without_us::bytes_per_end(c"NORMAL:-VERS-ALL:+VERS-TLS1.3");
        let ends = 2 * IDLE as u64;
        figures(
            "load: 10,000 idle and 1,000 busy connections of tasks (22,000 ends)",
            &[
                ("seconds", &start.elapsed().as_secs()),
                ("bytes moved by the busy ones, each checked", &(2 * EACH * BUSY as u64)),
                ("bytes per idle client, without transport", &per_client),
                ("bytes per idle end of GnuTLS without this crate", &without_us),
                ("bytes per idle end, with transport and, on the server, a task that waits", &(with_tasks / ends)),
                ("resident bytes per idle end, all included", &(idle_resident / ends)),
                ("resident MiB of the process in the middle of the traffic", &(middle >> 20)),
            ],
        );
        assert!(per_client < without_us + BOUND, "an idle session keeps too much");
    });
}
