//! Private keys from their numbers, and back.

use std::ffi::c_int;
use std::ptr;

use gnutls_sys as sys;

use super::handle::PrivateHandle;
use super::{DsaNumbers, EccNumbers, GostNumbers, PrivateKey, RsaNumbers};
use crate::algorithm::{Digest, EccCurve, GostParamset};
use crate::error::Result;
use crate::ffi::{OwnedDatum, check, datum, filled_many};
use crate::secret::SecretBytes;

const READING: &str = "making a private key from numbers";
const WRITING: &str = "reading the numbers of a private key";
const PLAIN: u32 = sys::GNUTLS_EXPORT_FLAG_NO_LZ;

type Datum = sys::gnutls_datum_t;

impl RsaNumbers {
    /// Calls with m, e, d, p, q, u, e1 and e2; those that are missing are null.
    pub(crate) fn lend(&self, call: impl FnOnce([*const Datum; 8]) -> c_int) -> Result<c_int> {
        let needed = [&self.modulus, &self.public_exponent];
        let secret = [&self.private_exponent, &self.prime1, &self.prime2];
        let [m, e] = lent(needed.map(|number| number.as_slice()))?;
        let [d, p, q] = lent(secret.map(|number| &**number))?;
        let extra = [&self.coefficient, &self.exponent1, &self.exponent2];
        let extra = extra.map(|number| number.as_deref());
        let [u, e1, e2] = lent(extra.map(Option::unwrap_or_default))?;
        let or_null = |at: usize, number: *const Datum| if extra[at].is_some() { number } else { ptr::null() };
        Ok(call([&m, &e, &d, &p, &q, or_null(0, &u), or_null(1, &e1), or_null(2, &e2)]))
    }

    /// The numbers that `call` puts into m, e, d, p, q, u, e1 and e2.
    pub(crate) fn taken(call: impl FnOnce([*mut Datum; 8]) -> c_int) -> Result<RsaNumbers> {
        let [m, e, d, p, q, u, e1, e2] = filled_many(WRITING, call)?;
        let [d, p, q, u, e1, e2] = [d, p, q, u, e1, e2].map(SecretBytes::new);
        Ok(RsaNumbers {
            modulus: plain(&m),
            public_exponent: plain(&e),
            private_exponent: d,
            prime1: p,
            prime2: q,
            coefficient: Some(u),
            exponent1: Some(e1),
            exponent2: Some(e2),
        })
    }

    /// The numbers that `call` puts into m, e, d, p, q and u.
    pub(crate) fn taken_without_exponents(call: impl FnOnce([*mut Datum; 6]) -> c_int) -> Result<RsaNumbers> {
        let [m, e, d, p, q, u] = filled_many(WRITING, call)?;
        let (modulus, public_exponent) = (plain(&m), plain(&e));
        let [private_exponent, prime1, prime2, u] = [d, p, q, u].map(SecretBytes::new);
        let (exponent1, exponent2) = (None, None);
        Ok(RsaNumbers {
            modulus,
            public_exponent,
            private_exponent,
            prime1,
            prime2,
            coefficient: Some(u),
            exponent1,
            exponent2,
        })
    }
}

impl DsaNumbers {
    /// Calls with p, q, g, y and x.
    pub(crate) fn lend(&self, call: impl FnOnce([*const Datum; 5]) -> c_int) -> Result<c_int> {
        let [p, q, g, y, x] = lent([&self.prime, &self.order, &self.generator, &self.public, &*self.private])?;
        Ok(call([&p, &q, &g, &y, &x]))
    }

    /// The numbers that `call` puts into p, q, g, y and x.
    pub(crate) fn taken(call: impl FnOnce([*mut Datum; 5]) -> c_int) -> Result<DsaNumbers> {
        let [p, q, g, y, x] = filled_many(WRITING, call)?;
        let [prime, order, generator, public] = [&p, &q, &g, &y].map(plain);
        Ok(DsaNumbers { prime, order, generator, public, private: SecretBytes::new(x) })
    }
}

impl EccNumbers {
    /// Calls with x, y and k; y is null for the curves that have none.
    pub(crate) fn lend(&self, call: impl FnOnce([*const Datum; 3]) -> c_int) -> Result<c_int> {
        let [x, y, k] = lent([&self.x, &self.y, &*self.private])?;
        Ok(call([&x, if self.y.is_empty() { ptr::null() } else { &y }, &k]))
    }

    /// The numbers that `call` puts into the curve, x, y and k.
    pub(crate) fn taken(
        call: impl FnOnce(*mut sys::gnutls_ecc_curve_t, [*mut Datum; 3]) -> c_int,
    ) -> Result<EccNumbers> {
        let mut curve = sys::GNUTLS_ECC_CURVE_INVALID;
        let [x, y, k] = filled_many(WRITING, |numbers| call(&mut curve, numbers))?;
        let curve = EccCurve::from_raw(curve);
        Ok(EccNumbers { curve, x: plain(&x), y: plain(&y), private: SecretBytes::new(k) })
    }
}

impl GostNumbers {
    /// Calls with x, y and k.
    pub(crate) fn lend(&self, call: impl FnOnce([*const Datum; 3]) -> c_int) -> Result<c_int> {
        let [x, y, k] = lent([&self.x, &self.y, &*self.private])?;
        Ok(call([&x, &y, &k]))
    }

