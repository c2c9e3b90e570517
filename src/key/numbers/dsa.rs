//! DSA: two primes, a generator, and a number each for the public and the private key.

use std::borrow::Cow;
use std::ffi::c_int;

use super::{Datum, Zeros, lent};
use crate::error::{Error, Result};
use crate::ffi::filled_many;
use crate::secret::SecretBytes;

/// The numbers of a DSA public key (FIPS 186-4), big-endian and without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DsaPublicNumbers {
    /// The prime.
    pub p: Vec<u8>,
    /// The order of the subgroup.
    pub q: Vec<u8>,
    /// The generator.
    pub g: Vec<u8>,
    /// The public number.
    pub y: Vec<u8>,
}

/// The numbers of a DSA private key (FIPS 186-4), big-endian and without leading zeros. `{:?}` shows the public ones only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DsaPrivateNumbers {
    /// Those that the public key has as well.
    pub public: DsaPublicNumbers,
    /// The private number.
    pub x: SecretBytes,
}

/// The size in bits of the smallest order that FIPS 186-4 knows.
const SMALLEST_ORDER: usize = 160;

impl DsaPublicNumbers {
    /// Calls with p, q, g and y.
    pub(crate) fn lend<T>(&self, call: impl FnOnce([*const Datum; 4]) -> T) -> Result<T> {
        let [p, q, g, y] = lent([&self.p, &self.q, &self.g, &self.y])?;
        Ok(call([&p, &q, &g, &y]))
    }

    /// The numbers that `call` puts into p, q, g and y.
    pub(crate) fn taken(
        doing: &'static str,
        zeros: Zeros,
        call: impl FnOnce([*mut Datum; 4]) -> c_int,
    ) -> Result<DsaPublicNumbers> {
        let [p, q, g, y] = filled_many(doing, call)?.map(|number| zeros.public(&number));
        Ok(DsaPublicNumbers { p, q, g, y })
    }
}

impl DsaPrivateNumbers {
    /// Refuses an order with which nobody can sign: Nettle ends the process over 1, and looks forever with others. And a
    /// prime of 0, by which it divides.
    pub(crate) fn check(&self, doing: impl Into<Cow<'static, str>>) -> Result<()> {
        let bits = self.public.q.iter().skip_while(|byte| **byte == 0).count() * 8;
        if bits < SMALLEST_ORDER {
            return Err(Error::input(doing, format!("an order has {SMALLEST_ORDER} bits or more, not {bits}")));
        }
        if self.public.p.last().is_none_or(|last| last & 1 == 0) {
            return Err(Error::input(doing, "the prime is even"));
        }
        Ok(())
    }

    /// Calls with p, q, g, y and x.
    pub(crate) fn lend(&self, call: impl FnOnce([*const Datum; 5]) -> c_int) -> Result<c_int> {
        self.check("making a private key from numbers")?;
        let DsaPublicNumbers { p, q, g, y } = &self.public;
        let [p, q, g, y, x] = lent([p, q, g, y, &*self.x])?;
        Ok(call([&p, &q, &g, &y, &x]))
    }

    /// The numbers that `call` puts into p, q, g, y and x.
    pub(crate) fn taken(
        doing: &'static str,
        zeros: Zeros,
        call: impl FnOnce([*mut Datum; 5]) -> c_int,
    ) -> Result<DsaPrivateNumbers> {
        let [p, q, g, y, x] = filled_many(doing, call)?;
        let [p, q, g, y] = [p, q, g, y].map(|number| zeros.public(&number));
        Ok(DsaPrivateNumbers { public: DsaPublicNumbers { p, q, g, y }, x: zeros.private(x) })
    }
}
