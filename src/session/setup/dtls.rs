//! What a configuration says about DTLS.

use std::time::Duration;

use gnutls_sys as sys;

use crate::engine::Engine;
use crate::error::Result;

/// How long a handshake over datagrams takes at most, unless the configuration says so (RFC 6347 leaves it open).
const HANDSHAKE: Duration = Duration::from_secs(60);

/// The settings of sessions over datagrams.
pub(in crate::session) struct DtlsSettings {
    pub(in crate::session) mtu: Option<u16>,
    pub(in crate::session) retransmit_after: Duration,
}

impl Default for DtlsSettings {
    fn default() -> DtlsSettings {
        // RFC 6347, section 4.2.4.1.
        DtlsSettings { mtu: None, retransmit_after: Duration::from_secs(1) }
    }
}

impl DtlsSettings {
    /// Puts them into a session that nobody else has yet, if it is one over datagrams.
    pub(in crate::session) fn apply(&self, engine: &mut Engine, timeout: Option<Duration>) -> Result<()> {
        if !engine.is_datagram() {
            return Ok(());
        }
        engine.set_dtls_timeouts(self.retransmit_after, timeout.unwrap_or(HANDSHAKE));
        self.mtu.map_or(Ok(()), |mtu| engine.set_mtu(mtu))
    }

    /// How long the handshake of `engine` may take.
    pub(in crate::session) fn timeout(engine: &Engine, chosen: Option<Duration>) -> Option<Duration> {
        chosen.or_else(|| engine.is_datagram().then_some(HANDSHAKE))
    }
}

/// The flags of a session over datagrams.
pub(in crate::session) const DATAGRAM: std::ffi::c_uint = sys::GNUTLS_DATAGRAM;

/// The methods for DTLS that the builders of both roles have.
macro_rules! dtls_builder_methods {
    ($builder:ty) => {
        impl $builder {
            /// The largest datagram to send, in bytes (256 to 16256), without the headers of UDP and IP. Default: 1200. The
            /// session lowers it by itself when the transport refuses a datagram for its size.
            ///
            /// # Errors
            /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for less or more.
            #[doc(alias = "gnutls_dtls_set_mtu")]
            pub fn mtu(mut self, mtu: u16) -> crate::Result<Self> {
                crate::engine::check_mtu(mtu, "setting the MTU")?;
                self.common()?.dtls.mtu = Some(mtu);
                Ok(self)
            }

            /// After what time without an answer a flight of a DTLS handshake is sent again for the first time (RFC 6347,
            /// section 4.2.4), in whole milliseconds; the times after that double. Default: a second. A handshake is given
            /// up after its [timeout](Self::handshake_timeout), which is a minute for DTLS if nothing else is said.
            #[doc(alias = "gnutls_dtls_set_timeouts")]
            #[must_use]
            pub fn retransmit_after(mut self, time: std::time::Duration) -> Self {
                if let Ok(common) = &mut self.common {
                    common.dtls.retransmit_after = time;
                }
                self
            }
        }
    };
}
pub(in crate::session) use dtls_builder_methods;
