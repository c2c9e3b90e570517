//! An identity with the key that both sides have for it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::encoding::hex;
use crate::error::{Error, Result};
use crate::secret::SecretBytes;

/// A pre-shared key, and the identity by which the server finds it (RFC 4279; RFC 8446, section 4.2.11). Who has the key
/// is the one who has that identity: for the server it stands in for the client's certificate, and for the client for
/// the server's.
///
/// A key is 16 random bytes or more. **A password is no key**: who sees one handshake can try passwords as fast as a
/// machine can count. The key is wiped when the last clone goes, and [`Debug`](fmt::Debug) does not show it.
///
/// # Examples
/// ```
/// use gnutls::{ClientConfig, Psk};
///
/// let key = gnutls::crypto::generate_key(32)?; // and the server has the same
/// let psk = Psk::new("sensor 12", key)?;
/// let config = ClientConfig::builder().with_psk(psk).build()?;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct Psk {
    identity: Vec<u8>,
    key: Arc<SecretBytes>,
    /// TLS uses a key that is derived from this one.
    #[cfg(gnutls_3_8_1)]
    pub(super) imported: bool,
}

impl Psk {
    /// An identity, which may be any bytes and is sent in the clear, and its key. A GnuTLS server takes identities of up
    /// to 128 bytes.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if either is empty, or longer than 65535 bytes.
    pub fn new(identity: impl AsRef<[u8]>, key: impl Into<SecretBytes>) -> Result<Psk> {
        const DOING: &str = "making a pre-shared key";
        let (identity, key) = (identity.as_ref().to_vec(), key.into());
        for (what, length) in [("identity", identity.len()), ("key", key.len())] {
            if length == 0 {
                return Err(Error::input(DOING, format!("the {what} is empty")));
            }
            if length > usize::from(u16::MAX) {
                return Err(Error::input(DOING, format!("{length} bytes are too many for the {what}")));
            }
        }
        Ok(Psk {
            identity,
            key: Arc::new(key),
            #[cfg(gnutls_3_8_1)]
            imported: false,
        })
    }

    /// As [`new`](Psk::new), the key in hexadecimal digits, as `psktool` and `gnutls-cli` have it.
    ///
    /// # Errors
    /// As there, and if there is anything but digits.
    pub fn from_hex(identity: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Psk> {
        Psk::new(identity, hex::decode(key)?)
    }

    /// The identity.
    pub fn identity(&self) -> &[u8] {
        &self.identity
    }

    #[cfg(gnutls_3_8_1)]
    pub(crate) fn is_imported(&self) -> bool {
        self.imported
    }

    /// The key.
    pub fn key(&self) -> &SecretBytes {
        &self.key
    }
}

impl fmt::Debug for Psk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let identity = String::from_utf8_lossy(&self.identity);
        f.debug_struct("Psk").field("identity", &identity).finish_non_exhaustive()
    }
}

/// Code of a client that chooses a key by the server's hint.
pub(crate) type PskChoice = dyn Fn(Option<&[u8]>) -> Option<Psk> + Send + Sync;

/// Code of a server that finds the key of an identity.
pub(crate) type PskLookup = dyn Fn(&[u8]) -> Option<SecretBytes> + Send + Sync;

/// Code of a server that finds the key from outside of an identity.
#[cfg(gnutls_3_8_1)]
pub(crate) type ImportedLookup = dyn Fn(&super::ImportedIdentity) -> Option<SecretBytes> + Send + Sync;

/// Where a side has its keys.
#[derive(Clone)]
pub(crate) enum PskSource {
    /// A client's only one.
    Key(Psk),
    Choice(Arc<PskChoice>),
    Lookup(Arc<PskLookup>),
    #[cfg(gnutls_3_8_1)]
    Imported(Arc<ImportedLookup>),
    /// A file as `psktool` writes it.
    File(PathBuf),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn what_is_no_key_is_refused_and_a_key_is_never_shown() {
        let long = vec![1; 65536];
        for (identity, key) in [(&b""[..], &b"k"[..]), (b"i", b""), (&long, b"k"), (b"i", &long)] {
            let error = Psk::new(identity, key.to_vec()).expect_err("no key");
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
        for text in ["", "0", "no"] {
            assert_eq!(Psk::from_hex("i", text).expect_err("no key").kind(), ErrorKind::InvalidInput, "{text:?}");
        }
        let psk = Psk::from_hex("i\0j", "C0ffee").expect("a key");
        assert_eq!((psk.identity(), &**psk.key()), (&b"i\0j"[..], &[0xc0, 0xff, 0xee][..]));
        let shown = format!("{psk:?}");
        assert!(shown.contains("i\\0j") && !shown.contains("192"), "{shown}");
    }
}
