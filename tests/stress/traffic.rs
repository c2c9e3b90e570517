//! Two threads a side, every byte checked, keys changing under way, whatever the transport does.

use std::io::{IoSlice, Read, Write};
use std::net::TcpStream;
use std::thread;

use gnutls::transport::{Wait, memory};
use gnutls::{KeyUpdateRequest, Protocol, ReadHalf, Session, WriteHalf};

use crate::common::{TLS12, TLS13, check, client, connect, fill, server, tcp, within};
use crate::pair::polled_pair;
use crate::random::Random;
use crate::scripted::{Plan, Scripted};

/// Each side asks twice and answers twice: a peer hears 4 updates, half of what GnuTLS bears in a second.
const ASKS: u64 = 2;

fn write<T: Wait>(mut writer: WriteHalf<T>, seed: u64, total: u64, most: usize) -> WriteHalf<T> {
    let tls13 = writer_protocol(&writer) == Protocol::TLS1_3;
    let mut random = Random::new(seed);
    let mut buf = vec![0; most];
    let (mut at, mut asked) = (0, 0);
    while at < total {
        let left = usize::try_from(total - at).expect("fits");
        let part = &mut buf[..(1 + random.below(most)).min(left)];
        fill(seed, at, part);
        at += match random.below(8) {
            0 => {
                let (one, other) = part.split_at(random.below(part.len()));
                writer.write_vectored(&[one, other].map(IoSlice::new)).expect("writing") as u64
            }
            corked => {
                match corked {
                    1 => writer.cork().expect("corking"),
                    2 => writer.uncork().expect("uncorking"),
                    _ => {}
                }
                writer.write_all(part).expect("writing");
                part.len() as u64
            }
        };
        if tls13 && asked < ASKS && at > (asked + 1) * total / (ASKS + 1) {
            asked += 1;
            writer.update_keys(KeyUpdateRequest::Requested).expect("a key update");
        }
    }
    writer.close().expect("closing");
    writer
}

/// `Debug` of a half names the protocol; a half has no getter of its own.
fn writer_protocol<T: Wait>(writer: &WriteHalf<T>) -> Protocol {
    if format!("{writer:?}").contains("TLS1.3") { Protocol::TLS1_3 } else { Protocol::TLS1_2 }
}

fn read<T: Wait>(mut reader: ReadHalf<T>, seed: u64, most: usize) -> (ReadHalf<T>, u64) {
    let mut random = Random::new(!seed);
    let mut buf = vec![0; most];
    let mut at = 0;
    loop {
        let room = 1 + random.below(most);
        if random.below(4) == 0 {
            let Some(packet) = reader.read_packet().expect("reading") else { return (reader, at) };
            check(seed, at, &packet);
            at += packet.len() as u64;
            continue;
        }
        match reader.read(&mut buf[..room]).expect("reading") {
            0 => return (reader, at),
            n => {
                check(seed, at, &buf[..n]);
                at += n as u64;
            }
        }
    }
}

fn both_ways<C: Wait + 'static, S: Wait + 'static>(client: Session<C>, server: Session<S>, total: u64, most: usize) {
    let tls13 = client.protocol() == Protocol::TLS1_3;
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    thread::scope(|scope| {
        let up = scope.spawn(|| write(client_out, 1, total, most));
        let down = scope.spawn(|| write(server_out, 2, total, most));
        let at_client = scope.spawn(|| read(client_in, 2, most));
        let (server_in, up_bytes) = read(server_in, 1, most);
        let (client_in, down_bytes) = at_client.join().expect("no panic");
        assert_eq!((up_bytes, down_bytes), (total, total));
        let client = client_in.unsplit(up.join().expect("no panic")).expect("one session");
        let server = server_in.unsplit(down.join().expect("no panic")).expect("one session");
        let (client, server) = (client.counters(), server.counters());
        assert_eq!((client.bytes_sent, client.bytes_received), (total, total));
        assert_eq!(client.key_updates_sent, server.key_updates_received);
        assert_eq!(server.key_updates_sent, client.key_updates_received);
        let least = if tls13 { ASKS } else { 0 };
        assert!(client.key_updates_received >= least && server.key_updates_received >= least);
    });
}

/// Transports from kind to hostile, for both sides.
fn plans() -> Vec<(&'static str, usize, [Plan; 2])> {
    let calm = Plan::default();
    let drip = Plan { seed: 1, most: 1, ..calm };
    let moody = Plan { seed: 2, refuse: 100, interrupt: 60, ..calm };
    let worst = Plan { seed: 3, most: 7, refuse: 120, interrupt: 80 };
    vec![
        ("calm", 1 << 16, [calm, calm]),
        ("full at once", 3, [calm, calm]),
        ("one byte at a time", 1 << 16, [drip, drip]),
        ("refusing and interrupted", 1 << 14, [moody, moody]),
        ("one side drips, the other refuses", 500, [drip, moody]),
        ("everything", 100, [worst, worst]),
    ]
}

fn in_memory(priority: &'static str) {
    for (what, capacity, plans) in plans() {
        within(what, move || {
            // Polled, because a blocking accept sees its tickets out, and nobody reads them from a narrow pipe yet.
            let (client, server) = polled_pair(priority, capacity, plans);
            both_ways(client, server, 150_000, 5000);
        });
    }
}

#[test]
fn tls13_arrives_whole_through_every_kind_of_pipe_with_crossing_key_updates() {
    in_memory(TLS13);
}

#[test]
fn tls12_arrives_whole_through_every_kind_of_pipe() {
    in_memory(TLS12);
}

#[test]
fn tls13_with_chacha20_renews_keys_too() {
    const CHACHA: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+CHACHA20-POLY1305";
    within("chacha20", || {
        let (client, server) = connect(&client(CHACHA), &server(CHACHA), memory::pair(2000));
        both_ways(client, server, 400_000, 20_000);
    });
}

#[test]
fn sockets_in_trouble_lose_nothing() {
    for priority in [TLS12, TLS13] {
        within(priority, move || {
            let plan = Plan { seed: 4, most: 1500, refuse: 60, interrupt: 60 };
            let (near, far): (TcpStream, TcpStream) = tcp();
            let ends = (Scripted::new(near, plan), Scripted::new(far, plan));
            let (client, server) = connect(&client(priority), &server(priority), ends);
            both_ways(client, server, 2 << 20, 40_000);
        });
    }
}

#[test]
fn both_write_much_more_than_the_pipes_hold_and_nobody_waits_for_ever() {
    within("writing hard", || {
        let (client, server) = polled_pair(TLS13, 64, [Plan::default(); 2]);
        both_ways(client, server, 300_000, 100_000);
    });
}
