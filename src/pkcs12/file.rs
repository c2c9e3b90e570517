//! The file: bags, and a MAC over them.

use std::fmt;
use std::ptr;

use gnutls_sys as sys;

use super::Bag;
use crate::algorithm::Mac;
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::{OwnedDatum, Wiped, check, datum, filled, handle, length, raw_access, until_end, written};
use crate::global;
use crate::secret::SecretBytes;
use crate::x509::{Certificate, Format, Oid, Pkcs8Cipher, PrivateKey};

handle! {
    /// A `gnutls_pkcs12_t` and the duty to release it.
    FileHandle(gnutls_pkcs12_t), gnutls_pkcs12_init, gnutls_pkcs12_deinit, "allocating a PKCS#12 structure"
}

/// A PKCS#12 structure: what stands in a `.p12` file.
///
/// Not `Sync`: a MAC is computed inside of the C object.
#[doc(alias = "gnutls_pkcs12_t")]
#[doc(alias = "gnutls_pkcs12_init")]
#[doc(alias = "gnutls_pkcs12_deinit")]
pub struct Pkcs12(FileHandle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Pkcs12 {}

/// How the MAC was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MacInfo {
    /// The algorithm.
    pub mac: Mac,
    /// The object identifier of its digest.
    pub oid: Option<Oid>,
    /// The salt of the key's derivation.
    pub salt: Vec<u8>,
    /// How often the derivation is repeated.
    pub iterations: u32,
}

const READING: &str = "reading a PKCS#12 structure";
const MAKING: &str = "making a PKCS#12 structure";

raw_access!(Pkcs12(FileHandle), sys::gnutls_pkcs12_t, "gnutls_pkcs12_deinit", "is initialised");

impl Pkcs12 {
    /// One without bags.
    ///
    /// # Errors
    /// If memory runs out.
    pub fn new() -> Result<Pkcs12> {
        Ok(Pkcs12(FileHandle::new()?))
    }

    /// The usual file: a key, its certificate first in `chain`, and the rest of the chain; all encrypted and with a MAC.
    /// `name` is what programs show to people.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if `password` or `name` has a NUL byte.
    pub fn make(
        key: &PrivateKey,
        chain: &[Certificate],
        password: &str,
        name: Option<&str>,
        cipher: Pkcs8Cipher,
    ) -> Result<Pkcs12> {
        let id = key.key_id()?;
        let mut certificates = Bag::new()?;
        for certificate in chain {
            let index = certificates.add_certificate(certificate)?;
            if key.fits(certificate) {
                certificates.label(index, &id, name)?;
            }
        }
        certificates.encrypt(password, cipher)?;
        let mut keys = Bag::new()?;
        let index = keys.add_key(key, Some((password, cipher)))?;
        keys.label(index, &id, name)?;

        let mut made = Pkcs12::new()?;
        made.add_bag(&certificates)?;
        made.add_bag(&keys)?;
        made.generate_mac_with(Mac::SHA256, password)?;
        Ok(made)
    }

    /// Reads one in PEM.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if it is malformed.
    #[doc(alias = "gnutls_pkcs12_import")]
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Pkcs12> {
        Pkcs12::import(pem.as_ref(), Format::Pem)
    }

    /// Reads one in DER.
    ///
    /// # Errors
    /// As for [`from_pem`](Pkcs12::from_pem).
    #[doc(alias = "gnutls_pkcs12_import")]
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<Pkcs12> {
        Pkcs12::import(der.as_ref(), Format::Der)
    }

    fn import(bytes: &[u8], format: Format) -> Result<Pkcs12> {
        let file = Pkcs12::new()?;
        let data = datum(bytes, READING)?;
        // SAFETY: a fresh handle; the datum borrows the caller's slice, which is copied.
        let code = unsafe { sys::gnutls_pkcs12_import(file.raw(), &data, format.raw(), 0) };
        if code < 0 {
            return Err(Failure::of_input(code, READING).into());
        }
        Ok(file)
    }

    pub(super) fn raw(&self) -> sys::gnutls_pkcs12_t {
        self.0.raw()
    }

    /// The bags, encrypted ones as they are.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if one is malformed.
    #[doc(alias = "gnutls_pkcs12_get_bag")]
    pub fn bags(&self) -> Result<Vec<Bag>> {
        let mut next = 0;
        until_end(|_| {
            let bag = Bag::new()?;
            // SAFETY: a structure and a fresh bag.
            let code = unsafe { sys::gnutls_pkcs12_get_bag(self.raw(), next, bag.raw()) };
            check(code, READING)?;
            next += 1;
            Ok(bag)
        })
    }

    /// Adds a bag, which is copied.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs12_set_bag")]
    pub fn add_bag(&mut self, bag: &Bag) -> Result<()> {
        // SAFETY: a structure and a bag, which is only read.
        check(unsafe { sys::gnutls_pkcs12_set_bag(self.raw(), bag.raw()) }, MAKING).map(drop)
    }

    /// Sets the MAC over all bags, with a key from `password`, as this release of GnuTLS does by default. There must be a
    /// bag.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if the password has a NUL byte, or if there is no bag.
    #[doc(alias = "gnutls_pkcs12_generate_mac")]
    pub fn generate_mac(&mut self, password: &str) -> Result<()> {
        let password = c_password(password)?;
        // SAFETY: a structure and a NUL-terminated password that lives through the call.
        check(unsafe { sys::gnutls_pkcs12_generate_mac(self.raw(), password.as_c_ptr()) }, MAKING).map(drop)
    }

