//! An established session of a task, in one piece.

use std::fmt;
use std::future::poll_fn;
use std::io::IoSlice;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::family::Family;
use super::halves::{ReadHalf, WriteHalf};
use super::io::TaskIo;
use crate::algorithm::{Cipher, Group, Protocol, SignatureScheme};
use crate::engine::Counters;
use crate::error::Result;
use crate::resumption::SessionData;
use crate::session::{KeyUpdateRequest, Session};
use crate::x509::Certificate;

/// An established session over the byte stream `IO`, read and written by tasks; client and server alike.
///
/// It reads and writes through the traits of its family `F`. Two tasks may each do one of them through adapters such as
/// `tokio::io::split`, but [`into_split`](TlsStream::into_split) lets them do so in parallel. See the
/// [module](super) for what a dropped future leaves behind, when bytes leave, and how a session ends.
pub struct TlsStream<IO, F> {
    pub(super) session: Session<TaskIo<IO, F>>,
    /// `get_ref` shares the byte stream, so a stream is `Sync` only if `IO` is.
    shares: PhantomData<IO>,
}

impl<IO, F> TlsStream<IO, F> {
    pub(super) fn new(session: Session<TaskIo<IO, F>>) -> TlsStream<IO, F> {
        TlsStream { session, shares: PhantomData }
    }

    /// The byte stream below. Threads that share this share that, so not every byte stream lets them:
    /// ```compile_fail,E0277
    /// fn is_shared<T: Sync>() {}
    /// is_shared::<gnutls::task::TlsStream<std::cell::Cell<u8>, ()>>();
    /// ```
    pub fn get_ref(&self) -> &IO {
        let io = self.session.shared.io.as_ptr();
        // SAFETY: whoever changes the byte stream does so in a poll of this stream, which has it mutably borrowed: a
        // session in one piece has no other owner than it. So there are only shared borrows while `self` is one; across
        // threads they are allowed, because this type is `Sync` only if `IO` is.
        unsafe { &*io }
    }

    /// The byte stream below. What is read from it or written to it is missing from the session.
    pub fn get_mut(&mut self) -> &mut IO {
        match Arc::get_mut(&mut self.session.shared) {
            Some(shared) => shared.io.get_mut(),
            None => unreachable!("a session in one piece has no other owner"),
        }
    }
}

impl<IO: Send + Unpin, F: Family<IO>> TlsStream<IO, F> {
    /// Gives the byte stream back. Nothing is sent: [`close_notify`](TlsStream::close_notify) first. What was read ahead
    /// from it is lost.
    pub fn into_inner(self) -> IO {
        self.session.into_inner().into_io()
    }

    /// Two halves for two tasks, which work in parallel.
    pub fn into_split(self) -> (ReadHalf<IO, F>, WriteHalf<IO, F>) {
        let (reader, writer) = self.session.into_split();
        (ReadHalf::new(reader), WriteHalf::new(writer))
    }

    /// Ends our sending with close_notify and sees it out, but leaves the byte stream open: for
    /// [`into_inner`](TlsStream::into_inner). (Shutting down, as the I/O traits have it, does both.) Once is enough.
    ///
    /// # Errors
    /// Those of a write.
    #[doc(alias = "gnutls_bye")]
    pub async fn close_notify(&mut self) -> Result<()> {
        poll_fn(|cx| self.session.shared.poll_close(cx, false)).await
    }

    /// [`Session::update_keys`] for tasks.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_session_key_update")]
    pub async fn update_keys(&mut self, request: KeyUpdateRequest) -> Result<()> {
        let shared = &self.session.shared;
        poll_fn(|cx| shared.poll_update_keys(cx, request)).await?;
        poll_fn(|cx| shared.poll_flush(cx)).await
    }

    /// Receives into `buf`: the number of bytes, 0 after the peer's close_notify (or if `buf` is empty).
    ///
    /// # Errors
    /// [`Truncated`](crate::ErrorKind::Truncated) at the end of the byte stream without close_notify; otherwise as
    /// [`Session::recv`](crate::Session::recv).
    #[doc(alias = "gnutls_record_recv")]
    pub fn poll_read(&mut self, cx: &Context<'_>, buf: &mut [u8]) -> Poll<Result<usize>> {
        self.session.shared.poll_read(cx, buf)
    }

