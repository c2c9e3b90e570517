//! OCSP responses that this side staples to its certificates, in the builders of both roles.

macro_rules! staple_builder_methods {
    () => {
        /// Staples an OCSP response to the certificate that it is about (RFC 6066, section 8), in the identity with this
        /// number: the first that was added is 0. Peers that ask for it get it until it is out of date. In TLS 1.2 only the
        /// response to the server's own certificate can be sent.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the response is about no certificate of the
        /// identity, or out of date, or if there is no such identity yet.
        ///
        /// # Examples
        /// ```no_run
        /// use gnutls::ocsp::Response;
        /// use gnutls::{Identity, ServerConfig};
        ///
        /// let identity = Identity::from_files("server.pem", "server.key")?;
        /// let response = Response::from_der(std::fs::read("server.ocsp")?)?;
        /// let config = ServerConfig::builder().with_identity(identity)?.with_staple(0, &response)?.build()?;
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        #[doc(alias = "gnutls_certificate_set_ocsp_status_request_mem")]
        pub fn with_staple(mut self, identity: usize, response: &crate::ocsp::Response) -> Result<Self> {
            let der = response.to_der()?;
            self.common()?.credentials.staple(identity, &der, Format::Der)?;
            Ok(self)
        }

        /// As `with_staple`, with the responses of a text in PEM, each for the certificate that it is about.
        ///
        /// # Errors
        /// As there.
        #[doc(alias = "gnutls_certificate_set_ocsp_status_request_mem")]
        pub fn with_staple_pem(mut self, identity: usize, pem: &[u8]) -> Result<Self> {
            self.common()?.credentials.staple(identity, pem, Format::Pem)?;
            Ok(self)
        }

        /// As `with_staple`, with the response of a file in DER, or the responses of one in PEM.
        ///
        /// # Errors
        /// As there; [`ErrorKind::Transport`](crate::ErrorKind::Transport) if the file cannot be read. The message names it.
        #[doc(alias = "gnutls_certificate_set_ocsp_status_request_file")]
        #[doc(alias = "gnutls_certificate_set_ocsp_status_request_file2")]
        pub fn with_staple_file(mut self, identity: usize, path: impl AsRef<Path>, format: Format) -> Result<Self> {
            self.common()?.credentials.staple_file(identity, path.as_ref(), format)?;
            Ok(self)
        }

        /// Asks `staple` in each handshake, if the peer wants it, for the OCSP response (in DER) to the certificate that is
        /// shown; `None` for none. Responses that an identity was given go before.
        ///
        /// `staple` is called in the handshake's own calls, and keeps their thread waiting as long as it takes. If it refuses
        /// or panics, the handshake fails ([`ErrorKind::Callback`](crate::ErrorKind::Callback)).
        #[doc(alias = "gnutls_certificate_set_ocsp_status_request_function")]
        #[must_use]
        pub fn staple_with(
            mut self,
            staple: impl Fn(
                &crate::engine::HandshakeView<'_>,
            ) -> std::result::Result<Option<Vec<u8>>, crate::error::Refusal>
            + Send
            + Sync
            + 'static,
        ) -> Self {
            if let Ok(common) = &mut self.common {
                common.credentials.staple_by(crate::engine::STAPLE_FUNCTION);
                Arc::make_mut(&mut common.hooks).staple = Some(Arc::new(staple));
            }
            self
        }

        /// As `staple_with`, for the identity with this number: the first that was added is 0. `staple_with` goes before.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is no such identity yet.
        #[doc(alias = "gnutls_certificate_set_ocsp_status_request_function2")]
        pub fn staple_identity_with(
            mut self,
            identity: usize,
            staple: impl Fn(
                &crate::engine::HandshakeView<'_>,
            ) -> std::result::Result<Option<Vec<u8>>, crate::error::Refusal>
            + Send
            + Sync
            + 'static,
        ) -> Result<Self> {
            let common = self.common()?;
            common.credentials.staple_chain_by(identity, crate::engine::STAPLE_FUNCTION)?;
            Arc::make_mut(&mut common.hooks).identity_staples.insert(identity, Arc::new(staple));
            Ok(self)
        }

        /// Does not look at responses that are stapled after this: they go with the first certificate of their identity, be
        /// they about another one, out of date, or no responses at all. For tests of clients.
        #[doc(alias = "gnutls_certificate_set_flags")]
        #[must_use]
        pub fn unchecked_staples(mut self) -> Self {
            if let Ok(common) = &mut self.common {
                common.credentials.staple_unchecked();
            }
            self
        }
    };
}
pub(in crate::session) use staple_builder_methods;

/// What a finished configuration says of it.
macro_rules! staple_config_methods {
    () => {
        /// Until when a staple is good: that of a certificate of an identity, both counted from 0, or the first that will be
        /// out of date (`None`). No time if there is no staple, or if it has no end.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is no such identity or certificate.
        #[doc(alias = "gnutls_certificate_get_ocsp_expiration")]
        pub fn staple_expiration(
            &self,
            identity: usize,
            certificate: Option<usize>,
        ) -> Result<Option<std::time::SystemTime>> {
            self.0.common.credentials.staple_expiration(identity, certificate)
        }
    };
}
pub(in crate::session) use staple_config_methods;
