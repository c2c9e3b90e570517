//! Sessions for asynchronous tasks, whatever runs them.
//!
//! This is what the modules `tokio` and `futures_io` have in common: they name these types for one
//! [family](Family) of I/O traits each, and programs use them from there. A family of your own is one `impl` away, and its
//! traits are a few lines around the `poll_` methods here.
//!
//! # Two tasks, one session
//!
//! [`TlsStream::into_split`] makes two owned halves. Two tasks on two threads drive them in parallel, encryption beside
//! decryption. The byte stream below is under a lock only while it is polled, never during cryptography.
//!
//! A half may wait for either readiness of the byte stream: a change of keys makes a reader wait for room to write, and a
//! writer whose reader is gone waits for messages. So the byte stream never sees a task's own waker, but one waker for
//! each readiness, and that one wakes every half that waits for it.
//!
//! # Cancel safety
//!
//! Every future here, and every future of the extension traits that is one poll (`read`, `write`, `flush`, `shutdown`),
//! may be dropped at any await:
//!
//! | method | what a dropped future has done |
//! |---|---|
//! | `poll_read` | nothing: bytes that were not given are given to the next read |
//! | `poll_write`, `poll_write_vectored` | nothing: `Ready(n)` has taken `n` bytes, `Pending` none; the next write may pass others |
//! | `poll_flush` | sent some of what was taken; the next write, flush or shutdown goes on |
//! | `poll_shutdown`, `poll_close`, [`close_notify`](TlsStream::close_notify) | perhaps ended the sending; the next one goes on |
//! | [`update_keys`](TlsStream::update_keys) | perhaps changed the keys; the next write or flush sees it out |
//! | [`ask_renegotiation`](TlsStream::ask_renegotiation), `refuse_renegotiation` | perhaps done so; the next write or flush sees it out |
//! | [`send_tickets`](TlsStream::send_tickets) | perhaps sent tickets; the next write or flush sees them out |
//! | [`Handshake`] | dropped the byte stream, which is in the middle of a handshake and good for nothing else |
//!
//! What is made of several polls (`read_exact`, `write_all`, `copy`) is as cancel safe as its own documentation says.
//!
//! # When bytes leave
//!
//! A write encrypts at once and offers the ciphertext to the byte stream. What that does not take is kept (up to
//! 64 KiB, then writes wait) and goes with the next write, flush or shutdown, as everywhere: who stops writing flushes.
//!
//! # Ends
//!
//! * A read of 0 bytes is the peer's close_notify; the end of the byte stream without it is an error of the kind
//!   `UnexpectedEof`.
//! * Shutting down sends close_notify, then shuts down the writing side of the byte stream. Reads go on until the peer's
//!   own close_notify. [`close_notify`](TlsStream::close_notify) leaves the byte stream open.
//! * Dropping sends nothing: the peer sees a truncated stream, as it must if this side failed in the middle.
//! * An error of the byte stream is an error of its own direction; any other (a forged record, an alert) ends both
//!   directions, and wakes the half that waits. The kinds are those of [`Error`](crate::Error), which is the inner error.
//!
//! # Timeouts
//!
//! They are the runtime's (`tokio::time::timeout` around the future), because only the runtime can wake a task when
//! time runs out. A [handshake timeout](crate::ClientConfigBuilder::handshake_timeout) of the configuration ends a
//! handshake that is still polled, but wakes nobody.

mod connector;
#[cfg(feature = "tokio")]
mod datagrams;
mod family;
mod halves;
mod handshake;
mod io;
mod polls;
mod reauth;
mod renegotiation;
mod resuming;
mod stream;
#[cfg(all(test, loom))]
mod waker_models;
mod wakers;

#[cfg(feature = "tokio")]
pub(crate) use connector::start;
pub use connector::{TlsAcceptor, TlsConnector};
#[cfg(feature = "tokio")]
pub use datagrams::{AsyncDatagram, Datagrams};
pub use family::Family;
pub use halves::{ReadHalf, ReuniteError, WriteHalf};
pub use handshake::{FallibleHandshake, Handshake};
pub use stream::TlsStream;
