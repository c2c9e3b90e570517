//! Where certificates come from: PEM, DER, files, and the peer.

use std::borrow::Cow;
use std::ffi::{c_int, c_uint};
use std::fs;
use std::path::Path;
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

use super::Certificate;
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::{OwnedArray, c_string, callback, check, datum};
use crate::global;
use crate::key::{Pin, asking};
use crate::x509::Format;
use crate::x509::handle::CrtHandle;
use crate::x509::pem::{self, NOTHING};

impl Certificate {
    /// Reads the first certificate of a PEM text.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if there is none, or if it is malformed.
    #[doc(alias = "gnutls_x509_crt_import")]
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Certificate> {
        import(pem.as_ref(), Format::Pem, Origin::Local)
    }

    /// Reads one certificate in DER, to its last byte.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if it is malformed, too short, or has bytes behind it.
    #[doc(alias = "gnutls_x509_crt_import")]
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<Certificate> {
        import(der.as_ref(), Format::Der, Origin::Local)
    }

    /// Reads one certificate in DER, also if it breaks rules that GnuTLS checks when it reads: different algorithms of
    /// its two signature fields, for example. For those who look at certificates, not for those who trust them.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if it cannot be read at all.
    #[doc(alias = "gnutls_x509_crt_set_flags")]
    pub fn from_der_lenient(der: impl AsRef<[u8]>) -> Result<Certificate> {
        let handle = CrtHandle::new()?;
        // SAFETY: a fresh handle.
        unsafe { sys::gnutls_x509_crt_set_flags(handle.raw(), sys::GNUTLS_X509_CRT_FLAG_IGNORE_SANITY) };
        import_into(handle, der.as_ref(), Format::Der, Origin::Local)
    }

    /// Reads a certificate that the peer sent: what is wrong with it is the peer's doing.
    pub(crate) fn from_peer(der: &[u8]) -> Result<Certificate> {
        import(der, Format::Der, Origin::Session)
    }

    /// Reads all certificates of `bytes`, in their order: in PEM any number (a chain, a bundle of authorities), in DER
    /// one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if there is none, or if one is malformed.
    #[doc(alias = "gnutls_x509_crt_list_import2")]
    pub fn list_from(bytes: impl AsRef<[u8]>, format: Format) -> Result<Vec<Certificate>> {
        import_list(bytes.as_ref(), format, 0, "reading certificates".into())
    }

    /// As [`list_from`](Certificate::list_from), for a chain: sorted, so that each certificate is followed by that of
    /// its issuer. What does not belong to the chain of the first certificate is left out.
    ///
    /// # Errors
    /// As for [`list_from`](Certificate::list_from); [`ErrorKind::Unsupported`] for more certificates than GnuTLS sorts
    /// (16).
    #[doc(alias = "gnutls_x509_crt_list_import2")]
    pub fn sorted_list_from(bytes: impl AsRef<[u8]>, format: Format) -> Result<Vec<Certificate>> {
        import_list(bytes.as_ref(), format, sys::GNUTLS_X509_CRT_LIST_SORT, "reading a chain of certificates".into())
    }

    /// As [`list_from`](Certificate::list_from), for a chain that must be in order already.
    ///
    /// # Errors
    /// As for [`list_from`](Certificate::list_from); [`ErrorKind::InvalidInput`] or another error if a certificate is
    /// not followed by that of its issuer: `GNUTLS_E_CERTIFICATE_LIST_UNSORTED`.
    #[doc(alias = "gnutls_x509_crt_list_import2")]
    pub fn ordered_list_from(bytes: impl AsRef<[u8]>, format: Format) -> Result<Vec<Certificate>> {
        let flags = sys::GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED;
        import_list(bytes.as_ref(), format, flags, "reading a chain of certificates".into())
    }

