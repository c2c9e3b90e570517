//! A peer that keeps a session busy without saying anything.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use gnutls::transport::{Readiness, Transport, Wait, memory};
use gnutls::{Alert, Session};

use crate::common::{TLS12, client, connect, server, within};

/// An end whose peer, once it is there, sends warnings for ever. What is read ends in the middle of a record.
struct Flooded {
    end: memory::End,
    peer: OnceLock<Session<memory::End>>,
    read: Mutex<VecDeque<u8>>,
}

impl Transport for Flooded {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let Some(peer) = self.peer.get() else { return self.end.try_read(buf) };
        let mut read = self.read.lock().expect("no panic");
        (0..10).for_each(|_| peer.warn(Alert::USER_CANCELED).expect("a warning"));
        assert!(peer.try_flush().expect("room"));
        let length = self.end.try_read(buf)?;
        read.extend(&buf[..length]);
        let given = read.len() - 3;
        buf.iter_mut().zip(read.drain(..given)).for_each(|(to, byte)| *to = byte);
        Ok(given)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.end.try_write(buf)
    }
}

impl Wait for Flooded {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        if self.peer.get().is_some() { Ok(true) } else { self.end.wait(want, timeout) }
    }
}

#[test]
fn a_read_timeout_runs_out_also_if_warnings_come_all_the_time() {
    within("a read timeout", || {
        let (near, far) = memory::pair(1 << 16);
        let near = Flooded { end: near, peer: OnceLock::new(), read: Mutex::default() };
        let (near, far) = connect(&client(TLS12), &server(TLS12), (near, far));
        near.get_ref().peer.set(far).expect("it is the first");
        near.set_read_timeout(Some(Duration::from_millis(20)));
        assert_eq!((&near).read(&mut [0; 10]).expect_err("no data").kind(), io::ErrorKind::TimedOut);
    });
}
