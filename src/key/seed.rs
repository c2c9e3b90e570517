//! The seeds of provable keys (FIPS 186-4).

use gnutls_sys as sys;

use super::PrivateKey;
use crate::algorithm::Digest;
use crate::error::Result;
use crate::ffi::{check, sized};
use crate::secret::SecretBytes;
use crate::x509;

/// Gives a type of keys the two calls.
macro_rules! seeds {
    ($key:ty, $get:ident, $get_alias:literal, $verify:ident, $verify_alias:literal) => {
        impl $key {
            /// The seed that a provable key was made from, and the digest that was used with it.
            ///
            /// # Errors
            /// If the key was not made so.
            #[doc(alias = $get_alias)]
            pub fn seed(&self) -> Result<(Digest, SecretBytes)> {
                let mut digest = sys::GNUTLS_DIG_UNKNOWN;
                let (_, seed) = sized("reading the seed of a private key", |buffer, size| {
                    // SAFETY: a key; the buffer has the size that stands behind `size`.
                    unsafe { sys::$get(self.raw(), &mut digest, buffer.cast(), size) }
                })?;
                Ok((Digest::from_raw(digest), seed.into()))
            }

            /// Checks that the key was made from this seed. Takes as long as making it.
            ///
            /// # Errors
            /// If it was not.
            #[doc(alias = $verify_alias)]
            pub fn verify_seed(&self, digest: Digest, seed: impl AsRef<[u8]>) -> Result<()> {
                let seed = seed.as_ref();
                // SAFETY: a key; the pointer and the length are one slice's.
                let code = unsafe { sys::$verify(self.raw(), digest.raw(), seed.as_ptr().cast(), seed.len()) };
                check(code, "checking the seed of a private key").map(drop)
            }
        }
    };
}

seeds! {
    PrivateKey, gnutls_privkey_get_seed, "gnutls_privkey_get_seed", gnutls_privkey_verify_seed,
    "gnutls_privkey_verify_seed"
}
seeds! {
    x509::PrivateKey, gnutls_x509_privkey_get_seed, "gnutls_x509_privkey_get_seed", gnutls_x509_privkey_verify_seed,
    "gnutls_x509_privkey_verify_seed"
}
