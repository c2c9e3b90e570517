//! What client and server configurations share: priorities, ALPN, limits, and putting them into a fresh session.

pub(super) mod additions;
pub(super) mod dtls;
pub(super) mod identity;
pub(super) mod limits;
pub(super) mod raw_keys;
pub(super) mod renegotiation;
pub(super) mod staples;
pub(super) mod trusting;
pub(super) mod verifying;

use std::ffi::c_uint;
use std::sync::Arc;
use std::time::Duration;

use gnutls_sys as sys;

use super::ways::Ways;
use crate::algorithm::Mac;
use crate::credentials::{
    AnonymousCredentials, CertificateCredentials, PskCredentials, PskSource, SrpCredentials, SrpDecoy, SrpSource,
};
use crate::engine::{Additions, Engine, Hooks, PSK_FUNCTIONS, SRP_FUNCTIONS, Srp, Terms};
use crate::error::{Error, Result};
use crate::ffi::{check, datum};
use crate::priority::Priority;
use crate::x509::{VerifyDemands, VerifyProfile};
use identity::IdentitySettings;
use raw_keys::RawKeys;

/// The common part of a configuration.
pub(super) struct Common {
    pub(super) credentials: CertificateCredentials,
    /// This side has a certificate of its own.
    pub(super) has_identity: bool,
    pub(super) identity: IdentitySettings,
    pub(super) raw_keys: RawKeys,
    pub(super) psk: Option<PskSource>,
    /// The hash that the keys are for.
    pub(super) psk_binder: Option<Mac>,
    pub(super) psk_hint: Option<String>,
    pub(super) srp: Option<SrpSource>,
    pub(super) srp_decoy: Option<SrpDecoy>,
    pub(super) srp_prime_bits: u32,
    pub(super) anonymous: Option<AnonymousCredentials>,
    pub(super) dtls: dtls::DtlsSettings,
    /// What `finish` makes of the keys.
    psk_credentials: Option<PskCredentials>,
    srp_credentials: Option<SrpCredentials>,
    pub(super) priority: Priority,
    pub(super) priority_chosen: bool,
    /// Certificates may be asked for after the handshake.
    pub(super) reauth: bool,
    /// Sessions may be renegotiated.
    pub(super) renegotiation: bool,
    pub(super) alpn: Vec<Vec<u8>>,
    /// How a server chooses among them.
    pub(super) alpn_flags: c_uint,
    pub(super) handshake_timeout: Option<Duration>,
    pub(super) limits: limits::Limits,
    pub(super) hooks: Arc<Hooks>,
    pub(super) terms: Arc<Terms>,
    pub(super) additions: Arc<Additions>,
    pub(super) profile: Option<VerifyProfile>,
    /// What a server demands of its clients' certificates.
    pub(super) client_demands: Arc<VerifyDemands>,
    /// A client wants no tickets.
    pub(super) no_tickets: bool,
}

impl Common {
    pub(super) fn new() -> Result<Common> {
        Ok(Common {
            credentials: CertificateCredentials::new()?,
            has_identity: false,
            identity: IdentitySettings::default(),
            raw_keys: RawKeys::default(),
            psk: None,
            psk_binder: None,
            psk_hint: None,
            srp: None,
            srp_decoy: None,
            srp_prime_bits: 0,
            anonymous: None,
            dtls: dtls::DtlsSettings::default(),
            psk_credentials: None,
            srp_credentials: None,
            priority: Priority::system()?,
            priority_chosen: false,
            reauth: false,
            renegotiation: false,
            alpn: Vec::new(),
            alpn_flags: 0,
            handshake_timeout: None,
            limits: limits::Limits::default(),
            hooks: Arc::default(),
            terms: Arc::default(),
            additions: Arc::default(),
            profile: None,
            client_demands: Arc::default(),
            no_tickets: false,
        })
    }

    /// What `gnutls_init` must know.
    pub(super) fn flags(&self) -> c_uint {
        self.limits.flags | if self.reauth { sys::GNUTLS_POST_HANDSHAKE_AUTH } else { 0 }
    }

    /// Whether pre-shared keys and passwords are the only way to authenticate; after `finish`.
    pub(super) fn has_keys_only(&self) -> bool {
        let keys = self.psk_credentials.is_some() || self.srp_credentials.is_some();
        keys && !self.has_identity && self.anonymous.is_none()
    }

