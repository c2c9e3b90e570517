//! GnuTLS for Rust: TLS sessions that one thread reads while another writes.
//!
//! This crate is a safe face of the *system's* GnuTLS: its policies, its priorities, its updates. A
//! [`ClientConfig`] or [`ServerConfig`] turns a byte stream into a [`Session`], which waits like a socket (`Read`,
//! `Write`), polls like one ([`recv`](Session::recv), [`send`](Session::send), [`interest`](Session::interest)), and
//! splits into [halves](Session::into_split) for two threads whose cryptography runs in parallel.
//!
//! ```no_run
//! use std::io::{self, Write};
//! use std::net::TcpStream;
//! use std::thread;
//! use gnutls::ClientConfig;
//!
//! let config = ClientConfig::builder().with_system_trust()?.build()?;
//! let tls = config.connect("example.org", TcpStream::connect("example.org:443")?)?; // peer verified
//! let (mut reader, mut writer) = tls.into_split();
//! let answers = thread::spawn(move || io::copy(&mut reader, &mut io::stdout()));
//! writer.write_all(b"GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n")?;
//! writer.close()?; // close_notify; the reader goes on until the peer's own
//! answers.join().unwrap()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to find what
//!
//! * Phases of a session: [`ClientConfig`] and [`ServerConfig`] → [`Handshaking`] → [`Session`] → [`ReadHalf`] and
//!   [`WriteHalf`]. What is not possible in a phase is not there: a session that has not finished its handshake cannot
//!   be split, read or written.
//! * What a session stands on: [`transport`], its byte stream. Over datagrams: [`dtls`].
//! * Who is who: [`Identity`], [`Psk`], [`SrpUser`], [`x509`].
//! * What GnuTLS says: [`logging`]; what a session has done: [`Session::counters`].
//! * Which certificates are revoked: [`ocsp`]. Which keys hosts had before: [`tofu`]. Keys and certificates in one file: [`pkcs12`];
//!   signed messages: [`pkcs7`]. Tokens: [`pkcs11`].
//! * What a client begins with: [`hello`]; extensions of your own: [`Extension`].
//! * The TLS of QUIC: [`quic`].
//! * Keys, wherever they are: [`key`]. Cryptography without TLS: [`crypto`], [`encoding`].
//! * What went wrong: [`Error`], and its [`ErrorKind`].
//! * Why it is right: [the manual](manual::one_session_two_threads); and [what each fault ends in](manual::faults); many
//!   servers: [resumption across machines](manual::resumption_across_machines).
//! * What a C program becomes: [from GnuTLS C to Rust](manual::from_c_to_rust).
//! * By their C names: every item lists the functions it stands for; search for `gnutls_record_send`.
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | what it adds |
//! |---|---|
//! | `tokio` | the module `tokio`: connectors, streams and parallel halves over the I/O traits of tokio, and DTLS over its sockets, for many clients on one, too |
//! | `tokio-io` | the same without DTLS, which is all that needs tokio's sockets and timers |
//! | `futures-io` | the module `futures_io`: the same over those of `futures-io`, for any runtime |
//! | `dane` | the module `dane`: certificates that the DNS vouches for (RFC 6698), with libgnutls-dane |
//! | `task` | the module `task`: what both have in common, for I/O traits of your own |
//!
//! # How bytes flow
//!
//! ```text
//!   your bytes --send--> GnuTLS --push--> outbox --try_write--> transport
//!   your bytes <--recv-- GnuTLS <--pull-- inbox  <--try_read--- transport
//! ```
//!
//! The upper line belongs to SEND, the lower to RECV: the two mutexes of the direction-aware lock. A change of keys takes
//! both. No lock is held while anybody waits.

// Lowest layer first; a module uses only those above it.
mod cstr;
mod error;

mod alert;
mod ffi;

#[cfg(gnutls_3_8_11)]
pub mod audit;
pub mod fips;
mod global;
pub mod logging;
mod secret;

mod algorithm;

pub mod crypto;
pub mod encoding;

pub mod hello;
mod priority;

pub mod key;
pub mod x509;

mod container;
#[cfg(feature = "dane")]
pub mod dane;
pub mod ocsp;
pub mod pkcs11;
pub mod pkcs12;
pub mod pkcs7;
pub mod tofu;

mod credentials;

pub mod transport;

mod cookie;
mod duplex;
mod key_log;
mod resumption;

mod engine;

mod session;
pub use session::quic;

pub mod dtls;
mod io;
#[cfg(feature = "task")]
pub mod task;

#[cfg(feature = "futures-io")]
pub mod futures_io;
#[cfg(feature = "tokio-io")]
pub mod tokio;

pub mod manual;

/// The raw bindings, for calls with the objects that `as_ptr` lends: see
/// [what C may do with them](manual::from_c_to_rust#objects-that-c-and-rust-share).
///
/// They are those of the crate `gnutls-sys`, generated from the headers of GnuTLS.
pub use gnutls_sys as sys;

pub use alert::Alert;
pub use algorithm::{
    CertificateType, Cipher, CipherSuite, CompressionMethod, CredentialsType, Digest, EccCurve, GostParamset, Group,
    HandshakeMessage, KeyExchange, Mac, Protocol, PublicKeyAlgorithm, SecurityParameter, SignatureScheme,
};
#[cfg(gnutls_3_8_1)]
pub use credentials::ImportedIdentity;
pub use credentials::{Identity, PreparedIdentity, Psk, SrpGroup, SrpUser, SrpVerifier};
pub use duplex::interest::Interest;
pub use engine::EarlyOutcome;
pub use engine::{
    ChannelBinding, Counters, DhExchange, Extension, HandshakeView, HelloMessages, IdentityRequest, Packet,
    RandomOrder, RawSession, RecordState, SessionFlags, SupplementalData,
};
pub use error::{Code, Error, ErrorKind, Refusal, Result};
#[cfg(gnutls_3_7_3)]
pub use global::library_config;
pub use global::{MINIMUM_VERSION, is_at_least, set_clock, system_config_file, version};
pub use key_log::{KeyLog, KeyLogFile};
pub use priority::Priority;
pub use resumption::{AntiReplay, MemoryReplayStore, MemoryStore, ReplayStore, SessionData, SessionStore, TicketKey};
pub use session::{
    ClientAuth, ClientConfig, ClientConfigBuilder, Connect, DangerousClient, DangerousServer, EarlyData, Handshaking,
    KeyUpdateRequest, Progress, ReadHalf, Reauthentication, RenegotiateError, Renegotiation, ServerConfig,
    ServerConfigBuilder, Session, SharedSession, UnsplitError, WriteHalf,
};
