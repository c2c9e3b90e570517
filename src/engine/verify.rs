//! Checking the peer's certificate, inside the handshake.

use std::ffi::{c_int, c_uint};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use gnutls_sys as sys;

use super::checks::VerifyHook;
use super::sides::Held;
use super::{Engine, Info};
use crate::algorithm::{CredentialsType, Protocol};
use crate::ffi::copied;
use crate::resumption::Voucher;
use crate::x509::{Verification, VerifyStatus};

/// What a session demands of its peer's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verify {
    /// Nothing: any peer will do.
    Nothing,
    /// A server that is trusted, and what the session's checks demand beside that.
    Server,
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
    /// Any certificate will do, as far as GnuTLS is concerned.
    fn takes_any(self) -> bool {
        matches!(self, Verify::Nothing | Verify::ClientAny | Verify::ClientWithKey)
    }
}

impl Engine {
    /// The verify callback: 0, or the error that ends the handshake. The frame of the handshake holds both locks.
    pub(super) fn verify_peer(&self) -> c_int {
        if self.has_foreign_certificate() {
            return sys::GNUTLS_E_NO_CERTIFICATE_FOUND;
        }
        // It comes for sessions that are resumed, too, before TLS 1.3. The program is asked about them in `verify_resumed`;
        // about a client that authenticates itself later in such a session, here.
        let resuming = self.info().is_none() && is_resumed(self.raw());
        self.verify_shown(!resuming)
    }

    /// A message of the handshake has come, and GnuTLS has not acted on it: 0, or the error that ends the handshake. The frame
    /// holds both locks.
    ///
    /// # Safety
    /// Null, or a datum that is valid during the call.
    pub(super) unsafe fn look_at_client(&self, message: c_uint, body: *const sys::gnutls_datum_t) -> c_int {
        if self.is_server && [sys::GNUTLS_HANDSHAKE_CERTIFICATE_PKT, COMPRESSED_CERTIFICATE].contains(&message) {
            // SAFETY: the caller's promise.
            let body = unsafe { body.as_ref() }.map(|body| unsafe { copied(body) }).unwrap_or_default();
            // SAFETY: both locks are held.
            let version = Protocol::from_raw(unsafe { sys::gnutls_protocol_get_version(self.raw()) });
            self.certificate_came.store(shows_certificate(message, version, &body), Ordering::Relaxed);
        }
        // One of them comes in each handshake that resumes nothing, and before GnuTLS makes a ticket.
        let last = [sys::GNUTLS_HANDSHAKE_CLIENT_KEY_EXCHANGE, sys::GNUTLS_HANDSHAKE_FINISHED].contains(&message);
        if last && self.has_foreign_certificate() {
            return sys::GNUTLS_E_NO_CERTIFICATE_FOUND;
        }
        0
    }

    /// Whether GnuTLS has a client's certificate that did not come in this handshake, which resumes nothing.
    ///
    /// GnuTLS (3.7.9 to 3.8.13) takes the certificate out of a ticket before it looks at the ticket's age. Anybody can read
    /// a ticket on its way: in TLS 1.2 when it is given out, and in all versions when it is offered. Who offers it when it is
    /// old (in TLS 1.3 the client says how old it is, and proves nothing before) and shows nothing would be known by that
    /// certificate, and so would who resumes the new session.
    pub(super) fn has_foreign_certificate(&self) -> bool {
        if !self.is_server || self.info().is_some() || self.certificate_came.load(Ordering::Relaxed) {
            return false;
        }
        !is_resumed(self.raw()) && self.peer_has_certificate()
    }

    /// GnuTLS has acted on a client's hello: has it forget a certificate that is out of a ticket which it did not take, before
    /// anything is made of it. (In a renegotiation it may be that of the session so far, and [`look_at_client`] decides.) The
    /// frame holds both locks.
    ///
    /// [`look_at_client`]: Engine::look_at_client
    pub(super) fn forget_foreign_certificate(&self, held: &mut Held<'_>) {
        let again = held.recv_side().and_then(|side| side.renegotiation()).is_some_and(|it| it.is_under_way());
        if again || !self.has_foreign_certificate() {
            return;
        }
        let nothing = [0xff_u8];
        // GnuTLS lets go of who the peer is before it looks at what it is given, and a byte is no session: it changes nothing
        // else and says that it failed. Whether the certificate has gone is looked at before anything comes of it.
        // SAFETY: both locks are held; the byte is readable, and is copied.
        unsafe { sys::gnutls_session_set_data(self.raw(), nothing.as_ptr().cast(), nothing.len()) };
    }