    /// Makes what there is beside certificates ready, once all settings are known, and gives it priorities.
    /// `certificates`: those are another way.
    pub(super) fn finish(&mut self, certificates: bool) -> Result<()> {
        let (psk, srp) = (self.psk.take(), self.srp.take());
        let anonymous = self.anonymous.is_some();
        let ways = Ways {
            certificates,
            psk: psk.is_some(),
            srp: srp.is_some(),
            password: matches!(srp, Some(SrpSource::User(_) | SrpSource::Choice(_))),
            anonymous,
        };
        let terms = Arc::make_mut(&mut self.terms);
        terms.anonymous = anonymous;
        if let Some(source) = psk {
            let hint = self.psk_hint.as_deref();
            self.psk_credentials = Some(PskCredentials::new(&source, self.psk_binder, hint, PSK_FUNCTIONS)?);
            terms.psk = Some(source);
        }
        if let Some(source) = srp {
            let decoy = self.srp_decoy.take();
            self.srp_credentials = Some(SrpCredentials::new(&source, decoy.as_ref(), SRP_FUNCTIONS)?);
            terms.srp = Some(Srp { source, decoy: decoy.map(|decoy| decoy.group), prime_bits: self.srp_prime_bits });
        }
        if self.priority_chosen {
            self.raw_keys.check(&self.priority)?;
            return ways.check(&self.priority);
        }
        let words: Vec<_> = [ways.words(), self.raw_keys.words()].into_iter().flatten().collect();
        if !words.is_empty() {
            self.priority = Priority::system_and(&words.join(":"))?;
        }
        Ok(())
    }

    /// Puts the configuration into a session that nobody else has yet. The session keeps `self` alive.
    pub(super) fn apply(&self, engine: &mut Engine) -> Result<()> {
        let session = engine.raw_mut();
        // SAFETY: a fresh session; the priority cache lives as long as `self`.
        let code = unsafe { sys::gnutls_priority_set(session, self.priority.raw()) };
        check(code, "setting the priorities")?;
        self.dtls.apply(engine, self.handshake_timeout)?;
        // SAFETY: a fresh session; the credentials live as long as `self`.
        let code =
            unsafe { sys::gnutls_credentials_set(session, sys::GNUTLS_CRD_CERTIFICATE, self.credentials.raw().cast()) };
        check(code, "setting the credentials")?;
        self.identity.apply(engine);
        self.limits.apply(engine)?;
        if let Some(timeout) = self.handshake_timeout {
            limits::set_timeout(engine, timeout);
        }
        if !self.additions.is_empty() {
            engine.set_additions(Arc::clone(&self.additions))?;
        }
        if let Some(psk) = &self.psk_credentials {
            engine.set_psk(psk)?;
        }
        if let Some(srp) = &self.srp_credentials {
            engine.set_srp(srp)?;
        }
        if let Some(anonymous) = &self.anonymous {
            engine.set_anonymous(anonymous)?;
        }
        engine.tell_keys();
        if self.renegotiation {
            engine.allow_renegotiation();
        }
        engine.set_hooks(Arc::clone(&self.hooks));
        self.apply_alpn(session)
    }

    fn apply_alpn(&self, session: sys::gnutls_session_t) -> Result<()> {
        const DOING: &str = "setting the application protocols";
        if self.alpn.is_empty() {
            return Ok(());
        }
        let names = self.alpn.iter().map(|name| datum(name, DOING)).collect::<Result<Vec<_>>>()?;
        let count = c_uint::try_from(names.len()).map_err(|_| Error::input(DOING, "there are too many"))?;
        // SAFETY: a fresh session and `count` views, alive during the call; GnuTLS copies the names.
        let code = unsafe { sys::gnutls_alpn_set_protocols(session, names.as_ptr(), count, self.alpn_flags) };
        check(code, DOING).map(drop)
    }
}

/// Checks ALPN names: 1 to 255 bytes each (RFC 7301), and as many as GnuTLS keeps.
pub(super) fn alpn_names<N: AsRef<[u8]>>(names: impl IntoIterator<Item = N>) -> Result<Vec<Vec<u8>>> {
    const DOING: &str = "setting the application protocols";
    /// GnuTLS's limits (lib/ext/alpn.c): names in a session, bytes in a name (its buffer of 32 is never filled).
    const MOST: usize = 8;
    const LONGEST: usize = 31;
    let names: Vec<Vec<u8>> = names.into_iter().map(|name| name.as_ref().to_vec()).collect();
    if names.len() > MOST {
        return Err(Error::input(DOING, format!("{} names are more than the {MOST} that GnuTLS takes", names.len())));
    }
    match names.iter().find(|name| name.is_empty() || name.len() > LONGEST) {
        None => Ok(names),
        Some(name) => {
            let name = String::from_utf8_lossy(name);
            Err(Error::input(DOING, format!("{name:?} is empty or longer than the {LONGEST} bytes GnuTLS takes")))
        }
    }
}

