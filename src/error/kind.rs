//! What class of failure an error is: the part a program decides on.

use std::ffi::c_int;
use std::io;

use gnutls_sys as sys;

/// The class of an [`Error`](crate::Error), for `match`.
///
/// The GnuTLS code behind it stays available as [`Error::code`](crate::Error::code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The transport is not ready: nothing was taken, nothing was given. Wait for
    /// [`Session::interest`](crate::Session::interest), then call again.
    WouldBlock,
    /// A read, write or handshake timeout of the blocking calls ran out. The session can go on.
    TimedOut,
    /// The transport failed; [`source`](std::error::Error::source) is its `io::Error`.
    Transport,
    /// The transport ended without the peer's close_notify: data may be missing (RFC 8446, section 6.1).
    Truncated,
    /// What was to be sent does not fit into a datagram (DTLS): nothing was sent, and the session goes on.
    TooLarge,
    /// Our own side of the session is closed for what was asked.
    Closed,
    /// The peer ended the session with a fatal alert; see [`Error::alert_received`](crate::Error::alert_received).
    Alert,
    /// The peer's certificate was not accepted, or a signature, a code or a tag is not that of the message; the message of
    /// the error says why.
    Verification,
    /// The two sides share no protocol version, cipher suite, group, signature or application protocol.
    Negotiation,
    /// The peer broke the protocol: a malformed, unexpected or oversized message, a failed decryption.
    Protocol,
    /// The peer wants a renegotiation (TLS 1.2). It is refused, which ends the session, unless the configuration
    /// [allows it](crate::ClientConfigBuilder::allow_renegotiation): then [`Session::renegotiation`](crate::Session::renegotiation)
    /// says where it stands. Or the peer refuses one.
    Renegotiation,
    /// Data the caller handed in is malformed: PEM, DER, a name, a number out of range.
    InvalidInput,
    /// A priority string does not parse; the message names the place.
    Priority,
    /// A key and a certificate do not belong together, or a credential is missing or unusable.
    Credentials,
    /// This GnuTLS, this protocol version or this build cannot do what was asked.
    Unsupported,
    /// The call makes no sense in the session's state: a bug in the calling program.
    Misuse,
    /// Memory, entropy or another resource is missing.
    Resource,
    /// A callback of this program refused what it was asked about (its [`Refusal`](crate::Refusal) is behind
    /// [`source`](std::error::Error::source)), or it panicked.
    Callback,
    /// GnuTLS reports a failure inside itself.
    Internal,
}

impl ErrorKind {
    /// The class of a GnuTLS code that came from `origin`.
    pub(crate) fn of_code(code: c_int, origin: Origin) -> ErrorKind {
        let row = TABLE.iter().find(|(_, codes)| codes.contains(&code));
        row.map_or(origin.malformed(), |(kind, _)| *kind)
    }

    /// The nearest [`io::ErrorKind`].
    pub(crate) fn io_kind(self) -> io::ErrorKind {
        match self {
            ErrorKind::WouldBlock => io::ErrorKind::WouldBlock,
            ErrorKind::TimedOut => io::ErrorKind::TimedOut,
            ErrorKind::Truncated => io::ErrorKind::UnexpectedEof,
            ErrorKind::Closed => io::ErrorKind::BrokenPipe,
            ErrorKind::Alert => io::ErrorKind::ConnectionAborted,
            ErrorKind::Verification => io::ErrorKind::PermissionDenied,
            ErrorKind::Protocol | ErrorKind::Negotiation | ErrorKind::Renegotiation => io::ErrorKind::InvalidData,
            ErrorKind::InvalidInput
            | ErrorKind::TooLarge
            | ErrorKind::Priority
            | ErrorKind::Credentials
            | ErrorKind::Misuse => io::ErrorKind::InvalidInput,
            ErrorKind::Unsupported => io::ErrorKind::Unsupported,
            ErrorKind::Resource => io::ErrorKind::OutOfMemory,
            ErrorKind::Transport | ErrorKind::Internal | ErrorKind::Callback => io::ErrorKind::Other,
        }
    }
}

/// Where a code came from: the same code means a hostile peer in a session and a bad file in a parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A call on a session: what is malformed came from the peer.
    Session,
    /// Any other call: what is malformed came from the caller.
    Local,
}

impl Origin {
    /// The class of malformed data from there.
    fn malformed(self) -> ErrorKind {
        match self {
            Origin::Session => ErrorKind::Protocol,
            Origin::Local => ErrorKind::InvalidInput,
        }
    }
}