    /// As [`list_from`](Certificate::list_from), but no more than the first `limit` certificates.
    ///
    /// # Errors
    /// As for [`list_from`](Certificate::list_from).
    #[doc(alias = "gnutls_x509_crt_list_import")]
    pub fn first_from(bytes: impl AsRef<[u8]>, format: Format, limit: usize) -> Result<Vec<Certificate>> {
        const DOING: &str = "reading certificates";
        global::ready()?;
        let bytes = bytes.as_ref();
        if bytes.is_empty() || limit == 0 {
            return Err(Error::input(DOING, NOTHING));
        }
        let data = datum(bytes, DOING)?;
        let mut handles = vec![ptr::null_mut(); limit.min(pem::most(bytes))];
        let mut count = super::count(&handles, DOING)?;
        // SAFETY: room for `count` handles; the datum borrows `bytes`, which live through the call and are copied by it.
        let code =
            unsafe { sys::gnutls_x509_crt_list_import(handles.as_mut_ptr(), &mut count, &data, format.raw(), 0) };
        let found = usize::try_from(code).map_err(|_| unreadable(code, bytes, format, Origin::Local, DOING.into()))?;
        handles.truncate(found);
        // SAFETY: so many handles were made for us, and each is taken over once.
        Ok(unsafe { take_over(&handles) })
    }

    /// Reads the certificate at a URL: `pkcs11:` for a token, `system:` for the system's keys, or what was registered.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] or another error if there is none, or if the URL is of a kind that this GnuTLS does
    /// not know.
    #[doc(alias = "gnutls_x509_crt_import_url")]
    pub fn from_url(url: &str) -> Result<Certificate> {
        let doing = format!("reading the certificate of {url}");
        let (handle, c_url) = (CrtHandle::new()?, c_string(url, doing.clone())?);
        // SAFETY: a fresh handle; a NUL-terminated string that lives through the call.
        let code = unsafe { sys::gnutls_x509_crt_import_url(handle.raw(), c_url.as_ptr(), 0) };
        check(code, doing).map_err(about_url)?;
        Ok(Certificate::from_imported(handle))
    }

    /// As [`from_url`](Certificate::from_url), for what only who knows the PIN may read.
    ///
    /// # Errors
    /// As there, and if the PIN is wrong or missing: what `pin` said is the source.
    ///
    /// # Panics
    /// With the panic of `pin`, if it raises one.
    #[doc(alias = "gnutls_x509_crt_set_pin_function")]
    pub fn from_url_asking(url: &str, pin: Arc<dyn Pin>) -> Result<Certificate> {
        const DOING: &str = "reading the certificate of a URL";
        let (handle, c_url) = (CrtHandle::new()?, c_string(url, DOING)?);
        let code = callback::entered(|| {
            asking(pin, |ask, userdata| {
                // SAFETY: a fresh handle; what the callback gets lives through the import.
                unsafe { sys::gnutls_x509_crt_set_pin_function(handle.raw(), ask, userdata) };
                // SAFETY: a fresh handle; a NUL-terminated string that lives through the call.
                let code = unsafe { sys::gnutls_x509_crt_import_url(handle.raw(), c_url.as_ptr(), 0) };
                // SAFETY: our handle, which forgets the callback with what it gets.
                unsafe { sys::gnutls_x509_crt_set_pin_function(handle.raw(), None, ptr::null_mut()) };
                code
            })
        });
        callback::check(code, DOING).map_err(about_url)?;
        Ok(Certificate::from_imported(handle))
    }

    /// Reads the certificate at a URL, as [`from_url`](Certificate::from_url), followed by those of its issuers that are
    /// found there.
    ///
    /// # Errors
    /// As for [`from_url`](Certificate::from_url).
    #[doc(alias = "gnutls_x509_crt_list_import_url")]
    pub fn list_from_url(url: &str) -> Result<Vec<Certificate>> {
        global::ready()?;
        let doing = format!("reading the certificates of {url}");
        let c_url = c_string(url, doing.clone())?;
        let handles = OwnedArray::filled(|start, length| {
            // SAFETY: valid out pointers; a NUL-terminated string that lives through the call; no callback for PINs.
            unsafe { sys::gnutls_x509_crt_list_import_url(start, length, c_url.as_ptr(), None, ptr::null_mut(), 0) }
        });
        let handles = handles.map_err(|code| about_url(Failure::of_code(code, Origin::Local, doing).into()))?;
        // SAFETY: the list's handles were made for us, and each is taken over once.
        Ok(unsafe { take_over(handles.as_slice()) })
    }

