//! Requests: which certificates are asked about.

use std::fmt;
use std::ptr;

use gnutls_sys as sys;

use super::{CertificateId, Nonce, extension};
use crate::algorithm::Digest;
use crate::error::{Error, Failure, Result};
use crate::ffi::{check, datum, filled, filled_many, filled_optional, handle, raw_access, until_end};
use crate::global;
use crate::x509::{Certificate, Extension};

handle! {
    /// A `gnutls_ocsp_req_t` and the duty to release it.
    RequestHandle(gnutls_ocsp_req_t), gnutls_ocsp_req_init, gnutls_ocsp_req_deinit, "allocating an OCSP request"
}

/// A question to an OCSP responder.
///
/// Not `Sync`: writing it down changes the C object.
#[doc(alias = "gnutls_ocsp_req_t")]
#[doc(alias = "gnutls_ocsp_req_init")]
#[doc(alias = "gnutls_ocsp_req_deinit")]
pub struct Request(RequestHandle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Request {}

const READING: &str = "reading an OCSP request";
const MAKING: &str = "making an OCSP request";

raw_access!(Request(RequestHandle), sys::gnutls_ocsp_req_t, "gnutls_ocsp_req_deinit", "is initialised");

impl Request {
    /// One that asks nothing yet.
    ///
    /// # Errors
    /// If memory runs out.
    pub fn new() -> Result<Request> {
        Ok(Request(RequestHandle::new()?))
    }

    /// Reads a request in DER.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_ocsp_req_import")]
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<Request> {
        let request = Request::new()?;
        let data = datum(der.as_ref(), READING)?;
        // SAFETY: a fresh handle; the datum borrows the caller's slice, which is copied.
        let code = unsafe { sys::gnutls_ocsp_req_import(request.raw(), &data) };
        if code < 0 {
            return Err(Failure::of_input(code, READING).into());
        }
        Ok(request)
    }

    fn raw(&self) -> sys::gnutls_ocsp_req_t {
        self.0.raw()
    }

    /// Asks about a certificate, which `issuer` has signed. Many responders know [`Digest::SHA1`] only, which is no
    /// danger here.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) or another for a digest that this GnuTLS does not have.
    #[doc(alias = "gnutls_ocsp_req_add_cert")]
    pub fn add_certificate(&mut self, digest: Digest, issuer: &Certificate, certificate: &Certificate) -> Result<()> {
        let (issuer, certificate) = (issuer.raw(), certificate.raw());
        // SAFETY: a request and two certificates, which are only read.
        let code = unsafe { sys::gnutls_ocsp_req_add_cert(self.raw(), digest.raw(), issuer, certificate) };
        check(code, MAKING).map(drop)
    }

    /// Asks about a certificate by what identifies it.
    ///
    /// # Errors
    /// As for [`add_certificate`](Request::add_certificate), and
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if a part of it has no bytes.
    #[doc(alias = "gnutls_ocsp_req_add_cert_id")]
    pub fn add_id(&mut self, id: &CertificateId) -> Result<()> {
        if [&id.issuer_name_hash, &id.issuer_key_hash, &id.serial].iter().any(|part| part.is_empty()) {
            // GnuTLS would refuse it halfway, and leave a request that cannot be written down.
            return Err(Error::input(MAKING, "a digest or the serial number is empty"));
        }
        let name = datum(&id.issuer_name_hash, MAKING)?;
        let key = datum(&id.issuer_key_hash, MAKING)?;
        let serial = datum(&id.serial, MAKING)?;
        // SAFETY: a request; the data borrow `id` and are copied.
        let code = unsafe { sys::gnutls_ocsp_req_add_cert_id(self.raw(), id.digest.raw(), &name, &key, &serial) };
        check(code, MAKING).map(drop)
    }

    /// The certificates that are asked about.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is malformed.
    #[doc(alias = "gnutls_ocsp_req_get_cert_id")]
    pub fn ids(&self) -> Result<Vec<CertificateId>> {
        until_end(|index| {
            let mut digest = 0;
            let [name, key, serial] = filled_many(READING, |[name, key, serial]| {
                // SAFETY: a request and valid out pointers.
                unsafe { sys::gnutls_ocsp_req_get_cert_id(self.raw(), index, &mut digest, name, key, serial) }
            })?;
            Ok(CertificateId {
                digest: Digest::from_raw(digest),
                issuer_name_hash: name.as_slice().to_vec(),
                issuer_key_hash: key.as_slice().to_vec(),
                serial: serial.as_slice().to_vec(),
            })
        })
    }

    /// The version, 1 for all requests today.
    ///
    /// # Errors
    /// If the request is malformed.
    #[doc(alias = "gnutls_ocsp_req_get_version")]
    pub fn version(&self) -> Result<u32> {
        // SAFETY: a request.
        check(unsafe { sys::gnutls_ocsp_req_get_version(self.raw()) }, READING)
    }

    /// The nonce, if there is one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_ocsp_req_get_nonce")]
    pub fn nonce(&self) -> Result<Option<Nonce>> {
        let mut critical = 0;
        let nonce = filled_optional(READING, |out| {
            // SAFETY: a request and valid out pointers.
            unsafe { sys::gnutls_ocsp_req_get_nonce(self.raw(), &mut critical, out) }
        })?;
        Ok(nonce.map(|nonce| Nonce { bytes: nonce.as_slice().to_vec(), critical: critical != 0 }))
    }

    /// Sets the nonce, or another one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it has no bytes.
    #[doc(alias = "gnutls_ocsp_req_set_nonce")]
    pub fn set_nonce(&mut self, nonce: &Nonce) -> Result<()> {
        let data = some(&nonce.bytes)?;
        // SAFETY: a request; the datum borrows `nonce` and is copied.
        let code = unsafe { sys::gnutls_ocsp_req_set_nonce(self.raw(), nonce.critical.into(), &data) };
        check(code, MAKING).map(drop)
    }

    /// Sets a random nonce.
    ///
    /// # Errors
    /// If there is no randomness.
    #[doc(alias = "gnutls_ocsp_req_randomize_nonce")]
    pub fn randomize_nonce(&mut self) -> Result<()> {
        // SAFETY: a request.
        check(unsafe { sys::gnutls_ocsp_req_randomize_nonce(self.raw()) }, MAKING).map(drop)
    }

    /// The extensions, the nonce's included.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is malformed.
    #[doc(alias = "gnutls_ocsp_req_get_extension")]
    pub fn extensions(&self) -> Result<Vec<Extension>> {
        until_end(|index| {
            extension(READING, |oid, critical, data| {
                // SAFETY: a request and valid out pointers.
                unsafe { sys::gnutls_ocsp_req_get_extension(self.raw(), index, oid, critical, data) }
            })
        })
    }

    /// Sets an extension, in the place of one with the same object identifier.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a value without bytes.
    #[doc(alias = "gnutls_ocsp_req_set_extension")]
    pub fn set_extension(&mut self, extension: &Extension) -> Result<()> {
        let data = some(&extension.data)?;
        let critical = extension.critical.into();
        // SAFETY: a request, a NUL-terminated string and a datum that live through the call and are copied.
        let code = unsafe { sys::gnutls_ocsp_req_set_extension(self.raw(), extension.oid.as_ptr(), critical, &data) };
        check(code, MAKING).map(drop)
    }

    /// The request in DER.
    ///
    /// # Errors
    /// If something that it needs was not set.
    #[doc(alias = "gnutls_ocsp_req_export")]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        let der = filled("writing an OCSP request", |out| {
            // SAFETY: a request that no other thread has, and a valid out pointer.
            unsafe { sys::gnutls_ocsp_req_export(self.raw(), out) }
        })?;
        Ok(der.as_slice().to_vec())
    }

    /// GnuTLS's description of the request, in many lines. Its form differs between versions of GnuTLS.
    ///
    /// # Errors
    /// If a part of it is malformed.
    #[doc(alias = "gnutls_ocsp_req_print")]
    pub fn print_full(&self) -> Result<String> {
        let text = filled("describing an OCSP request", |out| {
            // SAFETY: a request and a valid out pointer.
            unsafe { sys::gnutls_ocsp_req_print(self.raw(), sys::GNUTLS_OCSP_PRINT_FULL, out) }
        })?;
        Ok(text.to_text())
    }
}

/// The value of an extension: GnuTLS does not read one without bytes, and then no other either.
fn some(value: &[u8]) -> Result<sys::gnutls_datum_t> {
    if value.is_empty() {
        return Err(Error::input(MAKING, "the extension has no bytes"));
    }
    datum(value, MAKING)
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Request").field(&self.ids().unwrap_or_default()).finish()
    }
}
