//! Safe GnuTLS.

mod alert;
mod algorithm;
mod credentials;
mod cstr;
mod duplex;
mod engine;
mod error;
mod ffi;
mod global;
mod io;
mod priority;
mod resumption;
mod session;
pub mod transport;
pub mod x509;

pub use alert::Alert;
pub use algorithm::{Cipher, Group, Protocol, PublicKeyAlgorithm, SignatureScheme};
pub use credentials::Identity;
pub use duplex::interest::Interest;
pub use engine::Counters;
pub use error::{Code, Error, ErrorKind, Result};
pub use global::{MINIMUM_VERSION, is_at_least, version};
pub use priority::Priority;
pub use resumption::{MemoryCache, SessionCache, SessionData};
pub use session::{
    ClientAuth, ClientConfig, ClientConfigBuilder, Connect, DangerousClient, DangerousServer, Handshaking,
    KeyUpdateRequest, Progress, ReadHalf, ServerConfig, ServerConfigBuilder, Session, UnsplitError, WriteHalf,
};
