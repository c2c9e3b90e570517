//! Keys on curves: a point, and the number that leads to it.

use std::ffi::c_int;

use gnutls_sys as sys;

use super::{Datum, Zeros, lent};
use crate::algorithm::EccCurve;
use crate::error::Result;
use crate::ffi::{OwnedDatum, filled_many};
use crate::secret::SecretBytes;

/// The numbers of a public key on a curve, big-endian and without leading zeros: one coordinate in 256 has a byte less
/// than its curve. For Ed25519, Ed448, X25519 and X448 they are the bytes of the RFCs that define these.
///
/// # Examples
/// ```
/// use gnutls::EccCurve;
/// use gnutls::key::{EccPublicNumbers, PublicKey};
///
/// // RFC 8032, section 7.1, test 1.
/// let key = gnutls::encoding::hex::decode("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")?;
/// let numbers = EccPublicNumbers { curve: EccCurve::ED25519, x: key.to_vec(), y: Vec::new() };
/// assert_eq!(PublicKey::from_ecc(&numbers)?.to_ecc()?, numbers);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EccPublicNumbers {
    /// The curve.
    pub curve: EccCurve,
    /// The point's x; for Ed25519, Ed448, X25519 and X448 the whole public key, as their RFCs write it.
    pub x: Vec<u8>,
    /// The point's y; empty for the curves named above.
    pub y: Vec<u8>,
}

/// The numbers of a private key on a curve, in the form of [`EccPublicNumbers`]. `{:?}` shows the public ones only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EccPrivateNumbers {
    /// Those that the public key has as well.
    pub public: EccPublicNumbers,
    /// The private number; for Ed25519, Ed448, X25519 and X448 the private key, as their RFCs write it.
    pub k: SecretBytes,
}

impl EccPublicNumbers {
    /// Calls with the curve, x and y. GnuTLS (3.7.9) reads y without a look whether it is null.
    pub(crate) fn lend<T>(&self, call: impl FnOnce(sys::gnutls_ecc_curve_t, [*const Datum; 2]) -> T) -> Result<T> {
        let [x, y] = lent([&self.x, &self.y])?;
        Ok(call(self.curve.raw(), [&x, &y]))
    }

    /// The numbers that `call` puts into the curve, x and y.
    pub(crate) fn taken(
        doing: &'static str,
        zeros: Zeros,
        call: impl FnOnce(*mut sys::gnutls_ecc_curve_t, [*mut Datum; 2]) -> c_int,
    ) -> Result<EccPublicNumbers> {
        let mut curve = sys::GNUTLS_ECC_CURVE_INVALID;
        let [x, y] = filled_many(doing, |numbers| call(&mut curve, numbers))?;
        let zeros = of_numbers(zeros, &y);
        Ok(EccPublicNumbers { curve: EccCurve::from_raw(curve), x: zeros.public(&x), y: zeros.public(&y) })
    }
}

impl EccPrivateNumbers {
    /// Calls with the curve, x, y and k.
    pub(crate) fn lend(&self, call: impl FnOnce(sys::gnutls_ecc_curve_t, [*const Datum; 3]) -> c_int) -> Result<c_int> {
        let [k] = lent([&*self.k])?;
        self.public.lend(|curve, [x, y]| call(curve, [x, y, &k]))
    }

    /// The numbers that `call` puts into the curve, x, y and k.
    pub(crate) fn taken(
        doing: &'static str,
        zeros: Zeros,
        call: impl FnOnce(*mut sys::gnutls_ecc_curve_t, [*mut Datum; 3]) -> c_int,
    ) -> Result<EccPrivateNumbers> {
        let mut curve = sys::GNUTLS_ECC_CURVE_INVALID;
        let [x, y, k] = filled_many(doing, |numbers| call(&mut curve, numbers))?;
        let zeros = of_numbers(zeros, &y);
        let public = EccPublicNumbers { curve: EccCurve::from_raw(curve), x: zeros.public(&x), y: zeros.public(&y) };
        Ok(EccPrivateNumbers { public, k: zeros.private(k) })
    }
}

/// The keys of the curves without a y are strings of bytes, whose zeros count.
fn of_numbers(zeros: Zeros, y: &OwnedDatum) -> Zeros {
    if y.as_slice().is_empty() { Zeros::Kept } else { zeros }
}
