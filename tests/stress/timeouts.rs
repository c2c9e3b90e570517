//! Waits that end by the clock: `TimedOut`, and nothing is lost.

use std::io::{self, Read, Write};
use std::time::Duration;

use gnutls::transport::memory;
use gnutls::{ClientConfig, ErrorKind, Progress};

use crate::common::{HOST, TLS12, TLS13, pki, within};
use crate::pair::plain_pair;

const SHORT: Option<Duration> = Some(Duration::from_millis(2));

#[test]
fn a_read_timeout_loses_nothing() {
    for priority in [TLS12, TLS13] {
        within(priority, move || {
            let (mut ours, peer) = plain_pair(priority, 1 << 16);
            ours.set_read_timeout(SHORT);
            let mut data = [0; 10];
            for _ in 0..3 {
                assert_eq!(ours.read(&mut data).expect_err("nothing").kind(), io::ErrorKind::TimedOut);
            }
            // Half of a record is there when the time runs out.
            (&peer).write_all(b"helloagain").expect("writing");
            ours.get_ref().script.fault_in_reading(10, crate::scripted::Fault::Panic);
            ours.set_read_timeout(None);
            let first = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| ours.read(&mut data)));
            first.expect_err("the script's panic");
            ours.read_exact(&mut data).expect("reading");
            assert_eq!(&data, b"helloagain");
        });
    }
}

#[test]
fn a_write_timeout_loses_nothing() {
    for priority in [TLS12, TLS13] {
        within(priority, move || {
            let (ours, peer) = plain_pair(priority, 1000);
            ours.set_write_timeout(SHORT);
            let data: Vec<u8> = (0..200_000u32).map(|at| at.to_le_bytes()[at as usize % 3]).collect();
            let mut sent = 0;
            let mut timeouts = 0;
            let mut received = Vec::new();
            let mut buf = [0; 4096];
            while received.len() < data.len() {
                if sent < data.len() {
                    match (&ours).write(&data[sent..]) {
                        Ok(taken) => sent += taken,
                        Err(error) => {
                            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
                            timeouts += 1;
                        }
                    }
                }
                ours.try_flush().expect("no error");
                if let Ok(n) = peer.recv(&mut buf) {
                    received.extend_from_slice(&buf[..n]);
                }
            }
            assert!(timeouts > 0 && received == data);
            ours.send(&[0; 50_000]).expect("room");
            let error = Write::flush(&mut &ours).expect_err("no room");
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            assert_eq!(ours.close().expect_err("no room").kind(), ErrorKind::TimedOut);
        });
    }
}

#[test]
fn a_silent_peer_ends_a_handshake_at_its_timeout() {
    within("a handshake", || {
        let trust = std::slice::from_ref(&pki().ca);
        let builder = ClientConfig::builder().with_trust(trust).expect("trust");
        let config = builder.handshake_timeout(Duration::from_millis(5)).build().expect("a client");
        let (near, _far) = memory::pair(1 << 16);
        let error = config.connect(HOST, near).expect_err("nobody answers");
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(error.to_string().contains(HOST), "{error}");

        let (near, _far) = memory::pair(1 << 16);
        let mut handshaking = config.to(HOST).expect("a name").start(near).expect("a start");
        let error = loop {
            match handshaking.advance() {
                Ok(Progress::Pending(unfinished)) => handshaking = unfinished,
                Ok(Progress::Done(_)) => panic!("nobody answers"),
                Err(error) => break error,
            }
            assert!(handshaking.interest().remaining().is_some(), "the deadline is a part of the interest");
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    });
}
