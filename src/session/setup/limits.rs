//! Limits and habits of a configuration's sessions.

use std::ffi::c_uint;
use std::time::Duration;

use gnutls_sys as sys;

use crate::algorithm::CompressionMethod;
use crate::engine::Engine;
use crate::error::{Error, Result};
#[cfg(gnutls_3_7_4)]
use crate::error::{ErrorKind, Failure, Origin};
use crate::ffi::{check, datum};

/// What is not said is GnuTLS's default.
#[derive(Clone, Default)]
pub(in crate::session) struct Limits {
    pub(in crate::session) record_size: Option<usize>,
    pub(in crate::session) recv_record_size: Option<usize>,
    pub(in crate::session) handshake_message: Option<usize>,
    pub(in crate::session) compatibility: bool,
    #[cfg_attr(not(gnutls_3_7_4), allow(dead_code, reason = "nobody can set it"))]
    pub(in crate::session) compression: Vec<CompressionMethod>,
    pub(in crate::session) random: Option<[u8; 32]>,
    /// More that `gnutls_init` must know.
    pub(in crate::session) flags: c_uint,
}

impl Limits {
    /// Puts them into a session that nobody else has yet, and that has its priorities.
    pub(super) fn apply(&self, engine: &mut Engine) -> Result<()> {
        let session = engine.raw_mut();
        if let Some(size) = self.record_size {
            // SAFETY: a fresh session; GnuTLS checks the size.
            let code = unsafe { sys::gnutls_record_set_max_size(session, size) };
            check(i32::try_from(code).unwrap_or(0), "limiting the size of records")?;
        }
        if let Some(size) = self.recv_record_size {
            // SAFETY: as above.
            let code = unsafe { sys::gnutls_record_set_max_recv_size(session, size) };
            check(i32::try_from(code).unwrap_or(0), "limiting the size of received records")?;
        }
        if let Some(most) = self.handshake_message {
            // SAFETY: a fresh session; any number.
            unsafe { sys::gnutls_handshake_set_max_packet_length(session, most) };
        }
        if self.compatibility {
            // SAFETY: a fresh session.
            unsafe { sys::gnutls_session_enable_compatibility_mode(session) };
        }
        #[cfg(gnutls_3_7_4)]
        if !self.compression.is_empty() {
            let methods: Vec<_> = self.compression.iter().map(|method| method.raw()).collect();
            // SAFETY: a fresh session and the methods, which GnuTLS checks and copies.
            let code =
                unsafe { sys::gnutls_compress_certificate_set_methods(session, methods.as_ptr(), methods.len()) };
            if code == sys::GNUTLS_E_INVALID_REQUEST {
                let failure = Failure::of_code(code, Origin::Local, "choosing methods to compress certificates");
                let why = "this GnuTLS was built without one of the methods";
                return Err(failure.kind(ErrorKind::Unsupported).detail(why).into());
            }
            check(code, "choosing methods to compress certificates")?;
        }
        if let Some(random) = &self.random {
            const DOING: &str = "setting the random bytes of the hello";
            let random = datum(random, DOING)?;
            // SAFETY: a fresh session; the view lives through the call, which copies it.
            check(unsafe { sys::gnutls_handshake_set_random(session, &random) }, DOING)?;
        }
        Ok(())
    }
}

/// Lets GnuTLS end a handshake, too, whose caller comes back late: a second after we would have.
pub(super) fn set_timeout(engine: &mut Engine, timeout: Duration) {
    let ms = c_uint::try_from(timeout.as_millis()).unwrap_or(c_uint::MAX).saturating_add(1000);
    // The largest stands for GnuTLS's own default.
    let ms = ms.min(c_uint::MAX - 1);
    // SAFETY: a fresh session; any number.
    unsafe { sys::gnutls_handshake_set_timeout(engine.raw_mut(), ms) };
}

/// Checks the size of records: what RFC 8449 and GnuTLS allow.
pub(in crate::session) fn record_size(bytes: usize) -> Result<usize> {
    const DOING: &str = "limiting the size of records";
    if (512..=16384).contains(&bytes) {
        return Ok(bytes);
    }
    Err(Error::input(DOING, format!("{bytes} bytes are not between 512 and 16384")))
}

/// The methods that the builders of both roles have.
macro_rules! limits_builder_methods {
    () => {
        /// The most application data in one record, in bytes (512 to 16384), both ways: ours, and by the extension
        /// `record_size_limit` (RFC 8449) the peer's, if it knows that. Default: 16384.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for another size.
        #[doc(alias = "gnutls_record_set_max_size")]
        pub fn max_record_size(mut self, bytes: usize) -> Result<Self> {
            self.common()?.limits.record_size = Some($crate::session::setup::limits::record_size(bytes)?);
            Ok(self)
        }

        /// The most application data in one record of the peer's, in bytes (512 to 16384), if it knows the extension
        /// `record_size_limit` (RFC 8449). Default: 16384.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for another size.
        #[doc(alias = "gnutls_record_set_max_recv_size")]
        pub fn max_recv_record_size(mut self, bytes: usize) -> Result<Self> {
            self.common()?.limits.recv_record_size = Some($crate::session::setup::limits::record_size(bytes)?);
            Ok(self)
        }

        /// The longest message of a handshake that is taken, in bytes: long chains of certificates need more than the
        /// default, which is GnuTLS's (128 KiB). Over datagrams no message may be longer than 256 KiB.
        #[doc(alias = "gnutls_handshake_set_max_packet_length")]
        #[must_use]
        pub fn max_handshake_message(mut self, bytes: usize) -> Self {
            if let Ok(common) = &mut self.common {
                common.limits.handshake_message = Some(bytes);
            }
            self
        }

        /// Compresses certificates (RFC 8879, TLS 1.3) with one of these methods, the preferred first, if the peer has it
        /// too. Default: none.
        ///
        /// A method that this GnuTLS was built without is the error [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported)
        /// when a session starts; distributions differ.
        #[cfg(gnutls_3_7_4)]
        #[doc(alias = "gnutls_compress_certificate_set_methods")]
        #[must_use]
        pub fn compress_certificates(mut self, methods: &[$crate::CompressionMethod]) -> Self {
            if let Ok(common) = &mut self.common {
                common.limits.compression = methods.to_vec();
            }
            self
        }
    };
}
pub(in crate::session) use limits_builder_methods;

/// The methods that the dangerous settings of both roles have; `$builder` is what they are settings of.
macro_rules! dangerous_limits_methods {
    ($builder:ident) => {
        /// Bears peers that break the rules: records that are too long, certificates used against their purpose, and none
        /// of the extensions that old servers stumble over (encrypt-then-MAC, extended master secret), **without which
        /// sessions of TLS 1.2 are weaker**. `%COMPAT` in a priority string does the same.
        #[doc(alias = "gnutls_session_enable_compatibility_mode")]
        #[must_use]
        pub fn compatibility_mode(mut self) -> $builder {
            if let Ok(common) = &mut self.0.common {
                common.limits.compatibility = true;
            }
            self.0
        }

        /// Takes these for the random bytes of our hello, in every session: for tests that compare what was sent.
        /// **Sessions of TLS 1.2 and older rely on them to differ.**
        #[doc(alias = "gnutls_handshake_set_random")]
        #[must_use]
        pub fn fixed_random(mut self, random: [u8; 32]) -> $builder {
            if let Ok(common) = &mut self.0.common {
                common.limits.random = Some(random);
            }
            self.0
        }
    };
}
pub(in crate::session) use dangerous_limits_methods;
