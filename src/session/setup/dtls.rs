//! What a configuration says about DTLS.

use std::ffi::{CString, c_uint};
use std::time::Duration;

use gnutls_sys as sys;

use crate::algorithm::SrtpProfile;
use crate::engine::{Engine, SrtpOffer};
use crate::error::{Error, Result};

/// How long a handshake over datagrams takes at most, unless the configuration says so (RFC 6347 leaves it open).
const HANDSHAKE: Duration = Duration::from_secs(60);

/// The settings of sessions over datagrams.
pub(in crate::session) struct DtlsSettings {
    pub(in crate::session) mtu: Option<u16>,
    pub(in crate::session) retransmit_after: Duration,
    pub(in crate::session) srtp: Option<SrtpOffer>,
    pub(in crate::session) srtp_mki: Option<Vec<u8>>,
    /// The times of heartbeats.
    pub(in crate::session) heartbeats: Option<(Duration, Duration)>,
}

impl Default for DtlsSettings {
    fn default() -> DtlsSettings {
        // RFC 6347, section 4.2.4.1.
        DtlsSettings {
            mtu: None,
            retransmit_after: Duration::from_secs(1),
            srtp: None,
            srtp_mki: None,
            heartbeats: None,
        }
    }
}

impl DtlsSettings {
    /// Puts them into a session that nobody else has yet, if it is one over datagrams.
    pub(in crate::session) fn apply(&self, engine: &mut Engine, timeout: Option<Duration>) -> Result<()> {
        if let Some((retransmit, total)) = self.heartbeats {
            engine.allow_heartbeats(retransmit, total)?;
        }
        if !engine.is_datagram() {
            return Ok(());
        }
        if let Some(srtp) = &self.srtp {
            engine.offer_srtp(srtp, self.srtp_mki.as_deref())?;
        }
        engine.set_dtls_timeouts(self.retransmit_after, timeout.unwrap_or(HANDSHAKE));
        self.mtu.map_or(Ok(()), |mtu| engine.set_mtu(mtu))
    }

    /// The flags of a session for these settings; `flags` are those that it has anyway.
    pub(in crate::session) fn flags(&self, flags: c_uint) -> c_uint {
        let is_srtp = flags & DATAGRAM != 0 && self.srtp.is_some();
        if is_srtp { flags | sys::GNUTLS_NO_TICKETS } else { flags }
    }

    /// How long the handshake of `engine` may take.
    pub(in crate::session) fn timeout(engine: &Engine, chosen: Option<Duration>) -> Option<Duration> {
        chosen.or_else(|| engine.is_datagram().then_some(HANDSHAKE))
    }
}

/// The flags of a session over datagrams.
pub(in crate::session) const DATAGRAM: c_uint = sys::GNUTLS_DATAGRAM;

/// The most profiles that GnuTLS keeps.
const MOST_PROFILES: usize = 4;
const PROFILES: &str = "setting the SRTP profiles";

/// Profiles, each one that GnuTLS knows.
pub(in crate::session) fn profiles(profiles: &[SrtpProfile]) -> Result<SrtpOffer> {
    check_count(profiles.len())?;
    match profiles.iter().find(|profile| profile.name().is_none()) {
        None => Ok(SrtpOffer::Profiles(profiles.to_vec())),
        Some(unknown) => Err(Error::input(PROFILES, format!("this GnuTLS does not know {unknown}"))),
    }
}

/// The same by their names.
pub(in crate::session) fn profile_names(names: &str) -> Result<SrtpOffer> {
    check_count(names.split(':').count())?;
    if let Some(unknown) = names.split(':').find(|name| SrtpProfile::from_name(name).is_none()) {
        return Err(Error::input(PROFILES, format!("{unknown:?} is no SRTP profile of this GnuTLS")));
    }
    let names = CString::new(names).map_err(|_| Error::input(PROFILES, "there is a NUL byte in the names"))?;
    Ok(SrtpOffer::Names(names))
}

fn check_count(count: usize) -> Result<()> {
    if count == 0 || count > MOST_PROFILES {
        return Err(Error::input(PROFILES, format!("{count} profiles are not between 1 and {MOST_PROFILES}")));
    }
    Ok(())
}

/// A key identifier that fits into its place.
pub(in crate::session) fn mki(mki: &[u8]) -> Result<Vec<u8>> {
    if mki.is_empty() || mki.len() > 255 {
        return Err(Error::input("setting the SRTP key identifier", format!("{} bytes are not 1 to 255", mki.len())));
    }
    Ok(mki.to_vec())
}

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
            pub fn mtu(mut self, mtu: u16) -> crate::error::Result<Self> {
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

            /// The SRTP profiles that sessions over datagrams agree on one of (RFC 5764), the best first: up to 4. See
            /// [`srtp_keys`](crate::Session::srtp_keys). Sessions go on without if the other side has none of them; they are not
            /// resumed.
            ///
            /// # Errors
            /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for none, too many, or one that GnuTLS has not.
            #[doc(alias = "gnutls_srtp_set_profile")]
            pub fn srtp_profiles(mut self, profiles: &[crate::algorithm::SrtpProfile]) -> crate::error::Result<Self> {
                self.common()?.dtls.srtp = Some(crate::session::setup::dtls::profiles(profiles)?);
                Ok(self)
            }

            /// [`srtp_profiles`](Self::srtp_profiles) by their names, with colons in between.
            ///
            /// # Errors
            /// As there.
            #[doc(alias = "gnutls_srtp_set_profile_direct")]
            pub fn srtp_profile_names(mut self, names: &str) -> crate::error::Result<Self> {
                self.common()?.dtls.srtp = Some(crate::session::setup::dtls::profile_names(names)?);
                Ok(self)
            }

            /// The master key identifier of SRTP that is sent with the profiles (RFC 5764, section 4.1.3): 1 to 255 bytes.
            ///
            /// # Errors
            /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for none or more.
            #[doc(alias = "gnutls_srtp_set_mki")]
            pub fn srtp_mki(mut self, mki: &[u8]) -> crate::error::Result<Self> {
                self.common()?.dtls.srtp_mki = Some(crate::session::setup::dtls::mki(mki)?);
                Ok(self)
            }

            /// Agrees to heartbeats (RFC 6520; TLS 1.2 and DTLS) of both sides, if the other does: [`ping`](crate::Session::ping)
            /// sends ours, and receives answer the peer's. One that is not answered should be sent again after `again`, and
            /// given up after `total`: see [`ping_again_after`](crate::Session::ping_again_after). A GnuTLS can be built without
            /// (Debian's is, from 3.8 on): then there are none, and [`may_ping`](crate::Session::may_ping) says so.
            #[doc(alias = "gnutls_heartbeat_enable")]
            #[doc(alias = "gnutls_heartbeat_pong")]
            #[doc(alias = "gnutls_heartbeat_set_timeouts")]
            #[must_use]
            pub fn heartbeats(mut self, again: std::time::Duration, total: std::time::Duration) -> Self {
                if let Ok(common) = &mut self.common {
                    common.dtls.heartbeats = Some((again, total));
                }
                self
            }
        }
    };
}
pub(in crate::session) use dtls_builder_methods;
