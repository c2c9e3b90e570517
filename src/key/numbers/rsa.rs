//! RSA: a modulus, two exponents, and what speeds the private one up.

use std::borrow::Cow;
use std::ffi::c_int;
use std::ptr;

use super::{Datum, Zeros, lent};
use crate::error::{Error, Result};
use crate::ffi::filled_many;
use crate::secret::SecretBytes;

/// The numbers of an RSA public key (RFC 8017, section 3.1), big-endian and without leading zeros.
///
/// # Examples
/// ```
/// use gnutls::key::{KeyType, PrivateKey, PublicKey};
///
/// let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 })?.public_key()?;
/// let numbers = key.to_rsa()?;
/// assert_eq!(numbers.modulus.len(), 256);
/// assert_eq!(PublicKey::from_rsa(&numbers)?, key);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RsaPublicNumbers {
    /// n.
    pub modulus: Vec<u8>,
    /// e.
    pub public_exponent: Vec<u8>,
}

/// The numbers of an RSA private key (RFC 8017, section 3.2), big-endian and without leading zeros. `{:?}` shows the
/// public ones only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaPrivateNumbers {
    /// Those that the public key has as well.
    pub public: RsaPublicNumbers,
    /// d.
    pub private_exponent: SecretBytes,
    /// p.
    pub prime1: SecretBytes,
    /// q.
    pub prime2: SecretBytes,
    /// The inverse of q modulo p; computed where it is missing.
    pub coefficient: Option<SecretBytes>,
    /// d modulo p - 1; computed where it is missing.
    pub exponent1: Option<SecretBytes>,
    /// d modulo q - 1; computed where it is missing.
    pub exponent2: Option<SecretBytes>,
}

impl RsaPublicNumbers {
    /// Calls with m and e.
    pub(crate) fn lend<T>(&self, call: impl FnOnce([*const Datum; 2]) -> T) -> Result<T> {
        let [m, e] = lent([&self.modulus, &self.public_exponent])?;
        Ok(call([&m, &e]))
    }

    /// The numbers that `call` puts into m and e.
    pub(crate) fn taken(
        doing: &'static str,
        zeros: Zeros,
        call: impl FnOnce([*mut Datum; 2]) -> c_int,
    ) -> Result<RsaPublicNumbers> {
        let [m, e] = filled_many(doing, call)?;
        Ok(RsaPublicNumbers { modulus: zeros.public(&m), public_exponent: zeros.public(&e) })
    }
}

impl RsaPrivateNumbers {
    /// Refuses numbers over which Nettle would end the process as soon as the key signs.
    pub(crate) fn check(&self, doing: impl Into<Cow<'static, str>>) -> Result<()> {
        let size = |number: &[u8]| number.iter().skip_while(|byte| **byte == 0).count();
        let longest = size(&self.prime1).max(size(&self.prime2));
        if longest > size(&self.public.modulus) {
            return Err(Error::input(doing, "a prime is longer than the modulus"));
        }
        Ok(())
    }

    /// Calls with m, e, d, p, q, u, e1 and e2; those that are missing are null.
    pub(crate) fn lend(&self, call: impl FnOnce([*const Datum; 8]) -> c_int) -> Result<c_int> {
        self.check("making a private key from numbers")?;
        let [m, e] = lent([&self.public.modulus, &self.public.public_exponent])?;
        let [d, p, q] = lent([&self.private_exponent, &self.prime1, &self.prime2].map(|number| &**number))?;
        let extra = [&self.coefficient, &self.exponent1, &self.exponent2];
        let extra = extra.map(|number| number.as_deref());
        let [u, e1, e2] = lent(extra.map(Option::unwrap_or_default))?;
        let or_null = |at: usize, number: *const Datum| if extra[at].is_some() { number } else { ptr::null() };
        Ok(call([&m, &e, &d, &p, &q, or_null(0, &u), or_null(1, &e1), or_null(2, &e2)]))
    }

    /// The numbers that `call` puts into m, e, d, p, q, u, e1 and e2.
    pub(crate) fn taken(
        doing: &'static str,
        zeros: Zeros,
        call: impl FnOnce([*mut Datum; 8]) -> c_int,
    ) -> Result<RsaPrivateNumbers> {
        let [m, e, d, p, q, u, e1, e2] = filled_many(doing, call)?;
        let public = RsaPublicNumbers { modulus: zeros.public(&m), public_exponent: zeros.public(&e) };
        let [private_exponent, prime1, prime2, u, e1, e2] = [d, p, q, u, e1, e2].map(|number| zeros.private(number));
        let (coefficient, exponent1, exponent2) = (Some(u), Some(e1), Some(e2));
        Ok(RsaPrivateNumbers { public, private_exponent, prime1, prime2, coefficient, exponent1, exponent2 })
    }

    /// The numbers that `call` puts into m, e, d, p, q and u.
    pub(crate) fn taken_without_exponents(
        doing: &'static str,
        zeros: Zeros,
        call: impl FnOnce([*mut Datum; 6]) -> c_int,
    ) -> Result<RsaPrivateNumbers> {
        let [m, e, d, p, q, u] = filled_many(doing, call)?;
        let public = RsaPublicNumbers { modulus: zeros.public(&m), public_exponent: zeros.public(&e) };
        let [private_exponent, prime1, prime2, u] = [d, p, q, u].map(|number| zeros.private(number));
        let (coefficient, exponent1, exponent2) = (Some(u), None, None);
        Ok(RsaPrivateNumbers { public, private_exponent, prime1, prime2, coefficient, exponent1, exponent2 })
    }
}
