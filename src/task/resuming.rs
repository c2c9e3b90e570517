//! Resumption and early data, as tasks have them.

use std::future::poll_fn;

use super::family::Family;
use super::stream::TlsStream;
use crate::engine::EarlyOutcome;
use crate::error::Result;
use crate::session::EarlyData;

impl<IO: Send + Unpin, F: Family<IO>> TlsStream<IO, F> {
    /// [`Session::send_tickets`](crate::Session::send_tickets) for tasks. Dropped before it was ready, it has perhaps sent
    /// them; the next write or flush sees them out.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_session_ticket_send")]
    pub async fn send_tickets(&mut self, count: u8) -> Result<()> {
        let shared = &self.session.shared;
        poll_fn(|cx| shared.poll_send_tickets(cx, count)).await?;
        poll_fn(|cx| shared.poll_flush(cx)).await
    }

    /// [`Session::early_data`](crate::Session::early_data).
    #[doc(alias = "gnutls_record_recv_early_data")]
    pub fn early_data(&self) -> Option<EarlyData> {
        self.session.early_data()
    }

    /// [`Session::early_outcome`](crate::Session::early_outcome). Early data go with
    /// [`connect_with`](super::TlsConnector::connect_with).
    pub fn early_outcome(&self) -> Option<EarlyOutcome> {
        self.session.early_outcome()
    }

    /// [`Session::take_unaccepted_early_data`](crate::Session::take_unaccepted_early_data).
    pub fn take_unaccepted_early_data(&self) -> Option<Vec<u8>> {
        self.session.take_unaccepted_early_data()
    }
}
