//! Whether the sessions of a configuration may be renegotiated.

macro_rules! renegotiation_builder_methods {
    () => {
        /// Lets sessions be renegotiated (TLS 1.2 and older; RFC 5246, section 7.4.1): a peer's wish is told by a receive, and
        /// [`Session::renegotiate`] grants it. Default: no, and a peer that wants it is told `no_renegotiation`, which ends
        /// the session.
        ///
        /// Over datagrams, and with a peer that does not bind a renegotiation to its session (RFC 5746), there is none,
        /// whatever is said here. TLS 1.3 has other means: [`Session::update_keys`], [`Session::reauthenticate`].
        ///
        /// A server that allows it gives no tickets in TLS 1.2 (with GnuTLS before 3.7.5 none at all): clients that are asked to
        /// renegotiate try to resume the session that they are in, and GnuTLS fails at that. A
        /// [store](crate::ServerConfigBuilder::session_store) resumes sessions of TLS 1.2 as ever.
        #[doc(alias = "gnutls_rehandshake")]
        #[must_use]
        pub fn allow_renegotiation(mut self, allowed: bool) -> Self {
            if let Ok(common) = &mut self.common {
                common.renegotiation = allowed;
            }
            self
        }
    };
}
pub(in crate::session) use renegotiation_builder_methods;
