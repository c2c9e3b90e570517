//! Sessions, typed by phase: a configuration starts a [`Handshaking`], which becomes a [`Session`], which splits into
//! halves.

mod client;
mod datagram;
mod early;
mod established;
mod halves;
mod handshaking;
pub mod quic;
mod raw;
mod reauth;
mod renegotiation;
mod resuming;
mod server;
mod setup;
mod shared;
mod srp;
mod ways;

pub use client::{ClientConfig, ClientConfigBuilder, Connect, DangerousClient};
pub use datagram::DtlsSession;
pub use early::EarlyData;
pub use established::{KeyUpdateRequest, Session};
pub use halves::{ReadHalf, UnsplitError, WriteHalf};
#[cfg(feature = "task")]
pub(crate) use handshaking::Prepared;
pub use handshaking::{Handshaking, Progress};
pub use reauth::Reauthentication;
pub use renegotiation::{RenegotiateError, Renegotiation};
pub use resuming::SharedSession;
pub use server::{ClientAuth, DangerousServer, ServerConfig, ServerConfigBuilder};
pub(crate) use shared::Shared;
