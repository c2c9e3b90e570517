//! A certificate, or a raw public key (RFC 7250), with its key at hand: what a side shows in a handshake.

use std::ffi::c_int;
use std::fmt;
use std::mem;
use std::path::Path;
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

use super::handle::PublicHandle;
use super::{Pin, PublicKey};
use crate::algorithm::CertificateType;
use crate::error::Result;
use crate::ffi::{callback, check, datum, length, path_c_string, raw_access};
use crate::global;
use crate::x509::{Certificate, CrtHandle, Format, KeyUsage};

/// A parsed certificate, or a raw public key.
#[doc(alias = "gnutls_pcert_st")]
#[doc(alias = "gnutls_pcert_deinit")]
pub struct Pcert(sys::gnutls_pcert_st);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Pcert {}
// SAFETY: once imported it is only read.
unsafe impl Sync for Pcert {}

raw_access!(Pcert, *const sys::gnutls_pcert_st, lend it => &raw const it.0);
raw_access!(Pcert, sys::gnutls_pcert_st, give "gnutls_pcert_deinit" it => mem::ManuallyDrop::new(it).0);
raw_access!(Pcert, sys::gnutls_pcert_st, take "holds a certificate or a raw public key" raw => Pcert(raw));

impl Pcert {
    /// Of a certificate.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the algorithm of its key is unknown.
    #[doc(alias = "gnutls_pcert_import_x509")]
    pub fn from_certificate(certificate: &Certificate) -> Result<Pcert> {
        Pcert::import(|pcert| {
            // SAFETY: an empty structure and an imported certificate, whose bytes are copied.
            unsafe { sys::gnutls_pcert_import_x509(pcert, certificate.raw(), 0) }
        })
    }

    /// Of a certificate that is not read otherwise.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_pcert_import_x509_raw")]
    pub fn from_certificate_bytes(certificate: impl AsRef<[u8]>, format: Format) -> Result<Pcert> {
        let data = datum(certificate.as_ref(), DOING)?;
        Pcert::import(|pcert| {
            // SAFETY: an empty structure, and a datum that borrows the caller's slice and is copied.
            unsafe { sys::gnutls_pcert_import_x509_raw(pcert, &data, format.raw(), 0) }
        })
    }

    /// Of the certificates in a PEM text, in order.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is none or if one is malformed.
    #[doc(alias = "gnutls_pcert_list_import_x509_raw")]
    pub fn list_from_pem(pem: impl AsRef<[u8]>) -> Result<Vec<Pcert>> {
        let pem = pem.as_ref();
        let data = datum(pem, DOING)?;
        global::ready()?;
        let most = pem.windows(11).filter(|window| window == b"-----BEGIN ").count().max(1);
        let mut list = vec![EMPTY; most];
        let mut count = most.try_into().unwrap_or(u32::MAX);
        // SAFETY: `count` empty structures, and a datum that borrows the caller's slice and is copied.
        let code = unsafe {
            sys::gnutls_pcert_list_import_x509_raw(list.as_mut_ptr(), &mut count, &data, Format::Pem.raw(), 0)
        };
        check(code, DOING)?;
        list.truncate(count as usize);
        Ok(list.into_iter().map(Pcert).collect())
    }

    /// Of the certificates of a PEM file, or behind a URL, in order; `pin` is asked where a URL needs one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is none or if one is malformed, and if the
    /// file cannot be read.
    ///
    /// # Panics
    /// With the panic of `pin`, if it raises one.
    #[doc(alias = "gnutls_pcert_list_import_x509_file")]
    pub fn list_from_file(path: impl AsRef<Path>, pin: Option<Arc<dyn Pin>>) -> Result<Vec<Pcert>> {
        global::ready()?;
        let path = path_c_string(path.as_ref(), DOING)?;
        let mut list = vec![EMPTY; LONGEST];
        let mut count = length(LONGEST, DOING)?;
        let start = list.as_mut_ptr();
        let format = Format::Pem.raw();
        let mut read = |ask, userdata| {
            // SAFETY: `count` empty structures, a NUL-terminated path, and a callback that is not kept.
            unsafe {
                sys::gnutls_pcert_list_import_x509_file(start, &mut count, path.as_ptr(), format, ask, userdata, 0)
            }
        };
        let code = callback::entered(|| match pin {
            Some(pin) => super::asking(pin, read),
            None => read(None, ptr::null_mut()),
        });
        callback::check(code, DOING)?;
        list.truncate(count as usize);
        Ok(list.into_iter().map(Pcert).collect())
    }

    /// Of the chain that begins with the first of these certificates; the others may come in any order, and those that do
    /// not belong to it are left out.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if they are too many to sort (more than 16) and not in
    /// order.
    #[doc(alias = "gnutls_pcert_import_x509_list")]
    pub fn list_from_certificates(certificates: &[Certificate]) -> Result<Vec<Pcert>> {
        global::ready()?;
        let mut raw: Vec<_> = certificates.iter().map(Certificate::raw).collect();
        let mut count = length(raw.len(), DOING)?;
        let mut list = vec![EMPTY; raw.len()];
        let (start, flags) = (list.as_mut_ptr(), sys::GNUTLS_X509_CRT_LIST_SORT);
        // SAFETY: `count` empty structures and as many certificates, which are only read.
        let code = unsafe { sys::gnutls_pcert_import_x509_list(start, raw.as_mut_ptr(), &mut count, flags) };
        check(code, DOING)?;
        list.truncate(count as usize);
        Ok(list.into_iter().map(Pcert).collect())
    }

