//! Raw public keys (RFC 7250): the methods of both builders, and what the priorities need for them.

use std::ffi::c_uint;

use gnutls_sys as sys;

use crate::algorithm::CertificateType;
use crate::error::{ErrorKind, Failure, Result};
use crate::priority::Priority;

/// How a side deals with raw public keys.
#[derive(Clone, Copy, Default)]
pub(in crate::session) struct RawKeys {
    /// It has one to show.
    pub(in crate::session) shown: bool,
    /// It also has certificates to show.
    pub(in crate::session) certificates_shown: bool,
    /// It knows which of the peer's to trust.
    pub(in crate::session) trusted: bool,
    /// It is a server.
    pub(in crate::session) is_server: bool,
    /// The peer may show a certificate, too.
    pub(in crate::session) certificates_trusted: bool,
}

impl RawKeys {
    /// The flags of `gnutls_init` for them.
    pub(in crate::session) fn flags(self) -> c_uint {
        if self.shown || self.trusted { sys::GNUTLS_ENABLE_RAWPK } else { 0 }
    }

    /// What the machine's priorities need beside themselves.
    pub(in crate::session) fn words(self) -> Option<String> {
        let (own, peer) = if self.is_server { ("SRV", "CLI") } else { ("CLI", "SRV") };
        let side = |wanted: bool, name: &str, alone: bool| match (wanted, alone) {
            (false, _) => None,
            (true, true) => Some(format!("-CTYPE-{name}-ALL:+CTYPE-{name}-RAWPK")),
            (true, false) => Some(format!("+CTYPE-{name}-RAWPK")),
        };
        let words =
            [side(self.shown, own, !self.certificates_shown), side(self.trusted, peer, !self.certificates_trusted)];
        let words: Vec<_> = words.into_iter().flatten().collect();
        (!words.is_empty()).then(|| words.join(":"))
    }

    /// Whether the caller's priorities use them.
    pub(in crate::session) fn check(self, priority: &Priority) -> Result<()> {
        let (clients, servers) = (priority.client_certificate_types(), priority.server_certificate_types());
        let (own, peer) = if self.is_server { (servers, clients) } else { (clients, servers) };
        let lacks = |types: &[CertificateType]| !types.contains(&CertificateType::RAW_PUBLIC_KEY);
        if (self.shown && lacks(&own)) || (self.trusted && lacks(&peer)) {
            let why = "there are raw public keys, but the priorities do not have them; \
                       add :+CTYPE-SRV-RAWPK (those of servers) or :+CTYPE-CLI-RAWPK (those of clients)";
            return Err(Failure::new(ErrorKind::Priority, "choosing types of certificates").detail(why).into());
        }
        Ok(())
    }
}

