//! What came of a fault, in the words of the manual's table.

use gnutls::{Error, ErrorKind};

/// What can be seen of one session after a fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seen {
    /// How reading went on.
    pub(crate) read: String,
    /// How writing went on.
    pub(crate) write: String,
    /// What the peer received after the fault.
    pub(crate) peer: String,
    /// The data that was received.
    pub(crate) kept: String,
}

pub(crate) const GOES_ON: &str = "goes on";
pub(crate) const END: &str = "the end (`Ok(0)`)";
pub(crate) const WAITS: &str = "waits";

/// An error, by what a program decides on.
pub(crate) fn describe(error: &Error) -> String {
    assert_ne!(error.kind(), ErrorKind::WouldBlock, "that is no error to be told");
    let mut text = format!("`{:?}`", error.kind());
    if let Some(name) = error.code().and_then(|code| code.name()) {
        text += &format!(" (`{}`)", name.trim_start_matches("GNUTLS_E_"));
    }
    if let Some(alert) = error.alert_sent() {
        text += &format!(", sends `{alert}`");
    }
    if let Some(alert) = error.alert_received() {
        text += &format!(", got `{alert}`");
    }
    text
}