    /// Of a raw public key.
    ///
    /// # Errors
    /// If the key cannot be read out of its place.
    #[doc(alias = "gnutls_pcert_import_rawpk")]
    pub fn from_public_key(key: &PublicKey, usage: Option<KeyUsage>) -> Result<Pcert> {
        let der = key.to_der()?;
        let data = datum(&der, DOING)?;
        let handle = PublicHandle::new()?;
        // SAFETY: a fresh handle, and a datum that borrows `der`.
        let code = unsafe { sys::gnutls_pubkey_import(handle.raw(), &data, Format::Der.raw()) };
        check(code, DOING)?;
        if let Some(usage) = usage {
            // SAFETY: a key that nobody else has.
            let code = unsafe { sys::gnutls_pubkey_set_key_usage(handle.raw(), usage.raw()) };
            check(code, DOING)?;
        }
        let pcert = Pcert::import(|pcert| {
            // SAFETY: an empty structure, and a key of which it takes ownership.
            unsafe { sys::gnutls_pcert_import_rawpk(pcert, handle.raw(), 0) }
        })?;
        mem::forget(handle);
        Ok(pcert)
    }

    /// Of a raw public key that is not read otherwise.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_pcert_import_rawpk_raw")]
    pub fn from_public_key_bytes(key: impl AsRef<[u8]>, format: Format, usage: Option<KeyUsage>) -> Result<Pcert> {
        // GnuTLS (3.7.9) loses an object over a key that it cannot read: see first whether it can.
        PublicKey::read(key.as_ref(), format)?;
        let data = datum(key.as_ref(), DOING)?;
        let usage = usage.unwrap_or_default().raw();
        Pcert::import(|pcert| {
            // SAFETY: an empty structure, and a datum that borrows the caller's slice and is copied.
            unsafe { sys::gnutls_pcert_import_rawpk_raw(pcert, &data, format.raw(), usage, 0) }
        })
    }

    fn import(call: impl FnOnce(*mut sys::gnutls_pcert_st) -> c_int) -> Result<Pcert> {
        global::ready()?;
        let mut raw = EMPTY;
        // A structure whose import failed has been cleared.
        check(call(&mut raw), DOING)?;
        Ok(Pcert(raw))
    }

    /// A copy of a structure that somebody else keeps.
    pub(crate) fn copied(raw: &sys::gnutls_pcert_st) -> Result<Pcert> {
        // Only looked at, and not released.
        let other = mem::ManuallyDrop::new(Pcert(*raw));
        match other.certificate_type() {
            CertificateType::RAW_PUBLIC_KEY => Pcert::from_public_key_bytes(other.to_der(), Format::Der, None),
            _ => Pcert::from_certificate_bytes(other.to_der(), Format::Der),
        }
    }

    /// Whether it is a certificate or a raw public key.
    pub fn certificate_type(&self) -> CertificateType {
        CertificateType::from_raw(self.0.type_)
    }

    /// The certificate, or the raw public key, in DER.
    pub fn to_der(&self) -> Vec<u8> {
        let datum = &self.0.cert;
        if datum.data.is_null() {
            return Vec::new();
        }
        // SAFETY: GnuTLS filled the pair: `data` points to `size` bytes of this structure.
        unsafe { std::slice::from_raw_parts(datum.data, datum.size as usize) }.to_vec()
    }

    /// The certificate.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is a raw public key.
    #[doc(alias = "gnutls_pcert_export_x509")]
    pub fn to_certificate(&self) -> Result<Certificate> {
        let mut raw = ptr::null_mut();
        // SAFETY: an imported structure, which is only read, and a valid out pointer.
        let code = unsafe { sys::gnutls_pcert_export_x509((&raw const self.0).cast_mut(), &mut raw) };
        check(code, "reading a certificate")?;
        // SAFETY: GnuTLS made it for us, by importing its bytes.
        let handle = unsafe { CrtHandle::from_raw(raw) };
        Ok(Certificate::from_imported(handle))
    }

    /// The public key.
    ///
    /// # Errors
    /// If its algorithm is unknown.
    pub fn public_key(&self) -> Result<PublicKey> {
        match self.certificate_type() {
            CertificateType::RAW_PUBLIC_KEY => PublicKey::from_der(self.to_der()),
            _ => PublicKey::from_certificate_bytes(self.to_der(), Format::Der),
        }
    }
}

/// More certificates than any chain has.
const LONGEST: usize = 256;

const DOING: &str = "reading a certificate or a raw public key";

const EMPTY: sys::gnutls_pcert_st = sys::gnutls_pcert_st {
    pubkey: ptr::null_mut(),
    cert: sys::gnutls_datum_t { data: ptr::null_mut(), size: 0 },
    type_: sys::GNUTLS_CRT_UNKNOWN,
};

impl Drop for Pcert {
    fn drop(&mut self) {
        // SAFETY: imported, ours, released once.
        unsafe { sys::gnutls_pcert_deinit(&mut self.0) };
    }
}

impl fmt::Debug for Pcert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pcert({})", self.certificate_type())
    }
}
