//! New keys, with everything that may be said about them.

use std::ffi::{c_int, c_uint};
use std::ptr;

use gnutls_sys as sys;

use super::handle::PrivateHandle;
use super::{KeyType, PrivateKey, Spki};
use crate::algorithm::Digest;
use crate::error::{Error, Result};
use crate::ffi::{Wiped, check, length};
use crate::x509::{self, KeyHandle};

const DOING: &str = "generating a private key";

/// The longest seed that GnuTLS keeps; it drops longer ones without a word.
const LONGEST_SEED: usize = 255;

/// Makes private keys.
///
/// # Examples
/// A key whose primes anybody who has the seed can check (FIPS 186-4):
/// ```
/// use gnutls::Digest;
/// use gnutls::key::{KeyGenerator, KeyType};
///
/// let key = KeyGenerator::new(KeyType::Rsa { bits: 2048 }).provable().generate()?;
/// let (digest, seed) = key.seed()?;
/// assert_eq!(digest, Digest::SHA384);
/// key.verify_seed(digest, &seed)?;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[must_use = "a generator makes a key only when it is told to"]
pub struct KeyGenerator {
    key_type: KeyType,
    flags: c_uint,
    seed: Option<(Digest, Wiped)>,
    spki: Option<Spki>,
}

impl KeyGenerator {
    /// For keys of this kind.
    pub fn new(key_type: KeyType) -> KeyGenerator {
        KeyGenerator { key_type, flags: 0, seed: None, spki: None }
    }

    /// With primes that can be proven to come from a seed (FIPS 186-4): RSA of 2048 or 3072 bits, and DSA.
    pub fn provable(mut self) -> KeyGenerator {
        self.flags |= sys::GNUTLS_PRIVKEY_FLAG_PROVABLE;
        self
    }

    /// As [`provable`](KeyGenerator::provable), with a seed that is given; who has it has the key. For RSA the size is
    /// that of the key's security: 28 bytes for 2048 bits, 32 for 3072.
    pub fn seed(mut self, digest: Digest, seed: impl AsRef<[u8]>) -> KeyGenerator {
        self.seed = Some((digest, Wiped::new(seed.as_ref().to_vec())));
        self.provable()
    }

    /// For an authority: an RSA-PSS key gets its parameters at once.
    pub fn for_authority(mut self) -> KeyGenerator {
        self.flags |= sys::GNUTLS_PRIVKEY_FLAG_CA;
        self
    }

    /// With parameters that restrict the key.
    pub fn spki(mut self, spki: Spki) -> KeyGenerator {
        self.spki = Some(spki);
        self
    }

    /// Makes a key.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a size or a seed that will not do,
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for an algorithm that this GnuTLS does not have.
    #[doc(alias = "gnutls_privkey_generate2")]
    pub fn generate(&self) -> Result<PrivateKey> {
        let handle = PrivateHandle::new()?;
        self.call(|algorithm, bits, flags, data, count| {
            // SAFETY: a fresh handle; `count` entries that live through the call, or null.
            unsafe { sys::gnutls_privkey_generate2(handle.raw(), algorithm, bits, flags, data, count) }
        })?;
        Ok(PrivateKey::finished(handle, None))
    }

    /// Makes a key that can be written down.
    ///
    /// # Errors
    /// As for [`generate`](KeyGenerator::generate).
    #[doc(alias = "gnutls_x509_privkey_generate2")]
    pub fn generate_x509(&self) -> Result<x509::PrivateKey> {
        let handle = KeyHandle::new()?;
        self.call(|algorithm, bits, flags, data, count| {
            // SAFETY: a fresh handle; `count` entries that live through the call, or null.
            unsafe { sys::gnutls_x509_privkey_generate2(handle.raw(), algorithm, bits, flags, data, count) }
        })?;
        Ok(x509::PrivateKey::finished(handle))
    }

    fn call(
        &self,
        call: impl FnOnce(sys::gnutls_pk_algorithm_t, c_uint, c_uint, *const sys::gnutls_keygen_data_st, c_uint) -> c_int,
    ) -> Result<()> {
        let (algorithm, bits) = self.key_type.raw()?;
        let mut data = Vec::new();
        let mut add = |type_, start: *const u8, size| {
            data.push(sys::gnutls_keygen_data_st { type_, data: start.cast_mut(), size });
        };
        if let Some((digest, seed)) = &self.seed {
            let size = c_uint::try_from(seed.len()).ok().filter(|_| (1..=LONGEST_SEED).contains(&seed.len()));
            let Some(size) = size else {
                let why = format!("a seed has 1 to {LONGEST_SEED} bytes, not {}", seed.len());
                return Err(Error::input(DOING, why));
            };
            add(sys::GNUTLS_KEYGEN_SEED, seed.as_ptr(), size);
            add(sys::GNUTLS_KEYGEN_DIGEST, ptr::null(), digest.raw());
        }
        if let Some(spki) = &self.spki {
            add(sys::GNUTLS_KEYGEN_SPKI, spki.raw().cast(), 0);
        }
        let start = if data.is_empty() { ptr::null() } else { data.as_ptr() };
        let count = length(data.len(), DOING)?;
        check(call(algorithm, bits, self.flags, start, count), DOING).map(drop)
    }
}

impl std::fmt::Debug for KeyGenerator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyGenerator({:?})", self.key_type)
    }
}
