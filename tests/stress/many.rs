//! Very many sessions at once.

use std::io::{Read, Write};
use std::sync::{Arc, Barrier};
use std::thread::{Builder, JoinHandle};

use gnutls::transport::memory;
use gnutls::{ReadHalf, WriteHalf};

use crate::common::{TLS13, check, client, fill, server, within};
use crate::pair::polled_pair_of;
use crate::scripted::{Plan, Scripted};

const SESSIONS: usize = 1000;
const BYTES: usize = 20_000;

type End = Scripted<memory::End>;

fn thread(name: &str, body: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    // GnuTLS and the debug build of this crate need about half of it.
    Builder::new().name(name.to_owned()).stack_size(128 << 10).spawn(body).expect("a thread")
}

fn write(mut writer: WriteHalf<End>, seed: u64) {
    let mut buf = [0; 1500];
    for at in (0..BYTES).step_by(buf.len()) {
        let part = buf.len().min(BYTES - at);
        fill(seed, at as u64, &mut buf[..part]);
        writer.write_all(&buf[..part]).expect("writing");
    }
    writer.close().expect("closing");
}

fn read(mut reader: ReadHalf<End>, seed: u64) {
    let mut buf = [0; 1000];
    let mut at = 0;
    loop {
        match reader.read(&mut buf).expect("reading") {
            0 => break,
            n => {
                check(seed, at, &buf[..n]);
                at += n as u64;
            }
        }
    }
    assert_eq!(at, BYTES as u64);
}

#[test]
fn a_thousand_sessions_at_once_each_with_a_reader_and_a_writer_keep_their_bytes() {
    within("a thousand sessions", || {
        let (client, server) = (client(TLS13), server(TLS13));
        let start = Arc::new(Barrier::new(4 * SESSIONS));
        let mut threads = Vec::new();
        for number in 0..SESSIONS as u64 {
            let (near, far) = polled_pair_of(&client, &server, 4000, [Plan::default(); 2]);
            let (near_in, near_out) = near.into_split();
            let (far_in, far_out) = far.into_split();
            let (up, down) = (2 * number, 2 * number + 1);
            let bodies: [Box<dyn FnOnce() + Send>; 4] = [
                Box::new(move || write(near_out, up)),
                Box::new(move || write(far_out, down)),
                Box::new(move || read(near_in, down)),
                Box::new(move || read(far_in, up)),
            ];
            for body in bodies {
                let start = Arc::clone(&start);
                threads.push(thread(&format!("session {number}"), move || {
                    start.wait();
                    body();
                }));
            }
        }
        for thread in threads {
            thread.join().expect("every byte right");
        }
    });
}
