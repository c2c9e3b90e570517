//! The two halves of a session, each for one thread.

mod alerts;

use std::error::Error as StdError;
use std::fmt;
use std::fs::File;
use std::io::IoSlice;
use std::sync::Arc;
use std::time::Duration;

use super::Session;
use super::established::KeyUpdateRequest;
use super::shared::Shared;
use crate::duplex::interest::Interest;
use crate::engine::Counters;
use crate::engine::Packet;
use crate::error::Result;
use crate::transport::{Transport, Wait};

/// The receiving half of a [`Session`]: what is safe to call while the other half sends.
///
/// Dropping it says that nobody reads any more: the sending half then looks for the peer's key updates and alerts by
/// itself, and drops the peer's data.
pub struct ReadHalf<T> {
    pub(crate) shared: Arc<Shared<T>>,
    joined: bool,
}

/// The sending half of a [`Session`]: what is safe to call while the other half receives.
///
/// Dropping it sends nothing: the peer of a session that ends without [`close`](WriteHalf::close) sees a truncated
/// stream, as it must if this side failed in the middle.
pub struct WriteHalf<T> {
    pub(crate) shared: Arc<Shared<T>>,
}

impl<T> ReadHalf<T> {
    pub(super) fn new(shared: Arc<Shared<T>>) -> ReadHalf<T> {
        ReadHalf { shared, joined: false }
    }

    /// Puts the two halves of one session together again.
    ///
    /// # Errors
    /// Gives both back if they belong to different sessions.
    pub fn unsplit(mut self, writer: WriteHalf<T>) -> std::result::Result<Session<T>, UnsplitError<T>> {
        if !Arc::ptr_eq(&self.shared, &writer.shared) {
            return Err(UnsplitError { reader: self, writer });
        }
        self.joined = true;
        Ok(Session { shared: writer.shared })
    }
}

impl<T: Transport> ReadHalf<T> {
    /// [`Session::recv`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_recv")]
    pub fn recv(&mut self, buf: &mut [u8]) -> Result<usize> {
        self.shared.engine.recv(&self.shared.io, buf)
    }

    /// [`Session::recv_packet`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_recv_packet")]
    pub fn recv_packet(&mut self) -> Result<Option<Packet>> {
        self.shared.engine.recv_packet(&self.shared.io)
    }

    /// What the next receive waits for. It can include a writable transport: an answer to the peer's key update that
    /// did not fit is seen out from here if nobody sends.
    pub fn interest(&self) -> Interest {
        self.shared.engine.recv_interest()
    }

    /// [`Session::counters`], of both halves.
    pub fn counters(&self) -> Counters {
        self.shared.counters()
    }

    /// [`Session::set_read_timeout`].
    pub fn set_read_timeout(&self, timeout: Option<Duration>) {
        self.shared.mode.read_timeout.set(timeout);
    }

    /// The transport below.
    pub fn get_ref(&self) -> &T {
        &self.shared.io
    }
}

impl<T> Drop for ReadHalf<T> {
    fn drop(&mut self) {
        if !self.joined {
            self.shared.engine.abandon_reading();
        }
    }
}

impl<T> WriteHalf<T> {
    pub(super) fn new(shared: Arc<Shared<T>>) -> WriteHalf<T> {
        WriteHalf { shared }
    }
}

impl<T: Transport> WriteHalf<T> {
    /// [`Session::send`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_send")]
    pub fn send(&mut self, buf: &[u8]) -> Result<usize> {
        self.shared.engine.send(&self.shared.io, &[IoSlice::new(buf)])
    }

    /// [`Session::send_vectored`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_send")]
    pub fn send_vectored(&mut self, bufs: &[IoSlice<'_>]) -> Result<usize> {
        self.shared.engine.send(&self.shared.io, bufs)
    }

    /// [`Session::send_file`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_send_file")]
    pub fn send_file(&mut self, file: &File, count: usize) -> Result<usize> {
        self.shared.engine.send_file(&self.shared.io, file, count)
    }

    /// [`Session::cork`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_cork")]
    pub fn cork(&mut self) -> Result<()> {
        self.shared.engine.cork()
    }

    /// [`Session::try_uncork`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_uncork")]
    pub fn try_uncork(&mut self) -> Result<bool> {
        self.shared.engine.uncork(&self.shared.io)
    }

    /// [`Session::try_flush`] for this half.
    ///
    /// # Errors
    /// As there.
    pub fn try_flush(&mut self) -> Result<bool> {
        self.shared.engine.flush(&self.shared.io)
    }

    /// [`Session::try_close`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_bye")]
    pub fn try_close(&mut self) -> Result<bool> {
        self.shared.engine.close(&self.shared.io)
    }

    /// [`Session::try_update_keys`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_session_key_update")]
    pub fn try_update_keys(&mut self, request: KeyUpdateRequest) -> Result<()> {
        self.shared.engine.update_keys(&self.shared.io, request == KeyUpdateRequest::Requested)
    }

    /// What the next send or flush waits for. It includes a readable transport once the other half is gone, so that
    /// the peer's key updates and alerts are seen.
    pub fn interest(&self) -> Interest {
        self.shared.engine.send_interest()
    }

    /// [`Session::counters`], of both halves.
    pub fn counters(&self) -> Counters {
        self.shared.counters()
    }

    /// [`Session::set_write_timeout`].
    pub fn set_write_timeout(&self, timeout: Option<Duration>) {
        self.shared.mode.write_timeout.set(timeout);
    }

    /// The transport below.
    pub fn get_ref(&self) -> &T {
        &self.shared.io
    }
}

impl<T: Wait> WriteHalf<T> {
    /// [`Session::close`] for this half: the other goes on until the peer's own close_notify.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_bye")]
    pub fn close(&mut self) -> Result<()> {
        self.shared.close()
    }

    /// [`Session::uncork`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_uncork")]
    pub fn uncork(&mut self) -> Result<()> {
        self.shared.uncork()
    }

    /// [`Session::write_file`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_send_file")]
    pub fn write_file(&mut self, file: &File, count: u64) -> Result<u64> {
        self.shared.write_file(file, count)
    }

    /// [`Session::update_keys`] for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_session_key_update")]
    pub fn update_keys(&mut self, request: KeyUpdateRequest) -> Result<()> {
        self.shared.update_keys(request == KeyUpdateRequest::Requested)
    }
}

/// The halves given to [`ReadHalf::unsplit`] belong to different sessions; here they are.
pub struct UnsplitError<T> {
    /// The receiving half.
    pub reader: ReadHalf<T>,
    /// The sending half.
    pub writer: WriteHalf<T>,
}

impl<T> fmt::Display for UnsplitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the halves belong to different sessions")
    }
}

impl<T> fmt::Debug for UnsplitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsplitError").finish_non_exhaustive()
    }
}

impl<T> StdError for UnsplitError<T> {}

impl<T> fmt::Debug for ReadHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReadHalf").field(&self.shared).finish()
    }
}

impl<T> fmt::Debug for WriteHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WriteHalf").field(&self.shared).finish()
    }
}