/// The methods that the builders of both roles have.
macro_rules! common_builder_methods {
    () => {
        pub(super) fn common(&mut self) -> Result<&mut Common> {
            self.common.as_mut().map_err(|error| error.clone())
        }

        /// Which versions, ciphers and groups may be used. Default: [`Priority::system`], and with pre-shared keys their
        /// key exchanges with forward secrecy (`+ECDHE-PSK:+DHE-PSK`).
        #[doc(alias = "gnutls_priority_set")]
        #[must_use]
        pub fn priority(mut self, priority: Priority) -> Self {
            if let Ok(common) = &mut self.common {
                (common.priority, common.priority_chosen) = (priority, true);
            }
            self
        }

        /// The hash that the pre-shared keys are for, [`Mac::SHA256`](crate::Mac::SHA256) or
        /// [`Mac::SHA384`](crate::Mac::SHA384): in TLS 1.3 a key is used with one hash only, and with ciphers that have
        /// it (RFC 8446, section 4.2.11). Default: SHA-256. Another is an error of `build`.
        #[cfg(gnutls_3_8_11)]
        #[doc(alias = "gnutls_psk_allocate_client_credentials2")]
        #[doc(alias = "gnutls_psk_allocate_server_credentials2")]
        #[must_use]
        pub fn psk_binder_hash(mut self, hash: crate::algorithm::Mac) -> Self {
            if let Ok(common) = &mut self.common {
                common.psk_binder = Some(hash);
            }
            self
        }

        /// The application protocols (ALPN, RFC 7301); see [`Session::alpn`]. The client's order decides.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a name that is empty or too long, or too
        /// many of them.
        #[doc(alias = "gnutls_alpn_set_protocols")]
        pub fn alpn<N: AsRef<[u8]>>(mut self, names: impl IntoIterator<Item = N>) -> Result<Self> {
            self.common()?.alpn = alpn_names(names)?;
            Ok(self)
        }

        /// After how many records the sending keys are renewed by themselves (TLS 1.3, RFC 8446, section 5.5; at
        /// least 1). Default: 2^24, for ChaCha20-Poly1305 never. Lower limits are for tests; updates of this kind
        /// keep at least 250 milliseconds between them.
        #[must_use]
        pub fn key_update_after(mut self, records: u64) -> Self {
            if let Ok(common) = &mut self.common {
                Arc::make_mut(&mut common.terms).record_limit = Some(records.max(1));
            }
            self
        }

        /// Tells `log` the secrets of the sessions, for tools that decrypt what was captured: a
        /// [`KeyLogFile`](crate::KeyLogFile), or a function. **Who has them can read everything.** Default: nobody is
        /// told, whatever `SSLKEYLOGFILE` in the environment says; `.key_log(KeyLogFile::from_env()?)` honours it.
        ///
        /// In TLS 1.2 GnuTLS tells nothing of resumed sessions: their secret is that of the first one.
        #[doc(alias = "gnutls_session_set_keylog_function")]
        #[doc(alias = "gnutls_session_get_random")]
        #[must_use]
        pub fn key_log(mut self, log: impl KeyLog + 'static) -> Self {
            if let Ok(common) = &mut self.common {
                Arc::make_mut(&mut common.terms).key_log = Some(Arc::new(log));
            }
            self
        }

        /// How long a handshake may take. Default: without limit.
        #[doc(alias = "gnutls_handshake_set_timeout")]
        #[must_use]
        pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
            if let Ok(common) = &mut self.common {
                common.handshake_timeout = Some(timeout);
            }
            self
        }
    };
}
pub(super) use common_builder_methods;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpn_names_are_checked_before_c_sees_them() {
        assert_eq!(alpn_names(["h2", "http/1.1"]).expect("fine").len(), 2);
        assert!(alpn_names([""]).is_err() && alpn_names(["x".repeat(33)]).is_err() && alpn_names(["a"; 9]).is_err());
    }
}
