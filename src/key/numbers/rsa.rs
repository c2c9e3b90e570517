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
    /// Refuses numbers over which Nettle would end the process, or write where it must not, as soon as the key signs.
    ///
    /// It makes room for what it computes by the sizes of some of these numbers, and fills it by those of others: that they
    /// belong together is what it takes for granted. What is missing GnuTLS computes; ask again when it has.
    pub(crate) fn check(&self, doing: impl Into<Cow<'static, str>>) -> Result<()> {
        self.fault().map_or(Ok(()), |fault| Err(Error::input(doing, fault)))
    }

    fn fault(&self) -> Option<&'static str> {
        let (n, e, d) = (cut(&self.public.modulus), cut(&self.public.public_exponent), cut(&self.private_exponent));
        let (p, q) = (cut(&self.prime1), cut(&self.prime2));
        let limbs = |number: &[u8]| number.len().div_ceil(LIMB);
        let no_residue = |number: &Option<SecretBytes>, modulus: &[u8]| {
            number.as_deref().map(cut).is_some_and(|number| number.is_empty() || number.len() > modulus.len())
        };
        match () {
            () if p.len().max(q.len()) > n.len() => Some("a prime is longer than the modulus"),
            () if n.len() > LONGEST => Some("the modulus has more than 65536 bits"),
            () if limbs(p).max(limbs(q)) == limbs(n) => Some("a prime is about as long as the modulus"),
            () if !is_odd(p) || !is_odd(q) => Some("a prime is even"),
            () if !is_product(n, p, q) => Some("the modulus is not the product of the primes"),
            () if e.is_empty() || e.len() > n.len() => Some("the public exponent is 0, or longer than the modulus"),
            () if d.is_empty() => Some("the private exponent is 0"),
            () if no_residue(&self.exponent1, p) || no_residue(&self.exponent2, q) => {
                Some("an exponent for a prime is 0, or longer than it")
            }
            () if no_residue(&self.coefficient, p) => Some("the coefficient is 0, or longer than the prime"),
            () if self.coefficient.as_deref().is_some_and(|u| cut(u).len() + q.len() < p.len()) => {
                Some("the coefficient is too short for the primes")
            }
            () => None,
        }
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

/// The bytes of the words that Nettle computes with, or of two of them.
const LIMB: usize = 8;

/// The most bytes of a modulus: signing with such a key takes minutes.
const LONGEST: usize = 8192;

/// A number without zeros in front.
fn cut(number: &[u8]) -> &[u8] {
    &number[number.iter().take_while(|byte| **byte == 0).count()..]
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|last| last & 1 == 1)
}

/// Whether `n` is `p` times `q`. How long it takes depends on their lengths alone.
fn is_product(n: &[u8], p: &[u8], q: &[u8]) -> bool {
    let digit = |number: &[u8], place: usize| -> u64 {
        number.len().checked_sub(place + 1).map_or(0, |index| u64::from(number[index]))
    };
    let (mut carry, mut different) = (0_u64, 0);
    for place in 0..n.len().max(p.len() + q.len()) {
        let column = (place + 1).saturating_sub(q.len())..p.len().min(place + 1);
        carry += column.map(|of_p| digit(p, of_p) * digit(q, place - of_p)).sum::<u64>();
        different |= (carry & 0xff) ^ digit(n, place);
        carry >>= 8;
    }
    different == 0 && carry == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_told_from_other_numbers() {
        let bytes = |number: u64| cut(&number.to_be_bytes()).to_vec();
        for (p, q) in [(0, 0), (1, 0), (3, 5), (255, 255), (257, 3), (65537, 65539), (0xffff_ffff, 0xffff_ffff)] {
            let right = p * q;
            assert!(is_product(&bytes(right), &bytes(p), &bytes(q)), "{p} {q}");
            for wrong in [right + 1, right ^ 0x100, right ^ 0x8000_0000, right >> 8] {
                assert_eq!(is_product(&bytes(wrong), &bytes(p), &bytes(q)), wrong == right, "{p} {q} {wrong}");
            }
        }
    }
}
