//! Clients that are asked for a certificate while both directions are in full use, whatever the transport does.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use gnutls::transport::{Wait, memory};
use gnutls::{ClientAuth, ErrorKind, KeyUpdateRequest, ReadHalf, Reauthentication, Session, WriteHalf};

use crate::common::reauth::{SOMEBODY, asked, asking, identified};
use crate::common::{check, connect, fill, tcp, within};
use crate::pair::{MemorySession, polled_pair_of};
use crate::random::Random;
use crate::scripted::Plan;

const UP: u64 = 1;
const DOWN: u64 = 2;
const ROUNDS: u64 = 4;

/// Writes a stream, with `between` after some parts of it, which are numbered, and at its end.
fn writes<T: Wait + 'static>(
    mut writer: WriteHalf<T>,
    seed: u64,
    total: u64,
    mut between: impl FnMut(&mut WriteHalf<T>, Option<u64>) + Send + 'static,
) -> JoinHandle<WriteHalf<T>> {
    thread::spawn(move || {
        let mut random = Random::new(seed);
        let most = 20_000.min(usize::try_from(total / 40).expect("fits"));
        let mut buf = vec![0; most];
        let (mut at, mut rounds) = (0, 0);
        while at < total {
            let left = usize::try_from(total - at).expect("fits");
            let part = &mut buf[..(1 + random.below(most)).min(left)];
            fill(seed, at, part);
            writer.write_all(part).expect("writing");
            at += part.len() as u64;
            if rounds < ROUNDS && at > (rounds + 1) * total / (ROUNDS + 1) {
                rounds += 1;
                between(&mut writer, Some(rounds));
            }
        }
        between(&mut writer, None);
        writer.close().expect("closing");
        writer
    })
}

fn reads<T: Wait + 'static>(mut reader: ReadHalf<T>, seed: u64) -> JoinHandle<(ReadHalf<T>, u64)> {
    thread::spawn(move || {
        let mut random = Random::new(!seed);
        let mut buf = vec![0; 20_000];
        let mut at = 0;
        loop {
            match reader.read(&mut buf[..1 + random.below(20_000)]).expect("reading") {
                0 => return (reader, at),
                n => check(seed, at, &buf[..n]),
            }
            at = reader.counters().bytes_received;
        }
    })
}

fn both_ways<T: Wait + 'static>(client: Session<T>, server: Session<T>, total: u64) {
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    let at_client = reads(client_in, DOWN);
    // Who has closed cannot answer.
    let (asked, all_asked) = mpsc::channel::<()>();
    let up = writes(client_out, UP, total, move |_, part| {
        if part.is_none() {
            all_asked.recv().expect("all asked");
        }
    });
    let down = writes(server_out, DOWN, total, move |writer, part| {
        let Some(part) = part else { return asked.send(()).expect("a client") };
        if part % 2 == 0 {
            writer.update_keys(KeyUpdateRequest::Requested).expect("an update");
        }
        assert!(writer.reauthenticate(ClientAuth::Require).expect("an answer"));
        assert_eq!(writer.reauthentication(), Some(Reauthentication::Authenticated));
    });
    let at_server = reads(server_in, UP);
    let (server_in, up_bytes) = at_server.join().expect("no panic");
    let (client_in, down_bytes) = at_client.join().expect("no panic");
    let server = server_in.unsplit(down.join().expect("no panic")).expect("one session");
    let client = client_in.unsplit(up.join().expect("no panic")).expect("one session");
    assert_eq!((up_bytes, down_bytes), (total, total));
    assert_eq!(client.counters().reauthentications, ROUNDS);
    assert_eq!(server.peer_certificates().expect("a chain")[0].subject().expect("a name"), SOMEBODY);
}

fn pair<T: Wait + 'static>(ends: (T, T)) -> (Session<T>, Session<T>) {
    connect(&identified().build().expect("a client"), &asking().build().expect("a server"), ends)
}

/// The same over pipes, whose handshake is done in this thread: a narrow one holds no tickets.
fn polled(capacity: usize, plans: [Plan; 2]) -> (MemorySession, MemorySession) {
    let (client, server) = (identified().build().expect("a client"), asking().build().expect("a server"));
    polled_pair_of(&client, &server, capacity, plans)
}