    /// Reads all certificates of a file in PEM or DER, in their order; see [`list_from`](Certificate::list_from).
    ///
    /// # Errors
    /// [`ErrorKind::Transport`] if the file cannot be read (the [`source`](std::error::Error::source) says why),
    /// [`ErrorKind::InvalidInput`] for what it contains. The message names the file.
    pub fn list_from_file(path: impl AsRef<Path>) -> Result<Vec<Certificate>> {
        let path = path.as_ref();
        let doing = format!("reading the certificates of {}", path.display());
        let bytes = fs::read(path).map_err(|error| Error::from(Failure::of_io(error, doing.clone())))?;
        import_list(&bytes, Format::detect(&bytes), 0, doing.into())
    }
}

fn import(bytes: &[u8], format: Format, origin: Origin) -> Result<Certificate> {
    const DOING: &str = "reading a certificate";
    if bytes.is_empty() {
        return Err(Failure::new(malformed(origin), DOING).detail(NOTHING).into());
    }
    import_into(CrtHandle::new()?, bytes, format, origin)
}

fn import_into(handle: CrtHandle, bytes: &[u8], format: Format, origin: Origin) -> Result<Certificate> {
    const DOING: &str = "reading a certificate";
    let data = datum(bytes, DOING)?;
    // SAFETY: a fresh handle; the datum borrows `bytes`, which live through the call and are copied by it.
    let code = unsafe { sys::gnutls_x509_crt_import(handle.raw(), &data, format.raw()) };
    if code < 0 {
        return Err(unreadable(code, bytes, format, origin, DOING.into()));
    }
    Ok(Certificate::from_imported(handle))
}

fn import_list(bytes: &[u8], format: Format, flags: c_uint, doing: Cow<'static, str>) -> Result<Vec<Certificate>> {
    global::ready()?;
    if bytes.is_empty() {
        return Err(Error::input(doing, NOTHING));
    }
    let data = datum(bytes, "reading certificates")?;
    let handles = OwnedArray::filled(|start, length| {
        // SAFETY: valid out pointers; the datum borrows `bytes`, which live through the call and are copied by it.
        unsafe { sys::gnutls_x509_crt_list_import2(start, length, &data, format.raw(), flags) }
    })
    .map_err(|code| unreadable(code, bytes, format, Origin::Local, doing))?;
    // SAFETY: the list's handles were made for us, and each is taken over once.
    Ok(unsafe { take_over(handles.as_slice()) })
}

/// Certificates of handles that GnuTLS made.
///
/// # Safety
/// Each handle is an imported certificate that nobody else releases.
pub(crate) unsafe fn take_over(handles: &[sys::gnutls_x509_crt_t]) -> Vec<Certificate> {
    let owned = handles.iter().map(|&raw| {
        // SAFETY: the caller's promise.
        let handle = unsafe { CrtHandle::from_raw(raw) };
        Certificate::from_imported(handle)
    });
    owned.collect()
}

/// GnuTLS calls a kind of URL that it does not know an invalid request.
fn about_url(error: Error) -> Error {
    match error.code() {
        Some(code) if code.raw() == sys::GNUTLS_E_INVALID_REQUEST => {
            Error::input(error.doing().to_owned(), "this GnuTLS does not know such URLs")
        }
        _ => error,
    }
}

/// The error for bytes that are no certificate.
fn unreadable(code: c_int, bytes: &[u8], format: Format, origin: Origin, doing: Cow<'static, str>) -> Error {
    let failure = Failure::of_code(code, origin, doing);
    match code {
        sys::GNUTLS_E_NO_CERTIFICATE_FOUND
        | sys::GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR
        | sys::GNUTLS_E_BASE64_DECODING_ERROR
            if format == Format::Pem =>
        {
            failure.kind(malformed(origin)).detail(pem::fault(bytes, pem::CERTIFICATE)).into()
        }
        // In the table of codes this belongs to a handshake; here it is about the bytes at hand.
        sys::GNUTLS_E_CERTIFICATE_ERROR => failure.kind(malformed(origin)).into(),
        _ => failure.into(),
    }
}

fn malformed(origin: Origin) -> ErrorKind {
    match origin {
        Origin::Session => ErrorKind::Protocol,
        Origin::Local => ErrorKind::InvalidInput,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_certificate_is_the_fault_of_whoever_sent_it() {
        for der in [&b""[..], b"\x30\x03\x02\x01\x00", b"junk"] {
            let error = Certificate::from_peer(der).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
            let error = Certificate::from_der(der).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        }
    }
}
