//! Parameters of Diffie-Hellman over a finite field.

use std::ffi::c_int;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr;

use gnutls_sys as sys;

use crate::error::{Error, Result};
use crate::ffi::{check, datum, filled, filled_many, raw_access, written};
use crate::global;
use crate::x509::{self, Format};

/// A prime and a generator. TLS needs none of them: it has the groups of RFC 7919.
///
/// # Examples
/// ```
/// use gnutls::key::DhParams;
///
/// let params = DhParams::new([23], [5])?;
/// assert_eq!(params.numbers()?, (vec![23], vec![5], 0));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_dh_params_t")]
#[doc(alias = "gnutls_dh_params_init")]
#[doc(alias = "gnutls_dh_params_deinit")]
pub struct DhParams(sys::gnutls_dh_params_t);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for DhParams {}
// SAFETY: once made it is only read.
unsafe impl Sync for DhParams {}

const READING: &str = "reading Diffie-Hellman parameters";
const WRITING: &str = "writing Diffie-Hellman parameters";

raw_access!(DhParams, sys::gnutls_dh_params_t, lend it => it.0);
raw_access!(DhParams, sys::gnutls_dh_params_t, give "gnutls_dh_params_deinit" it => ManuallyDrop::new(it).0);
raw_access!(DhParams, sys::gnutls_dh_params_t, take "holds parameters" raw => DhParams(raw));

impl DhParams {
    fn empty() -> Result<DhParams> {
        global::ready()?;
        let mut raw = ptr::null_mut();
        // SAFETY: the out pointer is valid.
        let code = unsafe { sys::gnutls_dh_params_init(&mut raw) };
        check(code, "allocating Diffie-Hellman parameters")?;
        Ok(DhParams(raw))
    }

    fn made(doing: &'static str, call: impl FnOnce(sys::gnutls_dh_params_t) -> c_int) -> Result<DhParams> {
        let params = DhParams::empty()?;
        check(call(params.0), doing)?;
        Ok(params)
    }

    /// A prime and a generator, big-endian.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is 0.
    #[doc(alias = "gnutls_dh_params_import_raw")]
    pub fn new(prime: impl AsRef<[u8]>, generator: impl AsRef<[u8]>) -> Result<DhParams> {
        let (p, g) = (datum(prime.as_ref(), READING)?, datum(generator.as_ref(), READING)?);
        DhParams::made(READING, |params| {
            // SAFETY: a fresh object, and data that borrow the caller's slices.
            unsafe { sys::gnutls_dh_params_import_raw(params, &p, &g) }
        })
    }

    /// As [`new`](DhParams::new), with the size of private keys in bits.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_dh_params_import_raw2")]
    pub fn with_key_bits(prime: impl AsRef<[u8]>, generator: impl AsRef<[u8]>, bits: u32) -> Result<DhParams> {
        let (p, g) = (datum(prime.as_ref(), READING)?, datum(generator.as_ref(), READING)?);
        DhParams::made(READING, |params| {
            // SAFETY: a fresh object, and data that borrow the caller's slices.
            unsafe { sys::gnutls_dh_params_import_raw2(params, &p, &g, bits) }
        })
    }

    /// As [`new`](DhParams::new), with the order of the subgroup.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_dh_params_import_raw3")]
    pub fn with_order(
        prime: impl AsRef<[u8]>,
        order: impl AsRef<[u8]>,
        generator: impl AsRef<[u8]>,
    ) -> Result<DhParams> {
        let (p, g) = (datum(prime.as_ref(), READING)?, datum(generator.as_ref(), READING)?);
        let q = datum(order.as_ref(), READING)?;
        DhParams::made(READING, |params| {
            // SAFETY: a fresh object, and data that borrow the caller's slices.
            unsafe { sys::gnutls_dh_params_import_raw3(params, &p, &q, &g) }
        })
    }

    /// Those of a DSA key.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is no DSA key.
    #[doc(alias = "gnutls_dh_params_import_dsa")]
    pub fn from_dsa(key: &x509::PrivateKey) -> Result<DhParams> {
        DhParams::made(READING, |params| {
            // SAFETY: a fresh object, and a key that is only read.
            unsafe { sys::gnutls_dh_params_import_dsa(params, key.raw()) }
        })
    }

