//! Sending without showing how much.

use std::ops::RangeInclusive;

use super::Session;
use crate::error::Result;
use crate::transport::Transport;

impl<T: Transport> Session<T> {
    /// Sends `data` in one record, with `padding` bytes beside them that the peer drops (TLS 1.3, RFC 8446, section 5.4):
    /// who watches sees only their sum. Without data the record is padding alone. Never waits; `flush` does.
    ///
    /// Corked sessions gather data without padding, so this refuses there.
    ///
    /// # Errors
    /// As [`send`](Session::send), but all or nothing is taken. [`Unsupported`](crate::ErrorKind::Unsupported) before TLS
    /// 1.3; [`InvalidInput`](crate::ErrorKind::InvalidInput) if both together are more than a record takes, some dozens
    /// of bytes less than [`max_record_size`](Session::max_record_size);
    /// [`Misuse`](crate::ErrorKind::Misuse) while [corked](Session::cork).
    #[doc(alias = "gnutls_record_send2")]
    pub fn send_padded(&self, data: &[u8], padding: usize) -> Result<usize> {
        self.shared.engine.send_padded(&self.shared.io, data, padding)
    }

    /// Sends all of `data` so that who watches learns only that their length is in `range`: every length in it looks like
    /// its end. Never waits; `flush` does.
    ///
    /// # Examples
    /// ```no_run
    /// # fn f(session: gnutls::Session<std::net::TcpStream>, answer: &str) -> Result<(), gnutls::Error> {
    /// session.send_range(answer.as_bytes(), 0..=100)?; // "yes" and "certainly not" look the same
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`send_padded`](Session::send_padded). [`Unsupported`](crate::ErrorKind::Unsupported) where
    /// [`can_hide_lengths`](Session::can_hide_lengths) is false; [`InvalidInput`](crate::ErrorKind::InvalidInput) if the
    /// length is not in the range, or the range ends past 131072: [`split_range`](Session::split_range) helps.
    #[doc(alias = "gnutls_record_send_range")]
    pub fn send_range(&self, data: &[u8], range: RangeInclusive<usize>) -> Result<()> {
        self.shared.engine.send_range(&self.shared.io, data, &range)
    }

    /// What of a range of lengths fits into the next record, and what is left of it.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for what is no range, or ends past 2^31;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) as there.
    #[doc(alias = "gnutls_range_split")]
    pub fn split_range(&self, range: RangeInclusive<usize>) -> Result<[RangeInclusive<usize>; 2]> {
        self.shared.engine.split_range(&range)
    }
}
