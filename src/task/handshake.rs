//! A handshake as a future.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::family::Family;
use super::io::TaskIo;
use super::stream::TlsStream;
use crate::error::{Error, Result};
use crate::session::Handshaking;

/// A handshake under way: the future of [`TlsConnector::connect`](super::TlsConnector::connect) and
/// [`TlsAcceptor::accept`](super::TlsAcceptor::accept).
///
/// It is ready when the last flight has gone to the byte stream, or with an error when the alert that fits has.
#[must_use = "futures do nothing unless polled"]
pub struct Handshake<IO, F>(FallibleHandshake<IO, F>);

/// A [`Handshake`] that gives the byte stream back with the error.
#[must_use = "futures do nothing unless polled"]
pub struct FallibleHandshake<IO, F>(State<IO, F>);

#[allow(clippy::large_enum_variant, reason = "it is nearly always the large one")]
enum State<IO, F> {
    /// It could not be set up.
    Refused(Error, IO),
    /// `outcome` is there once there is nothing more to do than to see out what is left to send.
    Running {
        handshaking: Handshaking<TaskIo<IO, F>>,
        outcome: Option<Result<()>>,
    },
    Over,
}

impl<IO, F> Handshake<IO, F> {
    pub(super) fn refused(error: Error, io: IO) -> Handshake<IO, F> {
        Handshake(FallibleHandshake(State::Refused(error, io)))
    }

    pub(super) fn running(handshaking: Handshaking<TaskIo<IO, F>>) -> Handshake<IO, F> {
        Handshake(FallibleHandshake(State::Running { handshaking, outcome: None }))
    }

    /// The same, with an error that has the byte stream beside it.
    pub fn into_fallible(self) -> FallibleHandshake<IO, F> {
        self.0
    }
}

impl<IO: Send + Unpin, F: Family<IO>> Future for Handshake<IO, F> {
    type Output = Result<TlsStream<IO, F>>;

    /// # Panics
    /// After it was ready.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_mut(cx).map_err(|(error, _)| error)
    }
}

impl<IO: Send + Unpin, F: Family<IO>> Future for FallibleHandshake<IO, F> {
    type Output = std::result::Result<TlsStream<IO, F>, (Error, IO)>;

    /// # Panics
    /// After it was ready.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_mut(cx)
    }
}

impl<IO: Send + Unpin, F: Family<IO>> FallibleHandshake<IO, F> {
    /// How long to wait before it is polled even if nothing comes: over datagrams a flight is sent again then.
    #[cfg(feature = "tokio")]
    pub(crate) fn due(&self) -> Option<std::time::Duration> {
        match &self.0 {
            State::Running { handshaking, outcome: None } => handshaking.step_interest().remaining(),
            // What is left to send waits for room alone.
            _ => None,
        }
    }

    fn poll_mut(&mut self, cx: &mut Context<'_>) -> Poll<<Self as Future>::Output> {
        let mut result = Ok(());
        if let State::Running { handshaking, outcome } = &mut self.0 {
            let step = || handshaking.try_step().ok_or_else(|| handshaking.step_interest());
            result = ready!(handshaking.shared().poll_handshake(cx, outcome, step));
        }
        Poll::Ready(match (std::mem::replace(&mut self.0, State::Over), result) {
            (State::Refused(error, io), _) => Err((error, io)),
            (State::Running { handshaking, .. }, Ok(())) => Ok(TlsStream::new(handshaking.into_session())),
            (State::Running { handshaking, .. }, Err(error)) => Err((error, handshaking.into_io().into_io())),
            (State::Over, _) => panic!("a handshake was polled after it was ready"),
        })
    }
}

/// Nothing in it is pinned: the byte stream is `Unpin` wherever it is polled.
impl<IO, F> Unpin for Handshake<IO, F> {}
impl<IO, F> Unpin for FallibleHandshake<IO, F> {}

impl<IO, F> fmt::Debug for Handshake<IO, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handshake").field(&self.0).finish()
    }
}

impl<IO, F> fmt::Debug for FallibleHandshake<IO, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("FallibleHandshake");
        match &self.0 {
            State::Refused(error, _) => out.field("refused", error),
            State::Running { handshaking, .. } => out.field("running", handshaking),
            State::Over => &mut out,
        }
        .finish_non_exhaustive()
    }
}
