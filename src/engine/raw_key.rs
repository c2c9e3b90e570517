//! Raw public keys of peers (RFC 7250): whose they are is for the program to know.

use std::ffi::c_int;
use std::slice;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use gnutls_sys as sys;

use super::Engine;
use super::inspect;
use super::verify::has_certificate;
use super::view::HandshakeView;
use crate::algorithm::CertificateType;
use crate::encoding::hex;
use crate::error::{Refusal, Result};
use crate::key::PublicKey;

/// Which raw public keys are the peer's.
#[derive(Clone)]
pub(crate) enum RawKeyTrust {
    /// These.
    Pinned(Arc<[PublicKey]>),
    /// Those that the program says are.
    Asked(Arc<RawKeyHook>),
}

type RawKeyHook = dyn Fn(&PublicKey, &HandshakeView<'_>) -> std::result::Result<(), Refusal> + Send + Sync;

impl Engine {
    /// Whether the peer of this session, whose both locks are held, has shown a raw public key.
    pub(super) fn peer_shows_raw_key(&self) -> bool {
        let kind = inspect::certificate_type(self.raw(), sys::GNUTLS_CTYPE_PEERS);
        kind == CertificateType::RAW_PUBLIC_KEY && has_certificate(self.raw())
    }

    /// Checks the raw public key that the peer has shown, inside the handshake, whose frame holds both locks: 0, or the
    /// error that ends it. GnuTLS sees that the peer has the private half.
    pub(super) fn verify_raw_key(&self) -> c_int {
        let trusted = match (&self.hooks.raw_keys, self.raw_key()) {
            (Some(RawKeyTrust::Pinned(keys)), Some(Ok(key))) => keys.contains(&key),
            (Some(RawKeyTrust::Asked(hook)), Some(Ok(key))) => {
                if self.run_hook("trust_raw_keys_by", |view| hook(&key, view)).is_none() {
                    return sys::GNUTLS_E_USER_ERROR;
                }
                true
            }
            _ => false,
        };
        if trusted {
            self.verified.store(true, Ordering::Relaxed);
            return 0;
        }
        let status = sys::GNUTLS_CERT_INVALID | sys::GNUTLS_CERT_SIGNER_NOT_FOUND;
        self.verify_status.store(status, Ordering::Relaxed);
        sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR
    }

    /// The raw public key that the peer has shown. Both locks are held.
    fn raw_key(&self) -> Option<Result<PublicKey>> {
        if !self.peer_shows_raw_key() {
            return None;
        }
        let mut count = 0;
        // SAFETY: both locks are held; the out pointer is valid.
        let shown = unsafe { sys::gnutls_certificate_get_peers(self.raw(), &mut count) };
        if shown.is_null() || count == 0 {
            return None;
        }
        // SAFETY: GnuTLS says that there is one, valid while the locks are held.
        let shown = unsafe { &*shown };
        // SAFETY: a view of `size` bytes, valid as above.
        Some(PublicKey::from_der(unsafe { slice::from_raw_parts(shown.data, shown.size as usize) }))
    }

    /// The raw public key that the peer has shown.
    pub(crate) fn peer_raw_key(&self) -> Result<Option<PublicKey>> {
        self.not_inside("reading the peer's public key")?;
        let _held = self.lock.both();
        self.raw_key().transpose()
    }

    /// What to call a peer that is known by its raw public key, for people.
    pub(super) fn raw_key_name(&self) -> Option<String> {
        let key = self.peer_raw_key().ok()??;
        Some(format!("the key {}", hex::encode(key.key_id().ok()?).ok()?))
    }
}