    /// Those of a `DH PARAMETERS` object (PKCS#3).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is none or if it is malformed.
    #[doc(alias = "gnutls_dh_params_import_pkcs3")]
    pub fn from_pkcs3(bytes: impl AsRef<[u8]>, format: Format) -> Result<DhParams> {
        let data = datum(bytes.as_ref(), READING)?;
        DhParams::made(READING, |params| {
            // SAFETY: a fresh object, and a datum that borrows the caller's slice.
            unsafe { sys::gnutls_dh_params_import_pkcs3(params, &data, format.raw()) }
        })
    }

    /// New ones. Takes long: minutes for large primes.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a size that is not offered.
    #[doc(alias = "gnutls_dh_params_generate2")]
    pub fn generate(bits: u32) -> Result<DhParams> {
        const DOING: &str = "generating Diffie-Hellman parameters";
        if !(512..=8192).contains(&bits) {
            return Err(Error::input(DOING, format!("a prime of {bits} bits is not offered: 512 to 8192 are")));
        }
        DhParams::made(DOING, |params| {
            // SAFETY: a fresh object.
            unsafe { sys::gnutls_dh_params_generate2(params, bits) }
        })
    }

    /// The prime, the generator and the size of private keys in bits (0 if it is not known).
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_dh_params_export_raw")]
    pub fn numbers(&self) -> Result<(Vec<u8>, Vec<u8>, u32)> {
        let mut bits = 0;
        let numbers = filled_many(WRITING, |[prime, generator]| {
            // SAFETY: parameters and valid out pointers.
            unsafe { sys::gnutls_dh_params_export_raw(self.0, prime, generator, &mut bits) }
        })?;
        let [prime, generator] = numbers.map(|number| number.as_slice().to_vec());
        Ok((prime, generator, bits))
    }

    /// As a `DH PARAMETERS` object (PKCS#3).
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_dh_params_export2_pkcs3")]
    pub fn to_pkcs3(&self, format: Format) -> Result<Vec<u8>> {
        let exported = filled(WRITING, |out| {
            // SAFETY: parameters and a valid out pointer.
            unsafe { sys::gnutls_dh_params_export2_pkcs3(self.0, format.raw(), out) }
        })?;
        Ok(exported.as_slice().to_vec())
    }

    /// As [`to_pkcs3`](DhParams::to_pkcs3), into the start of `output`; returns how many bytes that were.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if `output` is too small.
    #[doc(alias = "gnutls_dh_params_export_pkcs3")]
    pub fn pkcs3_into(&self, format: Format, output: &mut [u8]) -> Result<usize> {
        written(WRITING, output, |buffer, size| {
            // SAFETY: parameters; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_dh_params_export_pkcs3(self.0, format.raw(), buffer, size) }
        })
    }

    /// A copy.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_dh_params_cpy")]
    pub fn try_clone(&self) -> Result<DhParams> {
        DhParams::made("copying Diffie-Hellman parameters", |params| {
            // SAFETY: a fresh object, and parameters that are only read.
            unsafe { sys::gnutls_dh_params_cpy(params, self.0) }
        })
    }
}

#[cfg(gnutls_3_8_2)]
mod keys {
    //! Keys of Diffie-Hellman over a finite field.

    use gnutls_sys as sys;

    use super::DhParams;
    use crate::error::Result;
    use crate::ffi::{check, datum, filled, filled_many};
    use crate::key::handle::PrivateHandle;
    use crate::key::{PrivateKey, PublicKey};
    use crate::secret::SecretBytes;
    use crate::x509::{self, KeyHandle};

    const READING: &str = "making a Diffie-Hellman key from numbers";
    const WRITING: &str = "reading the numbers of a Diffie-Hellman key";
    const PLAIN: u32 = sys::GNUTLS_EXPORT_FLAG_NO_LZ;

