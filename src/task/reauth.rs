//! Asking the client for a certificate, from a task.

use std::future::poll_fn;

use super::family::Family;
use super::halves::{ReadHalf, WriteHalf};
use super::stream::TlsStream;
use crate::error::Result;
use crate::session::{ClientAuth, Reauthentication};

impl<IO: Send + Unpin, F: Family<IO>> TlsStream<IO, F> {
    /// [`Session::reauthenticate`](crate::Session::reauthenticate) for tasks. Data that comes before the answer is kept for
    /// the reads that follow, up to 1 MiB in 4096 records. Dropped before it is ready, it leaves the question asked.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_reauth")]
    pub async fn reauthenticate(&mut self, demand: ClientAuth) -> Result<bool> {
        let shared = &self.session.shared;
        let mut asked = false;
        poll_fn(|cx| shared.poll_reauthenticate(cx, demand, &mut asked, true)).await
    }

    /// [`Session::reauthentication`](crate::Session::reauthentication).
    pub fn reauthentication(&self) -> Option<Reauthentication> {
        self.session.reauthentication()
    }
}

impl<IO: Send + Unpin, F: Family<IO>> WriteHalf<IO, F> {
    /// [`TlsStream::reauthenticate`] for this half: another task may be reading all the while, and must read if the
    /// client sends data before its answer (or drop its half).
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_reauth")]
    pub async fn reauthenticate(&mut self, demand: ClientAuth) -> Result<bool> {
        let shared = &self.half.shared;
        let mut asked = false;
        poll_fn(|cx| shared.poll_reauthenticate(cx, demand, &mut asked, false)).await
    }

    /// [`Session::reauthentication`](crate::Session::reauthentication).
    pub fn reauthentication(&self) -> Option<Reauthentication> {
        self.half.reauthentication()
    }
}

impl<IO: Send + Unpin, F: Family<IO>> ReadHalf<IO, F> {
    /// [`Session::reauthentication`](crate::Session::reauthentication).
    pub fn reauthentication(&self) -> Option<Reauthentication> {
        self.half.reauthentication()
    }
}