    /// Takes some of `buf`: the number of bytes, which are on their way. `Pending` has taken nothing.
    ///
    /// # Errors
    /// As [`Session::send`](crate::Session::send).
    #[doc(alias = "gnutls_record_send")]
    pub fn poll_write(&mut self, cx: &Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        self.session.shared.poll_write(cx, buf)
    }

    /// [`poll_write`](Self::poll_write) of several slices; small ones share a record.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_send")]
    pub fn poll_write_vectored(&mut self, cx: &Context<'_>, bufs: &[IoSlice<'_>]) -> Poll<Result<usize>> {
        self.session.shared.poll_write_vectored(cx, bufs)
    }

    /// Sees out everything that was taken.
    ///
    /// # Errors
    /// Those of the byte stream, and of the session if it has failed.
    pub fn poll_flush(&mut self, cx: &Context<'_>) -> Poll<Result<()>> {
        self.session.shared.poll_flush(cx)
    }

    /// Sends close_notify after everything that was taken, then shuts down the writing side of the byte stream.
    ///
    /// # Errors
    /// As [`poll_write`](Self::poll_write).
    #[doc(alias = "gnutls_bye")]
    pub fn poll_shutdown(&mut self, cx: &Context<'_>) -> Poll<Result<()>> {
        self.session.shared.poll_close(cx, true)
    }
}

/// What was agreed on, and what was done: as [`Session`] has it.
impl<IO: Send + Unpin, F: Family<IO>> TlsStream<IO, F> {
    /// [`Session::protocol`].
    #[doc(alias = "gnutls_protocol_get_version")]
    pub fn protocol(&self) -> Protocol {
        self.session.protocol()
    }

    /// [`Session::cipher`].
    #[doc(alias = "gnutls_cipher_get")]
    pub fn cipher(&self) -> Cipher {
        self.session.cipher()
    }

    /// [`Session::group`].
    #[doc(alias = "gnutls_group_get")]
    pub fn group(&self) -> Group {
        self.session.group()
    }

    /// [`Session::signature`].
    #[doc(alias = "gnutls_sign_algorithm_get")]
    pub fn signature(&self) -> SignatureScheme {
        self.session.signature()
    }

    /// [`Session::alpn`].
    #[doc(alias = "gnutls_alpn_get_selected_protocol")]
    pub fn alpn(&self) -> Option<&[u8]> {
        self.session.alpn()
    }

    /// [`Session::is_resumed`].
    #[doc(alias = "gnutls_session_is_resumed")]
    pub fn is_resumed(&self) -> bool {
        self.session.is_resumed()
    }

    /// [`Session::server_name`].
    #[doc(alias = "gnutls_server_name_get")]
    pub fn server_name(&self) -> Option<String> {
        self.session.server_name()
    }

    /// [`Session::peer_certificates`].
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_certificate_get_peers")]
    pub fn peer_certificates(&self) -> Result<Vec<Certificate>> {
        self.session.peer_certificates()
    }

    /// [`Session::description`].
    #[doc(alias = "gnutls_session_get_desc")]
    pub fn description(&self) -> String {
        self.session.description()
    }

    /// [`Session::session_data`].
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_session_get_data2")]
    pub fn session_data(&self) -> Result<Option<SessionData>> {
        self.session.session_data()
    }

    /// [`Session::max_record_size`].
    #[doc(alias = "gnutls_record_get_max_size")]
    pub fn max_record_size(&self) -> usize {
        self.session.max_record_size()
    }

    /// [`Session::counters`].
    pub fn counters(&self) -> Counters {
        self.session.counters()
    }
}

/// Nothing in it is pinned: the byte stream is `Unpin` wherever it is polled.
impl<IO, F> Unpin for TlsStream<IO, F> {}

impl<IO, F> fmt::Debug for TlsStream<IO, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TlsStream").field(&self.session).finish()
    }
}
