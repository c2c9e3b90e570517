//! Whom sessions trust and who is revoked, in the builders of both roles.

use crate::error::{Error, Result};
use crate::x509::VerifyFlags;

/// What makes verification stricter, and so needs no [`dangerous`](crate::ClientConfigBuilder::dangerous).
const STRICTER: [VerifyFlags; 5] = [
    VerifyFlags::DO_NOT_ALLOW_SAME,
    VerifyFlags::DO_NOT_ALLOW_IP_MATCHES,
    VerifyFlags::DO_NOT_ALLOW_X509_V1_CA_CRT,
    VerifyFlags::DO_NOT_ALLOW_UNSORTED_CHAIN,
    VerifyFlags::DO_NOT_ALLOW_WILDCARDS,
];

/// Refuses flags that allow something, and profiles.
pub(in crate::session) fn only_stricter(flags: VerifyFlags) -> Result<VerifyFlags> {
    let all = STRICTER.into_iter().fold(VerifyFlags::empty(), |all, one| all | one);
    if all.contains(flags) {
        return Ok(flags);
    }
    let why = format!("{flags:?} has more than flags that forbid; the others are set by dangerous().verify_flags()");
    Err(Error::input("setting the flags of verification", why))
}

macro_rules! trust_builder_methods {
    () => {
        /// Trusts the authorities that this machine trusts.
        ///
        /// # Errors
        /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if there are none.
        #[doc(alias = "gnutls_certificate_set_x509_system_trust")]
        pub fn with_system_trust(mut self) -> Result<Self> {
            self.common()?.credentials.trust_system()?;
            self.trusting = true;
            Ok(self)
        }

        /// Trusts these authorities.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for an empty list.
        #[doc(alias = "gnutls_certificate_set_x509_trust")]
        pub fn with_trust(mut self, authorities: &[Certificate]) -> Result<Self> {
            self.common()?.credentials.trust(authorities)?;
            self.trusting = true;
            Ok(self)
        }

        /// Trusts the authorities of a text in PEM.
        ///
        /// # Errors
        /// As [`Certificate::list_from`].
        #[doc(alias = "gnutls_certificate_set_x509_trust_mem")]
        pub fn with_trust_pem(mut self, pem: &[u8]) -> Result<Self> {
            self.common()?.credentials.trust_pem(pem)?;
            self.trusting = true;
            Ok(self)
        }

        /// Trusts the authorities of a file in PEM or DER.
        ///
        /// # Errors
        /// As [`Certificate::list_from_file`].
        #[doc(alias = "gnutls_certificate_set_x509_trust_file")]
        pub fn with_trust_file(mut self, path: impl AsRef<Path>) -> Result<Self> {
            self.common()?.credentials.trust_file(path.as_ref())?;
            self.trusting = true;
            Ok(self)
        }

        /// Trusts the authorities of the PEM files of a directory.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if none is found.
        #[doc(alias = "gnutls_certificate_set_x509_trust_dir")]
        pub fn with_trust_dir(mut self, path: impl AsRef<Path>) -> Result<Self> {
            self.common()?.credentials.trust_dir(path.as_ref(), Format::Pem)?;
            self.trusting = true;
            Ok(self)
        }

        /// Goes by a trust list, with the revocation lists that are in it, in place of everything that was trusted before;
        /// what is trusted after this is added to it. A server names to its clients the authorities of the list that were
        /// added with [`TrustFlags::USE_IN_TLS`](crate::x509::TrustFlags::USE_IN_TLS).
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a list that trusts nobody.
        ///
        /// # Examples
        /// ```no_run
        /// use gnutls::ClientConfig;
        /// use gnutls::x509::{Certificate, TrustFlags, TrustList};
        ///
        /// let mut list = TrustList::new()?;
        /// list.add_system(TrustFlags::empty())?;
        /// list.distrust(&Certificate::list_from_file("unloved.pem")?)?;
        /// let config = ClientConfig::builder().with_trust_list(list)?.build()?;
        /// # Ok::<(), gnutls::Error>(())
        /// ```
        #[doc(alias = "gnutls_certificate_set_trust_list")]
        pub fn with_trust_list(mut self, list: crate::x509::TrustList) -> Result<Self> {
            self.common()?.credentials.set_trust_list(list)?;
            self.trusting = true;
            Ok(self)
        }

        /// Refuses peers whose certificate is in one of these lists. Each must be signed by an authority that is trusted
        /// already, and not be out of date now; afterwards nobody looks at its age any more.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is not, or if there is none.
        #[doc(alias = "gnutls_certificate_set_x509_crl")]
        pub fn with_revocation_lists(mut self, lists: &[crate::x509::RevocationList]) -> Result<Self> {
            self.common()?.credentials.revoke(lists)?;
            Ok(self)
        }

        /// As `with_revocation_lists`, with those of a text in PEM.
        ///
        /// # Errors
        /// As there, and as [`RevocationList::list_from`](crate::x509::RevocationList::list_from).
        #[doc(alias = "gnutls_certificate_set_x509_crl_mem")]
        pub fn with_revocation_pem(mut self, pem: &[u8]) -> Result<Self> {
            self.common()?.credentials.revoke_pem(pem)?;
            Ok(self)
        }

        /// As `with_revocation_lists`, with those of a file in PEM or DER.
        ///
        /// # Errors
        /// As there; [`ErrorKind::Transport`](crate::ErrorKind::Transport) if the file cannot be read. The message names it.
        #[doc(alias = "gnutls_certificate_set_x509_crl_file")]
        pub fn with_revocation_file(mut self, path: impl AsRef<Path>) -> Result<Self> {
            self.common()?.credentials.revoke_file(path.as_ref())?;
            Ok(self)
        }

        /// Makes verification stricter, by the flags of [`VerifyFlags`](crate::x509::VerifyFlags) whose names begin with
        /// `DO_NOT_ALLOW`.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for other flags.
        #[doc(alias = "gnutls_certificate_set_verify_flags")]
        pub fn verify_flags(mut self, flags: crate::x509::VerifyFlags) -> Result<Self> {
            let flags = super::setup::trusting::only_stricter(flags)?;
            self.common()?.credentials.add_verify_flags(flags);
            Ok(self)
        }

        /// How many certificates the peer's chain may have, at least 1. Default: 16.
        #[doc(alias = "gnutls_certificate_set_verify_limits")]
        #[must_use]
        pub fn max_chain_length(mut self, certificates: u32) -> Self {
            if let Ok(common) = &mut self.common {
                common.credentials.limit_chains(certificates);
            }
            self
        }
    };
}
pub(in crate::session) use trust_builder_methods;

