//! The automatic key update at the cipher's real limit, in both directions of one session at once.

use std::io::{Read, Write};
use std::thread;
use std::time::Instant;

use crate::common::{TLS13, client, connect, figures, server};
use gnutls::transport::memory::{self, End};
use gnutls::{ReadHalf, WriteHalf};

/// A little more than the 2^24 records after which the keys of AES-GCM are renewed.
const RECORDS: u64 = (1 << 24) + 100_000;

fn send(mut writer: WriteHalf<End>) -> WriteHalf<End> {
    for number in 0..RECORDS {
        writer.write_all(&number.to_le_bytes()).expect("writing");
    }
    writer.close().expect("closing");
    writer
}

fn receive(mut reader: ReadHalf<End>) -> ReadHalf<End> {
    let mut number = [0; 8];
    for expected in 0..RECORDS {
        reader.read_exact(&mut number).expect("reading");
        assert_eq!(u64::from_le_bytes(number), expected);
    }
    assert_eq!(reader.read(&mut number).expect("the end"), 0);
    reader
}

#[test]
#[ignore = "slow unless optimised: ci/check.sh soak"]
fn keys_are_renewed_at_the_real_limit_in_both_directions_at_once() {
    let start = Instant::now();
    let (client, server) = connect(&client(TLS13), &server(TLS13), memory::pair(1 << 18));
    let ((client_in, client_out), (server_in, server_out)) = (client.into_split(), server.into_split());
    let (client, server) = thread::scope(|scope| {
        let client_out = scope.spawn(|| send(client_out));
        let server_out = scope.spawn(|| send(server_out));
        let client_in = scope.spawn(|| receive(client_in));
        let server_in = receive(server_in);
        let client_in = client_in.join().expect("no panic");
        let (client_out, server_out) = (client_out.join().expect("no panic"), server_out.join().expect("no panic"));
        (client_in.unsplit(client_out).expect("one session"), server_in.unsplit(server_out).expect("one session"))
    });
    for counters in [client.counters(), server.counters()] {
        assert_eq!((counters.key_updates_sent, counters.key_updates_received), (1, 1));
        assert_eq!((counters.bytes_sent, counters.bytes_received), (8 * RECORDS, 8 * RECORDS));
    }
    figures(
        "soak: the real limit of 2^24 records",
        &[
            ("records each way, each checked", &RECORDS),
            ("automatic key updates each way", &1),
            ("seconds", &start.elapsed().as_secs()),
        ],
    );
}