#[test]
fn four_threads_over_tcp_while_the_client_is_asked() {
    within("tcp", || {
        let (client, server): (Session<TcpStream>, _) = pair(tcp());
        both_ways(client, server, 6_000_000);
    });
}

#[test]
fn four_threads_over_narrow_pipes_while_the_client_is_asked() {
    for (capacity, total) in [(1, 20_000), (7, 60_000), (1000, 400_000), (1 << 20, 6_000_000)] {
        within("a pipe", move || {
            let (client, server) = polled(capacity, [Plan::default(); 2]);
            both_ways(client, server, total);
        });
    }
}

#[test]
fn transports_that_refuse_and_move_one_byte() {
    for seed in 0..6 {
        within("a scripted transport", move || {
            let plan = |seed| Plan {
                seed,
                most: 1 + usize::try_from(seed).expect("small") % 3 * 40,
                refuse: 90,
                interrupt: 40,
            };
            let (client, server) = polled(1 << 16, [plan(seed), plan(seed + 3)]);
            both_ways(client, server, 100_000);
        });
    }
}

/// One thread polls both sides: no call waits, and every byte is checked.
#[test]
fn one_thread_polls_through_it() {
    for seed in 0..12 {
        let plan =
            |seed| Plan { seed, most: 1 + usize::try_from(seed).expect("small") % 4 * 60, refuse: 110, interrupt: 20 };
        let shows = seed % 3 != 0;
        let client = if shows { identified() } else { asked() }.build().expect("a client");
        let server = asking().build().expect("a server");
        let (client, server) = polled_pair_of(&client, &server, 3000, [plan(seed), plan(seed + 1)]);
        let mut random = Random::new(seed);
        let total = 40_000;
        let (mut sent, mut got) = ([0; 2], [0; 2]);
        let mut questions = 0;
        let mut buf = vec![0; 3000];
        while got != [total; 2] || server.reauthentication() == Some(Reauthentication::Awaited) {
            for (lane, (from, to)) in [(&client, &server), (&server, &client)].into_iter().enumerate() {
                let left = usize::try_from(total - sent[lane]).expect("small");
                let part = &mut buf[..(1 + random.below(3000)).min(left)];
                fill(lane as u64, sent[lane], part);
                sent[lane] += unless_blocked(from.send(part)) as u64;
                from.try_flush().expect("flushing");
                let room = 1 + random.below(3000);
                let received = unless_blocked(to.recv(&mut buf[..room]));
                check(lane as u64, got[lane], &buf[..received]);
                got[lane] += received as u64;
            }
            if questions < ROUNDS && sent[1] > (questions + 1) * total / 6 {
                match server.try_reauthenticate(ClientAuth::Request) {
                    Ok(()) => questions += 1,
                    Err(error) => assert!(error.would_block(), "{error:?}"),
                }
            }
        }
        let end = if shows { Reauthentication::Authenticated } else { Reauthentication::Declined };
        assert_eq!(server.reauthentication(), Some(end));
        assert_eq!(server.peer_certificates().expect("a chain").len(), usize::from(shows));
        assert!(client.counters().reauthentications >= 1);
    }
}

fn unless_blocked(result: Result<usize, gnutls::Error>) -> usize {
    result.unwrap_or_else(|error| if error.would_block() { 0 } else { panic!("{error:?}") })
}

/// Whoever waits for the answer hears of the session's end, whichever thread meets it.
#[test]
fn who_waits_hears_that_the_client_is_gone() {
    within("waiting", || {
        let (client, server) = pair(memory::pair(1 << 16));
        let (mut server_in, mut server_out) = server.into_split();
        let reading = thread::spawn(move || server_in.read(&mut [0; 9]).map(drop));
        let waiting = thread::spawn(move || server_out.reauthenticate(ClientAuth::Request));
        drop(client);
        reading.join().expect("no panic").expect_err("truncated");
        let error = waiting.join().expect("no panic").expect_err("no answer");
        assert!(matches!(error.kind(), ErrorKind::Truncated | ErrorKind::Transport), "{error:?}");
    });
}
