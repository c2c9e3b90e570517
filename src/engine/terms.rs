//! What all sessions of one configuration go by.

use std::sync::Arc;

use super::Verify;
use super::early::EarlyPolicy;
use super::srp::Srp;
use crate::credentials::PskSource;
use crate::key_log::KeyLog;

/// Settings that are the same for each session: they have them in common.
#[derive(Clone, Default)]
pub(crate) struct Terms {
    /// After how many records the keys are renewed, if the configuration says so.
    pub(crate) record_limit: Option<u64>,
    /// Who is told the secrets, if anybody asked.
    pub(crate) key_log: Option<Arc<dyn KeyLog>>,
    /// Where pre-shared keys come from, if there are any.
    pub(crate) psk: Option<PskSource>,
    /// Where passwords come from, or what was made of them, if there are any.
    pub(crate) srp: Option<Srp>,
    /// A server that proves nothing will do.
    pub(crate) anonymous: bool,
    /// How a server takes early data, if it does.
    pub(crate) early: Option<EarlyPolicy>,
    /// What is demanded of the certificate of a client that is asked after the handshake; none: it is not.
    pub(crate) verify_later: Option<Verify>,
    /// The priorities of one connection, where it does not go by the configuration's: they say how strong the algorithms of
    /// certificates must be, and more about verification.
    pub(crate) own_priorities: Option<Box<str>>,
}