    /// As [`generate_mac`](Pkcs12::generate_mac), with a MAC of choice: [`Mac::SHA1`] is for programs that know no better.
    ///
    /// # Errors
    /// As there, and another for a MAC that is not offered.
    #[doc(alias = "gnutls_pkcs12_generate_mac2")]
    pub fn generate_mac_with(&mut self, mac: Mac, password: &str) -> Result<()> {
        let password = c_password(password)?;
        // SAFETY: a structure and a NUL-terminated password that lives through the call.
        let code = unsafe { sys::gnutls_pkcs12_generate_mac2(self.raw(), mac.raw(), password.as_c_ptr()) };
        check(code, MAKING).map(drop)
    }

    /// As [`generate_mac`](Pkcs12::generate_mac), with PBMAC1 (RFC 9579), which derives its key as PBES2 does.
    ///
    /// # Errors
    /// As there.
    #[cfg(gnutls_3_8_6)]
    #[doc(alias = "gnutls_pkcs12_generate_mac3")]
    pub fn generate_pbmac1(&mut self, mac: Mac, password: &str) -> Result<()> {
        let (password, flags) = (c_password(password)?, sys::GNUTLS_PKCS12_USE_PBMAC1);
        // SAFETY: a structure and a NUL-terminated password that lives through the call.
        let code = unsafe { sys::gnutls_pkcs12_generate_mac3(self.raw(), mac.raw(), password.as_c_ptr(), flags) };
        check(code, MAKING).map(drop)
    }

    /// Checks the MAC: whether the password is right, and nothing was changed.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if one of the two is not so, [`ErrorKind::InvalidInput`] if there is no MAC.
    #[doc(alias = "gnutls_pkcs12_verify_mac")]
    pub fn verify_mac(&self, password: &str) -> Result<()> {
        const DOING: &str = "verifying the MAC of a PKCS#12 structure";
        let password = c_password(password)?;
        // SAFETY: a structure and a NUL-terminated password that lives through the call.
        let code = unsafe { sys::gnutls_pkcs12_verify_mac(self.raw(), password.as_c_ptr()) };
        match code {
            sys::GNUTLS_E_MAC_VERIFY_FAILED | sys::GNUTLS_E_DECRYPTION_FAILED => Err(locked(code, DOING)),
            _ => check(code, DOING).map(drop),
        }
    }

    /// How the MAC was made; `None` without one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if it is malformed or of a kind that GnuTLS does not know.
    #[doc(alias = "gnutls_pkcs12_mac_info")]
    pub fn mac_info(&self) -> Result<Option<MacInfo>> {
        /// Far more than anybody uses; the size is 32 bits wide.
        const LONGEST_SALT: usize = 1024;
        let (mut mac, mut iterations, mut oid) = (0, 0, ptr::null_mut());
        let mut salt = vec![0_u8; LONGEST_SALT];
        let mut size = length(salt.len(), READING)?;
        let room = salt.as_mut_ptr().cast();
        // SAFETY: a structure; `size` is the salt's; the out pointers are valid.
        let code =
            unsafe { sys::gnutls_pkcs12_mac_info(self.raw(), &mut mac, room, &mut size, &mut iterations, &mut oid) };
        // SAFETY: null, or a string that GnuTLS allocated for us; after a failure too.
        let oid = unsafe { OwnedDatum::from_c_string(oid) }.and_then(|oid| Oid::from_bytes(oid.as_slice()).ok());
        // So GnuTLS says that there is none.
        if code == sys::GNUTLS_E_INVALID_REQUEST {
            return Ok(None);
        }
        check(code, READING)?;
        salt.truncate(size as usize);
        Ok(Some(MacInfo { mac: Mac::from_raw(mac), oid, salt, iterations }))
    }

    /// The structure in PEM (`PKCS12`). It is a secret if there is a key in it that is not encrypted.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs12_export2")]
    pub fn to_pem(&self) -> Result<SecretBytes> {
        self.export(Format::Pem)
    }

    /// The structure in DER, as files have it, else as [`to_pem`](Pkcs12::to_pem).
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_pkcs12_export2")]
    pub fn to_der(&self) -> Result<SecretBytes> {
        self.export(Format::Der)
    }

    fn export(&self, format: Format) -> Result<SecretBytes> {
        let bytes = filled("writing a PKCS#12 structure", |out| {
            // SAFETY: a structure and a valid out pointer.
            unsafe { sys::gnutls_pkcs12_export2(self.raw(), format.raw(), out) }
        });
        bytes.map(SecretBytes::new)
    }

    /// As [`to_der`](Pkcs12::to_der), into the start of `output`; returns how many bytes that were.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if `output` is too small: the message says what is needed.
    #[doc(alias = "gnutls_pkcs12_export")]
    pub fn export_into(&self, format: Format, output: &mut [u8]) -> Result<usize> {
        written("writing a PKCS#12 structure", output, |buffer, size| {
            // SAFETY: a structure; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_pkcs12_export(self.raw(), format.raw(), buffer.cast(), size) }
        })
    }
}

impl fmt::Debug for Pkcs12 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pkcs12").field(&self.bags().unwrap_or_default()).finish()
    }
}

/// The error for what a password does not open.
pub(super) fn locked(code: i32, doing: &'static str) -> Error {
    let failure = Failure::of_code(code, Origin::Local, doing).kind(ErrorKind::Credentials);
    failure.detail("the password is wrong, or what it opens was changed").into()
}

/// A password for C, wiped after use.
pub(super) fn c_password(password: &str) -> Result<Wiped> {
    Wiped::c_string(password, "using the password of a PKCS#12 structure")
}
