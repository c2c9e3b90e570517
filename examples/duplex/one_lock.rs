//! The same session with and without parallel directions: what the direction-aware lock gains over one lock.
//!
//! One session, two threads, in memory: one encrypts into nothing, the other decrypts what the peer encrypted
//! beforehand, so that both cores work for this one session. Then the same under one mutex, as programs do that must
//! not let two threads into a session at once.

use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use gnutls::transport::{Readiness, Transport, Wait, memory};
use gnutls::{ClientConfig, ServerConfig, Session};

use crate::Failed;
use crate::progress::megabytes_per_second;

/// What is moved each way in one measurement, in bytes.
const AMOUNT: usize = 96 << 20;

/// Measurements of each kind; the best of each counts, because a busy machine only ever takes away.
const ROUNDS: usize = 3;

/// Millions of bytes a second, both directions together.
pub(crate) struct Gain {
    pub(crate) parallel: f64,
    pub(crate) one_lock: f64,
}

pub(crate) fn measure(client: &ClientConfig, server: &ServerConfig) -> Result<Gain, Failed> {
    let mut gain = Gain { parallel: 0.0, one_lock: 0.0 };
    for _ in 0..ROUNDS {
        let session = prepared(client, server)?;
        gain.parallel = gain.parallel.max(run(&session, &NoLock)?);
        let session = prepared(client, server)?;
        gain.one_lock = gain.one_lock.max(run(&session, &Mutex::new(()))?);
    }
    Ok(gain)
}

/// A client session whose peer has already sent `AMOUNT` bytes.
fn prepared(client: &ClientConfig, server: &ServerConfig) -> Result<Session<Tape>, Failed> {
    let (near, far) = memory::pair(AMOUNT + AMOUNT / 8);
    let server = server.clone();
    let peer = thread::spawn(move || -> Result<_, Failed> {
        let peer = server.accept(far)?;
        let data = vec![7; 1 << 20];
        for _ in 0..AMOUNT / data.len() {
            peer.send(&data)?;
        }
        Ok(peer)
    });
    let session = client.connect("localhost", Tape { end: near, recorded: AtomicBool::new(false) })?;
    // The peer has done its part; what it sent stays in the pipe.
    drop(peer.join().expect("no panic")?);
    session.get_ref().recorded.store(true, Ordering::Relaxed);
    Ok(session)
}

/// Moves `AMOUNT` bytes each way.
fn run(session: &Session<Tape>, lock: &impl Lock) -> Result<f64, Failed> {
    let received = AtomicUsize::new(0);
    let start = Instant::now();
    thread::scope(|scope| {
        let sender = scope.spawn(|| -> Result<(), Failed> {
            let data = vec![9; 16 * 1024];
            for _ in 0..AMOUNT / data.len() {
                lock.with(|| session.send(&data))?;
            }
            Ok(())
        });
        let mut buf = vec![0; 16 * 1024];
        while received.load(Ordering::Relaxed) < AMOUNT {
            received.fetch_add(lock.with(|| session.recv(&mut buf))?, Ordering::Relaxed);
        }
        sender.join().expect("no panic")
    })?;
    Ok(megabytes_per_second(2 * AMOUNT as u64, start.elapsed()))
}

trait Lock: Sync {
    fn with<R>(&self, call: impl FnOnce() -> R) -> R;
}

struct NoLock;

impl Lock for NoLock {
    fn with<R>(&self, call: impl FnOnce() -> R) -> R {
        call()
    }
}

impl Lock for Mutex<()> {
    fn with<R>(&self, call: impl FnOnce() -> R) -> R {
        let _guard = self.lock().expect("no panic under the lock");
        call()
    }
}

/// A connection that reads what was recorded, and after the recording takes what is written and forgets it.
struct Tape {
    end: memory::End,
    recorded: AtomicBool,
}

impl Transport for Tape {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.end.try_read(buf)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        if self.recorded.load(Ordering::Relaxed) { Ok(buf.len()) } else { self.end.try_write(buf) }
    }
}

impl Wait for Tape {
    fn wait(&self, want: Readiness, timeout: Option<std::time::Duration>) -> io::Result<bool> {
        self.end.wait(want, timeout)
    }
}
