//! Secrets that leave the library: bytes that wipe themselves and that no log shows.

use std::fmt;
use std::ops::Deref;

use crate::ffi::{self, OwnedDatum, Wiped};

/// Secret bytes, such as an exported private key. They are overwritten when they are dropped, and `{:?}` shows only how
/// many they are. What is copied out of here is the caller's to wipe.
///
/// # Examples
/// ```
/// use gnutls::x509::{KeyType, PrivateKey};
///
/// let pem = PrivateKey::generate(KeyType::EcdsaP256)?.to_pem()?;
/// assert!(pem.starts_with(b"-----BEGIN "));
/// assert_eq!(format!("{pem:?}"), format!("SecretBytes({} bytes)", pem.len()));
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct SecretBytes(Place);

/// Who allocated the bytes.
enum Place {
    Gnutls(OwnedDatum),
    Ours(Wiped),
}

// SAFETY: the only owner of plain memory, whose allocator (malloc) takes it back from any thread.
unsafe impl Send for SecretBytes {}
// SAFETY: shared references only read the bytes.
unsafe impl Sync for SecretBytes {}

impl SecretBytes {
    pub(crate) fn new(bytes: OwnedDatum) -> SecretBytes {
        SecretBytes(Place::Gnutls(bytes))
    }
}

/// Takes over the bytes, which are overwritten from here on; copies made before are the caller's to wipe.
impl From<Vec<u8>> for SecretBytes {
    fn from(bytes: Vec<u8>) -> SecretBytes {
        SecretBytes(Place::Ours(Wiped::new(bytes)))
    }
}

impl From<Wiped> for SecretBytes {
    fn from(bytes: Wiped) -> SecretBytes {
        SecretBytes(Place::Ours(bytes))
    }
}

/// The copy is overwritten when it is dropped, as well.
impl Clone for SecretBytes {
    fn clone(&self) -> SecretBytes {
        SecretBytes::from(self.to_vec())
    }
}

/// The time depends on the lengths only.
impl PartialEq for SecretBytes {
    fn eq(&self, other: &SecretBytes) -> bool {
        ffi::equal(self, other)
    }
}

impl Eq for SecretBytes {}

impl Deref for SecretBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Place::Gnutls(bytes) => bytes.as_slice(),
            Place::Ours(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for SecretBytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        if let Place::Gnutls(bytes) = &mut self.0 {
            bytes.wipe();
        }
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_equal_where_all_bytes_are() {
        let secret = |bytes: &[u8]| SecretBytes::from(bytes.to_vec());
        assert_eq!(secret(b"one"), secret(b"one").clone());
        assert_ne!(secret(b"one"), secret(b"two"));
        assert_ne!(secret(b"one"), secret(b"one more"));
        assert_eq!(secret(b""), secret(b""));
    }
}