    impl PrivateKey {
        /// The Diffie-Hellman key with a private number, and the public one if it is at hand; big-endian.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if they are no numbers.
        #[doc(alias = "gnutls_privkey_import_dh_raw")]
        pub fn from_dh(params: &DhParams, public: Option<&[u8]>, private: impl AsRef<[u8]>) -> Result<PrivateKey> {
            let handle = PrivateHandle::new()?;
            let (y, x) = (datum(public.unwrap_or_default(), READING)?, datum(private.as_ref(), READING)?);
            let y = if public.is_some() { &raw const y } else { std::ptr::null() };
            // SAFETY: a fresh handle, parameters that are only read, and data that are null or borrow slices.
            let code = unsafe { sys::gnutls_privkey_import_dh_raw(handle.raw(), params.0, y, &x) };
            check(code, READING)?;
            Ok(PrivateKey::finished(handle, None))
        }

        /// The parameters, the public and the private number of a Diffie-Hellman key in memory.
        ///
        /// # Errors
        /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is another kind of key.
        #[doc(alias = "gnutls_privkey_export_dh_raw")]
        pub fn to_dh(&self) -> Result<(DhParams, Vec<u8>, SecretBytes)> {
            let params = DhParams::empty()?;
            let [y, x] = filled_many(WRITING, |[y, x]| {
                // SAFETY: a key, a fresh object and valid out pointers.
                unsafe { sys::gnutls_privkey_export_dh_raw(self.raw(), params.0, y, x, PLAIN) }
            })?;
            Ok((params, y.as_slice().to_vec(), SecretBytes::new(x)))
        }
    }

    impl x509::PrivateKey {
        /// As [`PrivateKey::from_dh`](crate::key::PrivateKey::from_dh).
        ///
        /// # Errors
        /// As there.
        #[doc(alias = "gnutls_x509_privkey_import_dh_raw")]
        pub fn from_dh(
            params: &DhParams,
            public: Option<&[u8]>,
            private: impl AsRef<[u8]>,
        ) -> Result<x509::PrivateKey> {
            let handle = KeyHandle::new()?;
            let (y, x) = (datum(public.unwrap_or_default(), READING)?, datum(private.as_ref(), READING)?);
            let y = if public.is_some() { &raw const y } else { std::ptr::null() };
            // SAFETY: a fresh handle, parameters that are only read, and data that are null or borrow slices.
            let code = unsafe { sys::gnutls_x509_privkey_import_dh_raw(handle.raw(), params.0, y, &x) };
            check(code, READING)?;
            Ok(x509::PrivateKey::finished(handle))
        }
    }

    impl PublicKey {
        /// The Diffie-Hellman key with a public number, big-endian.
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is no number.
        #[doc(alias = "gnutls_pubkey_import_dh_raw")]
        pub fn from_dh(params: &DhParams, public: impl AsRef<[u8]>) -> Result<PublicKey> {
            let y = datum(public.as_ref(), READING)?;
            PublicKey::import(READING, |key| {
                // SAFETY: a fresh handle, parameters that are only read, and a datum that borrows the caller's slice.
                unsafe { sys::gnutls_pubkey_import_dh_raw(key, params.0, &y) }
            })
        }

        /// The parameters and the number of a Diffie-Hellman key.
        ///
        /// # Errors
        /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is another kind of key.
        #[doc(alias = "gnutls_pubkey_export_dh_raw")]
        pub fn to_dh(&self) -> Result<(DhParams, Vec<u8>)> {
            let params = DhParams::empty()?;
            let y = filled(WRITING, |y| {
                // SAFETY: a key, a fresh object and a valid out pointer.
                unsafe { sys::gnutls_pubkey_export_dh_raw(self.raw(), params.0, y, PLAIN) }
            })?;
            Ok((params, y.as_slice().to_vec()))
        }
    }
}

impl Drop for DhParams {
    fn drop(&mut self) {
        // SAFETY: initialised and ours; released once.
        unsafe { sys::gnutls_dh_params_deinit(self.0) };
    }
}

impl fmt::Debug for DhParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.numbers().map_or(0, |(prime, ..)| prime.len());
        write!(f, "DhParams(a prime of {bytes} bytes)")
    }
}
