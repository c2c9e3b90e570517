//! Keys from outside that TLS derives its own from (RFC 9258).

use gnutls_sys as sys;

use super::Psk;
use crate::algorithm::{Digest, Protocol};
use crate::error::{Error, Result};
use crate::ffi::{datum, filled};
use crate::secret::SecretBytes;

const DOING: &str = "importing a pre-shared key";

/// What a key is imported for: `ImportedIdentity` of RFC 9258, section 5.1, for TLS 1.3. A key that is imported serves for one
/// hash and one context, and gives nothing away of what it does elsewhere.
///
/// # Examples
/// ```
/// use gnutls::{ClientConfig, Digest, ImportedIdentity, Psk, ServerConfig};
///
/// let identity = ImportedIdentity::new("sensor 12", "", Digest::SHA256)?;
/// let client = ClientConfig::builder().with_psk(Psk::imported(&identity, vec![7; 32])?).build()?;
/// let server = ServerConfig::builder().with_imported_psk(|client| {
///     (client.identity() == b"sensor 12").then(|| vec![7; 32].into())
/// });
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImportedIdentity {
    identity: Vec<u8>,
    context: Vec<u8>,
    hash: Digest,
}

/// What a server of GnuTLS takes, in bytes, and how much of that is not identity and context.
const LONGEST: usize = 128;
const OVERHEAD: usize = 8;

impl ImportedIdentity {
    /// The identity that both sides know the key by, a context that they agree on (such as a role, or nothing), and the hash
    /// that it is for: [`Digest::SHA256`], or with the builders' `psk_binder_hash` [`Digest::SHA384`].
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for another hash, without an identity, or if identity and
    /// context have more than 120 bytes.
    pub fn new(identity: impl AsRef<[u8]>, context: impl AsRef<[u8]>, hash: Digest) -> Result<ImportedIdentity> {
        let (identity, context) = (identity.as_ref().to_vec(), context.as_ref().to_vec());
        if ![Digest::SHA256, Digest::SHA384].contains(&hash) {
            return Err(Error::input(DOING, format!("{hash} has no number for this")));
        }
        if identity.is_empty() {
            return Err(Error::input(DOING, "the identity is empty"));
        }
        let length = identity.len() + context.len() + OVERHEAD;
        if length > LONGEST {
            return Err(Error::input(DOING, format!("{length} bytes are more than the {LONGEST} that servers take")));
        }
        Ok(ImportedIdentity { identity, context, hash })
    }

    /// What is sent for it: what [`Session::psk_identity`](crate::Session::psk_identity) has.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_psk_format_imported_identity")]
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let (identity, context) = (datum(&self.identity, DOING)?, datum(&self.context, DOING)?);
        let formatted = filled(DOING, |out| {
            // SAFETY: two views that live through the call, a version and a hash that GnuTLS has, and a valid out pointer.
            unsafe {
                sys::gnutls_psk_format_imported_identity(
                    &identity,
                    &context,
                    Protocol::TLS1_3.raw(),
                    self.hash.raw(),
                    out,
                )
            }
        })?;
        Ok(formatted.to_vec())
    }

    /// Reads what was sent. `None` if it is something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<ImportedIdentity> {
        let (identity, rest) = counted(bytes)?;
        let (context, rest) = counted(rest)?;
        let hash = match rest {
            [3, 4, 0, 1] => Digest::SHA256,
            [3, 4, 0, 2] => Digest::SHA384,
            _ => return None,
        };
        ImportedIdentity::new(identity, context, hash).ok()
    }

    /// The identity that both sides know the key by.
    pub fn identity(&self) -> &[u8] {
        &self.identity
    }

    /// The context.
    pub fn context(&self) -> &[u8] {
        &self.context
    }

    /// The hash that the key is for.
    pub fn hash(&self) -> Digest {
        self.hash
    }
}

impl Psk {
    /// A key from outside under which TLS 1.3 uses one derived from it (RFC 9258). It is of no use in older versions.
    ///
    /// # Errors
    /// As [`new`](Psk::new).
    #[doc(alias = "gnutls_psk_set_client_credentials_function3")]
    pub fn imported(identity: &ImportedIdentity, key: impl Into<SecretBytes>) -> Result<Psk> {
        let mut psk = Psk::new(identity.to_bytes()?, key)?;
        psk.imported = true;
        Ok(psk)
    }
}

/// Bytes behind their length in two bytes, and the rest.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(miri))]
    #[test]
    fn what_is_sent_is_that_of_rfc_9258_and_reads_back() {
        let identity = ImportedIdentity::new("ab", "c", Digest::SHA256).expect("fine");
        let bytes = identity.to_bytes().expect("bytes");
        assert_eq!(bytes, [0, 2, b'a', b'b', 0, 1, b'c', 3, 4, 0, 1]);
        assert_eq!(ImportedIdentity::from_bytes(&bytes), Some(identity));
        for cut in 0..bytes.len() {
            assert_eq!(ImportedIdentity::from_bytes(&bytes[..cut]), None);
        }
        let longer = ImportedIdentity::new("ab", "", Digest::SHA384).expect("fine").to_bytes().expect("bytes");
        assert_eq!(longer, [0, 2, b'a', b'b', 0, 0, 3, 4, 0, 2]);
    }

    #[test]
    fn what_cannot_be_imported_is_refused() {
        for (identity, context, hash) in [("", "", Digest::SHA256), ("a", "", Digest::SHA1)] {
            assert!(ImportedIdentity::new(identity, context, hash).is_err());
        }
        assert!(ImportedIdentity::new("a".repeat(100), "b".repeat(21), Digest::SHA256).is_err());
    }
}
