//! The two halves of a session, each for one task.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::io::IoSlice;
use std::task::{Context, Poll};

use super::family::Family;
use super::io::TaskIo;
use super::stream::TlsStream;
use super::wakers::{Half, Wakers};
use crate::error::Result;
use crate::session::{self, KeyUpdateRequest};

/// The receiving half of a [`TlsStream`].
///
/// Dropping it says that nobody reads any more: the sending half then looks for the peer's key updates and alerts by
/// itself, and drops the peer's data.
pub struct ReadHalf<IO, F> {
    pub(super) half: session::ReadHalf<TaskIo<IO, F>>,
    // Dropped after the half.
    wake: WakeWriter,
}

/// The sending half of a [`TlsStream`].
///
/// Dropping it sends nothing: the peer of a session that ends without a shutdown sees a truncated stream.
pub struct WriteHalf<IO, F> {
    pub(super) half: session::WriteHalf<TaskIo<IO, F>>,
}

/// Tells a writer that waits, once there is no reader any more, that there is more to wait for.
struct WakeWriter(Wakers);

impl Drop for WakeWriter {
    fn drop(&mut self) {
        self.0.wake(Half::Writer);
    }
}

impl<IO, F> ReadHalf<IO, F> {
    pub(super) fn new(half: session::ReadHalf<TaskIo<IO, F>>) -> ReadHalf<IO, F> {
        let wake = WakeWriter(half.shared.io.wakers.clone());
        ReadHalf { half, wake }
    }

    /// Whether the two are halves of one session.
    pub fn is_pair_of(&self, writer: &WriteHalf<IO, F>) -> bool {
        std::sync::Arc::ptr_eq(&self.half.shared, &writer.half.shared)
    }

    /// Puts the two halves of one session together again.
    ///
    /// # Errors
    /// Gives both back if they belong to different sessions.
    pub fn reunite(self, writer: WriteHalf<IO, F>) -> std::result::Result<TlsStream<IO, F>, ReuniteError<IO, F>> {
        let ReadHalf { half, wake } = self;
        match half.unsplit(writer.half) {
            Ok(session) => Ok(TlsStream::new(session)),
            Err(halves) => {
                let reader = ReadHalf { half: halves.reader, wake };
                Err(ReuniteError { reader, writer: WriteHalf { half: halves.writer } })
            }
        }
    }
}

impl<IO: Send + Unpin, F: Family<IO>> ReadHalf<IO, F> {
    /// Receives into `buf`: the number of bytes, 0 after the peer's close_notify (or if `buf` is empty).
    ///
    /// # Errors
    /// [`Truncated`](crate::ErrorKind::Truncated) at the end of the byte stream without close_notify; otherwise as
    /// [`Session::recv`](crate::Session::recv).
    #[doc(alias = "gnutls_record_recv")]
    pub fn poll_read(&mut self, cx: &Context<'_>, buf: &mut [u8]) -> Poll<Result<usize>> {
        self.half.shared.poll_read(cx, buf)
    }
}

impl<IO, F> WriteHalf<IO, F> {
    pub(super) fn new(half: session::WriteHalf<TaskIo<IO, F>>) -> WriteHalf<IO, F> {
        WriteHalf { half }
    }

    /// [`ReadHalf::reunite`], from this side.
    ///
    /// # Errors
    /// As there.
    pub fn reunite(self, reader: ReadHalf<IO, F>) -> std::result::Result<TlsStream<IO, F>, ReuniteError<IO, F>> {
        reader.reunite(self)
    }
}

impl<IO: Send + Unpin, F: Family<IO>> WriteHalf<IO, F> {
    /// [`TlsStream::close_notify`] for this half: the other goes on until the peer's own close_notify.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_bye")]
    pub async fn close_notify(&mut self) -> Result<()> {
        poll_fn(|cx| self.half.shared.poll_close(cx, false)).await
    }

    /// [`TlsStream::update_keys`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_session_key_update")]
    pub async fn update_keys(&mut self, request: KeyUpdateRequest) -> Result<()> {
        poll_fn(|cx| self.half.shared.poll_update_keys(cx, request)).await?;
        poll_fn(|cx| self.half.shared.poll_flush(cx)).await
    }

    /// Takes some of `buf`: the number of bytes, which are on their way. `Pending` has taken nothing.
    ///
    /// # Errors
    /// As [`Session::send`](crate::Session::send).
    #[doc(alias = "gnutls_record_send")]
    pub fn poll_write(&mut self, cx: &Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        self.half.shared.poll_write(cx, buf)
    }

    /// [`poll_write`](Self::poll_write) of several slices; small ones share a record.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_send")]
    pub fn poll_write_vectored(&mut self, cx: &Context<'_>, bufs: &[IoSlice<'_>]) -> Poll<Result<usize>> {
        self.half.shared.poll_write_vectored(cx, bufs)
    }

    /// Sees out everything that was taken.
    ///
    /// # Errors
    /// Those of the byte stream, and of the session if it has failed.
    pub fn poll_flush(&mut self, cx: &Context<'_>) -> Poll<Result<()>> {
        self.half.shared.poll_flush(cx)
    }

    /// Sends close_notify after everything that was taken, then shuts down the writing side of the byte stream.
    ///
    /// # Errors
    /// As [`poll_write`](Self::poll_write).
    #[doc(alias = "gnutls_bye")]
    pub fn poll_shutdown(&mut self, cx: &Context<'_>) -> Poll<Result<()>> {
        self.half.shared.poll_close(cx, true)
    }
}

/// The halves given to [`ReadHalf::reunite`] belong to different sessions; here they are.
pub struct ReuniteError<IO, F> {
    /// The receiving half.
    pub reader: ReadHalf<IO, F>,
    /// The sending half.
    pub writer: WriteHalf<IO, F>,
}

impl<IO, F> fmt::Display for ReuniteError<IO, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the halves belong to different sessions")
    }
}

impl<IO, F> fmt::Debug for ReuniteError<IO, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReuniteError").finish_non_exhaustive()
    }
}

impl<IO, F> StdError for ReuniteError<IO, F> {}

/// Nothing in them is pinned: the byte stream is `Unpin` wherever it is polled.
impl<IO, F> Unpin for ReadHalf<IO, F> {}
impl<IO, F> Unpin for WriteHalf<IO, F> {}

impl<IO, F> fmt::Debug for ReadHalf<IO, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.half, f)
    }
}

impl<IO, F> fmt::Debug for WriteHalf<IO, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.half, f)
    }
}
