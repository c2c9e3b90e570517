//! What the old session of a client of DTLS hears when its client has begun anew.

use std::io;

use gnutls::{Error, ErrorKind};

/// Whether an error says that the client has a new session.
pub(crate) fn is_superseded(error: Error) -> bool {
    assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
    assert!(error.to_string().contains("new session at the same address"), "{error}");
    io::Error::from(error).kind() == io::ErrorKind::ConnectionAborted
}