    /// Verifies the certificate that the peer has shown. GnuTLS has seen to it that who must show one does.
    fn verify_shown(&self, ask: bool) -> c_int {
        // Who takes any certificate has not said so of raw public keys: those that are trusted alone are taken.
        if self.peer_shows_raw_key() {
            return self.verify_raw_key();
        }
        let hook = self.hooks.verify.as_ref().filter(|_| ask);
        let nothing_to_do = match self.demand() {
            Verify::Server => false,
            verify if verify.takes_any() && hook.is_none() => true,
            _ => !self.peer_has_certificate(),
        };
        if nothing_to_do {
            return 0;
        }
        let (code, found) = self.verify_by_demands(hook.is_some());
        self.verify_status.store(found.status().raw(), Ordering::Relaxed);
        match code {
            0 if found.is_ok() || self.demand().takes_any() => self.accept(hook, &found),
            0 => sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR,
            // What cannot even be verified is the program's to judge, too.
            _ if self.demand().takes_any() => self.accept(hook, &Verification::new(VerifyStatus::INVALID, Vec::new())),
            code => code,
        }
    }

    /// What would be accepted: the program's own code has the last word.
    fn accept(&self, hook: Option<&Arc<VerifyHook>>, found: &Verification) -> c_int {
        if let Some(hook) = hook {
            if self.run_hook("verify_with", |view| hook(view, found)).is_none() {
                return sys::GNUTLS_E_USER_ERROR;
            }
        }
        self.verified.store(true, Ordering::Relaxed);
        0
    }

    /// What is demanded now: after a handshake of TLS 1.3 a certificate comes because it was asked for since.
    fn demand(&self) -> Verify {
        self.terms.verify_later.filter(|_| self.has_key_updates()).unwrap_or(self.verify)
    }

    /// [`verify_peer`](Engine::verify_peer) for a session that was resumed. GnuTLS verifies certificates that are sent; a
    /// resumed session brings those of the earlier one, which may have been another server's, or not verified. The
    /// program's own code is asked again.
    fn verify_resumed(&self, info: &Info) -> c_int {
        match (self.verify, &self.voucher) {
            (Verify::Server, Some(voucher)) if voucher.is_of(&self.keep, &self.demanded()) => {
                self.accept(self.hooks.verify.as_ref(), &Verification::new(VerifyStatus::empty(), Vec::new()))
            }
            // Only who has the secret can finish the handshake; TLS 1.3 knows none, and resumes what was offered beside it.
            (Verify::Server, _) if self.has_premaster && info.protocol != Protocol::TLS1_3 => 0,
            (Verify::Server, _) if !self.peer_has_certificate() => sys::GNUTLS_E_NO_CERTIFICATE_FOUND,
            // It may have begun at another server that has the same key for tickets.
            (Verify::ClientAlways | Verify::ClientAny, _)
                if !self.peer_has_certificate() && !self.is_by_key(info.client) =>
            {
                sys::GNUTLS_E_CERTIFICATE_REQUIRED
            }
            // The name of a user is lost.
            (Verify::ClientWithKey, _) if self.terms.srp.is_some() && info.client == CredentialsType::SRP => 0,
            (Verify::ClientWithKey, _) if info.psk_identity().is_none() => sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS,
            _ => self.verify_shown(true),
        }
    }

    /// The last look at who the peer is, once GnuTLS has finished the handshake: 0, or the error that ends it. It has
    /// verified certificates before, where it got any; a session without must stand on something else that was asked for.
    pub(super) fn verify_established(&self, info: &Info) -> c_int {
        match self.verify {
            _ if info.resumed => self.verify_resumed(info),
            _ if self.has_foreign_certificate() => sys::GNUTLS_E_NO_CERTIFICATE_FOUND,
            Verify::Nothing | Verify::Client => 0,
            Verify::ClientAlways | Verify::ClientAny if info.peer.is_some() => 0,
            Verify::ClientAlways | Verify::ClientAny => sys::GNUTLS_E_CERTIFICATE_REQUIRED,
            Verify::Server if self.terms.anonymous && info.server == CredentialsType::ANONYMOUS => 0,
            Verify::Server if self.is_verified() || self.is_by_key(info.server) => 0,
            Verify::Server => sys::GNUTLS_E_NO_CERTIFICATE_FOUND,
            Verify::ClientWithKey if self.is_by_key(info.client) => 0,
            Verify::ClientWithKey => sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS,
        }
    }

    /// Whether nothing was found wrong with a certificate, by GnuTLS alone or by us.
    fn is_verified(&self) -> bool {
        self.found_alone().map_or_else(|| self.verified.load(Ordering::Relaxed), VerifyStatus::is_ok)
    }

