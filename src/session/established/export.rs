//! Keys for other purposes, made of the session's secrets; and what ties the session to what is said in it.

use super::Session;
use crate::algorithm::Digest;
use crate::engine::{ChannelBinding, RandomOrder};
use crate::error::Result;
use crate::secret::SecretBytes;
use crate::transport::Transport;

impl<T: Transport> Session<T> {
    /// Makes `length` bytes of key for the purpose that `label` names (RFC 5705; RFC 8446, section 7.5): both sides get the
    /// same, and nobody else has them. `context` makes other keys for other contexts; in TLS 1.2 and older an empty one
    /// differs from none.
    ///
    /// Before TLS 1.3 the keys belong to this session alone if it
    /// [has an extended master secret](Session::has_extended_master_secret).
    ///
    /// # Examples
    /// ```no_run
    /// # fn f(session: gnutls::Session<std::net::TcpStream>) -> Result<(), gnutls::Error> {
    /// let key = session.export("EXPERIMENTAL our protocol", Some(b"channel 7"), 32)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a label that is empty or longer than 63 bytes (before TLS 1.3:
    /// 255), a context longer than 65535 bytes, and a length of 0 or of more than 255 digests (before TLS 1.3: 65536 bytes;
    /// before TLS 1.2: 200).
    #[doc(alias = "gnutls_prf_rfc5705")]
    pub fn export(&self, label: &str, context: Option<&[u8]>, length: usize) -> Result<SecretBytes> {
        self.shared.engine.export(label, context, length)
    }

    /// Makes `length` bytes with the PRF of TLS 1.2 and older, seeded with the random bytes of both sides, then `extra`.
    /// For protocols that are older than RFC 5705.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) in TLS 1.3 (except where it is the same as
    /// [`export`](Session::export) without a context), otherwise as there.
    #[doc(alias = "gnutls_prf")]
    pub fn prf(&self, label: &str, order: RandomOrder, extra: &[u8], length: usize) -> Result<SecretBytes> {
        self.shared.engine.prf(label, order, extra, length)
    }

    /// Makes `length` bytes with the PRF of TLS 1.2 and older, seeded with `seed` alone: **sessions that resume one another
    /// get the same** unless the seed has the random bytes of both sides.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) in TLS 1.3, otherwise as [`export`](Session::export).
    #[doc(alias = "gnutls_prf_raw")]
    pub fn prf_raw(&self, label: &str, seed: &[u8], length: usize) -> Result<SecretBytes> {
        self.shared.engine.prf_raw(label, seed, length)
    }

    /// The digest that keys are derived with: that of the PRF, or of HKDF in TLS 1.3.
    #[doc(alias = "gnutls_prf_hash_get")]
    pub fn prf_digest(&self) -> Digest {
        self.shared.engine.prf_digest()
    }

    /// What ties something above TLS, such as a SCRAM login, to this session: both sides have the same.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where the binding would not be unique, or is not defined: `tls-unique`
    /// in TLS 1.3, and it or `tls-exporter` without the extended master secret (RFC 9266, section 4.2);
    /// `tls-server-end-point` without a certificate of the server's.
    #[doc(alias = "gnutls_session_channel_binding")]
    pub fn channel_binding(&self, binding: ChannelBinding) -> Result<Vec<u8>> {
        self.shared.engine.channel_binding(binding)
    }
}
