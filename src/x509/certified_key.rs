//! What can tell a certificate whose key it is for.

use std::ffi::{c_int, c_uint};

use gnutls_sys as sys;

use super::handle::{CrqHandle, CrtHandle, PublicHandle};
use super::{Certificate, CertificateRequest, PrivateKey};
use crate::algorithm::PublicKeyAlgorithm;
use crate::error::{ErrorKind, Failure, Result};
use crate::ffi::check;
use crate::key::{self, KeyIdKind, PublicKey, key_id_of};

/// Whose key a certificate is for: a [private key](PrivateKey) in memory, a [public key](PublicKey), a
/// [certificate](Certificate) for the same key, or a [request](CertificateRequest).
///
/// Implemented by this crate's types only.
pub trait CertifiedKey: sealed::Certify {}

mod sealed {
    use super::{CrtHandle, PublicKeyAlgorithm, Result};

    /// What the making of a certificate asks of a key.
    #[allow(private_interfaces, reason = "nobody outside of this crate can name this trait")]
    pub trait Certify {
        /// Puts the public key into a certificate in the making; a request gives the subject as well.
        fn certify(&self, crt: &CrtHandle) -> Result<()>;

        /// The 20-byte identifier that certificates use for their keys (RFC 5280, section 4.2.1.2).
        fn short_id(&self) -> Result<Vec<u8>>;

        /// The algorithm of the key.
        fn certified_algorithm(&self) -> Result<PublicKeyAlgorithm>;
    }
}

pub(super) use sealed::Certify;

const DOING: &str = "setting a certificate's key";

impl CertifiedKey for PrivateKey {}
impl CertifiedKey for Certificate {}
impl CertifiedKey for PublicKey {}
impl CertifiedKey for CertificateRequest {}

#[allow(private_interfaces, reason = "as for the trait")]
impl Certify for PrivateKey {
    fn certify(&self, crt: &CrtHandle) -> Result<()> {
        // SAFETY: a certificate in the making, which is its owner's alone; the key's public part is copied.
        check(unsafe { sys::gnutls_x509_crt_set_key(crt.raw(), self.raw()) }, DOING).map(drop)
    }

    fn short_id(&self) -> Result<Vec<u8>> {
        short_id(|flags, buffer, size| {
            // SAFETY: a key; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_privkey_get_key_id(self.raw(), flags, buffer, size) }
        })
    }

    fn certified_algorithm(&self) -> Result<PublicKeyAlgorithm> {
        Ok(self.algorithm()?.0)
    }
}

#[allow(private_interfaces, reason = "as for the trait")]
impl Certify for Certificate {
    fn certify(&self, crt: &CrtHandle) -> Result<()> {
        let key = public_key(self)?;
        // SAFETY: a certificate in the making, which is its owner's alone; the key is copied.
        check(unsafe { sys::gnutls_x509_crt_set_pubkey(crt.raw(), key.raw()) }, DOING).map(drop)
    }

    fn short_id(&self) -> Result<Vec<u8>> {
        self.key_id_of(KeyIdKind::Sha1)
    }

    fn certified_algorithm(&self) -> Result<PublicKeyAlgorithm> {
        Ok(self.key_algorithm()?.0)
    }
}

#[allow(private_interfaces, reason = "as for the trait")]
impl Certify for PublicKey {
    fn certify(&self, crt: &CrtHandle) -> Result<()> {
        // SAFETY: a certificate in the making, which is its owner's alone; the key is copied.
        check(unsafe { sys::gnutls_x509_crt_set_pubkey(crt.raw(), self.raw()) }, DOING).map(drop)
    }

    fn short_id(&self) -> Result<Vec<u8>> {
        short_id(|flags, buffer, size| {
            // SAFETY: a key; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_pubkey_get_key_id(self.raw(), flags, buffer, size) }
        })
    }

    fn certified_algorithm(&self) -> Result<PublicKeyAlgorithm> {
        Ok(self.algorithm()?.0)
    }
}

#[allow(private_interfaces, reason = "as for the trait")]
impl Certify for CertificateRequest {
    fn certify(&self, crt: &CrtHandle) -> Result<()> {
        // SAFETY: a certificate in the making, which is its owner's alone; an imported request, which is only read.
        check(unsafe { sys::gnutls_x509_crt_set_crq(crt.raw(), self.raw()) }, DOING).map(drop)
    }

    fn short_id(&self) -> Result<Vec<u8>> {
        self.key_id_of(KeyIdKind::Sha1)
    }

    fn certified_algorithm(&self) -> Result<PublicKeyAlgorithm> {
        Ok(self.key_algorithm()?.0)
    }
}

/// Whether a key that is perhaps in another place fits; an error if not.
pub(super) fn key_fits(key: &key::PrivateKey, public: &PublicKey, doing: &'static str) -> Result<()> {
    if key.fits(public)? {
        return Ok(());
    }
    Err(Failure::new(ErrorKind::Credentials, doing).detail("the private key does not fit the public one").into())
}

/// Puts the key of `certificate` into a request in the making, which is its owner's alone.
pub(super) fn request_key_of(certificate: &Certificate, crq: &CrqHandle) -> Result<()> {
    let key = public_key(certificate)?;
    // SAFETY: a request in the making, which is its owner's alone; the key is copied.
    check(unsafe { sys::gnutls_x509_crq_set_pubkey(crq.raw(), key.raw()) }, "setting a request's key").map(drop)
}

fn public_key(certificate: &Certificate) -> Result<PublicHandle> {
    let key = PublicHandle::new()?;
    // SAFETY: a fresh key of ours; an imported certificate, which is only read.
    check(unsafe { sys::gnutls_pubkey_import_x509(key.raw(), certificate.raw(), 0) }, "reading a certificate's key")?;
    Ok(key)
}

fn short_id(call: impl FnMut(c_uint, *mut u8, *mut usize) -> c_int) -> Result<Vec<u8>> {
    key_id_of("identifying a key", KeyIdKind::Sha1, call)
}
