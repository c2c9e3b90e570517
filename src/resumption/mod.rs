//! Resuming sessions: what a client keeps, what a server gives out or stores.

mod seal;
mod session_data;
mod store;
mod ticket_key;

pub use session_data::SessionData;
pub use store::{MemoryStore, SessionStore};
pub use ticket_key::TicketKey;

pub(crate) use session_data::Voucher;
pub(crate) use store::{Sessions, apply_store};
