//! GOST keys: a point of a curve, its digest and parameters, and the number that leads to it.

use std::ffi::c_int;

use super::{Datum, Zeros, lent};
use crate::algorithm::{Digest, EccCurve, GostParamset};
use crate::error::Result;
use crate::ffi::filled_many;
use crate::secret::SecretBytes;

/// The numbers of a GOST public key (RFC 9215). They are little-endian, and without zeros at their ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GostPublicNumbers {
    /// The curve.
    pub curve: EccCurve,
    /// The digest that is signed.
    pub digest: Digest,
    /// The substitution boxes for encryption.
    pub paramset: GostParamset,
    /// The point's x.
    pub x: Vec<u8>,
    /// The point's y.
    pub y: Vec<u8>,
}

/// The numbers of a GOST private key. They are little-endian. `{:?}` shows the public ones only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GostPrivateNumbers {
    /// Those that the public key has as well.
    pub public: GostPublicNumbers,
    /// The private number.
    pub k: SecretBytes,
}

impl GostPublicNumbers {
    /// Calls with the curve, the digest and the parameters, and with x and y.
    pub(crate) fn lend<T>(&self, call: impl FnOnce([u32; 3], [*const Datum; 2]) -> T) -> Result<T> {
        let [x, y] = lent([&self.x, &self.y])?;
        Ok(call([self.curve.raw(), self.digest.raw(), self.paramset.raw()], [&x, &y]))
    }

    /// The numbers that `call` puts into the curve, the digest, the parameters, x and y.
    pub(crate) fn taken(
        doing: &'static str,
        call: impl FnOnce([*mut u32; 3], [*mut Datum; 2]) -> c_int,
    ) -> Result<GostPublicNumbers> {
        let (mut curve, mut digest, mut paramset) = (0, 0, 0);
        let numbers = filled_many(doing, |numbers| call([&mut curve, &mut digest, &mut paramset], numbers))?;
        let [x, y] = numbers.map(|number| Zeros::Kept.public(&number));
        Ok(GostPublicNumbers::of([curve, digest, paramset], x, y))
    }

    fn of([curve, digest, paramset]: [u32; 3], x: Vec<u8>, y: Vec<u8>) -> GostPublicNumbers {
        let (curve, digest) = (EccCurve::from_raw(curve), Digest::from_raw(digest));
        GostPublicNumbers { curve, digest, paramset: GostParamset::from_raw(paramset), x, y }
    }
}

impl GostPrivateNumbers {
    /// Calls with the curve, the digest and the parameters, and with x, y and k.
    pub(crate) fn lend(&self, call: impl FnOnce([u32; 3], [*const Datum; 3]) -> c_int) -> Result<c_int> {
        let [k] = lent([&*self.k])?;
        self.public.lend(|kinds, [x, y]| call(kinds, [x, y, &k]))
    }

    /// The numbers that `call` puts into the curve, the digest, the parameters, x, y and k.
    pub(crate) fn taken(
        doing: &'static str,
        call: impl FnOnce([*mut u32; 3], [*mut Datum; 3]) -> c_int,
    ) -> Result<GostPrivateNumbers> {
        let (mut curve, mut digest, mut paramset) = (0, 0, 0);
        let [x, y, k] = filled_many(doing, |numbers| call([&mut curve, &mut digest, &mut paramset], numbers))?;
        let [x, y] = [x, y].map(|number| Zeros::Kept.public(&number));
        let public = GostPublicNumbers::of([curve, digest, paramset], x, y);
        Ok(GostPrivateNumbers { public, k: Zeros::Kept.private(k) })
    }
}