/// Codes by class; what stands in no row is malformed input of the peer or of the caller.
const TABLE: &[(ErrorKind, &[c_int])] = &[
    (ErrorKind::WouldBlock, &[sys::GNUTLS_E_AGAIN, sys::GNUTLS_E_INTERRUPTED]),
    (ErrorKind::TimedOut, &[sys::GNUTLS_E_TIMEDOUT]),
    (ErrorKind::TooLarge, &[sys::GNUTLS_E_LARGE_PACKET]),
    (ErrorKind::Transport, &[sys::GNUTLS_E_PULL_ERROR, sys::GNUTLS_E_PUSH_ERROR]),
    (ErrorKind::Truncated, &[sys::GNUTLS_E_PREMATURE_TERMINATION, sys::GNUTLS_E_SESSION_EOF]),
    (ErrorKind::Alert, &[sys::GNUTLS_E_FATAL_ALERT_RECEIVED, sys::GNUTLS_E_WARNING_ALERT_RECEIVED]),
    (
        ErrorKind::Verification,
        &[
            sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR,
            sys::GNUTLS_E_CERTIFICATE_ERROR,
            sys::GNUTLS_E_NO_CERTIFICATE_FOUND,
            sys::GNUTLS_E_CERTIFICATE_REQUIRED,
            sys::GNUTLS_E_SESSION_USER_ID_CHANGED,
        ],
    ),
    (
        ErrorKind::Negotiation,
        &[
            sys::GNUTLS_E_UNSUPPORTED_VERSION_PACKET,
            sys::GNUTLS_E_UNKNOWN_CIPHER_SUITE,
            sys::GNUTLS_E_NO_CIPHER_SUITES,
            sys::GNUTLS_E_NO_COMMON_KEY_SHARE,
            sys::GNUTLS_E_NO_APPLICATION_PROTOCOL,
            sys::GNUTLS_E_UNRECOGNIZED_NAME,
            sys::GNUTLS_E_INSUFFICIENT_SECURITY,
            sys::GNUTLS_E_INAPPROPRIATE_FALLBACK,
            sys::GNUTLS_E_SAFE_RENEGOTIATION_FAILED,
            sys::GNUTLS_E_UNSAFE_RENEGOTIATION_DENIED,
            sys::GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM,
            sys::GNUTLS_E_ECC_NO_SUPPORTED_CURVES,
            sys::GNUTLS_E_DH_PRIME_UNACCEPTABLE,
        ],
    ),
    (ErrorKind::Renegotiation, &[sys::GNUTLS_E_REHANDSHAKE]),
    (
        ErrorKind::Credentials,
        &[
            sys::GNUTLS_E_CERTIFICATE_KEY_MISMATCH,
            sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS,
            sys::GNUTLS_E_SRP_PWD_ERROR,
            sys::GNUTLS_E_SRP_PWD_PARSING_ERROR,
            sys::GNUTLS_E_INCOMPATIBLE_SIG_WITH_KEY,
            sys::GNUTLS_E_CERTIFICATE_LIST_UNSORTED,
            sys::GNUTLS_E_KEY_USAGE_VIOLATION,
        ],
    ),
    (
        ErrorKind::Unsupported,
        &[
            sys::GNUTLS_E_UNIMPLEMENTED_FEATURE,
            sys::GNUTLS_E_UNKNOWN_PK_ALGORITHM,
            sys::GNUTLS_E_UNKNOWN_ALGORITHM,
            sys::GNUTLS_E_UNKNOWN_HASH_ALGORITHM,
            sys::GNUTLS_E_UNSUPPORTED_CERTIFICATE_TYPE,
            sys::GNUTLS_E_ECC_UNSUPPORTED_CURVE,
        ],
    ),
    (
        ErrorKind::Misuse,
        &[
            sys::GNUTLS_E_INVALID_REQUEST,
            sys::GNUTLS_E_INVALID_SESSION,
            sys::GNUTLS_E_UNAVAILABLE_DURING_HANDSHAKE,
            sys::GNUTLS_E_NO_PRIORITIES_WERE_SET,
        ],
    ),
    (
        ErrorKind::Resource,
        &[sys::GNUTLS_E_MEMORY_ERROR, sys::GNUTLS_E_RANDOM_FAILED, sys::GNUTLS_E_RANDOM_DEVICE_ERROR],
    ),
    (
        ErrorKind::Internal,
        &[
            sys::GNUTLS_E_INTERNAL_ERROR,
            sys::GNUTLS_E_LIB_IN_ERROR_STATE,
            sys::GNUTLS_E_SELF_TEST_ERROR,
            sys::GNUTLS_E_LOCKING_ERROR,
            sys::GNUTLS_E_HASH_FAILED,
            sys::GNUTLS_E_ENCRYPTION_FAILED,
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_code_is_the_peers_fault_in_a_session_and_the_callers_elsewhere() {
        let code = sys::GNUTLS_E_ASN1_DER_ERROR;
        assert_eq!(ErrorKind::of_code(code, Origin::Session), ErrorKind::Protocol);
        assert_eq!(ErrorKind::of_code(code, Origin::Local), ErrorKind::InvalidInput);
    }

    #[test]
    fn no_code_stands_in_two_rows() {
        let mut seen: Vec<c_int> = TABLE.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }
}
