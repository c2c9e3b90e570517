//! What a server's session must know of its configuration to be renegotiated.

use std::any::Any;
use std::ffi::c_uint;
use std::time::Duration;

use gnutls_sys as sys;

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

    /// Which tickets there are none of, as `gnutls_init` has it.
    pub(super) fn ticket_flags(&self) -> c_uint {
        match &self.tickets {
            None => sys::GNUTLS_NO_TICKETS,
            // A client that renegotiates may try to resume the session that it is in. GnuTLS (3.7.9) then fails at the
            // ticket that it wants to follow; and nobody would be asked for a certificate.
            Some(_) if self.common.renegotiation => NO_TICKETS_BEFORE_13,
            Some(_) => 0,
        }
    }
}

#[cfg(gnutls_3_7_5)]
const NO_TICKETS_BEFORE_13: c_uint = sys::GNUTLS_NO_TICKETS_TLS12;
#[cfg(not(gnutls_3_7_5))]
const NO_TICKETS_BEFORE_13: c_uint = sys::GNUTLS_NO_TICKETS;

/// How long a handshake may take, if `configuration` is a server's.
pub(in crate::session) fn handshake_timeout(configuration: &(dyn Any + Send + Sync)) -> Option<Duration> {
    configuration.downcast_ref::<Inner>()?.common.handshake_timeout
}

/// What the certificate of a client must be, of whom a server of this configuration demands it so.
pub(in crate::session) fn demanded(configuration: &(dyn Any + Send + Sync), client_auth: ClientAuth) -> Option<Verify> {
    Some(configuration.downcast_ref::<Inner>()?.verify(client_auth))
}
