//! Where revocation lists come from.

use std::ffi::c_int;
use std::ptr;

use gnutls_sys as sys;

use super::RevocationList;
use crate::error::{Error, Failure, Origin, Result};
use crate::ffi::{OwnedArray, datum};
use crate::global;
use crate::x509::Format;
use crate::x509::certificate::count;
use crate::x509::handle::CrlHandle;
use crate::x509::pem::{self, NOTHING};

const LISTS: &str = "reading revocation lists";

impl RevocationList {
    /// Reads the first revocation list of a PEM text.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is none, or if it is malformed.
    #[doc(alias = "gnutls_x509_crl_import")]
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<RevocationList> {
        import(pem.as_ref(), Format::Pem).map(RevocationList::from_imported)
    }

    /// Reads one revocation list in DER.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_x509_crl_import")]
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<RevocationList> {
        import(der.as_ref(), Format::Der).map(RevocationList::from_imported)
    }

    /// Reads all revocation lists of `bytes`, in their order: in PEM any number, in DER one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is none, or if one is malformed.
    #[doc(alias = "gnutls_x509_crl_list_import2")]
    pub fn list_from(bytes: impl AsRef<[u8]>, format: Format) -> Result<Vec<RevocationList>> {
        global::ready()?;
        let bytes = bytes.as_ref();
        let data = datum(bytes, LISTS)?;
        let handles = OwnedArray::filled(|start, length| {
            // SAFETY: valid out pointers; the datum borrows `bytes`, which live through the call and are copied by it.
            unsafe { sys::gnutls_x509_crl_list_import2(start, length, &data, format.raw(), 0) }
        });
        let handles = handles.map_err(|code| unreadable(code, bytes, format, LISTS))?;
        // SAFETY: the list's handles were made for us, and each is taken over once.
        Ok(unsafe { take_over(handles.as_slice()) })
    }

    /// As [`list_from`](RevocationList::list_from), but no more than the first `limit` lists.
    ///
    /// # Errors
    /// As for [`list_from`](RevocationList::list_from).
    #[doc(alias = "gnutls_x509_crl_list_import")]
    pub fn first_from(bytes: impl AsRef<[u8]>, format: Format, limit: usize) -> Result<Vec<RevocationList>> {
        global::ready()?;
        let bytes = bytes.as_ref();
        if limit == 0 {
            return Err(Error::input(LISTS, NOTHING));
        }
        let data = datum(bytes, LISTS)?;
        let mut handles = vec![ptr::null_mut(); limit.min(pem::most(bytes))];
        let mut count = count(&handles, LISTS)?;
        // SAFETY: room for `count` handles; the datum borrows `bytes`, which live through the call and are copied by it.
        let code =
            unsafe { sys::gnutls_x509_crl_list_import(handles.as_mut_ptr(), &mut count, &data, format.raw(), 0) };
        let found = usize::try_from(code).map_err(|_| unreadable(code, bytes, format, LISTS))?;
        handles.truncate(found);
        // SAFETY: so many handles were made for us, and each is taken over once.
        Ok(unsafe { take_over(&handles) })
    }
}

/// Lists of handles that GnuTLS made.
///
/// # Safety
/// Each handle is an imported list that nobody else releases.
unsafe fn take_over(handles: &[sys::gnutls_x509_crl_t]) -> Vec<RevocationList> {
    let owned = handles.iter().map(|&raw| {
        // SAFETY: the caller's promise.
        let handle = unsafe { CrlHandle::from_raw(raw) };
        RevocationList::from_imported(handle)
    });
    owned.collect()
}

pub(super) fn import(bytes: &[u8], format: Format) -> Result<CrlHandle> {
    const DOING: &str = "reading a revocation list";
    if bytes.is_empty() {
        return Err(Error::input(DOING, NOTHING));
    }
    let (handle, data) = (CrlHandle::new()?, datum(bytes, DOING)?);
    // SAFETY: a fresh handle; the datum borrows `bytes`, which live through the call and are copied by it.
    let code = unsafe { sys::gnutls_x509_crl_import(handle.raw(), &data, format.raw()) };
    if code < 0 {
        return Err(unreadable(code, bytes, format, DOING));
    }
    Ok(handle)
}

/// The error for bytes that are no revocation list.
fn unreadable(code: c_int, bytes: &[u8], format: Format, doing: &'static str) -> Error {
    let failure = Failure::of_code(code, Origin::Local, doing);
    match code {
        sys::GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR | sys::GNUTLS_E_BASE64_DECODING_ERROR if format == Format::Pem => {
            failure.kind(crate::error::ErrorKind::InvalidInput).detail(pem::fault(bytes, pem::CRL)).into()
        }
        _ => failure.into(),
    }
}
