//! What the byte stream below is asked to do, in the words of one set of I/O traits.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A family of I/O traits, and how a byte stream `IO` of that family is polled.
///
/// `gnutls::tokio::Tokio` and `gnutls::futures_io::FuturesIo` are families. The contract is theirs: `Pending` means
/// that nothing was done and that the waker is kept, one for reading and one for the rest.
pub trait Family<IO> {
    /// Reads some bytes; 0 is the end.
    ///
    /// # Errors
    /// Those of the byte stream.
    fn poll_read(io: Pin<&mut IO>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>>;

    /// Takes some bytes.
    ///
    /// # Errors
    /// Those of the byte stream.
    fn poll_write(io: Pin<&mut IO>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>>;

    /// Sees out what the byte stream holds back.
    ///
    /// # Errors
    /// Those of the byte stream.
    fn poll_flush(io: Pin<&mut IO>, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Ends its writing side.
    ///
    /// # Errors
    /// Those of the byte stream.
    fn poll_close(io: Pin<&mut IO>, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
}