/// What a finished configuration says of it.
macro_rules! trust_config_methods {
    () => {
        /// Every authority that is trusted.
        ///
        /// # Errors
        /// If memory runs out, or a token with authorities cannot be read.
        #[doc(alias = "gnutls_certificate_get_trust_list")]
        pub fn authorities(&self) -> Result<Vec<Certificate>> {
            self.0.common.credentials.authorities()
        }

        /// The authority that issued `certificate`, if it is trusted.
        ///
        /// # Errors
        /// As for `authorities`.
        #[doc(alias = "gnutls_certificate_get_issuer")]
        pub fn issuer_of(&self, certificate: &Certificate) -> Result<Option<Certificate>> {
            self.0.common.credentials.issuer_of(certificate)
        }

        /// The flags that verification goes by, beside those of the [priorities](crate::Priority).
        #[doc(alias = "gnutls_certificate_get_verify_flags")]
        pub fn verify_flags(&self) -> crate::x509::VerifyFlags {
            self.0.common.credentials.verify_flags()
        }
    };
}
pub(in crate::session) use trust_config_methods;

/// What gives up safety.
macro_rules! dangerous_trust_methods {
    ($builder:ident) => {
        /// Has verification allow what it would not, by any flags but a profile (of which it takes no notice): **each takes
        /// away something that keeps impostors out**.
        ///
        /// # Errors
        /// If the builder cannot be used.
        #[doc(alias = "gnutls_certificate_set_verify_flags")]
        pub fn verify_flags(mut self, flags: crate::x509::VerifyFlags) -> Result<$builder> {
            self.0.common()?.credentials.add_verify_flags(flags);
            Ok(self.0)
        }
    };
}
pub(in crate::session) use dangerous_trust_methods;
