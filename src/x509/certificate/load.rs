//! Where certificates come from: PEM, DER, files, and the peer.

use std::borrow::Cow;
use std::ffi::c_int;
use std::fs;
use std::path::Path;

use gnutls_sys as sys;

use super::Certificate;
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::{OwnedArray, datum};
use crate::global;
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

    /// Reads a certificate that the peer sent: what is wrong with it is the peer's doing.
    pub(crate) fn from_peer(der: &[u8]) -> Result<Certificate> {
        import(der, Format::Der, Origin::Session)
    }

    /// Reads all certificates of `bytes`, in their order: in PEM any number (a chain, a bundle of authorities), in DER
    /// one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if there is none, or if one is malformed.
    #[doc(alias = "gnutls_x509_crt_list_import")]
    #[doc(alias = "gnutls_x509_crt_list_import2")]
    pub fn list_from(bytes: impl AsRef<[u8]>, format: Format) -> Result<Vec<Certificate>> {
        import_list(bytes.as_ref(), format, "reading certificates".into())
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
        import_list(&bytes, Format::detect(&bytes), doing.into())
    }
}

fn import(bytes: &[u8], format: Format, origin: Origin) -> Result<Certificate> {
    const DOING: &str = "reading a certificate";
    if bytes.is_empty() {
        return Err(Failure::new(malformed(origin), DOING).detail(NOTHING).into());
    }
    let handle = CrtHandle::new()?;
    let data = datum(bytes, DOING)?;
    // SAFETY: a fresh handle; the datum borrows `bytes`, which live through the call and are copied by it.
    let code = unsafe { sys::gnutls_x509_crt_import(handle.raw(), &data, format.raw()) };
    if code < 0 {
        return Err(unreadable(code, bytes, format, origin, DOING.into()));
    }
    Ok(Certificate::from_imported(handle))
}

fn import_list(bytes: &[u8], format: Format, doing: Cow<'static, str>) -> Result<Vec<Certificate>> {
    global::ready()?;
    if bytes.is_empty() {
        return Err(Error::input(doing, NOTHING));
    }
    let data = datum(bytes, "reading certificates")?;
    let handles = OwnedArray::filled(|start, length| {
        // SAFETY: valid out pointers; the datum borrows `bytes`, which live through the call and are copied by it.
        unsafe { sys::gnutls_x509_crt_list_import2(start, length, &data, format.raw(), 0) }
    })
    .map_err(|code| unreadable(code, bytes, format, Origin::Local, doing))?;
    let owned = handles.as_slice().iter().map(|&raw| {
        // SAFETY: the list's handles are initialised and ours to release; each is taken over once.
        let handle = unsafe { CrtHandle::from_raw(raw) };
        Certificate::from_imported(handle)
    });
    Ok(owned.collect())
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
