//! The echo server on mio: many clients, each with more on its way than any buffer holds.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::thread;

use gnutls::ClientConfig;

use crate::examples::example;
use crate::files::{A, Files};
use crate::process::Process;

#[test]
fn the_event_loop_sends_clients_away_that_neither_send_nor_read() {
    let files = Files::new();
    let mut command = Command::new(example("mio_echo"));
    let server = Process::start(command.args([&files.path("a.pem"), &files.path("a.key"), "0", "--idle", "1"]));
    let address = server.wait_for_rest("listening on ");
    let config =
        ClientConfig::builder().with_trust_file(files.path("ca.pem")).expect("trust").build().expect("a client");
    let mut silent = config.connect(A, TcpStream::connect(&address).expect("it listens")).expect("a handshake");
    silent.read(&mut [0; 10]).expect_err("the end of the connection");
    let mut deaf = config.connect(A, TcpStream::connect(&address).expect("it listens")).expect("a handshake");
    // Neither side's buffers hold so much.
    deaf.write_all(&vec![0; 64 << 20]).expect_err("the end of the connection");
    server.wait_for("client 2: it neither sends nor reads");
}

#[test]
fn the_event_loop_echoes_to_many_clients_at_once() {
    let files = Files::new();
    let mut command = Command::new(example("mio_echo"));
    let server = Process::start(command.args([&files.path("a.pem"), &files.path("a.key"), "0"]));
    let address = server.wait_for_rest("listening on ");
    let config =
        ClientConfig::builder().with_trust_file(files.path("ca.pem")).expect("trust").build().expect("a client");
    thread::scope(|scope| {
        for seed in 0..8 {
            let (config, address) = (&config, &address);
            scope.spawn(move || {
                let tls = config.connect(A, TcpStream::connect(address).expect("it listens")).expect("a handshake");
                let (mut reader, mut writer) = tls.into_split();
                let data: Vec<u8> =
                    (0..2_000_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8 ^ seed).collect();
                thread::scope(|scope| {
                    scope.spawn(|| {
                        writer.write_all(&data).expect("writing");
                        writer.close().expect("closing");
                    });
                    let mut all = Vec::new();
                    reader.read_to_end(&mut all).expect("the echo and its end");
                    assert!(all == data, "client {seed}: {} bytes of {}", all.len(), data.len());
                });
            });
        }
    });
}
