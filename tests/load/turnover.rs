//! A hundred thousand connections of tasks, one after the other on each worker, and nothing stays behind.

use std::future::ready;
use std::sync::Arc;
use std::time::Instant;

use gnutls::SessionData;
use gnutls::tokio::{TlsAcceptor, TlsConnector, TlsStream};
use indicatif::ProgressBar;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use crate::common::{HOST, TLS12, TLS13, client, figures, server};
use crate::cycles::{BOUND, CYCLES, PARTS, holdings};
use crate::random::Random;
use crate::{process, tasks};

/// How many connections of tasks came to what.
#[derive(Default)]
struct Tally {
    full: u64,
    resumed: u64,
    broken_off: u64,
    split: u64,
}

/// One task's connections, and what the last of each version left to resume.
struct Visitor {
    versions: Arc<[(TlsConnector, TlsAcceptor); 2]>,
    random: Random,
    kept: [Option<SessionData>; 2],
    tally: Tally,
}

impl Visitor {
    /// Handshake, a few bytes each way, and an end: most in good order, some with halves, some in the handshake.
    async fn visit(&mut self) {
        let (version, how) = (self.random.below(2), self.random.below(20));
        let (connector, acceptor) = &self.versions[version];
        let (near, far) = tokio::io::duplex(16 << 10);
        let earlier = self.kept[version].as_ref().filter(|_| how > 0);
        let connect = connector.connect_with(HOST, near, |connect| match earlier {
            Some(earlier) => connect.resume(earlier),
            None => connect,
        });
        if how == 1 {
            // Each future is polled once, and dropped.
            tokio::select! { biased; _ = connect => {} () = ready(()) => {} }
            tokio::select! { biased; _ = acceptor.accept(far) => {} () = ready(()) => {} }
            self.tally.broken_off += 1;
            return;
        }
        let (near, far) = tokio::join!(connect, acceptor.accept(far));
        let (mut near, mut far) = (near.expect("a client"), far.expect("a server"));
        for (from, to) in [(&mut far, 1), (&mut near, 2)] {
            from.write_all(&[to; 100]).await.expect("room");
            from.flush().await.expect("seen out");
        }
        for (to, from) in [(&mut near, 1), (&mut far, 2)] {
            let mut buf = [0; 100];
            to.read_exact(&mut buf).await.expect("bytes");
            assert_eq!(buf, [from; 100]);
        }
        if near.is_resumed() {
            self.tally.resumed += 1
        } else {
            self.tally.full += 1
        }
        self.kept[version] = near.session_data().expect("it can be packed");
        if how < 10 {
            self.tally.split += 2;
            tokio::join!(close_halves(near), close_halves(far));
        } else {
            tokio::join!(close(near), close(far));
        }
    }
}

async fn close(mut stream: TlsStream<DuplexStream>) {
    stream.shutdown().await.expect("closing");
    assert_eq!(stream.read(&mut [0]).await.expect("close_notify"), 0);
}

async fn close_halves(stream: TlsStream<DuplexStream>) {
    let (mut reader, mut writer) = stream.into_split();
    writer.shutdown().await.expect("closing");
    drop(writer);
    assert_eq!(reader.read(&mut [0]).await.expect("close_notify"), 0);
}

/// A part of the cycles, by as many tasks as there are workers.
async fn part(versions: &Arc<[(TlsConnector, TlsAcceptor); 2]>, number: u64, bar: &ProgressBar) -> Tally {
    let workers = process::workers() as u64;
    let task = |worker| {
        let share = (CYCLES / PARTS) / workers + u64::from(worker < (CYCLES / PARTS) % workers);
        let random = Random::new(number * workers + worker);
        let mut visitor =
            Visitor { versions: Arc::clone(versions), random, kept: [None, None], tally: Tally::default() };
        let bar = bar.clone();
        tokio::spawn(async move {
            for _ in 0..share {
                visitor.visit().await;
                bar.inc(1);
            }
            visitor.tally
        })
    };
    let mut sum = Tally::default();
    for task in (0..workers).map(task).collect::<Vec<_>>() {
        let tally = task.await.expect("no panic");
        sum.full += tally.full;
        sum.resumed += tally.resumed;
        sum.broken_off += tally.broken_off;
        sum.split += tally.split;
    }
    sum
}

#[test]
#[ignore = "a process of its own: ci/check.sh load"]
fn a_hundred_thousand_connections_of_tasks_leave_nothing_behind() {
    tasks::run(async {
        let start = Instant::now();
        let one = |priority| (TlsConnector::from(client(priority)), TlsAcceptor::from(server(priority)));
        let versions = Arc::new([one(TLS13), one(TLS12)]);
        let bar = ProgressBar::new(CYCLES);
        let mut tally = part(&versions, 0, &bar).await;
        let threads = process::threads(0);
        let warm = holdings(threads);
        eprintln!("warmed up: {warm:?}");
        let mut end = holdings(threads);
        for number in 1..PARTS {
            let more = part(&versions, number, &bar).await;
            tally.full += more.full;
            tally.resumed += more.resumed;
            tally.broken_off += more.broken_off;
            tally.split += more.split;
            end = holdings(threads);
            eprintln!("part {number}: {end:?}");
        }
        bar.finish_and_clear();
        let growth = |before: u64, after: u64| i128::from(after) - i128::from(before);
        let (allocated, resident) = (growth(warm.allocated, end.allocated), growth(warm.resident, end.resident));
        assert!(allocated < i128::from(BOUND), "{allocated} bytes have not come back");
        assert!(resident < i128::from(BOUND), "{resident} bytes more are resident");
        assert_eq!((warm.descriptors, warm.threads), (end.descriptors, end.threads));
        assert!(tally.full.min(tally.broken_off) > CYCLES / 50 && tally.resumed > CYCLES / 2, "each kind in numbers");
        figures(
            "load: 100,000 connections of tasks, one after the other",
            &[
                ("seconds", &start.elapsed().as_secs()),
                ("full handshakes", &tally.full),
                ("resumed", &tally.resumed),
                ("dropped in the handshake", &tally.broken_off),
                ("ends split into halves", &tally.split),
                ("allocated bytes more after the last 90,000 (bound 1,048,576)", &allocated),
                ("resident bytes more after the last 90,000 (bound 1,048,576)", &resident),
                ("descriptors, before and after", &end.descriptors),
                ("threads, before and after", &end.threads),
            ],
        );
    });
}