    /// The numbers that `call` puts into the curve, the digest, the parameters, x, y and k.
    pub(crate) fn taken(call: impl FnOnce([*mut u32; 3], [*mut Datum; 3]) -> c_int) -> Result<GostNumbers> {
        let (mut curve, mut digest, mut paramset) = (0, 0, 0);
        let [x, y, k] = filled_many(WRITING, |numbers| call([&mut curve, &mut digest, &mut paramset], numbers))?;
        Ok(GostNumbers {
            curve: EccCurve::from_raw(curve),
            digest: Digest::from_raw(digest),
            paramset: GostParamset::from_raw(paramset),
            x: plain(&x),
            y: plain(&y),
            private: SecretBytes::new(k),
        })
    }
}

impl PrivateKey {
    fn from_numbers(call: impl FnOnce(sys::gnutls_privkey_t) -> Result<c_int>) -> Result<PrivateKey> {
        let handle = PrivateHandle::new()?;
        check(call(handle.raw())?, READING)?;
        Ok(PrivateKey::finished(handle, None))
    }

    /// The RSA key that is made of these numbers.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) or
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if they make no key.
    #[doc(alias = "gnutls_privkey_import_rsa_raw")]
    pub fn from_rsa(numbers: &RsaNumbers) -> Result<PrivateKey> {
        PrivateKey::from_numbers(|key| {
            numbers.lend(|[m, e, d, p, q, u, e1, e2]| {
                // SAFETY: a fresh handle, and data that are null or borrow slices through the call.
                unsafe { sys::gnutls_privkey_import_rsa_raw(key, m, e, d, p, q, u, e1, e2) }
            })
        })
    }

    /// The numbers of an RSA key in memory.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is another kind of key.
    #[doc(alias = "gnutls_privkey_export_rsa_raw2")]
    pub fn to_rsa(&self) -> Result<RsaNumbers> {
        RsaNumbers::taken(|[m, e, d, p, q, u, e1, e2]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_rsa_raw2(self.raw(), m, e, d, p, q, u, e1, e2, PLAIN) }
        })
    }

    /// The DSA key that is made of these numbers.
    ///
    /// # Errors
    /// As for [`from_rsa`](PrivateKey::from_rsa).
    #[doc(alias = "gnutls_privkey_import_dsa_raw")]
    pub fn from_dsa(numbers: &DsaNumbers) -> Result<PrivateKey> {
        PrivateKey::from_numbers(|key| {
            numbers.lend(|[p, q, g, y, x]| {
                // SAFETY: a fresh handle, and data that borrow slices through the call.
                unsafe { sys::gnutls_privkey_import_dsa_raw(key, p, q, g, y, x) }
            })
        })
    }

    /// The numbers of a DSA key in memory.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_privkey_export_dsa_raw2")]
    pub fn to_dsa(&self) -> Result<DsaNumbers> {
        DsaNumbers::taken(|[p, q, g, y, x]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_dsa_raw2(self.raw(), p, q, g, y, x, PLAIN) }
        })
    }

    /// The key on a curve that is made of these numbers.
    ///
    /// # Errors
    /// As for [`from_rsa`](PrivateKey::from_rsa).
    #[doc(alias = "gnutls_privkey_import_ecc_raw")]
    pub fn from_ecc(numbers: &EccNumbers) -> Result<PrivateKey> {
        PrivateKey::from_numbers(|key| {
            numbers.lend(|[x, y, k]| {
                // SAFETY: a fresh handle, and data that are null or borrow slices through the call.
                unsafe { sys::gnutls_privkey_import_ecc_raw(key, numbers.curve.raw(), x, y, k) }
            })
        })
    }

    /// The numbers of a key on a curve, in memory.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_privkey_export_ecc_raw2")]
    pub fn to_ecc(&self) -> Result<EccNumbers> {
        EccNumbers::taken(|curve, [x, y, k]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_ecc_raw2(self.raw(), curve, x, y, k, PLAIN) }
        })
    }

    /// The GOST key that is made of these numbers.
    ///
    /// # Errors
    /// As for [`from_rsa`](PrivateKey::from_rsa).
    #[doc(alias = "gnutls_privkey_import_gost_raw")]
    pub fn from_gost(numbers: &GostNumbers) -> Result<PrivateKey> {
        let (curve, digest, paramset) = (numbers.curve.raw(), numbers.digest.raw(), numbers.paramset.raw());
        PrivateKey::from_numbers(|key| {
            numbers.lend(|[x, y, k]| {
                // SAFETY: a fresh handle, and data that borrow slices through the call.
                unsafe { sys::gnutls_privkey_import_gost_raw(key, curve, digest, paramset, x, y, k) }
            })
        })
    }

    /// The numbers of a GOST key in memory.
    ///
    /// # Errors
    /// As for [`to_rsa`](PrivateKey::to_rsa).
    #[doc(alias = "gnutls_privkey_export_gost_raw2")]
    pub fn to_gost(&self) -> Result<GostNumbers> {
        GostNumbers::taken(|[curve, digest, paramset], [x, y, k]| {
            // SAFETY: a key and valid out pointers.
            unsafe { sys::gnutls_privkey_export_gost_raw2(self.raw(), curve, digest, paramset, x, y, k, PLAIN) }
        })
    }
}

fn lent<const N: usize>(numbers: [&[u8]; N]) -> Result<[Datum; N]> {
    let mut data = [Datum { data: ptr::null_mut(), size: 0 }; N];
    for (datum_of, number) in data.iter_mut().zip(numbers) {
        *datum_of = datum(number, READING)?;
    }
    Ok(data)
}

fn plain(number: &OwnedDatum) -> Vec<u8> {
    number.as_slice().to_vec()
}
