//! What a side shows: the methods of both builders that give it identities.

use std::sync::Arc;

use super::Common;
use crate::engine::{Engine, IDENTITY_FUNCTIONS, IdentityHook};

/// How a side deals with identities, beside those in the credentials.
#[derive(Default)]
pub(in crate::session) struct IdentitySettings {
    /// A server does not tell whom it trusts.
    pub(in crate::session) hide_authorities: bool,
}

impl Common {
    /// Has sessions ask `hook` which identity to show; `staples`: with OCSP responses.
    pub(in crate::session) fn set_identity_hook(&mut self, hook: IdentityHook, staples: bool) {
        match hook {
            IdentityHook::Prepared(_) => self.credentials.ask_for_identity(IDENTITY_FUNCTIONS, staples),
            IdentityHook::Plain(_) => self.credentials.ask_for_certificate(IDENTITY_FUNCTIONS),
        }
        Arc::make_mut(&mut self.hooks).identity = Some(hook);
        self.has_identity = true;
        self.raw_keys.certificates_shown = true;
    }
}

impl IdentitySettings {
    /// Puts the settings into a session that nobody else has yet.
    pub(super) fn apply(&self, engine: &mut Engine) {
        if self.hide_authorities {
            engine.hide_authorities();
        }
    }
}

/// The methods of both builders that give a side identities.
macro_rules! identity_builder_methods {
    () => {
        /// Adds a certificate with its key. With several, GnuTLS takes the one that fits the peer: on a server the first
        /// that has the name which the client asks for, and otherwise the first whose key the client knows to use; on a
        /// client one that an authority issued which the server names. A client that has none from there shows none, and a
        /// server that [demands](crate::ClientAuth::Require) one says `certificate_required`.
        ///
        /// # Errors
        /// If GnuTLS refuses the pair.
        #[doc(alias = "gnutls_certificate_set_x509_key")]
        pub fn with_identity(self, identity: Identity) -> Result<Self> {
            self.identity(|credentials| credentials.add_identity(&identity))
        }

        /// As [`with_identity`](Self::with_identity), from files that GnuTLS reads by itself (or URLs `pkcs11:`, for which
        /// the [PIN](Self::pin) is asked): a chain, its own certificate first, and a key, encrypted with `password` if there
        /// is one. The two may be the same file.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) or another error for what is not there or malformed, and
        /// for a key of numbers that nobody can sign with,
        /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if the key belongs to another certificate, or the password
        /// does not open it.
        ///
        /// # Panics
        /// With the panic of the [`Pin`](crate::key::Pin) that is asked, if it raises one.
        #[doc(alias = "gnutls_certificate_set_x509_key_file")]
        #[doc(alias = "gnutls_certificate_set_x509_key_file2")]
        pub fn with_identity_files(
            self,
            chain: impl AsRef<Path>,
            key: impl AsRef<Path>,
            format: Format,
            password: Option<&str>,
        ) -> Result<Self> {
            self.identity(|credentials| credentials.load_files(chain.as_ref(), key.as_ref(), format, password))
        }

        /// As [`with_identity_files`](Self::with_identity_files), from memory.
        ///
        /// # Errors
        /// As there.
        ///
        /// # Panics
        /// As there.
        #[doc(alias = "gnutls_certificate_set_x509_key_mem")]
        #[doc(alias = "gnutls_certificate_set_x509_key_mem2")]
        pub fn with_identity_bytes(
            self,
            chain: impl AsRef<[u8]>,
            key: impl AsRef<[u8]>,
            format: Format,
            password: Option<&str>,
        ) -> Result<Self> {
            self.identity(|credentials| credentials.load_bytes(chain.as_ref(), key.as_ref(), format, password))
        }

        /// As [`with_identity`](Self::with_identity), from a PKCS#12 file (`.p12`), whose MAC is checked. A revocation list
        /// in it counts for the peer's certificates. [`pkcs12`](crate::pkcs12) has more to say of such files.
        ///
        /// # Errors
        /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if the password is wrong; another error for what is not
        /// there or malformed.
        #[doc(alias = "gnutls_certificate_set_x509_simple_pkcs12_file")]
        pub fn with_pkcs12_file(self, path: impl AsRef<Path>, format: Format, password: &str) -> Result<Self> {
            self.identity(|credentials| credentials.load_pkcs12_file(path.as_ref(), format, password))
        }

        /// As [`with_pkcs12_file`](Self::with_pkcs12_file), from memory.
        ///
        /// # Errors
        /// As there.
        #[doc(alias = "gnutls_certificate_set_x509_simple_pkcs12_mem")]
        pub fn with_pkcs12(self, bytes: impl AsRef<[u8]>, format: Format, password: &str) -> Result<Self> {
            self.identity(|credentials| credentials.load_pkcs12(bytes.as_ref(), format, password))
        }

        /// Adds what this side shows, its own certificate first, and the key for it: on a token, in a store of the system,
        /// or in code of the program's own. The key signs once, to see whether it fits (but not one of EdDSA).
        ///
        /// # Errors
        /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if the key belongs to another certificate.
        ///
        /// # Panics
        /// With the panic of a key in code, if it raises one.
        #[doc(alias = "gnutls_certificate_set_key")]
        pub fn with_key(self, shown: Vec<Pcert>, key: &key::PrivateKey) -> Result<Self> {
            let raw = shown.first().is_some_and(|first| first.certificate_type() == CertificateType::RAW_PUBLIC_KEY);
            if raw {
                return self.raw_key(|credentials| credentials.add_key(shown, key));
            }
            self.identity(|credentials| credentials.add_key(shown, key))
        }

        /// Shows what `choose` chooses in each handshake, instead of identities that were added: on a server for the
        /// [name](crate::IdentityRequest::server_name) that the client asks for, on a client by the
        /// [authorities](crate::IdentityRequest::authorities) that the server trusts. `None` shows nothing: a client goes on
        /// without, a server's handshake fails. A refusal, or a panic, fails the handshake
        /// ([`ErrorKind::Callback`](crate::ErrorKind::Callback)).
        ///
        /// This is how identities change while sessions run: the next handshake gets what `choose` gives then, and sessions
        /// that have begun keep what they showed. `choose` may be called from several threads at a time, and keeps the thread
        /// of the handshake waiting. A handshake may call it more than once, and one that resumes a session does not.
        ///
        /// # Examples
        /// ```
        /// use std::sync::{Arc, RwLock};
        /// use gnutls::{PreparedIdentity, Refusal, ServerConfig};
        ///
        /// let current: Arc<RwLock<Option<PreparedIdentity>>> = Arc::default();
        /// let shown = Arc::clone(&current);
        /// let config = ServerConfig::builder()
        ///     .choose_identity(move |_| Ok(shown.read().map_err(|_| Refusal::new("poisoned"))?.clone()))
        ///     .build()?;
        /// // When there are new files: *current.write().unwrap() = Some(PreparedIdentity::try_from(&identity)?);
        /// # Ok::<(), gnutls::Error>(())
        /// ```
        #[doc(alias = "gnutls_certificate_set_retrieve_function2")]
        #[doc(alias = "gnutls_certificate_set_retrieve_function3")]
        #[must_use]
        pub fn choose_identity(
            self,
            choose: impl Fn(&IdentityRequest<'_>) -> std::result::Result<Option<PreparedIdentity>, Refusal>
            + Send
            + Sync
            + 'static,
        ) -> Self {
            self.identity_hook(IdentityHook::Prepared(Arc::new(choose)))
        }

        /// As [`choose_identity`](Self::choose_identity), for certificates with keys in memory, which GnuTLS takes over anew
        /// in each handshake: simpler where handshakes are few.
        #[doc(alias = "gnutls_certificate_set_retrieve_function")]
        #[must_use]
        pub fn choose_certificate(
            self,
            choose: impl Fn(&IdentityRequest<'_>) -> std::result::Result<Option<Identity>, Refusal> + Send + Sync + 'static,
        ) -> Self {
            self.identity_hook(IdentityHook::Plain(Arc::new(choose)))
        }

        fn identity_hook(mut self, hook: IdentityHook) -> Self {
            if let Ok(common) = &mut self.common {
                common.set_identity_hook(hook, Self::STAPLES);
            }
            self
        }

        /// Who is asked for the PINs of tokens, and for the passwords of keys, that methods called after this load.
        #[doc(alias = "gnutls_certificate_set_pin_function")]
        #[must_use]
        pub fn pin(mut self, pin: Arc<dyn key::Pin>) -> Self {
            if let Ok(common) = &mut self.common {
                common.credentials.set_pin(pin);
            }
            self
        }

        /// Does not have keys sign something to see whether they fit their certificates, when methods called after this add
        /// them: for a token that asks a person before each signature. A key that does not fit fails every handshake.
        #[doc(alias = "gnutls_certificate_set_flags")]
        #[must_use]
        pub fn skip_key_check(mut self) -> Self {
            if let Ok(common) = &mut self.common {
                common.credentials.skip_key_check();
            }
            self
        }

        /// Forgets the identities that were added so far.
        #[doc(alias = "gnutls_certificate_free_keys")]
        #[must_use]
        pub fn without_identities(mut self) -> Self {
            if let Ok(common) = &mut self.common {
                common.credentials.clear_identities();
                common.has_identity = false;
                (common.raw_keys.shown, common.raw_keys.certificates_shown) = (false, false);
            }
            self
        }

        /// Has `load` add an identity.
        fn identity(mut self, load: impl FnOnce(&mut CertificateCredentials) -> Result<()>) -> Result<Self> {
            let common = self.common()?;
            load(&mut common.credentials)?;
            common.has_identity = true;
            common.raw_keys.certificates_shown = true;
            Ok(self)
        }
    };
}

/// The methods of both configurations that say what identities they have. `$common` is where they have their [`Common`].
///
/// [`Common`]: super::Common
macro_rules! identity_config_methods {
    () => {
        /// The chains of the identities with certificates, in the order in which they were added.
        ///
        /// # Errors
        /// If one is a raw public key, or if memory runs out.
        #[doc(alias = "gnutls_certificate_get_x509_crt")]
        pub fn identities(&self) -> Result<Vec<Vec<Certificate>>> {
            (0..).map_while(|index| self.0.common.credentials.chain(index).transpose()).collect()
        }

        /// A copy of the private key of the identity at a place, if there is that many.
        ///
        /// # Errors
        /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if the key is not in memory.
        #[doc(alias = "gnutls_certificate_get_x509_key")]
        pub fn identity_key(&self, index: u32) -> Result<Option<x509::PrivateKey>> {
            self.0.common.credentials.key(index)
        }

        /// What the identity at a place shows in DER: at `place` 0 its own certificate, or its raw public key; behind it the
        /// others of the chain.
        #[doc(alias = "gnutls_certificate_get_crt_raw")]
        pub fn identity_der(&self, index: u32, place: u32) -> Option<Vec<u8>> {
            self.0.common.credentials.shown(index, place)
        }
    };
}

pub(in crate::session) use {identity_builder_methods, identity_config_methods};
