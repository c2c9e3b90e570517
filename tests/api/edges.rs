//! What to wait for, for who waits for changes: an edge that has been is not reported again.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use gnutls::transport::{Readiness, Transport, Wait, memory};
use gnutls::{Interest, Session};

use crate::common::{TLS13, client, connect, server};

/// A transport that gives a record in a read, and knows whether it has said that there is nothing.
struct Edge {
    below: memory::End,
    refused: AtomicBool,
}

impl Edge {
    fn new(below: memory::End) -> Edge {
        Edge { below, refused: AtomicBool::new(false) }
    }

    /// Fails unless somebody who waits now, for changes, is woken or need not wait.
    fn holds(&self, want: Interest) {
        assert!(
            want.ready_now() || self.refused.load(Ordering::SeqCst),
            "what is there already wakes nobody: {want:?}"
        );
    }
}

impl Transport for Edge {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.refused.store(false, Ordering::SeqCst);
        let mut read = 0;
        while read < 5 {
            match self.below.try_read(&mut buf[read..5]) {
                Ok(some) => read += some,
                Err(error) => {
                    self.refused.store(true, Ordering::SeqCst);
                    return Err(error);
                }
            }
        }
        let length = 5 + usize::from(u16::from_be_bytes([buf[3], buf[4]]));
        while read < length {
            read += self.below.try_read(&mut buf[read..length])?;
        }
        Ok(read)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.below.try_write(buf)
    }
}

impl Wait for Edge {
    fn wait(&self, want: Readiness, timeout: Option<std::time::Duration>) -> io::Result<bool> {
        self.below.wait(want, timeout)
    }
}

fn pair() -> (Session<memory::End>, Session<Edge>) {
    let (near, far) = memory::pair(1 << 16);
    connect(&client(TLS13), &server(TLS13), (near, Edge::new(far)))
}

#[test]
fn a_reader_that_was_kept_busy_without_data_need_not_wait_for_what_is_there() {
    let (near, far) = pair();
    (0..100).for_each(|_| assert_eq!(near.send_padded(b"", 10).expect("room"), 0));
    near.send(b"data").expect("room");
    let mut buf = [0; 8];
    let received = loop {
        match far.recv(&mut buf) {
            Err(error) if error.would_block() => far.get_ref().holds(far.recv_interest()),
            other => break other,
        }
    };
    assert_eq!(received.expect("data"), 4);
    assert!(far.recv(&mut buf).expect_err("nothing").would_block());
    assert!(!far.recv_interest().ready_now());
}

#[test]
fn a_writer_beside_nobody_who_reads_need_not_wait_for_what_is_there() {
    let (near, far) = pair();
    (0..100).for_each(|_| assert_eq!(near.send(b"for nobody").expect("room"), 10));
    let (reader, mut writer) = far.into_split();
    drop(reader);
    let turns = (0..100).take_while(|_| {
        assert_eq!(writer.send(b"").expect("nothing to send"), 0);
        writer.get_ref().holds(writer.interest());
        writer.interest().ready_now()
    });
    assert_eq!(turns.count(), 3, "32 records in each");
    assert_eq!(writer.counters().bytes_received, 1000);
}
