//! Sessions for any runtime: over anything that has the `AsyncRead` and `AsyncWrite` of `futures-io`, and themselves
//! both. (Feature `futures-io`.)
//!
//! Everything is as in [`task`]; `poll_close` is the shutdown there.
//!
//! ```no_run
//! use futures_io::{AsyncRead, AsyncWrite};
//! use gnutls::{ClientConfig, futures_io::{TlsConnector, TlsStream}};
//!
//! async fn connect<IO: AsyncRead + AsyncWrite + Send + Unpin>(io: IO) -> Result<TlsStream<IO>, gnutls::Error> {
//!     let connector = TlsConnector::from(ClientConfig::builder().with_system_trust()?.build()?);
//!     connector.connect("example.org", io).await
//! }
//! ```

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use ::futures_io::{AsyncRead, AsyncWrite};

use crate::task::{self, Family};

/// The family of the I/O traits of `futures-io`.
#[derive(Clone, Copy, Debug)]
pub enum FuturesIo {}

/// Connects to servers.
pub type TlsConnector = task::TlsConnector<FuturesIo>;
/// Accepts clients.
pub type TlsAcceptor = task::TlsAcceptor<FuturesIo>;
/// The future of [`TlsConnector::connect`].
pub type Connect<IO> = task::Handshake<IO, FuturesIo>;
/// The future of [`TlsAcceptor::accept`].
pub type Accept<IO> = task::Handshake<IO, FuturesIo>;
/// A [`Connect`] that gives the byte stream back with the error.
pub type FallibleConnect<IO> = task::FallibleHandshake<IO, FuturesIo>;
/// An [`Accept`] that gives the byte stream back with the error.
pub type FallibleAccept<IO> = task::FallibleHandshake<IO, FuturesIo>;
/// An established session, `AsyncRead` and `AsyncWrite`.
pub type TlsStream<IO> = task::TlsStream<IO, FuturesIo>;
/// The receiving half of a session, `AsyncRead`.
pub type ReadHalf<IO> = task::ReadHalf<IO, FuturesIo>;
/// The sending half of a session, `AsyncWrite`.
pub type WriteHalf<IO> = task::WriteHalf<IO, FuturesIo>;
/// The two halves given to [`ReadHalf::reunite`] belong to different sessions.
pub type ReuniteError<IO> = task::ReuniteError<IO, FuturesIo>;

impl<IO: AsyncRead + AsyncWrite> Family<IO> for FuturesIo {
    fn poll_read(io: Pin<&mut IO>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        io.poll_read(cx, buf)
    }

    fn poll_write(io: Pin<&mut IO>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        io.poll_write(cx, buf)
    }

    fn poll_flush(io: Pin<&mut IO>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        io.poll_flush(cx)
    }

    fn poll_close(io: Pin<&mut IO>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        io.poll_close(cx)
    }
}

/// `AsyncRead` and `AsyncWrite` that pass on.
macro_rules! face {
    (read $type:ident) => {
        impl<IO: AsyncRead + AsyncWrite + Send + Unpin> AsyncRead for $type<IO> {
            fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
                (*self).poll_read(cx, buf).map_err(io::Error::from)
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

            fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                (*self).poll_flush(cx).map_err(io::Error::from)
            }

            fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                (*self).poll_shutdown(cx).map_err(io::Error::from)
            }
        }
    };
}

face!(read TlsStream);
face!(read ReadHalf);
face!(write TlsStream);
face!(write WriteHalf);