/// The methods of both builders for raw public keys.
macro_rules! raw_key_builder_methods {
    () => {
        /// Adds a raw public key (RFC 7250) and its private key, encrypted with `password` if there is one: what this side
        /// shows to peers that know it by its key alone, without any certificate. On a server it is for clients that ask
        /// for one of `names`, or for all where there are none. The public key is a `SubjectPublicKeyInfo`.
        ///
        /// If there are certificates, too, peers that take either get those. Where the
        /// [priorities](Self::priority) are the program's own, they need `+CTYPE-SRV-RAWPK` for servers' keys,
        /// `+CTYPE-CLI-RAWPK` for clients'.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) or another error if one cannot be read,
        /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if they do not belong together, or the password does not
        /// open the private one.
        ///
        /// # Panics
        /// With the panic of the [`Pin`](crate::key::Pin) that is asked, if it raises one.
        ///
        /// # Examples
        /// ```
        /// use gnutls::key::{KeyType, PrivateKey};
        /// use gnutls::x509::Format;
        /// use gnutls::{ClientConfig, ServerConfig};
        ///
        /// let key = PrivateKey::generate(KeyType::Ed25519)?;
        /// let (public, private) = (key.public_key()?, key.to_x509()?.to_pem()?);
        /// let server = ServerConfig::builder()
        ///     .with_raw_key(public.to_pem()?, &*private, Format::Pem, None, &[])?
        ///     .build()?;
        /// let client = ClientConfig::builder().trust_raw_keys([public]).build()?;
        /// # Ok::<(), gnutls::Error>(())
        /// ```
        #[doc(alias = "gnutls_certificate_set_rawpk_key_mem")]
        pub fn with_raw_key(
            self,
            public: impl AsRef<[u8]>,
            private: impl AsRef<[u8]>,
            format: Format,
            password: Option<&str>,
            names: &[&str],
        ) -> Result<Self> {
            let (public, private) = (public.as_ref(), private.as_ref());
            self.raw_key(|credentials| credentials.load_raw_key(public, private, format, password, names))
        }

        /// As [`with_raw_key`](Self::with_raw_key), from files; the private key may be a URL `pkcs11:`, for which the
        /// [PIN](Self::pin) is asked.
        ///
        /// # Errors
        /// As there.
        ///
        /// # Panics
        /// As there.
        #[doc(alias = "gnutls_certificate_set_rawpk_key_file")]
        pub fn with_raw_key_files(
            self,
            public: impl AsRef<Path>,
            private: impl AsRef<Path>,
            format: Format,
            password: Option<&str>,
            names: &[&str],
        ) -> Result<Self> {
            let (public, private) = (public.as_ref(), private.as_ref());
            self.raw_key(|credentials| credentials.load_raw_key_files(public, private, format, password, names))
        }

        /// Takes peers that show one of these raw public keys (RFC 7250), and have the private half. A key is all that such a
        /// peer is known by: no name, no time, no revocation. Of this and [`trust_raw_keys_by`](Self::trust_raw_keys_by) the
        /// last counts. Without either no raw public key is trusted, and `dangerous().accept_any_...` is about certificates: it
        /// changes nothing here.
        #[must_use]
        pub fn trust_raw_keys(self, keys: impl IntoIterator<Item = key::PublicKey>) -> Self {
            self.raw_key_trust(RawKeyTrust::Pinned(keys.into_iter().collect()))
        }

        /// As [`trust_raw_keys`](Self::trust_raw_keys), with the keys that `trusts` does not refuse. It is called in the
        /// handshake, before it is known whether the peer has the private half, and keeps its thread waiting; a handshake
        /// that it refuses ends with [`ErrorKind::Callback`](crate::ErrorKind::Callback), as one in which it panics.
        #[must_use]
        pub fn trust_raw_keys_by(
            self,
            trusts: impl Fn(&key::PublicKey, &HandshakeView<'_>) -> std::result::Result<(), Refusal> + Send + Sync + 'static,
        ) -> Self {
            self.raw_key_trust(RawKeyTrust::Asked(Arc::new(trusts)))
        }

        /// Lets [`choose_identity`](Self::choose_identity) choose raw public keys, too:
        /// [`certificate_type`](crate::IdentityRequest::certificate_type) says whether the peer wants one.
        #[must_use]
        pub fn offer_raw_keys(mut self) -> Self {
            if let Ok(common) = &mut self.common {
                common.raw_keys.shown = true;
            }
            self
        }

        fn raw_key(self, load: impl FnOnce(&mut CertificateCredentials) -> Result<()>) -> Result<Self> {
            let mut builder = self;
            let common = builder.common()?;
            load(&mut common.credentials)?;
            common.has_identity = true;
            common.raw_keys.shown = true;
            Ok(builder)
        }

        fn raw_key_trust(mut self, trust: RawKeyTrust) -> Self {
            if let Ok(common) = &mut self.common {
                Arc::make_mut(&mut common.hooks).raw_keys = Some(trust);
                common.raw_keys.trusted = true;
            }
            self
        }
    };
}

pub(in crate::session) use raw_key_builder_methods;
