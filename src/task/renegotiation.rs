//! Renegotiation (TLS 1.2), from a task.

use std::future::poll_fn;

use super::family::Family;
use super::halves::{ReadHalf, WriteHalf};
use super::handshake::Handshake;
use super::io::TaskIo;
use super::stream::TlsStream;
use crate::error::{Error, Result};
use crate::session::{ClientAuth, Handshaking, RenegotiateError, Renegotiation};

impl<IO: Send + Unpin, F: Family<IO>> TlsStream<IO, F> {
    /// [`Session::renegotiate`](crate::Session::renegotiate) for tasks: a handshake like the first. What is read before that
    /// says that the peer wants it ([`ErrorKind::Renegotiation`](crate::ErrorKind::Renegotiation) inside).
    ///
    /// # Errors
    /// As there, with the stream, which is what it was.
    #[doc(alias = "gnutls_handshake")]
    pub fn renegotiate(self) -> std::result::Result<Handshake<IO, F>, (Error, TlsStream<IO, F>)> {
        begun(self.session.renegotiate())
    }

    /// [`Session::renegotiate_asking`](crate::Session::renegotiate_asking) for tasks.
    ///
    /// # Errors
    /// As there, with the stream, which is what it was.
    #[doc(alias = "gnutls_certificate_server_set_request")]
    pub fn renegotiate_asking(
        self,
        demand: ClientAuth,
    ) -> std::result::Result<Handshake<IO, F>, (Error, TlsStream<IO, F>)> {
        begun(self.session.renegotiate_asking(demand))
    }

    /// [`Session::ask_renegotiation`](crate::Session::ask_renegotiation) for tasks, which sees it out.
    ///
    /// # Errors
    /// As there, and those of the byte stream.
    #[doc(alias = "gnutls_rehandshake")]
    pub async fn ask_renegotiation(&mut self) -> Result<()> {
        let shared = &self.session.shared;
        poll_fn(|cx| shared.poll_ask_renegotiation(cx)).await?;
        poll_fn(|cx| shared.poll_flush(cx)).await
    }

    /// [`Session::refuse_renegotiation`](crate::Session::refuse_renegotiation) for tasks, which sees it out.
    ///
    /// # Errors
    /// As there, and those of the byte stream.
    #[doc(alias = "gnutls_alert_send")]
    pub async fn refuse_renegotiation(&mut self) -> Result<()> {
        let shared = &self.session.shared;
        poll_fn(|cx| shared.poll_refuse_renegotiation(cx)).await?;
        poll_fn(|cx| shared.poll_flush(cx)).await
    }

    /// [`Session::renegotiation`](crate::Session::renegotiation).
    pub fn renegotiation(&self) -> Option<Renegotiation> {
        self.session.renegotiation()
    }
}

impl<IO: Send + Unpin, F: Family<IO>> ReadHalf<IO, F> {
    /// [`Session::renegotiation`](crate::Session::renegotiation). What the peer wants is done in a
    /// [stream in one piece](ReadHalf::reunite).
    pub fn renegotiation(&self) -> Option<Renegotiation> {
        self.half.renegotiation()
    }
}

impl<IO: Send + Unpin, F: Family<IO>> WriteHalf<IO, F> {
    /// [`TlsStream::ask_renegotiation`] for this half; the other is told what the client does.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_rehandshake")]
    pub async fn ask_renegotiation(&mut self) -> Result<()> {
        let shared = &self.half.shared;
        poll_fn(|cx| shared.poll_ask_renegotiation(cx)).await?;
        poll_fn(|cx| shared.poll_flush(cx)).await
    }

    /// [`Session::renegotiation`](crate::Session::renegotiation).
    pub fn renegotiation(&self) -> Option<Renegotiation> {
        self.half.renegotiation()
    }
}

type Begun<IO, F> = std::result::Result<Handshaking<TaskIo<IO, F>>, RenegotiateError<TaskIo<IO, F>>>;

fn begun<IO, F>(begun: Begun<IO, F>) -> std::result::Result<Handshake<IO, F>, (Error, TlsStream<IO, F>)> {
    match begun {
        Ok(handshaking) => Ok(Handshake::running(handshaking)),
        Err(refused) => {
            let (error, session) = refused.into_parts();
            Err((error, TlsStream::new(session)))
        }
    }
}
