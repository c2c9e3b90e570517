//! Passwords that neither side sends (SRP): what the builders take.

use std::path::Path;
use std::sync::Arc;

use super::client::ClientConfigBuilder;
use super::server::ServerConfigBuilder;
use crate::credentials::{SrpDecoy, SrpGroup, SrpSource, SrpUser, SrpVerifier};
use crate::error::Result;
use crate::secret::SecretBytes;

impl ClientConfigBuilder {
    /// Lets this side be known by a [user's name and password](SrpUser), and the server by what it has of the password. It
    /// takes TLS 1.2, and servers that know the user alone. Without any authority that is trusted a server that shows no
    /// certificate is talked to; with, one whose certificate (of RSA) is verified, too.
    ///
    /// A GnuTLS without SRP is an error of `build` ([`SrpGroup::is_supported`]).
    #[doc(alias = "gnutls_srp_allocate_client_credentials")]
    #[doc(alias = "gnutls_srp_free_client_credentials")]
    #[doc(alias = "gnutls_srp_set_client_credentials")]
    #[must_use]
    pub fn with_srp(self, user: SrpUser) -> Self {
        self.srp(SrpSource::User(user))
    }

    /// As [`with_srp`](ClientConfigBuilder::with_srp), with a user that `choose` names in the handshake. With `None` the
    /// handshake fails, and so it does if `choose` panics
    /// ([`ErrorKind::Callback`](crate::ErrorKind::Callback)).
    #[doc(alias = "gnutls_srp_set_client_credentials_function")]
    #[must_use]
    pub fn with_srp_callback(self, choose: impl Fn() -> Option<SrpUser> + Send + Sync + 'static) -> Self {
        self.srp(SrpSource::Choice(Arc::new(choose)))
    }

    /// Refuses servers whose [group](SrpGroup) has a smaller prime than this, in bits. Default: all groups of RFC 5054 will
    /// do, the smallest of which has 1024 bits. It counts for other Diffie-Hellman exchanges over finite fields as well,
    /// unless their group is one of RFC 7919.
    #[doc(alias = "gnutls_srp_set_prime_bits")]
    #[must_use]
    pub fn srp_prime_bits(mut self, bits: u32) -> Self {
        if let Ok(common) = &mut self.common {
            common.srp_prime_bits = bits;
        }
        self
    }

    fn srp(mut self, source: SrpSource) -> Self {
        if let Ok(common) = &mut self.common {
            common.srp = Some(source);
        }
        self
    }
}

impl ServerConfigBuilder {
    /// Takes users by their passwords (SRP, RFC 5054; TLS 1.2): `lookup` finds what was [made of](SrpVerifier) one by the
    /// user's name. The client knows this server by that, so an identity of our own is not needed: without, only users
    /// are talked to. With both, **clients that are no users come in** as they do without this.
    /// [`Session::srp_username`](crate::Session::srp_username) says who came.
    ///
    /// With `None` the handshake goes on and fails as if the password were wrong, so that nobody learns which users there
    /// are; [`srp_unknown_users`](ServerConfigBuilder::srp_unknown_users) makes them look like the others. If `lookup`
    /// panics the handshake fails ([`ErrorKind::Callback`](crate::ErrorKind::Callback)).
    ///
    /// Sessions can be resumed only if [`tickets`](ServerConfigBuilder::tickets) or a
    /// [`ticket_key`](ServerConfigBuilder::ticket_key) says so, for GnuTLS forgets the name: a resumed session has
    /// been begun by some user, and `lookup` is not asked.
    ///
    /// A GnuTLS without SRP is an error of `build` ([`SrpGroup::is_supported`]).
    #[doc(alias = "gnutls_srp_allocate_server_credentials")]
    #[doc(alias = "gnutls_srp_free_server_credentials")]
    #[doc(alias = "gnutls_srp_set_server_credentials_function")]
    #[must_use]
    pub fn with_srp(self, lookup: impl Fn(&str) -> Option<SrpVerifier> + Send + Sync + 'static) -> Self {
        self.srp(SrpSource::Lookup(Arc::new(lookup)))
    }

    /// As [`with_srp`](ServerConfigBuilder::with_srp), with two files that `srptool` has written: `users` (`tpasswd`) and
    /// `groups` (`tpasswd.conf`), which must be groups of RFC 5054. They are read in each handshake, so that a new user counts
    /// at once; one that cannot be read, or is malformed, fails it. Unknown users see the group of the first user.
    ///
    /// `build` fails ([`ErrorKind::Credentials`](crate::ErrorKind::Credentials)) if one cannot be opened.
    #[doc(alias = "gnutls_srp_set_server_credentials_file")]
    #[must_use]
    pub fn with_srp_files(self, users: impl AsRef<Path>, groups: impl AsRef<Path>) -> Self {
        self.srp(SrpSource::files(users.as_ref(), groups.as_ref()))
    }

    /// What unknown users see: `group`, and salts of `salt_length` bytes (1 to 20) that are made from their name and `seed`
    /// (1 to 64 random bytes, which nobody may know). It should be what most users have, and servers of one kind need the
    /// same. Default: [2048 bits](SrpGroup::BITS_2048), 16 bytes, and a seed of each configuration's own.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for other lengths.
    #[doc(alias = "gnutls_srp_set_server_fake_salt_seed")]
    pub fn srp_unknown_users(
        mut self,
        group: SrpGroup,
        seed: impl Into<SecretBytes>,
        salt_length: usize,
    ) -> Result<Self> {
        let decoy = SrpDecoy::new(group, seed.into(), salt_length)?;
        if let Ok(common) = &mut self.common {
            common.srp_decoy = Some(decoy);
        }
        Ok(self)
    }

    fn srp(mut self, source: SrpSource) -> Self {
        if let Ok(common) = &mut self.common {
            common.srp = Some(source);
        }
        self
    }
}
