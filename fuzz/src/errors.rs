//! What every error must be, whatever the input.

use gnutls::{Error, ErrorKind};

use crate::feedback::reached;

/// Looks at every part of `error`, and says whether it is of one of these kinds.
///
/// # Panics
/// If it is not.
pub fn expect(error: &Error, kinds: &[ErrorKind]) {
    note(error);
    assert!(kinds.contains(&error.kind()), "expected one of {kinds:?}: {error:?}");
}

/// Looks at every part of `error`; one for libFuzzer to remember.
pub fn note(error: &Error) {
    let alerts = (error.alert_received(), error.alert_sent());
    reached((
        error.kind(),
        error.code().map(|code| code.raw()),
        alerts,
        error.verify_status().map(|status| status.raw()),
    ));
    assert!(!error.to_string().is_empty() && !format!("{error:?}").is_empty() && !error.doing().is_empty());
}
