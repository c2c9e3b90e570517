//! What a configuration adds to the handshake.

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
