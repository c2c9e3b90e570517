//! The same over datagrams (DTLS). The first data of the client's make GnuTLS drop the keys of the handshake in the middle of
//! a receive, while the server sends: sessions are short so that this happens often.

use std::io::{Read, Write};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use gnutls::dtls::Datagram;
use gnutls::transport::memory::{self, DatagramEnd};
use gnutls::{ClientConfig, ReadHalf, ServerConfig, WriteHalf};

use crate::common::{HOST, check, fill, pki};

/// A name, and how many records each side sends in a session; 0 for as many as there is time for.
pub(crate) const CASES: [(&str, u64); 2] = [("dtls_both_ways", 0), ("dtls_many_sessions", 20)];

type Reader = ReadHalf<Datagram<DatagramEnd>>;
type Writer = WriteHalf<Datagram<DatagramEnd>>;

/// Runs sessions for `duration`, and says what came through.
pub(crate) fn run(records: u64, duration: Duration) -> String {
    let trust = std::slice::from_ref(&pki().ca);
    let client = ClientConfig::builder().with_trust(trust).and_then(|builder| builder.build()).expect("a client");
    let server = ServerConfig::builder().with_identity(pki().server.clone()).and_then(|builder| builder.build());
    let server = server.expect("a server");
    let end = Instant::now() + duration;
    let (mut sessions, mut received) = (0_u64, 0);
    while sessions == 0 || Instant::now() < end {
        sessions += 1;
        received += session(&client, &server, records, end);
    }
    format!("{sessions} sessions, {received} records")
}

fn session(client: &ClientConfig, server: &ServerConfig, records: u64, end: Instant) -> u64 {
    let (near, far) = memory::datagram_pair(1500);
    let config = server.clone();
    let accepting = thread::spawn(move || config.accept_datagram(far).expect("the server's handshake"));
    let client = client.connect_datagram(HOST, near).expect("the client's handshake");
    let server = accepting.join().expect("no panic");
    let [(client_in, client_out), (server_in, server_out)] = [client.into_split(), server.into_split()];
    let threads: [JoinHandle<(u64, Reader)>; 2] = [receive(client_in, 2), receive(server_in, 1)];
    let writers: [JoinHandle<Writer>; 2] = [send(client_out, 1, records, end), send(server_out, 2, records, end)];
    let sent: Vec<Writer> = writers.into_iter().map(|thread| thread.join().expect("no panic")).collect();
    let got: Vec<(u64, Reader)> = threads.into_iter().map(|thread| thread.join().expect("no panic")).collect();
    // What threads share is dropped after they are joined.
    drop(sent);
    got.iter().map(|(count, _)| count).sum()
}

fn send(mut writer: Writer, seed: u64, records: u64, end: Instant) -> JoinHandle<Writer> {
    thread::spawn(move || {
        let mut buf = [0; 1000];
        let mut i = 0;
        while if records == 0 { Instant::now() < end } else { i < records } {
            let size = 8 + usize::try_from(i * 7 % 900).expect("small");
            buf[..8].copy_from_slice(&i.to_be_bytes());
            fill(seed, i, &mut buf[8..size]);
            writer.write_all(&buf[..size]).expect("sending");
            i += 1;
        }
        writer.close().expect("closing");
        writer
    })
}

fn receive(mut reader: Reader, seed: u64) -> JoinHandle<(u64, Reader)> {
    thread::spawn(move || {
        let mut buf = [0; 2000];
        let mut next = 0;
        loop {
            match reader.read(&mut buf).expect("receiving") {
                0 => return (next, reader),
                size => {
                    // This network neither loses nor mixes up.
                    assert_eq!(u64::from_be_bytes(buf[..8].try_into().expect("eight")), next);
                    check(seed, next, &buf[8..size]);
                    next += 1;
                }
            }
        }
    })
}
