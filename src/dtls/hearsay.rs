//! What ICMP says of one client, or whoever claims to know, and the kernel tells whoever uses the socket next.

use std::io;

/// How often a datagram is offered to a socket that answers with hearsay, which may be about another client each time.
pub(crate) const TRIES: usize = 3;

/// Whether an error of a socket of many may be about another client than the one that it is told to.
pub(crate) fn is_hearsay(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionRefused, ConnectionReset, HostUnreachable, NetworkUnreachable};
    matches!(error.kind(), ConnectionRefused | ConnectionReset | HostUnreachable | NetworkUnreachable)
}

/// Does `send`, again while there is hearsay, but not for ever: it may be the client's own after all.
pub(crate) fn past<R>(mut send: impl FnMut() -> io::Result<R>) -> io::Result<R> {
    for _ in 1..TRIES {
        match send() {
            Err(error) if is_hearsay(&error) => {}
            other => return other,
        }
    }
    send()
}
