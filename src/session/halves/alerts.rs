//! Alerts and padding, for the half that sends.

use std::ops::RangeInclusive;

use super::WriteHalf;
use crate::alert::Alert;
use crate::error::Result;
use crate::transport::Transport;

impl<T: Transport> WriteHalf<T> {
    /// [`Session::abort`](super::Session::abort): ends both halves.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_alert_send")]
    pub fn abort(&self, alert: Alert) -> Result<()> {
        self.shared.engine.abort(&self.shared.io, alert)
    }

    /// [`Session::warn`](super::Session::warn).
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_alert_send")]
    pub fn warn(&mut self, alert: Alert) -> Result<()> {
        self.shared.engine.warn(&self.shared.io, alert)
    }

    /// [`Session::send_padded`](super::Session::send_padded) for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_send2")]
    pub fn send_padded(&mut self, data: &[u8], padding: usize) -> Result<usize> {
        self.shared.engine.send_padded(&self.shared.io, data, padding)
    }

    /// [`Session::send_range`](super::Session::send_range) for this half.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_send_range")]
    pub fn send_range(&mut self, data: &[u8], range: RangeInclusive<usize>) -> Result<()> {
        self.shared.engine.send_range(&self.shared.io, data, &range)
    }
}
