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
//! * What a session stands on: [`transport`], its byte stream.
//! * Who is who: [`Identity`], [`x509`].
//! * What went wrong: [`Error`], and its [`ErrorKind`].
//! * Why it is right: [the manual](manual::one_session_two_threads).
//! * What a C program becomes: [from GnuTLS C to Rust](manual::from_c_to_rust).
//! * By their C names: every item lists the functions it stands for; search for `gnutls_record_send`.
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

mod algorithm;
mod global;
mod priority;

pub mod x509;

mod credentials;

pub mod transport;

mod duplex;
mod resumption;

mod engine;

mod session;

mod io;

pub mod manual;

pub use alert::Alert;
pub use algorithm::{Cipher, Group, Protocol, PublicKeyAlgorithm, SignatureScheme};
pub use credentials::Identity;
pub use duplex::interest::Interest;
pub use engine::{Counters, Packet};
pub use error::{Code, Error, ErrorKind, Result};
pub use global::{MINIMUM_VERSION, is_at_least, version};
pub use priority::Priority;
pub use resumption::{MemoryCache, SessionCache, SessionData};
pub use session::{
    ClientAuth, ClientConfig, ClientConfigBuilder, Connect, DangerousClient, DangerousServer, Handshaking,
    KeyUpdateRequest, Progress, ReadHalf, ServerConfig, ServerConfigBuilder, Session, UnsplitError, WriteHalf,
};
