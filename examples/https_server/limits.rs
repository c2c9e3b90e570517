//! Clients that take their time: a connection has to end when nothing moves on it, and when it is old.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::options::Options;

/// A stream that notes when bytes went through it.
pub(crate) struct Watched<S> {
    stream: S,
    moved: watch::Sender<Instant>,
}

impl<S> Watched<S> {
    /// The stream, and when something moved on it last.
    pub(crate) fn new(stream: S) -> (Watched<S>, watch::Receiver<Instant>) {
        let (moved, last) = watch::channel(Instant::now());
        (Watched { stream, moved }, last)
    }

    fn note(&self, bytes: usize) -> usize {
        if bytes > 0 {
            self.moved.send_replace(Instant::now());
        }
        bytes
    }
}

/// Comes back with the reason once the connection has to end.
///
/// The idle time is about bytes in either direction: clients that do not send the rest of a body, that do not read their
/// answer, or that have nothing to ask. Who moves a byte now and then has the lifetime.
pub(crate) async fn over(moved: watch::Receiver<Instant>, options: &Options) -> &'static str {
    let end = Instant::now() + options.lifetime;
    loop {
        let idle = *moved.borrow() + options.idle_timeout;
        let now = Instant::now();
        if end <= now {
            return "the connection's lifetime is over";
        }
        if idle <= now {
            return "timeout: nothing moves";
        }
        sleep_until(idle.min(end)).await;
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let done = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.note(buf.filled().len() - before);
        done
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf).map_ok(|bytes| self.note(bytes))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs).map_ok(|bytes| self.note(bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
