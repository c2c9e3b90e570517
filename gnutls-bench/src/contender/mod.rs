//! The libraries, and the ways to use them, behind one face.

pub(crate) mod aead;
pub(crate) mod c;
pub(crate) mod c_memory;
#[cfg(feature = "peers")]
mod locked;
#[cfg(feature = "peers")]
mod openssl;
pub(crate) mod ours;
pub(crate) mod ours_memory;
#[cfg(feature = "peers")]
mod rustls;
#[cfg(feature = "peers")]
mod rustls_split;
#[cfg(feature = "peers")]
mod s2n;
mod streams;
pub(crate) mod tape;
pub(crate) mod tasks;
#[cfg(feature = "peers")]
mod tasks_peers;

use std::net::TcpStream;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub(crate) use streams::{Reads, Writes};

use crate::Result;
use crate::material::{Setup, Suite};
use crate::measure::{Job, Kept};

/// A way to speak TLS over a socket.
pub(crate) trait Stack: Send + Sync {
    /// Short, and the same in all cases.
    fn name(&self) -> &'static str;

    /// What it does.
    fn note(&self) -> &'static str;

    /// Whether it can be held to that suite.
    fn speaks(&self, _: Suite) -> bool {
        true
    }

    /// Does the handshake, both ends of it.
    fn connect(&self, setup: &Setup, client: TcpStream, server: TcpStream) -> Result<(Halves, Halves)>;
}

/// The other libraries, for a connection that two threads use at each end.
#[cfg(feature = "peers")]
pub(crate) fn peers() -> Vec<Arc<dyn Stack>> {
    vec![
        Arc::new(openssl::OpenSsl),
        Arc::new(rustls::Rustls),
        Arc::new(rustls_split::RustlsSplit),
        Arc::new(s2n::S2n),
        Arc::new(tasks_peers::TokioRustls),
        Arc::new(tasks_peers::TokioOpenSsl),
    ]
}

/// Built without them.
#[cfg(not(feature = "peers"))]
pub(crate) fn peers() -> Vec<Arc<dyn Stack>> {
    Vec::new()
}

/// One end of a connection.
pub(crate) struct Halves {
    pub(crate) reader: Box<dyn Reader>,
    pub(crate) writer: Box<dyn Writer>,
}

/// The receiving half; waits.
pub(crate) trait Reader: Send {
    /// Fills `buf`.
    fn fill(&mut self, buf: &mut [u8]) -> Result<()>;

    /// Receives `total` bytes into `buf`, over and over.
    fn drain(&mut self, buf: &mut [u8], total: u64) -> Result<()>;
}

/// The sending half; waits.
pub(crate) trait Writer: Send {
    /// Sends `data` so many `times`.
    fn write(&mut self, data: &[u8], times: u64) -> Result<()>;

    /// Takes new keys for this direction.
    fn update_keys(&mut self) -> Result<()> {
        Err("no key updates here".into())
    }
}

/// Does handshakes in one thread, both ends in turn over a pair of sockets, as an event loop does.
pub(crate) trait Shaker {
    /// One handshake, done by both ends.
    fn shake(&mut self, client: UnixStream, server: UnixStream) -> Result<()>;
}

/// Two threads on one session in memory: one encrypts into nothing, the other decrypts what the peer wrote before.
pub(crate) trait Duplex {
    /// The two jobs: one decrypts `times` records of `size` bytes, the other encrypts such records for as long.
    fn prepare(&mut self, setup: &Setup, size: usize, times: u64, span: &Arc<Span>) -> Result<Vec<Job>>;
}

/// How long two threads go on, so that neither works alone: until the one that has an end is there.
#[derive(Default)]
pub(crate) struct Span {
    over: AtomicBool,
    records: AtomicU64,
}

impl Span {
    pub(crate) fn begin(&self) {
        self.over.store(false, Ordering::Relaxed);
        self.records.store(0, Ordering::Relaxed);
    }

    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Calls `encrypt`, which does so many records each time, until the end.
    pub(crate) fn fill(&self, each: u64, mut encrypt: impl FnMut(u64) -> Result<()>) -> Result<()> {
        while !self.over.load(Ordering::Relaxed) {
            encrypt(each)?;
            self.records.fetch_add(each, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The records that were encrypted.
    pub(crate) fn records(&self) -> u64 {
        self.records.load(Ordering::Relaxed)
    }
}

/// One of many sessions of a thread, which never waits.
pub(crate) trait Polled: AsFd + Send {
    /// Sends some of `data`: none if nothing fits.
    fn send(&mut self, data: &[u8]) -> Result<usize>;

    /// Whether there is something to receive already, whatever poll(2) says of the socket.
    fn is_ready(&self) -> bool;

    /// Receives into `buf`: nothing if nothing is there.
    fn recv(&mut self, buf: &mut [u8]) -> Result<usize>;
}

/// Two connected sessions for event loops.
pub(crate) type PolledPair = (Box<dyn Polled>, Box<dyn Polled>);

/// Makes sessions to keep.
pub(crate) trait Holder {
    /// Two connected sessions that have exchanged `traffic` bytes each way.
    fn hold(&mut self, client: UnixStream, server: UnixStream, traffic: usize) -> Result<Held>;

    /// Two connected sessions for event loops.
    fn polled(&mut self, client: UnixStream, server: UnixStream) -> Result<PolledPair>;
}

/// Sessions that are only kept.
pub(crate) type Held = Kept;

/// What is sent when it is not looked at closely.
pub(crate) const FILLER: u8 = 7;

/// Whether `buf`, zero at first, holds nothing but what was sent. (A read need not fill a buffer.)
pub(crate) fn intact(buf: &[u8]) -> bool {
    buf.first() == Some(&FILLER) && buf.iter().all(|byte| [0, FILLER].contains(byte))
}
