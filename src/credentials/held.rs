//! What credentials hold, read back.

use gnutls_sys as sys;

use super::CertificateCredentials;
use crate::error::{Failure, Origin, Result};
use crate::ffi::{OwnedArray, copied, no_datum, optional};
use crate::x509::{Certificate, KeyHandle, PrivateKey, take_over};
use std::ptr;

const READING: &str = "reading an identity of a configuration";

impl CertificateCredentials {
    /// The chain at a place; `None` behind the last one.
    pub(crate) fn chain(&self, index: u32) -> Result<Option<Vec<Certificate>>> {
        let found = OwnedArray::filled(|start, length| {
            // SAFETY: credentials that nobody changes any more, and valid out pointers.
            unsafe { sys::gnutls_certificate_get_x509_crt(self.0, index, start, length) }
        });
        match found {
            // SAFETY: the list's handles were made for us, and each is taken over once.
            Ok(handles) => Ok(Some(unsafe { take_over(handles.as_slice()) })),
            Err(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) => Ok(None),
            Err(code) => Err(Failure::of_code(code, Origin::Local, READING).into()),
        }
    }

    /// A copy of the key at a place; `None` behind the last one.
    pub(crate) fn key(&self, index: u32) -> Result<Option<PrivateKey>> {
        let mut raw = ptr::null_mut();
        // SAFETY: credentials that nobody changes any more, and a valid out pointer.
        let code = unsafe { sys::gnutls_certificate_get_x509_key(self.0, index, &mut raw) };
        // SAFETY: GnuTLS made it for us.
        Ok(optional(code, READING)?.map(|_| PrivateKey::finished(unsafe { KeyHandle::from_raw(raw) })))
    }

    /// The certificate, or the raw public key, at a place of the chain at a place.
    pub(crate) fn shown(&self, index: u32, place: u32) -> Option<Vec<u8>> {
        let mut found = no_datum();
        // SAFETY: credentials that nobody changes any more, and a valid out pointer.
        let code = unsafe { sys::gnutls_certificate_get_crt_raw(self.0, index, place, &mut found) };
        // SAFETY: a view of what the credentials own, copied at once.
        (code == 0).then(|| unsafe { copied(&found) })
    }
}
