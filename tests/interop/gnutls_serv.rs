//! Bulk data and key updates between our client and `gnutls-serv --echo`.

use std::io::Read;
use std::thread;
use std::time::{Duration, Instant};

use gnutls::{Counters, KeyUpdateRequest};

use crate::exchange::{ASKING, MODEST, check_key_updates};
use crate::files::Files;
use crate::ours::{TLS12, TLS13, client, connect};
use crate::servers::Server;
use crate::text;

const TOTAL: u64 = 6 << 20;

fn echo(priority: &str, ours: &[KeyUpdateRequest], record_limit: u64) -> Counters {
    let files = Files::new();
    let server = Server::gnutls(&files.server(), &["--echo", "--quiet"]);
    let config = client(priority).key_update_after(record_limit).build().expect("a client");
    let (mut reader, mut writer) = connect(&config, server.tcp()).into_split();
    thread::scope(|scope| {
        scope.spawn(|| {
            text::send(&mut writer, (1, TOTAL), 40_000, ours.len(), |writer, i| {
                writer.update_keys(ours[i]).expect("a key update");
            });
        });
        text::receive(&mut reader, (1, TOTAL));
    });
    let mut session = reader.unsplit(writer).expect("two halves of one session");
    session.close().expect("closing");
    assert_eq!(session.read(&mut [0; 10]).expect("its close_notify"), 0);
    let counters = session.counters();
    assert_eq!(counters.bytes_sent, TOTAL);
    counters
}

#[test]
fn tls12() {
    echo(TLS12, &[], u64::MAX);
}

#[test]
fn tls13_with_key_updates() {
    for ours in [MODEST, ASKING] {
        let counters = echo(TLS13, &ours, u64::MAX);
        check_key_updates(counters, &ours, 0, 0);
    }
}

#[test]
fn tls13_with_key_updates_by_a_limit() {
    const PACE: Duration = Duration::from_millis(250);
    let began = Instant::now();
    let counters = echo(TLS13, &[], 100);
    // There are some 400 records; however long they take, the pace that a GnuTLS peer bears is kept.
    let most = 1 + began.elapsed().as_millis() / PACE.as_millis();
    assert!((1..=most).contains(&counters.key_updates_sent.into()), "{counters:?}, at most {most}");
    assert_eq!(counters.key_updates_received, 0);
}
