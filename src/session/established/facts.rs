//! What a handshake agreed on that few programs ask for.

use super::Session;
use crate::algorithm::{EccCurve, KeyExchange, Mac, SignatureScheme};
use crate::engine::{RecordState, SessionFlags};
use crate::error::Result;
use crate::transport::Transport;

/// These take both locks for a moment. Inside of a callback of the same session they panic; what a callback may ask, its
/// [`HandshakeView`](crate::HandshakeView) has.
impl<T: Transport> Session<T> {
    /// The key exchange. In TLS 1.3, which has no such thing, the nearest of TLS 1.2.
    #[doc(alias = "gnutls_kx_get")]
    pub fn key_exchange(&self) -> KeyExchange {
        self.shared.engine.key_exchange()
    }

    /// The MAC of the records; [`Mac::AEAD`] where the cipher authenticates.
    #[doc(alias = "gnutls_mac_get")]
    pub fn mac(&self) -> Mac {
        self.shared.engine.mac()
    }

    /// The curve of the key exchange, if it had one.
    #[doc(alias = "gnutls_ecc_curve_get")]
    pub fn curve(&self) -> Option<EccCurve> {
        self.shared.engine.curve()
    }

    /// The name of the cipher suite as the standards have it: `TLS_AES_256_GCM_SHA384`.
    #[cfg(gnutls_3_7_4)]
    #[doc(alias = "gnutls_ciphersuite_get")]
    pub fn cipher_suite(&self) -> Option<&'static str> {
        self.shared.engine.cipher_suite()
    }

    /// The algorithm of the client's signature in the handshake, if it made one.
    #[doc(alias = "gnutls_sign_algorithm_get_client")]
    pub fn client_signature(&self) -> Option<SignatureScheme> {
        self.shared.engine.client_signature()
    }

    /// The algorithms of signatures that the peer said it takes, and that we have too, in the peer's order.
    #[doc(alias = "gnutls_sign_algorithm_get_requested")]
    pub fn requested_signatures(&self) -> Vec<SignatureScheme> {
        self.shared.engine.requested_signatures()
    }

    /// Whether records of CBC ciphers (TLS 1.2 and older) would be encrypted first, then authenticated (RFC 7366).
    #[doc(alias = "gnutls_session_etm_status")]
    pub fn encrypts_then_macs(&self) -> bool {
        self.shared.engine.encrypts_then_macs()
    }

    /// Whether the master secret is bound to the handshake (RFC 7627). Of TLS 1.3 it says nothing: its
    /// secrets always are.
    #[doc(alias = "gnutls_session_ext_master_secret_status")]
    pub fn has_extended_master_secret(&self) -> bool {
        self.shared.engine.has_extended_master_secret()
    }

    /// Whether both sides bind a renegotiation to the session that it is of (RFC 5746; TLS 1.2 and older), so that nobody
    /// can begin one with what is another's. Of TLS 1.3, which has no renegotiation, it says nothing.
    #[doc(alias = "gnutls_safe_renegotiation_status")]
    pub fn has_safe_renegotiation(&self) -> bool {
        self.shared.engine.has_safe_renegotiation()
    }

    /// What the session has used or may use.
    #[doc(alias = "gnutls_session_get_flags")]
    pub fn flags(&self) -> SessionFlags {
        self.shared.engine.flags()
    }

    /// Whether somebody was told the secrets of this session: a [`KeyLog`](crate::KeyLog) of the configuration.
    #[doc(alias = "gnutls_session_get_keylog_function")]
    pub fn is_key_logged(&self) -> bool {
        self.shared.engine.tells_keys()
    }

    /// Whether the kernel encrypts or decrypts instead of GnuTLS. It never does in this crate, whose transport need not be
    /// a socket; the answer is GnuTLS's.
    #[cfg(gnutls_3_7_3)]
    #[doc(alias = "gnutls_transport_is_ktls_enabled")]
    pub fn is_in_kernel(&self) -> bool {
        self.shared.engine.is_in_kernel()
    }

    /// The method that our certificate was compressed with (RFC 8879), if it was.
    #[cfg(gnutls_3_7_4)]
    #[doc(alias = "gnutls_compress_certificate_get_selected_method")]
    pub fn certificate_compression(&self) -> Option<crate::algorithm::CompressionMethod> {
        self.shared.engine.certificate_compression()
    }

    /// Whether records can be padded, so that [`send_range`](Session::send_range) hides how long the data are.
    #[doc(alias = "gnutls_record_can_use_length_hiding")]
    pub fn can_hide_lengths(&self) -> bool {
        self.shared.engine.can_hide_lengths()
    }

    /// The most application data that the peer takes in one record, in bytes.
    #[cfg(gnutls_3_8_11)]
    #[doc(alias = "gnutls_record_get_max_send_size")]
    pub fn max_send_size(&self) -> usize {
        self.shared.engine.max_send_size()
    }

    /// The keys with which the next record of the peer is decrypted, for hardware that takes over. **Who has them can read
    /// and forge.** They change with a key update.
    ///
    /// # Errors
    /// [`Misuse`](crate::ErrorKind::Misuse) inside a callback of this session.
    #[doc(alias = "gnutls_record_get_state")]
    pub fn receiving_state(&self) -> Result<RecordState> {
        self.shared.engine.record_state(true)
    }

    /// The keys with which our next record is encrypted; see [`receiving_state`](Session::receiving_state).
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_get_state")]
    pub fn sending_state(&self) -> Result<RecordState> {
        self.shared.engine.record_state(false)
    }
}
