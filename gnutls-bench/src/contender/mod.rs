//! The libraries, and the ways to use them, behind one face.

pub(crate) mod aead;
pub(crate) mod c;
pub(crate) mod c_memory;
pub(crate) mod ours;
pub(crate) mod ours_memory;
mod streams;
pub(crate) mod tape;

use std::net::TcpStream;
use std::os::unix::net::UnixStream;

pub(crate) use streams::{Reads, Writes};

use crate::Result;
use crate::material::Setup;
use crate::measure::{Job, Kept};

/// A way to speak TLS over a socket.
pub(crate) trait Stack: Send + Sync {
    /// Short, and the same in all cases.
    fn name(&self) -> &'static str;

    /// What it does.
    fn note(&self) -> &'static str;

    /// Does the handshake, both ends of it.
    fn connect(&self, setup: &Setup, client: TcpStream, server: TcpStream) -> Result<(Halves, Halves)>;
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
    /// The two jobs, each `times` records of `size` bytes.
    fn prepare(&mut self, setup: &Setup, size: usize, times: u64) -> Result<Vec<Job>>;
}

/// Makes sessions to keep.
pub(crate) trait Holder {
    /// Two connected sessions that have exchanged `traffic` bytes each way.
    fn hold(&mut self, client: UnixStream, server: UnixStream, traffic: usize) -> Result<Held>;
}

/// Sessions that are only kept.
pub(crate) type Held = Kept;

/// What is sent when it is not looked at closely.
pub(crate) const FILLER: u8 = 7;

/// Whether `buf`, zero at first, holds nothing but what was sent. (A read need not fill a buffer.)
pub(crate) fn intact(buf: &[u8]) -> bool {
    buf.first() == Some(&FILLER) && buf.iter().all(|byte| [0, FILLER].contains(byte))
}
