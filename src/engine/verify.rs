//! Checking the peer's certificate, inside the handshake.

use std::ffi::{CStr, CString, c_int};
use std::ptr;
use std::sync::atomic::Ordering;

use gnutls_sys as sys;

use super::{Engine, Info};
use crate::algorithm::CredentialsType;
use crate::resumption::Voucher;

/// What a session demands of its peer's certificate.
#[derive(Clone, Debug)]
pub(crate) enum Verify {
    /// Nothing: any peer will do.
    Nothing,
    /// A server that is trusted, meant to be one, and known by this name (or IP address).
    Server(CString),
    /// A client that is trusted and meant to be one, if it shows a certificate at all.
    Client,
    /// The same, and it must show one, or have a pre-shared key or a password.
    ClientAlways,
    /// A client that shows any certificate, or has a pre-shared key or a password.
    ClientAny,
    /// A client that has a pre-shared key or a password: there is no other way in.
    ClientWithKey,
}

impl Verify {
    /// The purpose that the certificate must be meant for (RFC 5280, section 4.2.1.12).
    fn purpose(&self) -> &'static CStr {
        match self {
            Verify::Client | Verify::ClientAlways | Verify::ClientAny | Verify::ClientWithKey => c"1.3.6.1.5.5.7.3.2",
            Verify::Nothing | Verify::Server(_) => c"1.3.6.1.5.5.7.3.1",
        }
    }
}

impl Engine {
    /// The verify callback: 0, or the error that ends the handshake. The frame of the handshake holds both locks.
    pub(super) fn verify_peer(&self) -> c_int {
        let name = match self.demand() {
            Verify::Nothing | Verify::ClientAny | Verify::ClientWithKey => None,
            // GnuTLS has seen to it that who must show one does.
            Verify::Client | Verify::ClientAlways if !self.peer_has_certificate() => None,
            Verify::Client | Verify::ClientAlways => Some(None),
            Verify::Server(name) => Some(Some(name)),
        };
        name.map_or(0, |name| self.verify_certificate(name))
    }

    /// What is demanded now: after a handshake of TLS 1.3 a certificate comes because it was asked for since.
    fn demand(&self) -> &Verify {
        self.verify_later.as_ref().filter(|_| self.has_key_updates()).unwrap_or(&self.verify)
    }

    /// [`verify_peer`](Engine::verify_peer) for a session that was resumed. GnuTLS verifies certificates that are sent; a
    /// resumed session brings those of the earlier one, which may have been another server's, or not verified.
    fn verify_resumed(&self, info: &Info) -> c_int {
        match (&self.verify, &self.voucher) {
            (Verify::Server(name), Some(voucher)) if voucher.is_of(&self.keep, name) => 0,
            // Only who has the secret can finish the handshake.
            (Verify::Server(_), _) if self.has_premaster => 0,
            (Verify::Server(_), _) if !self.peer_has_certificate() => sys::GNUTLS_E_NO_CERTIFICATE_FOUND,
            // It may have begun at another server that has the same key for tickets.
            (Verify::ClientAlways | Verify::ClientAny, _)
                if !self.peer_has_certificate() && !self.is_by_key(info.client) =>
            {
                sys::GNUTLS_E_CERTIFICATE_REQUIRED
            }
            // The name of a user is lost.
            (Verify::ClientWithKey, _) if self.srp.is_some() && info.client == CredentialsType::SRP => 0,
            (Verify::ClientWithKey, _) if info.psk_identity.is_none() => sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS,
            _ => self.verify_peer(),
        }
    }

    /// The last look at who the peer is, once GnuTLS has finished the handshake: 0, or the error that ends it. It has
    /// verified certificates before, where it got any; a session without must stand on something else that was asked for.
    pub(super) fn verify_established(&self, info: &Info) -> c_int {
        match &self.verify {
            _ if info.resumed => self.verify_resumed(info),
            Verify::Nothing | Verify::Client => 0,
            Verify::ClientAlways | Verify::ClientAny if info.peer.is_some() => 0,
            Verify::ClientAlways | Verify::ClientAny => sys::GNUTLS_E_CERTIFICATE_REQUIRED,
            Verify::Server(_) if self.anonymous && info.server == CredentialsType::ANONYMOUS => 0,
            Verify::Server(_) if self.verified.load(Ordering::Relaxed) || self.is_by_key(info.server) => 0,
            Verify::Server(_) => sys::GNUTLS_E_NO_CERTIFICATE_FOUND,
            Verify::ClientWithKey if self.is_by_key(info.client) => 0,
            Verify::ClientWithKey => sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS,
        }
    }

    /// The word that this established session's server is verified.
    pub(super) fn voucher(&self) -> Option<Voucher> {
        match &self.verify {
            Verify::Server(name) => Some(Voucher::new(&self.keep, name)),
            _ => None,
        }
    }

    /// Whether a side proved itself with a pre-shared key or a password, and this configuration has such.
    fn is_by_key(&self, side: CredentialsType) -> bool {
        match side {
            CredentialsType::PSK => self.psk.is_some(),
            CredentialsType::SRP => self.srp.is_some(),
            _ => false,
        }
    }

    fn peer_has_certificate(&self) -> bool {
        has_certificate(self.raw())
    }

    fn verify_certificate(&self, name: Option<&CString>) -> c_int {
        let demand = |kind, text: &CStr| sys::gnutls_typed_vdata_st {
            type_: kind,
            data: text.as_ptr().cast_mut().cast(),
            // 0: NUL-terminated, as the manual has it for names and purposes.
            size: 0,
        };
        let nothing = sys::gnutls_typed_vdata_st { type_: sys::GNUTLS_DT_UNKNOWN, data: ptr::null_mut(), size: 0 };
        let mut demands = [demand(sys::GNUTLS_DT_KEY_PURPOSE_OID, self.demand().purpose()), nothing];
        let mut count = 1;
        if let Some(name) = name {
            demands[1] = demand(sys::GNUTLS_DT_DNS_HOSTNAME, name);
            count = 2;
        }
        let mut status = 0;
        // SAFETY: both locks are held; `count` demands with strings that live through the call, which only reads them.
        let code =
            unsafe { sys::gnutls_certificate_verify_peers(self.raw(), demands.as_mut_ptr(), count, &mut status) };
        self.verify_status.store(status, Ordering::Relaxed);
        match (code, status) {
            (0, 0) => {
                self.verified.store(true, Ordering::Relaxed);
                0
            }
            (0, _) => sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR,
            (code, _) => code,
        }
    }
}

/// Whether the peer of a session, whose both locks are held, has shown a certificate.
pub(super) fn has_certificate(session: sys::gnutls_session_t) -> bool {
    let mut count = 0;
    // SAFETY: both locks are held; the out pointer is valid.
    let chain = unsafe { sys::gnutls_certificate_get_peers(session, &mut count) };
    !chain.is_null() && count > 0
}