    /// Why verification failed, if `code` says that it did: GnuTLS is asked once more, with an eye on each certificate. In a
    /// frame that holds both locks.
    pub(super) fn look_again(&self, code: c_int) -> (c_int, Option<Verification>) {
        if code != sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR && code != sys::GNUTLS_E_CERTIFICATE_ERROR {
            return (code, None);
        }
        match self.verify_by_demands(true) {
            (0, found) if !found.is_ok() => {
                self.verify_status.store(found.status().raw(), Ordering::Relaxed);
                (sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR, Some(found))
            }
            // On its own GnuTLS has one code for all that keeps it from verifying.
            (sys::GNUTLS_E_CONSTRAINT_ERROR, _) => (sys::GNUTLS_E_CONSTRAINT_ERROR, None),
            _ => (code, None),
        }
    }

    /// The word that this established session's server is verified.
    pub(super) fn voucher(&self) -> Option<Voucher> {
        match self.verify {
            Verify::Server => Some(Voucher::new(&self.keep, &self.demanded())),
            _ => None,
        }
    }

    /// Whether a side proved itself with a pre-shared key or a password, and this configuration has such.
    fn is_by_key(&self, side: CredentialsType) -> bool {
        match side {
            CredentialsType::PSK => self.terms.psk.is_some(),
            CredentialsType::SRP => self.terms.srp.is_some(),
            _ => false,
        }
    }

    fn peer_has_certificate(&self) -> bool {
        has_certificate(self.raw())
    }
}

/// `compressed_certificate` (RFC 8879, section 4), which not every GnuTLS knows.
const COMPRESSED_CERTIFICATE: c_uint = 25;

/// Whether a client's message has a certificate, or a raw public key, in it (RFC 5246, section 7.4.6; RFC 8446, section 4.4.2).
fn shows_certificate(message: c_uint, version: Protocol, body: &[u8]) -> bool {
    let list = match message {
        // The algorithm, and the length of the message without it: an empty one has 4 bytes.
        COMPRESSED_CERTIFICATE => return body.get(2..5).is_some_and(|length| length > [0, 0, 4].as_slice()),
        // What it answers.
        _ if version == Protocol::TLS1_3 => {
            body.split_first().and_then(|(length, rest)| rest.get(usize::from(*length)..)).unwrap_or_default()
        }
        _ => body,
    };
    // It begins with its length.
    list.get(..3).is_some_and(|length| length != [0; 3])
}

/// Whether the peer of a session, whose both locks are held, has shown a certificate.
pub(super) fn has_certificate(session: sys::gnutls_session_t) -> bool {
    let mut count = 0;
    // SAFETY: both locks are held; the out pointer is valid.
    let chain = unsafe { sys::gnutls_certificate_get_peers(session, &mut count) };
    !chain.is_null() && count > 0
}

/// Whether a session, whose both locks are held, is resumed, as far as is known yet.
pub(super) fn is_resumed(session: sys::gnutls_session_t) -> bool {
    // SAFETY: both locks are held.
    unsafe { sys::gnutls_session_is_resumed(session) != 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_is_told_from_a_short_one() {
        const PLAIN: c_uint = sys::GNUTLS_HANDSHAKE_CERTIFICATE_PKT;
        let shows = |message, version, body: &[u8]| shows_certificate(message, version, body);
        for body in [&[][..], &[0, 0], &[0, 0, 0]] {
            assert!(!shows(PLAIN, Protocol::TLS1_2, body) && !shows(PLAIN, Protocol::TLS1_3, body), "{body:?}");
        }
        assert!(shows(PLAIN, Protocol::TLS1_2, &[0, 0, 4, 0, 0, 1, 9]));
        assert!(!shows(PLAIN, Protocol::TLS1_3, &[0, 0, 0, 0]) && !shows(PLAIN, Protocol::TLS1_3, &[2, 9, 9, 0, 0, 0]));
        assert!(
            shows(PLAIN, Protocol::TLS1_3, &[0, 0, 0, 91, 0]) && shows(PLAIN, Protocol::TLS1_3, &[1, 0, 0, 0, 91, 0])
        );
        assert!(!shows(PLAIN, Protocol::TLS1_3, &[9, 1, 1, 1]), "a context that is cut off");
        assert!(shows(COMPRESSED_CERTIFICATE, Protocol::TLS1_3, &[0, 1, 0, 0, 95]));
        assert!(!shows(COMPRESSED_CERTIFICATE, Protocol::TLS1_3, &[0, 1, 0, 0, 4]));
    }
}
