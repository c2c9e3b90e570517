//! A session inside a session: calls into GnuTLS from within the callbacks of another one.

use std::io;

use gnutls::transport::Transport;
use gnutls::{Error, KeyUpdateRequest, Progress};

use crate::common::{HOST, TLS12, TLS13, check, client, fill, server, within};
use crate::pair::{MemorySession, polled_pair};
use crate::scripted::Plan;

struct Tunnel(MemorySession);

impl Transport for Tunnel {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        Ok(self.0.recv(buf)?)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        Ok(self.0.send(buf)?)
    }
}

fn advance(side: Progress<Tunnel>) -> Progress<Tunnel> {
    match side {
        Progress::Pending(unfinished) => {
            // What the outer session took and could not send yet is ours to see out.
            unfinished.get_ref().0.try_flush().expect("no error");
            unfinished.advance().expect("the handshake")
        }
        Progress::Done(session) => {
            session.try_flush().expect("the last flight");
            session.get_ref().0.try_flush().expect("no error");
            Progress::Done(session)
        }
    }
}

fn or_nothing(result: Result<usize, Error>) -> usize {
    result.unwrap_or_else(|error| {
        assert!(error.would_block(), "{error:?}");
        0
    })
}

#[test]
fn a_session_through_a_session_keeps_every_byte() {
    for (outer, inner) in [(TLS12, TLS13), (TLS13, TLS12), (TLS13, TLS13)] {
        within("a tunnel", move || {
            let plan = Plan { seed: 5, most: 300, refuse: 40, interrupt: 40 };
            let (near, far) = polled_pair(outer, 2000, [plan, plan]);
            let near = client(inner).to(HOST).expect("a name").start(Tunnel(near)).expect("a start");
            let far = server(inner).start(Tunnel(far)).expect("a start");
            let (mut one, mut other) = (Progress::Pending(near), Progress::Pending(far));
            let (one, other) = loop {
                (one, other) = match (advance(one), advance(other)) {
                    (Progress::Done(one), Progress::Done(other)) => break (one, other),
                    unfinished => unfinished,
                }
            };
            let total = 100_000;
            let mut data = vec![0; total];
            fill(9, 0, &mut data);
            let (mut sent, mut received, mut asked) = (0, 0, false);
            let mut buf = [0; 5000];
            while received < total {
                sent += or_nothing(one.send(&data[sent..]));
                if !asked && sent > total / 2 {
                    // The outer session changes keys while the inner one is in full swing.
                    asked = one.get_ref().0.try_update_keys(KeyUpdateRequest::Requested).is_ok();
                }
                let n = or_nothing(other.recv(&mut buf));
                check(9, received as u64, &buf[..n]);
                received += n;
                or_nothing(one.recv(&mut buf));
                one.get_ref().0.try_flush().expect("no error");
                other.get_ref().0.try_flush().expect("no error");
            }
        });
    }
}
