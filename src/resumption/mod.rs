//! Resuming sessions: what a client keeps, what a server gives out or stores.

mod anti_replay;
mod replay_store;
mod seal;
mod session_data;
mod store;
mod ticket_facts;
mod ticket_key;

pub use anti_replay::AntiReplay;
pub use replay_store::{MemoryReplayStore, ReplayStore};
pub use session_data::SessionData;
pub use store::{MemoryStore, SessionStore};
pub use ticket_key::TicketKey;

pub(crate) use anti_replay::{Lent, Recorder};
pub(crate) use session_data::Voucher;
pub(crate) use store::{Sessions, apply_store};
pub(crate) use ticket_facts::{TicketFacts, client_hello_has_early_data};
