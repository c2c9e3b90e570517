//! More of what a handshake agreed on, asked under both locks: few programs want to know, so sessions do not keep it.

use gnutls_sys as sys;

use super::Engine;
use crate::algorithm::{EccCurve, KeyExchange, Mac, SignatureScheme};
#[cfg(gnutls_3_7_4)]
use crate::cstr::static_text;
use crate::error::Result;
use crate::ffi::{bit_set, check, copied, no_datum};
use crate::secret::SecretBytes;

bit_set! {
    /// What a session has used or may use: the bits of `gnutls_session_flags_t`.
    #[doc(alias = "gnutls_session_flags_t")]
    SessionFlags {
        /// Renegotiation is bound to the session (RFC 5746).
        SAFE_RENEGOTIATION = GNUTLS_SFLAGS_SAFE_RENEGOTIATION;
        /// The master secret is bound to the handshake (RFC 7627); TLS 1.3 does so without.
        EXTENDED_MASTER_SECRET = GNUTLS_SFLAGS_EXT_MASTER_SECRET;
        /// Records of CBC ciphers are encrypted first, then authenticated (RFC 7366).
        ENCRYPT_THEN_MAC = GNUTLS_SFLAGS_ETM;
        /// We may send heartbeats.
        HEARTBEAT_LOCAL = GNUTLS_SFLAGS_HB_LOCAL_SEND;
        /// The peer may send heartbeats.
        HEARTBEAT_PEER = GNUTLS_SFLAGS_HB_PEER_SEND;
        /// False start was used.
        FALSE_START = GNUTLS_SFLAGS_FALSE_START;
        /// The finite field was one of RFC 7919.
        RFC7919 = GNUTLS_SFLAGS_RFC7919;
        /// A session ticket has come.
        SESSION_TICKET = GNUTLS_SFLAGS_SESSION_TICKET;
        /// The client can be asked for a certificate after the handshake.
        POST_HANDSHAKE_AUTH = GNUTLS_SFLAGS_POST_HANDSHAKE_AUTH;
        /// A server sent before the client's last message.
        EARLY_START = GNUTLS_SFLAGS_EARLY_START;
        /// Early data were used.
        EARLY_DATA = GNUTLS_SFLAGS_EARLY_DATA;
        /// The client asked for the status of the server's certificate.
        CLIENT_REQUESTED_OCSP = GNUTLS_SFLAGS_CLI_REQUESTED_OCSP;
        /// The server asked for the status of the client's certificate.
        SERVER_REQUESTED_OCSP = GNUTLS_SFLAGS_SERV_REQUESTED_OCSP;
    }
}

/// The keys of one direction, as its next record uses them. Who has them can read and forge.
#[derive(Debug)]
#[non_exhaustive]
pub struct RecordState {
    /// The key of the MAC; empty where the cipher authenticates.
    pub mac_key: SecretBytes,
    /// The initialisation vector, or the part of it that is secret.
    pub iv: SecretBytes,
    /// The key of the cipher.
    pub cipher_key: SecretBytes,
    /// The number of the next record.
    pub sequence_number: u64,
}

impl Engine {
    /// Asks the session under both locks with a getter that only looks.
    ///
    /// # Panics
    /// Inside a call on the same session.
    pub(super) fn ask<R>(&self, get: impl FnOnce(sys::gnutls_session_t) -> R) -> R {
        let _held = self.asked().both();
        get(self.raw())
    }

    pub(crate) fn key_exchange(&self) -> KeyExchange {
        // SAFETY: a live session, both locks held, and a getter that only looks: true of each closure of `ask` here.
        KeyExchange::from_raw(self.ask(|session| unsafe { sys::gnutls_kx_get(session) }))
    }

    pub(crate) fn mac(&self) -> Mac {
        // SAFETY: as above.
        Mac::from_raw(self.ask(|session| unsafe { sys::gnutls_mac_get(session) }))
    }

    pub(crate) fn curve(&self) -> Option<EccCurve> {
        // SAFETY: as above.
        let curve = self.ask(|session| unsafe { sys::gnutls_ecc_curve_get(session) });
        (curve != sys::GNUTLS_ECC_CURVE_INVALID).then(|| EccCurve::from_raw(curve))
    }

