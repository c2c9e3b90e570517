//! Resuming sessions: what a client keeps, what a server gives out or stores.

mod cache;
mod seal;
mod session_data;
mod ticket_key;

pub use cache::{MemoryCache, SessionCache};
pub use session_data::SessionData;

pub(crate) use cache::apply_cache;
pub(crate) use session_data::Voucher;
pub(crate) use ticket_key::TicketKey;
