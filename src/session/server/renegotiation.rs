//! What a server's session must know of its configuration to be renegotiated.

use std::any::Any;
use std::time::Duration;

use super::{ClientAuth, Inner};
use crate::engine::Verify;

impl Inner {
    /// What the certificate of a client must be, of whom it is demanded so.
    pub(super) fn verify(&self, client_auth: ClientAuth) -> Verify {
        match (client_auth, self.verify) {
            _ if self.common.has_keys_only() => Verify::ClientWithKey,
            (ClientAuth::None, _) | (ClientAuth::Request, false) => Verify::Nothing,
            (ClientAuth::Require, false) => Verify::ClientAny,
            (ClientAuth::Request, true) => Verify::Client,
            (ClientAuth::Require, true) => Verify::ClientAlways,
        }
    }
}

/// How long a handshake may take, if `configuration` is a server's.
pub(in crate::session) fn handshake_timeout(configuration: &(dyn Any + Send + Sync)) -> Option<Duration> {
    configuration.downcast_ref::<Inner>()?.common.handshake_timeout
}

/// What the certificate of a client must be, of whom a server of this configuration demands it so.
pub(in crate::session) fn demanded(configuration: &(dyn Any + Send + Sync), client_auth: ClientAuth) -> Option<Verify> {
    Some(configuration.downcast_ref::<Inner>()?.verify(client_auth))
}