    #[cfg(gnutls_3_7_4)]
    pub(crate) fn cipher_suite(&self) -> Option<&'static str> {
        // SAFETY: as above.
        let name = self.ask(|session| unsafe { sys::gnutls_ciphersuite_get(session) });
        // SAFETY: null or a string of GnuTLS's table.
        unsafe { static_text(name) }
    }

    pub(crate) fn client_signature(&self) -> Option<SignatureScheme> {
        // SAFETY: as above.
        let raw = self.ask(|session| unsafe { sys::gnutls_sign_algorithm_get_client(session) });
        u32::try_from(raw).ok().filter(|raw| *raw != sys::GNUTLS_SIGN_UNKNOWN).map(SignatureScheme::from_raw)
    }

    /// The algorithms of signatures that the peer takes, in its order.
    pub(crate) fn requested_signatures(&self) -> Vec<SignatureScheme> {
        self.ask(requested_signatures)
    }

    pub(crate) fn encrypts_then_macs(&self) -> bool {
        // SAFETY: as above.
        self.ask(|session| unsafe { sys::gnutls_session_etm_status(session) }) != 0
    }

    pub(crate) fn has_extended_master_secret(&self) -> bool {
        // SAFETY: as above.
        self.ask(|session| unsafe { sys::gnutls_session_ext_master_secret_status(session) }) != 0
    }

    pub(crate) fn has_safe_renegotiation(&self) -> bool {
        // SAFETY: as above.
        self.ask(|session| unsafe { sys::gnutls_safe_renegotiation_status(session) }) != 0
    }

    pub(crate) fn flags(&self) -> SessionFlags {
        // SAFETY: as above.
        SessionFlags::from_raw(self.ask(|session| unsafe { sys::gnutls_session_get_flags(session) }))
    }

    pub(crate) fn tells_keys(&self) -> bool {
        // SAFETY: as above.
        self.ask(|session| unsafe { sys::gnutls_session_get_keylog_function(session) }).is_some()
    }

    #[cfg(gnutls_3_7_3)]
    pub(crate) fn is_in_kernel(&self) -> bool {
        // SAFETY: as above.
        self.ask(|session| unsafe { sys::gnutls_transport_is_ktls_enabled(session) }) != 0
    }

    pub(crate) fn can_hide_lengths(&self) -> bool {
        // SAFETY: as above.
        self.ask(|session| unsafe { sys::gnutls_record_can_use_length_hiding(session) }) != 0
    }

    #[cfg(gnutls_3_8_11)]
    pub(crate) fn max_send_size(&self) -> usize {
        // SAFETY: as above.
        self.ask(|session| unsafe { sys::gnutls_record_get_max_send_size(session) })
    }

    #[cfg(gnutls_3_7_4)]
    pub(crate) fn certificate_compression(&self) -> Option<crate::algorithm::CompressionMethod> {
        // SAFETY: as above.
        let raw = self.ask(|session| unsafe { sys::gnutls_compress_certificate_get_selected_method(session) });
        let none = raw == sys::GNUTLS_COMP_UNKNOWN || raw == sys::GNUTLS_COMP_NULL;
        (!none).then(|| crate::algorithm::CompressionMethod::from_raw(raw))
    }

    /// The keys of the records that we receive (`read`) or send.
    pub(crate) fn record_state(&self, read: bool) -> Result<RecordState> {
        const DOING: &str = "reading the keys of the records";
        self.not_inside(DOING)?;
        self.ask(|session| {
            let (mut mac, mut iv, mut key, mut number) = (no_datum(), no_datum(), no_datum(), [0; 8]);
            // SAFETY: as above; the out pointers are valid, and there are the eight bytes for the number.
            let code = unsafe {
                sys::gnutls_record_get_state(session, read.into(), &mut mac, &mut iv, &mut key, number.as_mut_ptr())
            };
            check(code, DOING)?;
            // SAFETY: views into the session, which are copied while the locks are held.
            let [mac_key, iv, cipher_key] = [mac, iv, key].map(|view| SecretBytes::from(unsafe { copied(&view) }));
            Ok(RecordState { mac_key, iv, cipher_key, sequence_number: u64::from_be_bytes(number) })
        })
    }
}

/// The algorithms of signatures that the peer takes, with both locks held.
pub(super) fn requested_signatures(session: sys::gnutls_session_t) -> Vec<SignatureScheme> {
    let at = |place| {
        let mut scheme = sys::GNUTLS_SIGN_UNKNOWN;
        // SAFETY: a live session, both locks held; any place, and a valid out pointer.
        let code = unsafe { sys::gnutls_sign_algorithm_get_requested(session, place, &mut scheme) };
        (code == 0).then(|| SignatureScheme::from_raw(scheme))
    };
    (0..).map_while(at).collect()
}
