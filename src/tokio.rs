//! Sessions for tokio: over anything that is `AsyncRead` and `AsyncWrite`, and themselves both. (Features `tokio-io` and `tokio`.)
//!
//! The names are those of the other TLS crates for tokio: a [`TlsConnector`] or [`TlsAcceptor`] turns a byte stream
//! into a [`TlsStream`], which splits into halves that two tasks drive *in parallel*.
//!
//! ```no_run
//! use gnutls::{ClientConfig, tokio::TlsConnector};
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio::net::TcpStream;
//!
//! # async fn f() -> Result<(), Box<dyn std::error::Error>> {
//! let connector = TlsConnector::from(ClientConfig::builder().with_system_trust()?.build()?);
//! let tcp = TcpStream::connect("example.org:443").await?;
//! let tls = connector.connect("example.org", tcp).await?; // peer verified
//! let (mut reader, mut writer) = tls.into_split();
//! let answer = tokio::spawn(async move {
//!     let mut text = String::new();
//!     reader.read_to_string(&mut text).await.map(|_| text)
//! });
//! writer.write_all(b"GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n").await?;
//! writer.shutdown().await?; // close_notify; the reader goes on until the peer's own
//! println!("{}", answer.await??);
//! # Ok(()) }
//! ```
//!
//! What a dropped future leaves behind, when bytes leave, and how a session ends is said in [`task`], which
//! has all of this for other I/O traits as well.
//!
//! # Timeouts
//!
//! ```no_run
//! use std::time::Duration;
//! use tokio::io::AsyncReadExt;
//! use tokio::time::timeout;
//!
//! # async fn f(acceptor: gnutls::tokio::TlsAcceptor, tcp: tokio::net::TcpStream) -> std::io::Result<()> {
//! let mut tls = timeout(Duration::from_secs(10), acceptor.accept(tcp)).await??; // the handshake
//! let mut buf = [0; 4096];
//! let n = timeout(Duration::from_secs(60), tls.read(&mut buf)).await??; // idleness; no byte is lost if it runs out
//! # Ok(()) }
//! ```

#[cfg(feature = "tokio")]
pub mod dtls;

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::task::{self, Family};

/// The family of tokio's I/O traits.
#[derive(Clone, Copy, Debug)]
pub enum Tokio {}

/// Connects to servers.
pub type TlsConnector = task::TlsConnector<Tokio>;
/// Accepts clients.
pub type TlsAcceptor = task::TlsAcceptor<Tokio>;
/// The future of [`TlsConnector::connect`].
pub type Connect<IO> = task::Handshake<IO, Tokio>;
/// The future of [`TlsAcceptor::accept`].
pub type Accept<IO> = task::Handshake<IO, Tokio>;
/// A [`Connect`] that gives the byte stream back with the error.
pub type FallibleConnect<IO> = task::FallibleHandshake<IO, Tokio>;
/// An [`Accept`] that gives the byte stream back with the error.
pub type FallibleAccept<IO> = task::FallibleHandshake<IO, Tokio>;
/// An established session, `AsyncRead` and `AsyncWrite`.
pub type TlsStream<IO> = task::TlsStream<IO, Tokio>;
/// The receiving half of a session, `AsyncRead`.
pub type ReadHalf<IO> = task::ReadHalf<IO, Tokio>;
/// The sending half of a session, `AsyncWrite`.
pub type WriteHalf<IO> = task::WriteHalf<IO, Tokio>;
/// The two halves given to [`ReadHalf::reunite`] belong to different sessions.
pub type ReuniteError<IO> = task::ReuniteError<IO, Tokio>;

impl<IO: AsyncRead + AsyncWrite> Family<IO> for Tokio {
    fn poll_read(io: Pin<&mut IO>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut buf = ReadBuf::new(buf);
        ready!(io.poll_read(cx, &mut buf))?;
        Poll::Ready(Ok(buf.filled().len()))
    }

    fn poll_write(io: Pin<&mut IO>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        io.poll_write(cx, buf)
    }

    fn poll_flush(io: Pin<&mut IO>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        io.poll_flush(cx)
    }

    fn poll_close(io: Pin<&mut IO>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        io.poll_shutdown(cx)
    }
}

/// What one record holds at most (RFC 8446, section 5.1), in bytes: a read gives no more, so no more need be initialised.
const RECORD: usize = 1 << 14;

/// `AsyncRead` and `AsyncWrite` that pass on.
macro_rules! face {
    (read $type:ident) => {
        impl<IO: AsyncRead + AsyncWrite + Send + Unpin> AsyncRead for $type<IO> {
            fn poll_read(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                let room = buf.remaining().min(RECORD);
                let read = ready!((*self).poll_read(cx, buf.initialize_unfilled_to(room)))?;
                buf.advance(read);
                Poll::Ready(Ok(()))
            }
        }
    };
    (write $type:ident) => {
        impl<IO: AsyncRead + AsyncWrite + Send + Unpin> AsyncWrite for $type<IO> {
            fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
                (*self).poll_write(cx, buf).map_err(io::Error::from)
            }

            fn poll_write_vectored(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                (*self).poll_write_vectored(cx, bufs).map_err(io::Error::from)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                (*self).poll_flush(cx).map_err(io::Error::from)
            }

            fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                (*self).poll_shutdown(cx).map_err(io::Error::from)
            }
        }
    };
}

face!(read TlsStream);
face!(read ReadHalf);
face!(write TlsStream);
face!(write WriteHalf);
