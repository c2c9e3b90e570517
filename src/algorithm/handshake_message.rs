//! Messages of the handshake: names, and the last ones of a handshake that failed.

use crate::error::Error;

named! {
    /// A message of the handshake (RFC 8446, section 4). GnuTLS has a text for unknown values, too.
    ///
    /// # Examples
    /// ```
    /// use gnutls::HandshakeMessage;
    ///
    /// assert_eq!(HandshakeMessage::CLIENT_HELLO.to_string(), "CLIENT HELLO");
    /// assert_eq!(HandshakeMessage::from_raw(2), HandshakeMessage::SERVER_HELLO);
    /// ```
    #[doc(alias = "gnutls_handshake_description_t")]
    HandshakeMessage(gnutls_handshake_description_t), gnutls_handshake_description_get_name,
    "gnutls_handshake_description_get_name" {
        /// HelloRequest (TLS 1.2 and before).
        HELLO_REQUEST = GNUTLS_HANDSHAKE_HELLO_REQUEST,
        /// ClientHello.
        CLIENT_HELLO = GNUTLS_HANDSHAKE_CLIENT_HELLO,
        /// ServerHello.
        SERVER_HELLO = GNUTLS_HANDSHAKE_SERVER_HELLO,
        /// HelloVerifyRequest (DTLS).
        HELLO_VERIFY_REQUEST = GNUTLS_HANDSHAKE_HELLO_VERIFY_REQUEST,
        /// NewSessionTicket.
        NEW_SESSION_TICKET = GNUTLS_HANDSHAKE_NEW_SESSION_TICKET,
        /// EndOfEarlyData (TLS 1.3).
        END_OF_EARLY_DATA = GNUTLS_HANDSHAKE_END_OF_EARLY_DATA,
        /// EncryptedExtensions (TLS 1.3).
        ENCRYPTED_EXTENSIONS = GNUTLS_HANDSHAKE_ENCRYPTED_EXTENSIONS,
        /// Certificate.
        CERTIFICATE = GNUTLS_HANDSHAKE_CERTIFICATE_PKT,
        /// ServerKeyExchange (TLS 1.2 and before).
        SERVER_KEY_EXCHANGE = GNUTLS_HANDSHAKE_SERVER_KEY_EXCHANGE,
        /// CertificateRequest.
        CERTIFICATE_REQUEST = GNUTLS_HANDSHAKE_CERTIFICATE_REQUEST,
        /// ServerHelloDone (TLS 1.2 and before).
        SERVER_HELLO_DONE = GNUTLS_HANDSHAKE_SERVER_HELLO_DONE,
        /// CertificateVerify.
        CERTIFICATE_VERIFY = GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY,
        /// ClientKeyExchange (TLS 1.2 and before).
        CLIENT_KEY_EXCHANGE = GNUTLS_HANDSHAKE_CLIENT_KEY_EXCHANGE,
        /// Finished.
        FINISHED = GNUTLS_HANDSHAKE_FINISHED,
        /// CertificateStatus (TLS 1.2 and before).
        CERTIFICATE_STATUS = GNUTLS_HANDSHAKE_CERTIFICATE_STATUS,
        /// SupplementalData (RFC 4680).
        SUPPLEMENTAL_DATA = GNUTLS_HANDSHAKE_SUPPLEMENTAL,
        /// KeyUpdate (TLS 1.3).
        KEY_UPDATE = GNUTLS_HANDSHAKE_KEY_UPDATE,
        /// CompressedCertificate (RFC 8879).
        #[cfg(gnutls_3_7_4)]
        COMPRESSED_CERTIFICATE = GNUTLS_HANDSHAKE_COMPRESSED_CERTIFICATE_PKT,
        /// HelloRetryRequest (TLS 1.3): a ServerHello on the wire, for which GnuTLS has a number of its own.
        HELLO_RETRY_REQUEST = GNUTLS_HANDSHAKE_HELLO_RETRY_REQUEST,
    }
}

impl HandshakeMessage {
    /// The message that a getter of GnuTLS has; before the first it has -1.
    pub(crate) fn known(raw: gnutls_sys::gnutls_handshake_description_t) -> Option<HandshakeMessage> {
        (raw != gnutls_sys::gnutls_handshake_description_t::MAX).then_some(HandshakeMessage(raw))
    }
}

/// Where a handshake stood when it failed.
impl Error {
    /// The last message that had come from the peer when the handshake failed; none if none had, and if this is not about a
    /// handshake. It need not be the one that was wrong: that may not have been understood.
    #[doc(alias = "gnutls_handshake_get_last_in")]
    pub fn handshake_received(&self) -> Option<HandshakeMessage> {
        self.handshake_messages().0.map(HandshakeMessage)
    }

    /// The last message that we had written when the handshake failed; see
    /// [`handshake_received`](Error::handshake_received).
    #[doc(alias = "gnutls_handshake_get_last_out")]
    pub fn handshake_sent(&self) -> Option<HandshakeMessage> {
        self.handshake_messages().1.map(HandshakeMessage)
    }
}
