//! What a configuration adds to the handshake, and whether it is one for QUIC.

use super::Common;
use crate::algorithm::Protocol;
use crate::error::{ErrorKind, Failure, Result};

impl Common {
    /// Whether the priorities are for TLS 1.3 and nothing else.
    pub(in crate::session) fn has_tls13_alone(&self) -> Result<()> {
        if self.priority.protocols() == [Protocol::TLS1_3] {
            return Ok(());
        }
        let why = "QUIC has TLS 1.3 and no other version; quic::PRIORITY is a string for that";
        Err(Failure::new(ErrorKind::Priority, "beginning a handshake of QUIC").detail(why).into())
    }
}

/// The methods that the builders of both roles have.
macro_rules! additions_builder_methods {
    () => {
        /// Adds an extension of the program's own to the hello messages.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a number that is taken, or the ninth. One that
        /// GnuTLS has itself is an error when a session starts.
        #[doc(alias = "gnutls_session_ext_register")]
        #[doc(alias = "gnutls_buffer_append_data")]
        pub fn extension(mut self, extension: $crate::engine::Extension) -> Result<Self> {
            Arc::make_mut(&mut self.common()?.additions).add_extension(extension)?;
            Ok(self)
        }

        /// Adds supplemental data to the handshake (RFC 4680). Sessions are of TLS 1.2 then.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a type that is taken, or the ninth.
        #[doc(alias = "gnutls_session_supplemental_register")]
        #[doc(alias = "gnutls_buffer_append_data")]
        pub fn supplemental_data(mut self, data: $crate::engine::SupplementalData) -> Result<Self> {
            Arc::make_mut(&mut self.common()?.additions).add_supplemental(data)?;
            Ok(self)
        }
    };
}
pub(in crate::session) use additions_builder_methods;
