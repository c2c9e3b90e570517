//! What a client's session must know of its configuration to be renegotiated.

use std::any::Any;
use std::time::Duration;

use super::Inner;

/// How long a handshake may take, if `configuration` is a client's.
pub(in crate::session) fn handshake_timeout(configuration: &(dyn Any + Send + Sync)) -> Option<Duration> {
    configuration.downcast_ref::<Inner>()?.common.handshake_timeout
}
