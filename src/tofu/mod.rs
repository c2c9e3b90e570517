//! Trust on first use: which key a host had before, as ssh keeps it.
//!
//! [`KnownHosts`] compares what a server shows with what is known of it, and keeps what it shows: in the file that
//! `gnutls-cli --tofu` has, in a file of the program's own, or in a [`Store`]. What is kept is the key, so that a host may
//! get new certificates for it.
//!
//! # Examples
//! ```no_run
//! use gnutls::tofu::{Known, KnownHosts};
//! # fn ask(_: &str) -> bool { false }
//! # fn f(session: gnutls::Session<std::net::TcpStream>) -> Result<(), gnutls::Error> {
//! let (hosts, host, port) = (KnownHosts::of_user(), "example.org", "443");
//! let shown = &session.peer_certificates()?[0];
//! match hosts.verify(host, Some(port), shown)? {
//!     Known::Same => {}
//!     Known::Unknown if ask("Is this example.org?") => hosts.store(host, Some(port), shown, None)?,
//!     Known::Unknown | Known::Different => return session.close(),
//! }
//! # Ok(())
//! # }
//! ```

mod hosts;
mod store;

pub use hosts::KnownHosts;
pub use store::Store;

/// What is known of a host's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "a host that is not who it was is no error"]
pub enum Known {
    /// It is the one that was kept.
    Same,
    /// None was kept, or only for a time that is over.
    Unknown,
    /// It is another one than was kept: somebody else, or the host has a new key.
    Different,
}
