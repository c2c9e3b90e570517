//! The numbers that keys are made of: one type for the public ones of each kind of key, one for the private ones beside
//! them.

mod dsa;
mod ecc;
mod gost;
mod rsa;

use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{OwnedDatum, datum};
use crate::secret::SecretBytes;

pub use dsa::{DsaPrivateNumbers, DsaPublicNumbers};
pub use ecc::{EccPrivateNumbers, EccPublicNumbers};
pub use gost::{GostPrivateNumbers, GostPublicNumbers};
pub use rsa::{RsaPrivateNumbers, RsaPublicNumbers};

type Datum = sys::gnutls_datum_t;

/// What becomes of the zeros that GnuTLS puts in front of numbers, as DER's INTEGER has them.
#[derive(Clone, Copy)]
pub(crate) enum Zeros {
    Kept,
    Cut,
}

impl Zeros {
    fn public(self, number: &OwnedDatum) -> Vec<u8> {
        self.start(number.as_slice()).to_vec()
    }

    fn private(self, number: OwnedDatum) -> SecretBytes {
        let (length, start) = (number.as_slice().len(), self.start(number.as_slice()));
        // What is cut is a copy; dropping the other overwrites it.
        let shorter = (start.len() < length).then(|| SecretBytes::from(start.to_vec()));
        let whole = SecretBytes::new(number);
        shorter.unwrap_or(whole)
    }

    fn start(self, number: &[u8]) -> &[u8] {
        let zeros = match self {
            Zeros::Kept => 0,
            Zeros::Cut => number.iter().take_while(|byte| **byte == 0).count(),
        };
        &number[zeros..]
    }
}

fn lent<const N: usize>(numbers: [&[u8]; N]) -> Result<[Datum; N]> {
    let mut data = [Datum { data: ptr::null_mut(), size: 0 }; N];
    for (datum_of, number) in data.iter_mut().zip(numbers) {
        *datum_of = datum(number, "making a key from numbers")?;
    }
    Ok(data)
}
