//! How strictly peers are verified, and whom that asks, in the builders of both roles.

use std::sync::Arc;

use super::Common;
use crate::engine::{Engine, HandshakeView, VERIFY_FUNCTION, VerifySettings};
use crate::error::{Error, Refusal, Result};
use crate::x509::{Verification, VerifyProfile};

impl Common {
    /// Has `hook` asked about the certificates of every session.
    pub(in crate::session) fn verify_by(
        &mut self,
        hook: impl Fn(&HandshakeView<'_>, &Verification) -> std::result::Result<(), Refusal> + Send + Sync + 'static,
    ) {
        self.credentials.verify_by(VERIFY_FUNCTION);
        Arc::make_mut(&mut self.hooks).verify = Some(Arc::new(hook));
    }

    /// Has the session, whose hooks are set, verify its peer so.
    pub(in crate::session) fn apply_verification(&self, engine: &mut Engine, own_hook: bool) -> Result<()> {
        let by_credentials = self.hooks.verify.is_some() && !own_hook;
        engine.set_verification(VerifySettings { profile: self.profile, by_credentials })
    }
}

/// Refuses profiles that are hardly any.
pub(in crate::session) fn only_strong(profile: VerifyProfile) -> Result<VerifyProfile> {
    const STRONG: [VerifyProfile; 6] = [
        VerifyProfile::MEDIUM,
        VerifyProfile::HIGH,
        VerifyProfile::ULTRA,
        VerifyProfile::FUTURE,
        VerifyProfile::SUITEB128,
        VerifyProfile::SUITEB192,
    ];
    if STRONG.contains(&profile) {
        return Ok(profile);
    }
    let why = format!("{profile:?} is weaker than MEDIUM, or unknown; dangerous().verify_profile() sets it");
    Err(Error::input("setting the profile of verification", why))
}

macro_rules! verify_builder_methods {
    () => {
        /// Asks `verify` about each peer whose certificate would be accepted; it can refuse. It gets what GnuTLS found, with
        /// a step for each certificate, and may [look at the session](crate::HandshakeView). It is also asked when a session
        /// is resumed, about the certificates of the first one (with nothing found wrong and no steps if it was this
        /// configuration that verified them); not about peers without a certificate.
        ///
        /// After `dangerous().accept_any_...` every certificate would be accepted: what GnuTLS found is advice, and `verify`
        /// alone decides.
        ///
        /// `verify` is called in the handshake's own calls, and keeps their thread waiting as long as it takes. If it refuses
        /// or panics, the handshake fails ([`ErrorKind::Callback`](crate::ErrorKind::Callback)).
        ///
        /// # Examples
        /// ```
        /// use gnutls::{Alert, ClientConfig, Refusal};
        /// # fn trust(builder: gnutls::ClientConfigBuilder) -> gnutls::ClientConfigBuilder {
        /// builder.verify_with(|view, found| {
        ///     let chain = view.peer_certificates()?;
        ///     if !chain[0].subject()?.ends_with("O=Example") {
        ///         return Err(Refusal::new("not one of ours").alert(Alert::BAD_CERTIFICATE));
        ///     }
        ///     println!("{} steps", found.steps().len());
        ///     Ok(())
        /// })
        /// # }
        /// ```
        #[doc(alias = "gnutls_certificate_set_verify_function")]
        #[doc(alias = "gnutls_session_set_verify_output_function")]
        #[must_use]
        pub fn verify_with(
            mut self,
            verify: impl Fn(
                &crate::engine::HandshakeView<'_>,
                &crate::x509::Verification,
            ) -> std::result::Result<(), crate::error::Refusal>
            + Send
            + Sync
            + 'static,
        ) -> Self {
            if let Ok(common) = &mut self.common {
                common.verify_by(verify);
            }
            self
        }

        /// How strong the algorithms of certificates must be, in place of what the priorities say (`%PROFILE_MEDIUM`).
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for those below
        /// [`MEDIUM`](crate::x509::VerifyProfile::MEDIUM), and for unknown ones.
        #[doc(alias = "gnutls_session_set_verify_cert")]
        pub fn verify_profile(mut self, profile: crate::x509::VerifyProfile) -> Result<Self> {
            self.common()?.profile = Some(super::setup::verifying::only_strong(profile)?);
            Ok(self)
        }
    };
}
pub(in crate::session) use verify_builder_methods;

/// What gives up safety.
macro_rules! dangerous_verify_methods {
    ($builder:ident) => {
        /// Any profile: **forgers may be able to make certificates of weak ones.**
        ///
        /// # Errors
        /// If the builder cannot be used.
        #[doc(alias = "gnutls_session_set_verify_cert")]
        pub fn verify_profile(mut self, profile: crate::x509::VerifyProfile) -> Result<$builder> {
            self.0.common()?.profile = Some(profile);
            Ok(self.0)
        }
    };
}
pub(in crate::session) use dangerous_verify_methods;
