//! Both directions of one session at once, from two threads, every byte checked.

mod common;

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;

use common::{TLS12, TLS13, check, client, connect, fill, server, tcp};
use gnutls::transport::{Wait, memory};
use gnutls::{KeyUpdateRequest, Protocol, ReadHalf, Session, WriteHalf};

fn send_all<T: Wait>(mut writer: WriteHalf<T>, seed: u64, total: u64, updates: u64) -> WriteHalf<T> {
    let mut buf = vec![0; 40_000];
    let mut at = 0;
    let mut size = 1;
    let mut next_update = total / (updates + 1).max(1);
    while at < total {
        size = (size * 7 + 13) % 40_000;
        let part = &mut buf[..(size + 1).min(usize::try_from(total - at).expect("fits"))];
        fill(seed, at, part);
        writer.write_all(part).expect("writing");
        at += part.len() as u64;
        if updates > 0 && at >= next_update {
            next_update += total / (updates + 1);
            writer.update_keys(KeyUpdateRequest::NotRequested).expect("a key update");
        }
    }
    writer.close().expect("closing");
    writer
}

fn receive_all<T: Wait>(mut reader: ReadHalf<T>, seed: u64) -> (ReadHalf<T>, u64) {
    let mut buf = vec![0; 20_000];
    let mut at = 0;
    loop {
        match reader.read(&mut buf).expect("reading") {
            0 => return (reader, at),
            n => {
                check(seed, at, &buf[..n]);
                at += n as u64;
            }
        }
    }
}

fn both_ways<C: Wait + 'static, S: Wait + 'static>(client: Session<C>, server: Session<S>, total: u64, updates: u64) {
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    thread::scope(|scope| {
        let up = scope.spawn(|| send_all(client_out, 1, total, updates));
        let down = scope.spawn(|| send_all(server_out, 2, total, updates));
        let at_client = scope.spawn(|| receive_all(client_in, 2));
        let (server_in, up_bytes) = receive_all(server_in, 1);
        let (client_in, down_bytes) = at_client.join().expect("no panic");
        assert_eq!((up_bytes, down_bytes), (total, total));
        let client = client_in.unsplit(up.join().expect("no panic")).expect("one session");
        let server = server_in.unsplit(down.join().expect("no panic")).expect("one session");
        assert_eq!(client.counters().bytes_sent, total);
        if client.protocol() == Protocol::TLS1_3 {
            assert_eq!(client.counters().key_updates_sent, server.counters().key_updates_received);
            assert!(server.counters().key_updates_received >= updates);
        }
    });
}

#[test]
fn tls13_over_tcp_with_key_updates_both_ways() {
    let (client, server) = connect(&client(TLS13), &server(TLS13), tcp());
    both_ways(client, server, 8 << 20, 3);
}

#[test]
fn tls13_in_memory_through_a_narrow_pipe() {
    let (client, server) = connect(&client(TLS13), &server(TLS13), memory::pair(1000));
    both_ways(client, server, 4 << 20, 3);
}

#[test]
fn tls12_over_tcp() {
    let (client, server) = connect(&client(TLS12), &server(TLS12), tcp());
    assert_eq!(client.protocol(), Protocol::TLS1_2);
    both_ways(client, server, 8 << 20, 0);
}

#[test]
fn tls13_over_a_unix_socket() {
    let pair = UnixStream::pair().expect("sockets");
    let (client, server) = connect(&client(TLS13), &server(TLS13), pair);
    both_ways(client, server, 4 << 20, 2);
}
